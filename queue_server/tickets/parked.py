"""Parked tickets: their holders say that they are back, or stay away too long.

Whoever is back has done their part, so the limit on staying away no longer runs, however long the
clerk is busy. They go on at the counter where their papers lie: its next call is theirs. If that
counter is closed, they rejoin the queue at their old place and go on at any counter.
"""

from __future__ import annotations

from queue_server.database import Tx
from queue_server.tickets import moves, rules, store
from queue_server.tickets.model import Actor, Move, Outcome, TicketRow
from queue_server.tickets.queue import Queue
from queue_server.wire import CounterStatus


def report_back(queue: Queue, actor: Actor, ticket: int) -> Outcome:
    """Note that the holder of a parked ticket is back; saying it again changes nothing.

    Raises Refused: `ticket_unknown`, `wrong_state`.
    """

    def command(tx: Tx) -> Outcome:
        row = moves.known(tx, ticket)
        rules.after(row, Move.BACK)
        if row.back_at is not None:
            return Outcome(queue.shown(row), replayed=True)
        if store.counter_state(tx.db, row.counter or "")[0] == CounterStatus.CLOSED:
            return rejoin(tx, queue, actor, row)
        return moves.make(tx, queue, actor, row, Move.BACK, changes={"back_at": tx.now})

    return queue.database.write(command)


def rejoin(tx: Tx, queue: Queue, actor: Actor, row: TicketRow) -> Outcome:
    """Let a parked ticket wait in its matter's queue again, where it stood by its arrival."""
    group = queue.home_group(row)
    key = rules.sort_key(row.issued_at, queue.bonus_s(row))
    plan = queue.hall.plan.groups.get(group)
    changes = {"group": group, "zone": plan.zone if plan else row.zone, "sort_key": key, "counter": None}
    changes |= {"called_at": None, "started_at": None, "last_call_at": None, "ended_at": None, "calls": 0}
    data = {"order": key, "group": group, "from_counter": row.counter, "from_zone": row.zone}
    return moves.make(tx, queue, actor, row, Move.REJOIN, changes=changes, data=data)


def release(tx: Tx, queue: Queue, actor: Actor, counter: str) -> None:
    """A counter closes: whoever is back there and still waits for it rejoins the queue."""
    for row in store.parked(tx.db, counter):
        if row.back_at is not None:
            rejoin(tx, queue, actor, row)


def miss_parked(tx: Tx, queue: Queue, limit: int) -> int:
    """Count parked tickets as missed whose holders stayed away too long; returns how many."""
    before = tx.now - queue.hall.plan.parked.limit_s * 1000
    rows = store.parked_before(tx.db, before, limit)
    for row in rows:
        moves.make(tx, queue, Actor("system"), row, rules.after_no_show(row, queue.hall.plan.missed))
    return len(rows)
