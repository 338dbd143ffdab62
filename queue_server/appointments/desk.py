"""What every action on bookings stands on, and how a booking looks on the wire and in the journal."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from queue_server.appointments import rules, store
from queue_server.appointments.model import Booking
from queue_server.clock import rfc3339
from queue_server.database import Tx
from queue_server.hall.planning import AppointmentRules
from queue_server.journal.store import append
from queue_server.refusals import Refused
from queue_server.tickets.queue import Queue
from queue_server.wire import Event, EventKind, MatterName, Ticket
from queue_server.wire.appointments import Appointment


def random_code() -> str:
    """A new code that nobody can guess."""
    return rules.code_text(secrets.randbits(50))


@dataclass(frozen=True, slots=True)
class Desk:
    """The queue that bookings lead into, and where new codes come from."""

    queue: Queue
    new_code: Callable[[], str] = random_code

    @property
    def rules(self) -> AppointmentRules:
        """The rules of booking in force."""
        return self.queue.hall.plan.appointments

    def known(self, tx: Tx, code: str) -> Booking:
        """Read a booking inside a write; raises Refused("appointment_unknown")."""
        found = store.by_code(tx.db, rules.read_code(code))
        if found is None:
            raise Refused("appointment_unknown")
        return found

    def shown(self, booking: Booking, ticket: Ticket | None = None) -> Appointment:
        """A booking as its holder sees it."""
        offer = self.queue.matters.get(booking.matter)
        group = self.queue.hall.plan.groups.get(booking.group)
        opens, closes = rules.window(self.rules, booking)
        return Appointment(
            code=rules.shown_code(booking.code),
            qr=rules.QR_PREFIX + booking.code,
            kind=booking.kind.value,
            state=booking.state,
            matter=offer.matter_name if offer else MatterName(booking.matter, booking.matter),
            zone=group.zone if group else "",
            floor=offer.floor if offer else None,
            day=booking.day,
            starts_at=rfc3339(booking.starts_at),
            ends_at=rfc3339(booking.ends_at),
            check_in_from=rfc3339(opens),
            check_in_until=rfc3339(closes),
            cancel_until=rfc3339(rules.cancel_until(self.rules, booking)),
            number=ticket.number if ticket else None,
        )

    def record(
        self, tx: Tx, kind: EventKind, by: str, booking: Booking, ticket: Ticket | None = None, **more: Any
    ) -> Event:
        """Add a row about a booking to the journal; its code is a secret and does not stand there."""
        data = {
            "appointment": booking.id,
            "matter": booking.matter,
            "group": booking.group,
            "starts_at": rfc3339(booking.starts_at),
            "ends_at": rfc3339(booking.ends_at),
            **more,
        }
        return append(tx, kind, by, ticket=ticket, data=data)


def date_of(day: str) -> datetime.date:
    """The date of a business day."""
    return datetime.date.fromisoformat(day)
