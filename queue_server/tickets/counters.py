"""Counters at work: who sits there, whether they take people."""

from __future__ import annotations

from collections.abc import Sequence

from queue_server.clock import rfc3339
from queue_server.database import Tx
from queue_server.hall.model import CounterPlan
from queue_server.journal.store import append
from queue_server.refusals import Refused
from queue_server.tickets import days, parked, store
from queue_server.tickets.model import Actor
from queue_server.tickets.queue import Queue
from queue_server.tickets.rules import private_queue
from queue_server.wire import CounterStatus, Event, EventKind


def open_counter(queue: Queue, actor: Actor, counter: str, take_over: bool = False) -> None:
    """Open a counter for an actor; a second opening by the same one changes nothing.

    Raises Refused("counter_taken") when another clerk sits there and `take_over` is not given.
    """

    def command(tx: Tx) -> None:
        plan = queue.counter(counter)
        days.today(tx)
        state, clerk = store.counter_state(tx.db, counter)
        if not take_over:
            check_seat(tx, actor, plan)
        if state != CounterStatus.OPEN or clerk != actor.clerk:
            _set(tx, plan, EventKind.COUNTER_OPENED, actor, actor.clerk or clerk)

    queue.database.write(command)


def close_counter(queue: Queue, actor: Actor, counter: str) -> None:
    """Close a counter; raises Refused("counter_busy") while it has a ticket at hand.

    Whoever was parked there and is back goes on at another counter.
    """

    def command(tx: Tx) -> None:
        plan = queue.counter(counter)
        check_seat(tx, actor, plan)
        at_hand = store.at_hand(tx.db, counter)
        if at_hand is not None:
            raise Refused("counter_busy", number=at_hand.number)
        if store.counter_state(tx.db, counter)[0] != CounterStatus.CLOSED:
            _set(tx, plan, EventKind.COUNTER_CLOSED, actor, None)
            parked.release(tx, queue, actor, counter)

    queue.database.write(command)


def pause_counter(queue: Queue, actor: Actor, counter: str) -> None:
    """Take nobody for a while; the ticket at hand stays at hand."""
    _toggle(queue, actor, counter, EventKind.COUNTER_PAUSED)


def resume_counter(queue: Queue, actor: Actor, counter: str) -> None:
    """Take people again."""
    _toggle(queue, actor, counter, EventKind.COUNTER_RESUMED)


def check_seat(tx: Tx, actor: Actor, plan: CounterPlan) -> None:
    """Raise Refused("counter_taken") when another clerk sits at the counter."""
    _, clerk = store.counter_state(tx.db, plan.id)
    if clerk is not None and actor.clerk is not None and clerk != actor.clerk:
        raise Refused("counter_taken", label=plan.label, clerk=clerk)


def queues_of(tx: Tx, plan: CounterPlan, actor: Actor) -> list[str]:
    """The queues that an actor at a counter draws from now.

    Those of the plan and those that the counter is lent to, as far as the clerk has the skill, and
    always the counter's private queue.
    """
    found = [*plan.groups, *store.loans(tx.db, plan.id, tx.now)]
    able = store.skills(tx.db, actor.clerk) if actor.clerk else None
    if able is not None:
        found = [group for group in found if group in able]
    return [*dict.fromkeys(found), private_queue(plan.id)]


def lend(queue: Queue, actor: Actor, counter: str, groups: Sequence[str], minutes: int) -> int:
    """Let a counter help out with other queues for a while; returns until when, in ms UTC.

    No groups end the loan. Raises Refused("group_unknown").
    """

    def command(tx: Tx) -> int:
        plan = queue.counter(counter)
        for group in groups:
            if group not in queue.hall.plan.groups:
                raise Refused("group_unknown", group=group)
        until = tx.now + minutes * 60_000
        store.lend(tx, counter, groups, until)
        data = {"groups": list(groups), "until": rfc3339(until)}
        append(tx, EventKind.COUNTER_LENT, actor.by, place=(plan.id, plan.zone), data=data)
        return until

    return queue.database.write(command)


def set_skills(queue: Queue, actor: Actor, staff: str, groups: Sequence[str]) -> None:
    """Say which queues a clerk may serve; none means all. Raises Refused("group_unknown")."""

    def command(tx: Tx) -> None:
        for group in groups:
            if group not in queue.hall.plan.groups:
                raise Refused("group_unknown", group=group)
        store.set_skills(tx, staff, groups)
        data = {"staff": staff, "groups": list(groups)}
        append(tx, EventKind.SKILLS_CHANGED, actor.by, data=data)

    queue.database.write(command)


def take_seat(tx: Tx, queue: Queue, actor: Actor, plan: CounterPlan) -> None:
    """Make sure that the counter takes people, opening it if it is closed."""
    state, clerk = store.counter_state(tx.db, plan.id)
    if clerk is not None and actor.clerk is not None and clerk != actor.clerk:
        raise Refused("counter_taken", label=plan.label, clerk=clerk)
    if state == CounterStatus.PAUSED:
        raise Refused("counter_paused")
    if state == CounterStatus.CLOSED:
        _set(tx, plan, EventKind.COUNTER_OPENED, actor, actor.clerk)


def _toggle(queue: Queue, actor: Actor, counter: str, kind: EventKind) -> None:
    def command(tx: Tx) -> None:
        plan = queue.counter(counter)
        check_seat(tx, actor, plan)
        state, clerk = store.counter_state(tx.db, counter)
        if state == CounterStatus.CLOSED:
            raise Refused("counter_closed")
        if state != _STATES[kind]:
            _set(tx, plan, kind, actor, clerk)

    queue.database.write(command)


_STATES = {
    EventKind.COUNTER_OPENED: CounterStatus.OPEN,
    EventKind.COUNTER_RESUMED: CounterStatus.OPEN,
    EventKind.COUNTER_PAUSED: CounterStatus.PAUSED,
    EventKind.COUNTER_CLOSED: CounterStatus.CLOSED,
}


def _set(tx: Tx, plan: CounterPlan, kind: EventKind, actor: Actor, clerk: str | None) -> Event:
    state = _STATES[kind]
    store.set_counter(tx, plan.id, state, clerk)
    data = {"state": state.value, "clerk": clerk}
    return append(tx, kind, actor.by, place=(plan.id, plan.zone), data=data)
