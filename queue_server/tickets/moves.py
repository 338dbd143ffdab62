"""Making a move: check it against the table, save it, append it to the journal.

All actions go through `make`, so a page, a keypad, the API and the rollover can never differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from queue_server.database import Tx
from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.tickets import rules, store
from queue_server.tickets.choice import Choice
from queue_server.tickets.model import APPOINTMENT, Actor, Move, Once, Outcome, TicketRow
from queue_server.tickets.queue import Queue
from queue_server.wire import Event, EventKind, Ticket

KINDS = {
    Move.CALL: EventKind.TICKET_CALLED,
    Move.CALL_MISSED: EventKind.TICKET_CALLED,
    Move.RECALL: EventKind.TICKET_RECALLED,
    Move.SERVE: EventKind.TICKET_STARTED,
    Move.FINISH: EventKind.TICKET_COMPLETED,
    Move.NO_SHOW: EventKind.TICKET_MISSED,
    Move.GIVE_UP: EventKind.TICKET_ABANDONED,
    Move.CANCEL: EventKind.TICKET_CANCELLED,
    Move.EXPIRE: EventKind.TICKET_EXPIRED,
    Move.PARK: EventKind.TICKET_PARKED,
    Move.RESUME: EventKind.TICKET_RESUMED,
    Move.REINSTATE: EventKind.TICKET_REINSTATED,
    Move.TRANSFER: EventKind.TICKET_TRANSFERRED,
    Move.BACK: EventKind.TICKET_RETURNED,
    Move.REJOIN: EventKind.TICKET_RETURNED,
    Move.CALL_PARKED: EventKind.TICKET_CALLED,
    Move.REQUEUE: EventKind.TICKET_REQUEUED,
}

ENDS = {Move.NO_SHOW, Move.GIVE_UP, Move.CANCEL, Move.EXPIRE, Move.PARK}


def make(tx: Tx, queue: Queue, actor: Actor, row: TicketRow, move: Move, **more: dict[str, Any]) -> Outcome:
    """Make one move of the table.

    `more` may hold `changes` (columns) and `data` (of the journal row) that belong to this move
    alone. Raises Refused("wrong_state") for a pair that is not in the table.
    """
    state = rules.after(row, move)
    changes: dict[str, Any] = {"state": state, **more.get("changes", {})}
    data: dict[str, Any] = {"was": row.state.value, "group": row.group, **more.get("data", {})}
    if move in ENDS:
        changes["ended_at"] = tx.now
    if row.back_at is not None:
        changes["back_at"] = None
    match move:
        case Move.RECALL:
            changes |= {"last_call_at": tx.now, "calls": row.calls + 1}
            data["call"] = row.calls + 1
        case Move.SERVE | Move.RESUME:
            changes |= {"started_at": tx.now, "ended_at": None}
        case Move.FINISH | Move.REQUEUE:
            changes["ended_at"] = tx.now if move is Move.FINISH else None
            data |= _service(tx, queue, row)
        case Move.EXPIRE:
            data["day"] = row.day
    after = store.save(tx, row, **changes)
    shown = queue.shown(after)
    return Outcome(shown, event=journal.append(tx, KINDS[move], actor.by, ticket=shown, data=data))


def call(tx: Tx, queue: Queue, actor: Actor, counter: str, choice: Choice, queues: Sequence[str]) -> Outcome:
    """Call a chosen ticket to a counter, with the reason and whom it passed over.

    `queues` are those that the counter drew from. What is counted for fairness is counted here,
    whatever the reason was.
    """
    row = store.ticket(tx.db, choice.head.id)
    if row is None:
        raise LookupError(f"ticket {choice.head.id} is in the index but not in the table")
    move = rules.CALLS.get(row.state, Move.CALL)
    usual = rules.sort_key(row.issued_at, queue.bonus_s(row))
    data = {
        "call": 1,
        "waited_s": (tx.now - row.issued_at) // 1000,
        "reason": choice.reason.value,
        "rule": choice.rule,
        "order": row.sort_key,
        "first": row.sort_key < usual and row.priority_class != APPOINTMENT,
        "queues": list(queues),
        "passed": [[head.id, head.group, head.kind, reason.value] for head, reason in choice.passed],
    }
    changes = {"counter": counter, "called_at": tx.now, "last_call_at": tx.now, "calls": 1, "ended_at": None}
    outcome = make(tx, queue, actor, row, move, changes=changes, data=data)
    if move is not Move.CALL_PARKED:
        store.count_turn(tx, row.group, row.kind)
    return outcome


def known(tx: Tx, ticket: int) -> TicketRow:
    """Read a ticket; raises Refused("ticket_unknown")."""
    row = store.ticket(tx.db, ticket)
    if row is None:
        raise Refused("ticket_unknown")
    return row


def write_once(queue: Queue, once: Once | None, command: Callable[[Tx], Outcome]) -> Outcome:
    """Write something that happens once for its key: asked again, what happened then is the answer.

    Raises Refused("key_reused"), and what the command raises.
    """

    def kept(tx: Tx) -> Outcome:
        replay = None if once is None else _earlier(tx, queue, once)
        return remember(tx, once, command(tx)) if replay is None else replay

    return queue.database.write(kept)


def _earlier(tx: Tx, queue: Queue, once: Once) -> Outcome | None:
    """The answer that this key got before, or None; raises Refused("key_reused")."""
    remembered = store.remembered(tx.db, once)
    if remembered is None:
        return None
    request, seq = remembered
    if request != once.request:
        raise Refused("key_reused")
    event = journal.event_at(tx.db, seq)
    if event is None or event.ticket is None:
        raise LookupError(f"journal row {seq} of a remembered key is gone")
    return Outcome(_as_given(queue, event, event.ticket), replayed=True, event=event)


def given_for(queue: Queue, caller: str, key: str) -> Ticket:
    """The ticket that a caller's earlier request got under this key; raises Refused("answer_unknown")."""
    with queue.database.snapshot() as db:
        remembered = store.remembered(db, Once(caller, key, b""))
        event = None if remembered is None else journal.event_at(db, remembered[1])
    if event is None or event.ticket is None:
        raise Refused("answer_unknown")
    return _as_given(queue, event, event.ticket)


def _as_given(queue: Queue, event: Event, ticket: Ticket) -> Ticket:
    """The ticket as whoever took it got it: with the address for the phone."""
    return queue.with_address(ticket) if event.kind == EventKind.TICKET_ISSUED else ticket


def remember(tx: Tx, once: Once | None, outcome: Outcome) -> Outcome:
    """Keep the key of a success, if there is one, and return the outcome."""
    if once is not None and outcome.event is not None:
        store.remember(tx, once, outcome.event.seq)
    return outcome


def _service(tx: Tx, queue: Queue, row: TicketRow) -> dict[str, Any]:
    """Take the service that ends now into the rolling mean of its matter's queue.

    One at a counter of another zone, where the ticket was sent to a colleague, tells nothing about
    those who wait in that queue and is left out.
    """
    service_s = (tx.now - (row.started_at or tx.now)) / 1000
    group = queue.home_group(row)
    mean_s, n = store.service_time(tx.db, group) or (queue.view.service_s(group), 0)
    plan = queue.hall.plan.groups.get(group)
    if plan is not None and plan.zone == row.zone:
        mean_s = rules.rolling_mean(mean_s, n, service_s)
        store.set_service_time(tx, group, mean_s, n + 1)
    zone_mean_s = queue.view.zone_service_s(row.zone, store.service_times(tx.db))
    return {"group": group, "service_s": service_s, "group_mean_s": mean_s, "mean_s": zone_mean_s}
