"""What people do with tickets: take one, call the next, serve, finish, miss, cancel.

Each action is one write. It asks the rules, saves, appends to the journal, and returns what
happened; a repeated idempotency key returns what happened the first time.
"""

from __future__ import annotations

import msgspec

from queue_server.database import Tx
from queue_server.hall.model import GroupPlan
from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.tickets import counters, days, rules, store
from queue_server.tickets.model import Actor, Move, Once, Outcome, TicketRow
from queue_server.tickets.queue import Queue
from queue_server.wire import EventKind, IssueTicket, PrintResult, PrintState, Ticket, TicketState
from queue_server.wire.waits import AHEAD_CAP

_NO_TICKET = {"self_service": "matter_elsewhere", "online_only": "matter_online", "reserved": "zone_reserved"}

_KINDS = {
    Move.CALL: EventKind.TICKET_CALLED,
    Move.RECALL: EventKind.TICKET_RECALLED,
    Move.SERVE: EventKind.TICKET_STARTED,
    Move.FINISH: EventKind.TICKET_COMPLETED,
    Move.NO_SHOW: EventKind.TICKET_MISSED,
    Move.CANCEL: EventKind.TICKET_CANCELLED,
    Move.EXPIRE: EventKind.TICKET_EXPIRED,
}


def issue(
    queue: Queue, actor: Actor, request: IssueTicket, once: Once, person: bytes | None = None
) -> Outcome:
    """Give a visit its number and put its first leg into the queue.

    `person` is the keyed hash of who takes it, if the hall asks. Raises Refused when the hall is
    closed, the matter draws no tickets, or the key was used for another request.
    """

    def command(tx: Tx) -> Outcome:
        earlier = _earlier(tx, queue, once)
        if earlier is not None:
            return earlier
        group = _group_for(queue, request, tx.now)
        row = _add(tx, queue, actor, request, group, person)
        ahead = store.count_ahead(tx.db, row, AHEAD_CAP)
        shown = queue.shown(row, ahead=ahead, wait=queue.view.wait(row.group, ahead))
        event = journal.append(
            tx, EventKind.TICKET_ISSUED, actor.by, ticket=shown,
            data={"group": row.group, "order": row.sort_key},
        )  # fmt: skip
        store.remember(tx, once, event.seq)
        return Outcome(_with_address(queue, shown), event=event)

    return queue.database.write(command)


def call_next(queue: Queue, actor: Actor, counter: str, once: Once | None = None) -> Outcome:
    """Call who is next for a counter; finishes the ticket at hand first.

    The ticket is None when nobody waits. A counter that is closed opens by this: keypads have no
    other key for it. Raises Refused when the counter is paused, taken, or has called somebody who
    is not yet served.
    """

    def command(tx: Tx) -> Outcome:
        earlier = None if once is None else _earlier(tx, queue, once)
        if earlier is not None:
            return earlier
        plan = queue.counter(counter)
        day = days.today(tx)
        counters.take_seat(tx, queue, actor, plan)
        at_hand = store.at_hand(tx.db, counter)
        if at_hand is not None and at_hand.state is TicketState.CALLED:
            raise Refused("serve_first", number=at_hand.number)
        if at_hand is not None:
            _move(tx, queue, actor, at_hand, Move.FINISH)
        head = rules.first_of(store.heads(tx.db, day, plan.groups))
        if head is None:
            return Outcome(None)
        row = store.ticket(tx.db, head[1])
        if row is None:
            raise LookupError(f"ticket {head[1]} is in the index but not in the table")
        outcome = _move(tx, queue, actor, row, Move.CALL, counter)
        if once is not None and outcome.event is not None:
            store.remember(tx, once, outcome.event.seq)
        return outcome

    return queue.database.write(command)


def move_at_counter(
    queue: Queue, actor: Actor, counter: str, move: Move, once: Once | None = None
) -> Outcome:
    """Make a move with the ticket at hand of a counter: recall, serve, finish, no-show.

    Raises Refused("no_ticket_at_hand") or Refused("wrong_state").
    """

    def command(tx: Tx) -> Outcome:
        earlier = None if once is None else _earlier(tx, queue, once)
        if earlier is not None:
            return earlier
        plan = queue.counter(counter)
        counters.check_seat(tx, actor, plan)
        row = store.at_hand(tx.db, counter)
        if row is None:
            raise Refused("no_ticket_at_hand")
        outcome = _move(tx, queue, actor, row, move)
        if once is not None and outcome.event is not None:
            store.remember(tx, once, outcome.event.seq)
        return outcome

    return queue.database.write(command)


def cancel(queue: Queue, actor: Actor, ticket: int) -> Outcome:
    """Take a ticket out of the queue at its holder's wish."""
    return queue.database.write(lambda tx: _move(tx, queue, actor, _known(tx, ticket), Move.CANCEL))


def expire(tx: Tx, queue: Queue, row: TicketRow) -> None:
    """End a ticket whose business day is over."""
    _move(tx, queue, Actor("system"), row, Move.EXPIRE)


