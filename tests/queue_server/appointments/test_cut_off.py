"""Whoever holds a number when the hall gives none any more is served, or comes first next morning."""

from __future__ import annotations

import pytest

from queue_server.appointments import carrying
from queue_server.appointments.keeping import keep
from queue_server.clock import rfc3339
from queue_server.refusals import Refused
from queue_server.tickets import actions, counters, reading
from queue_server.tickets.model import Actor, Move
from queue_server.tickets.rollover import roll_over
from queue_server.wire import Ticket, TicketState
from tests.queue_server.appointments.desk import GUIDE, KIOSK, Counter, at

COUNTERS = ("Z1-01", "Z1-02")
CLERK = Actor("staff:x")


def serve_one_each(counter: Counter, minutes: float) -> list[int]:
    """Call and serve one person at each counter; returns the tickets that were served."""
    queue, served = counter.desk.queue, []
    for desk in COUNTERS:
        ticket = actions.call_next(queue, CLERK, desk).ticket
        if ticket is not None:
            actions.move_at_counter(queue, CLERK, desk, Move.SERVE)
            served.append(ticket.id)
    counter.bench.clock.advance(minutes * 60)
    for desk in COUNTERS:
        if reading.console(queue, desk).ticket is not None:
            actions.move_at_counter(queue, CLERK, desk, Move.FINISH)
    return served


def until_the_hall_gives_none(counter: Counter) -> list[Ticket]:
    """Take numbers a minute apart until the turn would come after closing; the last try is refused."""
    taken = []
    with pytest.raises(Refused, match="too_late_today"):
        while True:
            taken.append(counter.bench.issue())
            counter.bench.clock.advance(20)
    return taken


def test_everybody_with_a_number_at_cut_off_is_served_or_offered_a_first_slot(counter: Counter) -> None:
    queue = counter.desk.queue
    counter.go_to("2026-11-23T15:00")
    for desk in COUNTERS:
        counters.open_counter(queue, GUIDE, desk)
    held = until_the_hall_gives_none(counter)
    served: set[int] = set()
    while counter.bench.clock.now_ms() < at("2026-11-23T17:00"):
        served |= set(serve_one_each(counter, minutes=40))  # slower than the hall foresaw
    left = [ticket for ticket in held if ticket.id not in served]
    assert len(served) > 5 and len(left) > 6
    morning = []
    for ticket in left:
        assert reading.status(queue, ticket.visit).late, "the phone offers it"
        told = carrying.carry_over(counter.desk, KIOSK, ticket.id, only_if_late=True)
        morning.append(told.answer.appointment)
    places = len(queue.hall.plan.counters_of("Z1"))
    starts = [at("2026-11-24T09:00") + n // places * 30 * 60_000 for n in range(len(left))]
    assert [one.starts_at for one in morning] == list(map(rfc3339, starts)), "the first slots, in their order"
    counter.go_to("2026-11-24T08:50")
    roll_over(queue)
    keep(counter.desk)
    for ticket in held:
        after = reading.ticket(queue, ticket.id)
        assert after.state is (TicketState.COMPLETED if ticket.id in served else TicketState.CANCELLED)
    first = [one for one in morning if one.starts_at == morning[0].starts_at]
    given = [counter.check_in(one.code).answer.ticket for one in first]
    here = {one.id for one in given if one is not None}
    assert len(here) == len(first)
    counter.go_to("2026-11-24T09:00")
    for _ in range(8):
        counter.bench.issue()
    called: set[int] = set()
    while not here <= called:
        assert counter.bench.clock.now_ms() < at("2026-11-24T10:00"), "within the hour, not after the others"
        called |= set(serve_one_each(counter, minutes=5))
