"""Tickets that go elsewhere or come back: transfer, park and resume, reinstate after a missed call."""

from __future__ import annotations

import dataclasses

import msgspec

from queue_server.database import Connection, Tx
from queue_server.refusals import Refused
from queue_server.tickets import days, moves, rules, store
from queue_server.tickets.actions import at_hand_of
from queue_server.tickets.counters import check_seat
from queue_server.tickets.model import Actor, Move, Once, Outcome, TicketRow
from queue_server.tickets.queue import Queue
from queue_server.tickets.rules import private_queue
from queue_server.wire.waits import AHEAD_CAP

REHOME_AT_ONCE = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """Where a ticket is transferred to: exactly one of matter, zone, counter; `first`: first in line."""

    matter: str = ""
    zone: str = ""
    counter: str = ""
    first: bool = False


def transfer(queue: Queue, actor: Actor, counter: str, target: Target, once: Once | None = None) -> Outcome:
    """Send the ticket at hand to another matter, zone or counter.

    It keeps its number and its arrival, so it waits there as if it had been there all along, or
    first in line. Raises Refused: `transfer_target`, `matter_unknown`, `zone_unknown`,
    `counter_unknown`, `no_ticket_at_hand`.
    """

    def command(tx: Tx) -> Outcome:
        row = at_hand_of(tx, queue, actor, counter)
        return _send(tx, queue, actor, row, target)

    return moves.write_once(queue, once, command)


def transfer_ticket(queue: Queue, actor: Actor, ticket: int, target: Target) -> Outcome:
    """Send a waiting ticket elsewhere, at the guide's desk."""
    return queue.database.write(lambda tx: _send(tx, queue, actor, moves.known(tx, ticket), target))


def resume(queue: Queue, actor: Actor, counter: str, number: str = "", once: Once | None = None) -> Outcome:
    """Go on with a parked ticket of this counter: the named one, else the longest parked.

    Raises Refused("nothing_parked"), or ("finish_first") while another one is at hand.
    """

    def command(tx: Tx) -> Outcome:
        check_seat(tx, actor, queue.counter(counter))
        found = [row for row in store.parked(tx.db, counter) if number in ("", row.number)]
        if not found:
            raise Refused("nothing_parked")
        at_hand = store.at_hand(tx.db, counter)
        if at_hand is not None:
            raise Refused("finish_first", number=at_hand.number)
        return moves.make(tx, queue, actor, found[0], Move.RESUME)

    return moves.write_once(queue, once, command)


def reinstate(queue: Queue, actor: Actor, ticket: int) -> Outcome:
    """Put a missed ticket back into its queue, behind a few who wait.

    Raises Refused("wrong_state"), or ("reinstates_used_up").
    """

    def command(tx: Tx) -> Outcome:
        day = days.today(tx)
        row = moves.known(tx, ticket)
        rules.after(row, Move.REINSTATE)
        missed = queue.hall.plan.missed
        rules.check_reinstate(row, missed)
        key = _behind(tx.db, day, row, missed.after)
        changes = {"sort_key": key, "reinstated": row.reinstated + 1, "counter": None, "calls": 0}
        changes |= {"called_at": None, "last_call_at": None, "ended_at": None}
        data = {"order": key, "after": missed.after, "times": row.reinstated + 1}
        return moves.make(tx, queue, actor, row, Move.REINSTATE, changes=changes, data=data)

    return queue.database.write(command)


def rehome(queue: Queue) -> int:
    """Move who waits in a queue that the plan in force no longer has to their matter's new queue.

    Nobody loses a place by a change of rules: number and arrival stay. Returns how many moved; who
    waits for a matter that no queue serves any more stays for a guide to transfer.
    """

    def command(tx: Tx) -> int:
        plan, moved = queue.hall.plan, 0
        for row in store.waiting_elsewhere(tx.db, days.today(tx), list(plan.groups), REHOME_AT_ONCE):
            offer = queue.matters.get(row.matter)
            if offer is not None and offer.group is not None:
                _send(tx, queue, Actor("system"), row, Target(matter=row.matter))
                moved += 1
        return moved

    total = 0
    while piece := queue.database.write(command):
        total += piece
    return total


def _send(tx: Tx, queue: Queue, actor: Actor, row: TicketRow, target: Target) -> Outcome:
    matter, group, zone = _place(queue, row, target)
    key = rules.sort_key(row.issued_at, queue.bonus_s(row))
    if target.first:
        first = store.first_key(tx.db, row.day, group, row.kind)
        key = min(key, first - 1) if first is not None else key
    changes = {"matter": matter, "group": group, "zone": zone, "sort_key": key, "counter": None, "calls": 0}
    changes |= {"called_at": None, "started_at": None, "last_call_at": None}
    data = {"order": key, "first": target.first, "from_zone": row.zone, "from_counter": row.counter}
    data |= {"from_group": row.group, "group": group}
    return moves.make(tx, queue, actor, row, Move.TRANSFER, changes=changes, data=data)


def _place(queue: Queue, row: TicketRow, target: Target) -> tuple[str, str, str]:
    """Where a transfer leads: (matter, queue, zone)."""
    given = [bool(target.matter), bool(target.zone), bool(target.counter)]
    if sum(given) != 1:
        raise Refused("transfer_target")
    plan = queue.hall.plan
    if target.counter:
        return row.matter, private_queue(target.counter), queue.counter(target.counter).zone
    if target.matter:
        offer = queue.matters.get(target.matter)
        if offer is None or offer.group is None:
            raise Refused("matter_unknown", matter=target.matter)
        return offer.id, offer.group.id, offer.group.zone
    groups = [group for group in plan.groups.values() if group.zone == target.zone]
    if not groups:
        raise Refused("zone_unknown", zone=target.zone)
    return row.matter, groups[0].id, target.zone


def places_ahead(db: Connection, queue: Queue, row: TicketRow) -> int:
    """How many would wait before a missed ticket that is put back now."""
    key = _behind(db, row.day, row, queue.hall.plan.missed.after)
    return store.count_ahead(db, msgspec.structs.replace(row, sort_key=key), AHEAD_CAP)


def _behind(db: Connection, day: str, row: TicketRow, places: int) -> int:
    """The sort key behind so many who wait in a queue now; its old place where nobody does."""
    ahead = store.waiting(db, day, [row.group], max(1, places))
    if not ahead or places == 0:
        return row.sort_key
    return max(row.sort_key, ahead[-1].sort_key + 1)
