"""Places in queues, read from the journal: who waited where, how long, and how it ended.

A ticket has one place in one queue; being transferred, or going to the tail with an agent's other
matters, ends it and begins another. Who missed the
call and was put back keeps the place, and its wait is the one until the first call.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from queue_server.clock import parse_rfc3339
from queue_server.wire import Event, EventKind, Ticket

LOG_HEADER = ("ticket", "queue", "priority", "arrived_at", "called_at", "finished_at", "counter", "outcome")

OUTCOMES = {
    EventKind.TICKET_COMPLETED: "served",
    EventKind.TICKET_TRANSFERRED: "served",
    EventKind.TICKET_REQUEUED: "served",
    EventKind.TICKET_CANCELLED: "cancelled",
    EventKind.TICKET_ABANDONED: "no_show",
}
"""Of the log; who expires was missed (`no_show`) or never called (`abandoned`)."""


@dataclass(slots=True)
class Place:
    """One place in one queue. Times are RFC 3339 UTC; `ended` is the kind of the last journal row.

    `leg` counts the places of one visit from 1. `missed` counts how often nobody came. `slot_at` is
    the time that was booked.
    """

    day: str
    number: str
    leg: int
    queue: str
    zone: str
    priority_class: str | None
    arrived_at: str
    called_at: str = ""
    finished_at: str = ""
    counter: str = ""
    ended: str = ""
    missed: int = 0
    parked: int = 0
    slot_at: str = ""

    @property
    def wait_s(self) -> float | None:
        """Seconds from taking the place to the first call; None if nobody ever called."""
        if not self.called_at:
            return None
        return (parse_rfc3339(self.called_at) - parse_rfc3339(self.arrived_at)) / 1000

    @property
    def after_slot_s(self) -> float | None:
        """Seconds from the booked time, or from coming later, to the first call; None without one."""
        if not self.called_at or not self.slot_at:
            return None
        due = max(parse_rfc3339(self.slot_at), parse_rfc3339(self.arrived_at))
        return max(0, parse_rfc3339(self.called_at) - due) / 1000

    @property
    def outcome(self) -> str:
        """The word of the log; empty while the place is still open."""
        if self.ended == EventKind.TICKET_EXPIRED:
            return "no_show" if self.called_at else "abandoned"
        return OUTCOMES.get(EventKind(self.ended), "") if self.ended else ""


class Places:
    """Folds journal rows into places; `all` holds them in the order in which they were taken."""

    def __init__(self) -> None:
        self.all: list[Place] = []
        self._open: dict[int, Place] = {}
        self._day = ""

    def take(self, events: Iterable[Event]) -> None:
        """Take in rows, oldest first."""
        for event in events:
            if event.kind == EventKind.DAY_OPENED:
                self._day = str(event.data["day"])
            elif event.ticket is not None:
                self._fold(event, event.ticket)

    def _fold(self, event: Event, ticket: Ticket) -> None:
        if event.kind == EventKind.TICKET_ISSUED:
            self._add(event, ticket, 1, self._day)
            return
        place = self._open.get(ticket.id)
        if place is None:
            return
        _note(place, event, ticket)
        if event.kind in OUTCOMES or event.kind == EventKind.TICKET_EXPIRED:
            place.finished_at, place.ended = event.at, event.kind
            del self._open[ticket.id]
            if event.kind in (EventKind.TICKET_TRANSFERRED, EventKind.TICKET_REQUEUED):
                self._add(event, ticket, place.leg + 1, place.day)

    def _add(self, event: Event, ticket: Ticket, leg: int, day: str) -> None:
        place = Place(
            day=day,
            number=ticket.number,
            leg=leg,
            queue=str(event.data["group"]),
            zone=ticket.zone,
            priority_class=ticket.priority_class,
            arrived_at=event.at,
        )
        self.all.append(place)
        self._open[ticket.id] = place


def _note(place: Place, event: Event, ticket: Ticket) -> None:
    """Write down what does not end a place."""
    if event.kind == EventKind.TICKET_CALLED:
        place.called_at = place.called_at or event.at
        place.counter = ticket.counter or ""
    elif event.kind == EventKind.TICKET_MISSED:
        place.missed += 1
    elif event.kind == EventKind.TICKET_PARKED:
        place.parked += 1
    elif event.kind == EventKind.APPOINTMENT_CHECKED_IN:
        place.slot_at = "" if event.data["late"] else str(event.data["starts_at"])


def log(places: Iterable[Place], bonus_s: Mapping[str, int]) -> str:
    """The ticket log as CSV, one row a place that is over; `bonus_s` ranks the priority classes."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(LOG_HEADER)
    for place in places:
        if place.outcome:
            name = f"{place.day}-{place.number}" + (f"/{place.leg}" if place.leg > 1 else "")
            rank = bonus_s.get(place.priority_class or "", 0)
            rows.writerow(
                (name, place.queue, rank, place.arrived_at, place.called_at, place.finished_at,
                 place.counter, place.outcome)
            )  # fmt: skip
    return text.getvalue()
