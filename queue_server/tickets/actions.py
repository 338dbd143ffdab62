"""What people do with tickets: take one, call the next, serve, finish, miss, cancel.

Each action is one write. It asks the rules, saves, appends to the journal, and returns what
happened; a repeated idempotency key returns what happened the first time.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from queue_server.database import Tx
from queue_server.hall.model import CounterPlan, GroupPlan
from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.tickets import admission, choice, counters, days, errands, moves, rules, store
from queue_server.tickets.choice import NORMAL, PRIORITY, Choice, Head, Reason
from queue_server.tickets.model import Actor, Move, Once, Outcome, TicketRow
from queue_server.tickets.queue import Queue
from queue_server.wire import EventKind, IssueTicket, PrintResult, PrintState, TicketState
from queue_server.wire.waits import AHEAD_CAP


def issue(
    queue: Queue, actor: Actor, request: IssueTicket, once: Once, person: bytes | None = None
) -> Outcome:
    """Give a visit its number and put its first leg into the queue.

    `person` is the keyed hash of who takes it, if the hall asks. Raises Refused when the hall is
    closed, the matter draws no tickets, a quota or a person's limit is reached, it would be too
    late today, an agent brings too many matters, or the key was used for another request.
    """

    def command(tx: Tx) -> Outcome:
        group = admission.group_for(queue, request, tx.now)
        errands.check(queue, request.errands)
        day = days.today(tx)
        admission.check_person(tx, queue, person, group, day)
        admission.check_closing(tx, queue, group, day, request.priority_class)
        admission.take_quota(tx, queue, request.matter, group, day)
        row = add_leg(tx, queue, actor, request, group, (day, person))
        return announce(tx, queue, actor, row)

    return moves.write_once(queue, once, command)


def call_next(queue: Queue, actor: Actor, counter: str, once: Once | None = None) -> Outcome:
    """Call who is next for a counter; finishes the ticket at hand first.

    The ticket is None when nobody waits. A counter that is closed opens by this: keypads have no
    other key for it. Raises Refused when the counter is paused, taken, or has called somebody who
    is not yet served.
    """

    def command(tx: Tx) -> Outcome:
        plan = queue.counter(counter)
        day = days.today(tx)
        counters.take_seat(tx, queue, actor, plan)
        at_hand = store.at_hand(tx.db, counter)
        if at_hand is not None and at_hand.state is TicketState.CALLED:
            raise Refused("serve_first", number=at_hand.number)
        if at_hand is not None:
            errands.finish(tx, queue, actor, at_hand)
        queues = counters.queues_of(tx, plan, actor)
        chosen = next_for(tx, queue, plan, day, queues)
        if chosen is None:
            return Outcome(None)
        return moves.call(tx, queue, actor, counter, chosen, queues)

    return moves.write_once(queue, once, command)


def next_for(tx: Tx, queue: Queue, plan: CounterPlan, day: str, queues: Sequence[str]) -> Choice | None:
    """Choose who is next for a counter that draws from `queues`; None when nobody waits.

    Whoever was parked at this counter and is back goes on before anybody new.
    """
    hall = queue.hall.plan
    heads = store.heads(tx.db, day, queues)
    back = store.returned(tx.db, plan.id)
    if back is not None:
        return choice.by_hand(_head(back), Reason.PARKED_BACK, heads)
    fairness = choice.Fairness(
        normals_since=lambda group: store.normals_since(tx.db, group),
        delay_s=lambda head: store.overtakers(tx.db, head, day) * queue.view.step_s(head.group),
        step_s=queue.view.step_s,
    )
    need = choice.Need(lambda group, cap: store.count_waiting(tx.db, day, group, cap), tx.now)
    return choice.choose(heads, hall.fairness, fairness, hall.profile_of(plan.id), need)


def call_number(queue: Queue, actor: Actor, counter: str, number: str, reason: str) -> Outcome:
    """Call a chosen waiting number, which needs a reason, or a missed one, which needs a right.

    Raises Refused: `number_unknown`, `not_served_here`, `reason_needed`, `not_allowed`,
    `serve_first`, `wrong_state`.
    """

    def command(tx: Tx) -> Outcome:
        plan = queue.counter(counter)
        day = days.today(tx)
        counters.take_seat(tx, queue, actor, plan)
        at_hand = store.at_hand(tx.db, counter)
        if at_hand is not None:
            raise Refused("finish_first", number=at_hand.number)
        row = store.by_number(tx.db, day, number.strip().upper())
        if row is None:
            raise Refused("number_unknown", number=number)
        queues = counters.queues_of(tx, plan, actor)
        if row.group not in queues:
            raise Refused("not_served_here", number=row.number, matter=queue.matter_name(row))
        chosen = _chosen(row, reason, actor, store.heads(tx.db, day, queues))
        return moves.call(tx, queue, actor, counter, chosen, queues)

    return queue.database.write(command)


def move_at_counter(
    queue: Queue, actor: Actor, counter: str, move: Move, once: Once | None = None, left: int | None = None
) -> Outcome:
    """Make a move with the ticket at hand of a counter: recall, serve, finish, no-show, park.

    `left`: so many matters an agent still has after this service; None for what the rule says.

    Raises Refused("no_ticket_at_hand"), ("wrong_state"), and what the rules of calling say.
    """

    def command(tx: Tx) -> Outcome:
        row = at_hand_of(tx, queue, actor, counter)
        hall = queue.hall.plan
        made = move
        if move is Move.RECALL and row.state is TicketState.CALLED:
            rules.check_recall(row, hall.calls, tx.now)
        if move is Move.NO_SHOW:
            rules.check_no_show(row, hall.calls)
            made = rules.after_no_show(row, hall.missed) if row.state is TicketState.CALLED else move
        if move is Move.FINISH and row.state is TicketState.SERVING:
            return errands.finish(tx, queue, actor, row, left)
        return moves.make(tx, queue, actor, row, made)

    return moves.write_once(queue, once, command)


def at_hand_of(tx: Tx, queue: Queue, actor: Actor, counter: str) -> TicketRow:
    """The ticket at hand of a counter where the actor sits; raises Refused("no_ticket_at_hand")."""
    plan = queue.counter(counter)
    counters.check_seat(tx, actor, plan)
    row = store.at_hand(tx.db, counter)
    if row is None:
        raise Refused("no_ticket_at_hand")
    return row


def cancel(queue: Queue, actor: Actor, ticket: int) -> Outcome:
    """Take a ticket out of the queue at its holder's wish."""
    return queue.database.write(lambda tx: moves.make(tx, queue, actor, moves.known(tx, ticket), Move.CANCEL))


