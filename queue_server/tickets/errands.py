"""An agent with several matters: at one call so many are handled, then the number goes to the tail.

Whoever comes for others holds one number in a queue however many matters they bring, and says how
many. The clerk handles at most as many as the hall allows at one call; with the rest the number
goes behind everybody who waits then. So an agent never blocks a counter for an hour, and nobody
needs a handful of slips.
"""

from __future__ import annotations

from queue_server.database import Tx
from queue_server.hall.model import PersonLimits
from queue_server.refusals import Refused
from queue_server.tickets import moves
from queue_server.tickets.model import Actor, Move, Outcome, TicketRow
from queue_server.tickets.queue import Queue


def check(queue: Queue, errands: int) -> None:
    """Raise Refused("too_many_matters") for more matters than one number may hold."""
    most = queue.hall.plan.person.matters_a_ticket
    if errands > most:
        raise Refused("too_many_matters", most=most)


def left_after(row: TicketRow, limits: PersonLimits) -> int:
    """How many matters are left of a number after a call at which all that is allowed was handled."""
    return max(0, row.errands - limits.matters_a_call)


def finish(tx: Tx, queue: Queue, actor: Actor, row: TicketRow, left: int | None = None) -> Outcome:
    """End a service: the number is done, or goes to the tail with the matters that are left.

    `left` is what the clerk says is left; else the rule says it. A priority class counts once: the
    tail is the tail for everybody.
    """
    still = left_after(row, queue.hall.plan.person) if left is None else left
    if not still:
        return moves.make(tx, queue, actor, row, Move.FINISH)
    group = queue.home_group(row)
    plan = queue.hall.plan.groups.get(group)
    changes = {"group": group, "zone": plan.zone if plan else row.zone, "sort_key": tx.now, "counter": None}
    changes |= {"called_at": None, "started_at": None, "last_call_at": None, "calls": 0, "errands": still}
    data = {"order": tx.now, "left": still, "from_counter": row.counter, "from_zone": row.zone}
    return moves.make(tx, queue, actor, row, Move.REQUEUE, changes=changes, data=data)
