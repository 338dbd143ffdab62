"""Tickets for people who have a booking: the room above asks for them inside its own write."""

from __future__ import annotations

import dataclasses

from queue_server.clock import rfc3339
from queue_server.database import Tx
from queue_server.refusals import Refused
from queue_server.tickets import actions, admission, days, store
from queue_server.tickets.choice import PRIORITY
from queue_server.tickets.model import APPOINTMENT, Actor, Outcome
from queue_server.tickets.queue import Queue
from queue_server.wire import IssueTicket


@dataclasses.dataclass(frozen=True, slots=True)
class Reserved:
    """What a booking tells the queue: whose it is (keyed hash), its slot in ms UTC, and its place."""

    person: bytes | None
    starts_at: int
    key: int | None


def issue_reserved(tx: Tx, queue: Queue, actor: Actor, request: IssueTicket, reserved: Reserved) -> Outcome:
    """Give somebody with a booking their ticket.

    `reserved.key` is their virtual arrival in ms UTC. It makes the ticket one with priority, under the same
    delay cap and interleave as all others; their place was counted when they booked, so no quota
    and no closing time stands against it, and they may come before the hall opens. None: they came
    after their slot and go to the tail of the queue like everybody. Raises Refused:
    `matter_unknown` and its kin, `person_in_queue`, `person_has_enough`; at the tail also
    `hall_closed`, `too_late_today`.
    """
    group = admission.group_of(queue, request.matter)
    day = days.today(tx)
    person, key = reserved.person, reserved.key
    admission.check_person(tx, queue, person, group, day)
    if key is None:
        if not queue.open_now(tx.now):
            raise Refused("hall_closed")
        admission.check_closing(tx, queue, group, day)
    row = actions.add_leg(tx, queue, actor, request, group, (day, person))
    if key is not None:
        row = store.save(tx, row, kind=PRIORITY, sort_key=key, priority_class=APPOINTMENT)
    return actions.announce(tx, queue, actor, row, rfc3339(reserved.starts_at))