def report_print(queue: Queue, actor: Actor, ticket: int, result: PrintResult) -> Outcome:
    """Record how the slip of a ticket ended; the ticket itself is not touched by it."""

    def command(tx: Tx) -> Outcome:
        row = moves.known(tx, ticket)
        state = PrintState(result.state)
        if row.print_state is PrintState.PRINTED and result.copy == 1:
            return Outcome(queue.shown(row), replayed=True)
        row = store.save(tx, row, print_state=state)
        kind = EventKind.SLIP_PRINTED if state is PrintState.PRINTED else EventKind.SLIP_FAILED
        shown = queue.shown(row)
        data = {"state": state.value, "reason": result.reason, "copy": result.copy}
        return Outcome(shown, event=journal.append(tx, kind, actor.by, ticket=shown, data=data))

    return queue.database.write(command)


def announce(tx: Tx, queue: Queue, actor: Actor, row: TicketRow, booked_at: str | None = None) -> Outcome:
    """Journal a new leg with who waits before it; the ticket comes back with its citizen's address."""
    ahead = store.count_ahead_of_arrival(tx, row, AHEAD_CAP)
    shown = queue.shown(row, ahead=ahead, wait=queue.view.wait(row.group, ahead))
    if booked_at is not None:
        shown = msgspec.structs.replace(shown, booked_at=booked_at)
    data = {"group": row.group, "order": row.sort_key}
    event = journal.append(tx, EventKind.TICKET_ISSUED, actor.by, ticket=shown, data=data)
    return Outcome(queue.with_address(shown), event=event)


def add_leg(
    tx: Tx,
    queue: Queue,
    actor: Actor,
    request: IssueTicket,
    group: GroupPlan,
    whose: tuple[str, bytes | None],
) -> TicketRow:
    """Draw a number and store visit and leg; `whose` is the business day and the person's hash."""
    plan = queue.hall.plan
    day, person = whose
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
            kind=PRIORITY if priority else NORMAL,
            sort_key=rules.sort_key(tx.now, priority.bonus_s if priority else 0),
            issued_at=tx.now,
            called_at=None,
            started_at=None,
            ended_at=None,
            last_call_at=None,
            counter=None,
            calls=0,
            reinstated=0,
            policy=plan.version,
            print_state=PrintState.PENDING if request.channel == "kiosk" else PrintState.NONE,
            number=number,
            lang=request.lang,
            channel=request.channel,
            errands=request.errands,
        ),
    )


def _chosen(row: TicketRow, reason: str, actor: Actor, heads: list[Head]) -> Choice:
    """The choice of a person: with a reason, and with those who came before and are passed over."""
    if row.state is TicketState.MISSED:
        if not actor.may_call_missed:
            raise Refused("not_allowed")
        return choice.by_hand(_head(row), Reason.MISSED_BACK, heads, reason.strip())
    if len(reason.strip()) < 2 or len(reason) > 100:
        raise Refused("reason_needed")
    return choice.by_hand(_head(row), Reason.CHOSEN, heads, reason.strip())


def _head(row: TicketRow) -> Head:
    return Head(row.id, row.group, row.kind, row.sort_key, row.issued_at)
