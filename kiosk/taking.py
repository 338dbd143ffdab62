"""Asks the server for tickets until it answers or nobody would wait any longer, and gives back what is left.

A touch lies on the disk before its request leaves. The number of an ID card never does: it is handed
over beside the touch, and after a restart the server is asked what became of the touch's key.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from kiosk.clocks import Clocks
from kiosk.session import Event, Issued, Refused, Unanswered
from kiosk.store import Store, Touch
from queue_server.client import Client, Refusal, ServerAway
from queue_server.wire import IssueTicket, Ticket

ASK_FOR_S = 12.0
"""How long a citizen's ticket is asked for again and again before the screen says that no answer came."""

PAUSES_S = (0.3, 0.7, 1.5, 2.0, 3.0, 3.0, 3.0)
GIVE_BACK_S = 15.0
UNKNOWN = "answer_unknown"
UNKNOWN_TRIES = 3
"""A request that was on its way when the kiosk stopped may still be carried out a moment later."""

log = logging.getLogger(__name__)


class Taking:
    """Two workers that take tickets. `happen` hears `Issued`, `Refused` or `Unanswered`."""

    def __init__(
        self, speaking: Mapping[str, Client], store: Store, clocks: Clocks, happen: Callable[[Event], None]
    ) -> None:
        self._speaking, self._store, self._clocks = speaking, store, clocks
        self._happen = happen
        self._stopping = threading.Event()
        self._workers = ThreadPoolExecutor(2, "ticket")

    def take(self, touch: Touch, number: str = "") -> None:
        """Ask for a ticket; `number` is that of an ID card, and stays in memory."""
        self._workers.submit(_guarded, lambda: self._take(touch, number))

    def forget(self, key: str) -> None:
        """Nobody waits for this key: find out whether it has a ticket, and give that back."""
        self._workers.submit(_guarded, lambda: self._settle(key))

    def stop(self) -> None:
        """End; what is in the air is given up."""
        self._stopping.set()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _take(self, touch: Touch, number: str) -> None:
        self._store.begin_touch(touch)
        until = self._clocks.now_s() + ASK_FOR_S
        for tries, pause in enumerate(PAUSES_S, 1):
            try:
                ticket = self._ask(touch, number)
                self._happen(Issued(touch.key, ticket, self._clocks.now_s()))
                return
            except Refusal as error:
                if error.problem.code != UNKNOWN or tries >= UNKNOWN_TRIES:
                    self._refused(touch, error)
                    return
            except ServerAway as error:
                log.warning("no answer for a ticket: %s", error)
            if self._clocks.now_s() + pause > until or self._stopping.wait(pause):
                break
        self._happen(Unanswered(touch.key, self._clocks.now_s()))

    def _ask(self, touch: Touch, number: str) -> Ticket:
        client = self._speaking[touch.lang]
        if touch.matter:
            return client.issue(_wish(touch), touch.key)
        if touch.code:
            found = client.check_in(touch.code, touch.key, touch.lang).ticket
        elif number:
            found = client.check_in_by_document(number, touch.key, touch.lang).ticket
        else:
            found = client.given_for(touch.key)
        if found is None:
            raise ServerAway("a check-in was answered without a ticket")
        return found

    def _refused(self, touch: Touch, error: Refusal) -> None:
        self._store.end_touch(touch.key)
        problem = error.problem
        self._happen(Refused(touch.key, problem.code, problem.detail or problem.title, self._clocks.now_s()))

    def _settle(self, key: str) -> None:
        """Repeat a forgotten touch until the server answers, and cancel the ticket that it holds.

        If the server never saw the key, this makes a ticket and cancels it at once: a gap in the
        numbers, which is better than somebody called who left an hour ago. A check-in is let be: to
        cancel its ticket would take the booking from somebody who may just have gone to the desk.
        """
        touch = next((known for known in self._store.open_touches() if known.key == key), None)
        if touch is None:
            return
        while not touch.of_booking and not self._stopping.is_set():
            try:
                client = self._speaking["zh"]
                client.cancel(client.issue(_wish(touch), key).id)
                break
            except Refusal as error:
                log.info("a forgotten touch ended: %s", error.problem.code)
                break
            except ServerAway:
                self._stopping.wait(GIVE_BACK_S)
        self._store.end_touch(key)


def _wish(touch: Touch) -> IssueTicket:
    return IssueTicket(touch.matter, "kiosk", touch.priority or None, touch.lang, errands=touch.errands)


def _guarded(act: Callable[[], None]) -> None:
    try:
        act()
    except Exception:
        log.exception("a ticket's worker stumbled")