def report_print(queue: Queue, actor: Actor, ticket: int, result: PrintResult) -> Outcome:
    """Record how the slip of a ticket ended; the ticket itself is not touched by it."""

    def command(tx: Tx) -> Outcome:
        row = _known(tx, ticket)
        state = PrintState(result.state)
        if row.print_state is PrintState.PRINTED and result.copy == 1:
            return Outcome(queue.shown(row), replayed=True)
        row = store.save(tx, row, print_state=state)
        kind = EventKind.SLIP_PRINTED if state is PrintState.PRINTED else EventKind.SLIP_FAILED
        shown = queue.shown(row)
        data = {"state": state.value, "reason": result.reason, "copy": result.copy}
        return Outcome(shown, event=journal.append(tx, kind, actor.by, ticket=shown, data=data))

    return queue.database.write(command)


def _group_for(queue: Queue, request: IssueTicket, now: int) -> GroupPlan:
    """The queue that a matter draws its numbers from, or why it draws none."""
    offer = queue.matters.get(request.matter)
    if offer is None:
        raise Refused("matter_unknown", matter=request.matter)
    group = offer.group
    if not offer.placement.issues or group is None:
        raise Refused(_NO_TICKET.get(offer.placement.why_not, "zone_reserved"), matter=offer.name)
    if request.priority_class not in (None, *queue.hall.plan.priority_classes):
        raise Refused("priority_unknown", priority=request.priority_class)
    if not queue.open_now(now):
        raise Refused("hall_closed")
    return group


def _add(
    tx: Tx, queue: Queue, actor: Actor, request: IssueTicket, group: GroupPlan, person: bytes | None
) -> TicketRow:
    plan = queue.hall.plan
    day = days.today(tx)
    drawn = store.next_number(tx, day, group.series)
    number = rules.number(plan.series[group.series].letter, drawn)
    visit = store.add_visit(tx, (day, number, request.lang, request.channel, person, actor.by))
    priority = plan.priority_classes.get(request.priority_class or "")
    return store.add_ticket(
        tx,
        TicketRow(
            id=0,
            visit=visit,
            leg=1,
            day=day,
            matter=request.matter,
            group=group.id,
            zone=group.zone,
            state=TicketState.WAITING,
            priority_class=request.priority_class,
            sort_key=rules.sort_key(tx.now, priority.bonus_s if priority else 0),
            issued_at=tx.now,
            called_at=None,
            started_at=None,
            ended_at=None,
            last_call_at=None,
            counter=None,
            calls=0,
            policy=plan.version,
            print_state=PrintState.PENDING if request.channel == "kiosk" else PrintState.NONE,
            number=number,
            lang=request.lang,
            channel=request.channel,
        ),
    )


def _move(
    tx: Tx, queue: Queue, actor: Actor, row: TicketRow, move: Move, counter: str | None = None
) -> Outcome:
    """Make one move of the table: check it, save it, journal it."""
    state = rules.after(row, move)
    changes: dict[str, object] = {"state": state}
    data: dict[str, object] = {"was": row.state.value, "group": row.group}
    match move:
        case Move.CALL:
            changes |= {"counter": counter, "called_at": tx.now, "last_call_at": tx.now, "calls": 1}
            data |= {"call": 1, "waited_s": (tx.now - row.issued_at) // 1000}
        case Move.RECALL:
            changes |= {"last_call_at": tx.now, "calls": row.calls + 1}
            data |= {"call": row.calls + 1}
        case Move.SERVE:
            changes |= {"started_at": tx.now}
        case Move.FINISH:
            changes |= {"ended_at": tx.now}
            data |= _service(tx, queue, row)
        case Move.EXPIRE:
            changes |= {"ended_at": tx.now}
            data |= {"day": row.day}
        case Move.NO_SHOW | Move.CANCEL:
            changes |= {"ended_at": tx.now}
    after = store.save(tx, row, **changes)
    shown = queue.shown(after)
    return Outcome(shown, event=journal.append(tx, _KINDS[move], actor.by, ticket=shown, data=data))


def _service(tx: Tx, queue: Queue, row: TicketRow) -> dict[str, object]:
    """Take the service that ends now into the rolling mean of its group."""
    service_s = (tx.now - (row.started_at or tx.now)) / 1000
    mean_s, n = store.service_time(tx.db, row.group) or (queue.view.service_s(row.group), 0)
    mean_s = rules.rolling_mean(mean_s, n, service_s)
    store.set_service_time(tx, row.group, mean_s, n + 1)
    zone_mean_s = queue.view.zone_service_s(row.zone)
    return {"service_s": service_s, "group_mean_s": mean_s, "mean_s": zone_mean_s}


def _known(tx: Tx, ticket: int) -> TicketRow:
    row = store.ticket(tx.db, ticket)
    if row is None:
        raise Refused("ticket_unknown")
    return row


def _earlier(tx: Tx, queue: Queue, once: Once) -> Outcome | None:
    """The answer that this key got before, or None; raises Refused("key_reused")."""
    known = store.remembered(tx.db, once)
    if known is None:
        return None
    request, seq = known
    if request != once.request:
        raise Refused("key_reused")
    event = journal.event_at(tx.db, seq)
    if event is None or event.ticket is None:
        raise LookupError(f"journal row {seq} of a remembered key is gone")
    ticket = event.ticket
    if event.kind == EventKind.TICKET_ISSUED:
        ticket = _with_address(queue, ticket)
    return Outcome(ticket, replayed=True, event=event)


def _with_address(queue: Queue, ticket: Ticket) -> Ticket:
    return msgspec.structs.replace(ticket, status_url=queue.status_url(ticket.visit))
