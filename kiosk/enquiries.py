"""Asks the server about tickets that were taken before, and brings them back, on a thread of its own.

Each way back begins with a look: what an earlier try did already is not done again, and a ticket that
can't come back is shown as it stands.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from kiosk.clocks import Clocks
from kiosk.session import Event, Found, LookUp, Refused, Return, Unanswered
from queue_server.client import Client, Refusal, ServerAway
from queue_server.wire import FoundTicket

OLD_SLIP = "old_slip"
"""The `code` of a refusal that the kiosk makes itself: the slip's number is another person's today."""

log = logging.getLogger(__name__)


class Enquiries:
    """One worker. `happen` hears `Found`, `Refused` or `Unanswered`."""

    def __init__(
        self, speaking: Mapping[str, Client], clocks: Clocks, happen: Callable[[Event], None]
    ) -> None:
        self._speaking, self._clocks, self._happen = speaking, clocks, happen
        self._worker = ThreadPoolExecutor(1, "enquiry")

    def ask(self, order: LookUp | Return) -> None:
        """Find a ticket of today by its number or its slip, or bring one back into its queue."""
        self._worker.submit(
            self._answer,
            order.key,
            lambda: self._find(order) if isinstance(order, LookUp) else self._return(order),
        )

    def stop(self) -> None:
        """Ask no more."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _answer(self, key: str, ask: Callable[[], FoundTicket | None]) -> None:
        try:
            found = ask()
        except Refusal as error:
            problem = error.problem
            said = problem.detail or problem.title
            self._happen(Refused(key, problem.code, said, self._clocks.now_s()))
        except ServerAway as error:
            log.warning("no answer about a ticket: %s", error)
            self._happen(Unanswered(key, self._clocks.now_s()))
        except Exception:
            log.exception("an enquiry stumbled")
            self._happen(Unanswered(key, self._clocks.now_s()))
        else:
            now = self._clocks.now_s()
            self._happen(Refused(key, OLD_SLIP, "", now) if found is None else Found(key, found, now))

    def _find(self, order: LookUp) -> FoundTicket | None:
        """Return the ticket; None where a scanned slip is of another day."""
        client = self._speaking[order.lang]
        if not order.token:
            return client.find(order.number)
        status = client.status(order.token)
        try:
            found = client.find(status.number)
        except Refusal:
            return None
        return found if found.ticket.issued_at == status.issued_at else None

    def _return(self, order: Return) -> FoundTicket:
        client = self._speaking[order.lang]
        found = client.find(order.number)
        if order.move not in found.can:
            return found
        if order.move == "reinstate":
            client.reinstate(found.ticket.id)
        else:
            client.back(found.ticket.id)
        return client.find(order.number)
