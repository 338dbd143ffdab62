"""Who was called before whom and why, derived from the calls themselves; pure.

Each call stands in the journal with the queues that it drew from, the place of whoever was called,
the reason, and why each head of a queue that came earlier or stood before was not called. Everybody
else stands behind a head of their queue and kind. So for anybody who waited while a call was made it
can be told whether that counter could have called them, and why it did not.

    place = (order, ticket id)      smaller is called sooner; the order is the virtual arrival in ms
"""

from __future__ import annotations

import dataclasses
import enum

from queue_server.clock import parse_rfc3339
from queue_server.tickets.choice import Reason
from queue_server.wire import Event

HEAD_FIELDS = 4
"""A head that lost stands in a call as [ticket, queue, kind, reason]."""


class Before(enum.StrEnum):
    """Why somebody else was called first."""

    EARLIER = "earlier"
    PRIORITY = "priority"
    HIGHER_CLASS = "higher_class"
    APPOINTMENT = "appointment"
    FIRST_IN_LINE = "first_in_line"
    OWN_SLOT = "own_slot"
    OWN_MOVE = "own_move"
    INTERLEAVE = "interleave"
    DELAY_CAP = "delay_cap"
    PROFILE = "profile"
    PARKED_BACK = "parked_back"
    CHOSEN = "chosen"
    MISSED_BACK = "missed_back"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands in a queue; `arrived_at` and `order` in ms UTC.

    `moved`: they were put back after a missed call, or went to the tail with an agent's other
    matters, so their place is later than their arrival. `first`: somebody put them before all others.
    """

    ticket: int
    group: str
    kind: int
    cls: str | None
    arrived_at: int
    order: int
    moved: bool = False
    first: bool = False

    @property
    def place(self) -> tuple[int, int]:
        """Smaller is called sooner."""
        return self.order, self.ticket


@dataclasses.dataclass(frozen=True, slots=True)
class CallMade:
    """A call as the journal has it: who, from which queues, why, and why the heads lost."""

    called: Place
    queues: frozenset[str]
    reason: str
    heads: dict[tuple[str, int], str]


BY_HAND: dict[str, Before] = {
    Reason.CHOSEN: Before.CHOSEN,
    Reason.MISSED_BACK: Before.MISSED_BACK,
    Reason.PARKED_BACK: Before.PARKED_BACK,
}
TURNS: dict[str, Before] = {Reason.INTERLEAVE: Before.INTERLEAVE, Reason.DELAY_CAP: Before.DELAY_CAP}


def why_before(waiting: Place, call: CallMade, appointment: str) -> Before | None:
    """Why a call did not call somebody who waited; None where it could not have called them.

    EARLIER: whoever was called had come earlier, so nobody was passed over. `appointment` is the
    class of whoever comes with a booking.
    """
    called = call.called
    if waiting.group not in call.queues or waiting.ticket == called.ticket:
        return None
    if (called.arrived_at, called.ticket) < (waiting.arrived_at, waiting.ticket):
        return Before.EARLIER
    if call.reason in BY_HAND:
        return BY_HAND[call.reason]
    if call.reason == Reason.PROFILE and called.group != waiting.group:
        return Before.PROFILE
    if called.place < waiting.place:
        return _earlier_place(waiting, called, appointment)
    turn = call.reason if called.group == waiting.group else call.heads.get((waiting.group, waiting.kind), "")
    return TURNS.get(turn, Before.UNKNOWN)


def _earlier_place(waiting: Place, called: Place, appointment: str) -> Before:
    """Why somebody who came later has the earlier place."""
    if waiting.moved and called.arrived_at < waiting.order:
        return Before.OWN_MOVE
    if waiting.cls == appointment and waiting.order > waiting.arrived_at:
        return Before.OWN_SLOT
    if called.first:
        return Before.FIRST_IN_LINE
    if called.cls == appointment:
        return Before.APPOINTMENT
    if called.cls is not None:
        return Before.HIGHER_CLASS if waiting.kind else Before.PRIORITY
    return Before.UNKNOWN


def call_made(event: Event) -> CallMade:
    """Read a call from its journal row; one of an older version names no queues but its own."""
    data, ticket = event.data, event.ticket
    if ticket is None:
        raise LookupError(f"journal row {event.seq} of a call holds no ticket")
    arrived = parse_rfc3339(ticket.issued_at)
    called = Place(
        ticket.id,
        data["group"],
        1 if ticket.priority_class else 0,
        ticket.priority_class,
        arrived,
        data.get("order", arrived),
        first=data.get("first", False),
    )
    heads = {(row[1], row[2]): row[3] for row in data.get("passed", []) if len(row) == HEAD_FIELDS}
    queues = frozenset(data.get("queues", (called.group,)))
    return CallMade(called, queues, str(data.get("reason", "")), heads)
