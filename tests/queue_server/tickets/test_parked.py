"""Whoever was parked says that they are back: the limit stops, and the counter's next call is theirs."""

from __future__ import annotations

import pytest

from queue_server.refusals import Refused
from queue_server.tickets import counters, parked, reading, returning, rollover, story
from queue_server.tickets.model import Actor, Move
from queue_server.wire import Ticket
from tests.queue_server.tickets.desk import KIOSK, Bench

CLERK = Actor("staff:x")


def park(bench: Bench, counter: str = "Z1-01") -> Ticket:
    """Let the next one at a counter be served and parked."""
    ticket = bench.call(counter)
    assert ticket is not None
    bench.move(Move.SERVE, counter)
    bench.move(Move.PARK, counter)
    return ticket


def test_whoever_is_back_in_time_is_never_missed_however_long_the_clerk_is_busy(bench: Bench) -> None:
    first, other = bench.issue(), bench.issue()
    park(bench)
    assert bench.call().id == other.id  # type: ignore[union-attr]
    bench.move(Move.SERVE)
    bench.clock.advance(19 * 60)
    back = parked.report_back(bench.queue, KIOSK, first.id).ticket
    assert back is not None and (back.state, back.counter) == ("parked", "Z1-01") and back.back_at
    bench.clock.advance(40 * 60)
    rollover.roll_over(bench.queue)
    assert reading.ticket(bench.queue, first.id).state == "parked"
    waiting = bench.issue()
    called = bench.call()
    assert called is not None and (called.id, called.state, called.back_at) == (first.id, "called", None)
    told = story.of_ticket(bench.queue, waiting.id, "zh").before
    assert [one.reason for one in told] == ["earlier"], "it came later, so nobody passed it over"


def test_saying_it_again_changes_nothing(bench: Bench) -> None:
    ticket = bench.issue()
    park(bench)
    once = parked.report_back(bench.queue, KIOSK, ticket.id)
    seq = bench.queue.view.state.seq
    again = parked.report_back(bench.queue, KIOSK, ticket.id)
    assert again.replayed and again.ticket == once.ticket
    assert bench.queue.view.state.seq == seq


def test_the_clerk_may_go_on_at_once_without_a_call(bench: Bench) -> None:
    ticket = bench.issue()
    park(bench)
    parked.report_back(bench.queue, KIOSK, ticket.id)
    resumed = returning.resume(bench.queue, CLERK, "Z1-01", ticket.number).ticket
    assert resumed is not None and (resumed.state, resumed.back_at) == ("serving", None)


def test_another_counter_does_not_call_them(bench: Bench) -> None:
    ticket = bench.issue()
    park(bench, "Z1-01")
    parked.report_back(bench.queue, KIOSK, ticket.id)
    assert bench.call("Z1-02") is None


def test_a_second_time_away_has_a_limit_again(bench: Bench) -> None:
    ticket = bench.issue()
    park(bench)
    parked.report_back(bench.queue, KIOSK, ticket.id)
    park(bench)
    bench.clock.advance(20 * 60 + 1)
    rollover.roll_over(bench.queue)
    assert reading.ticket(bench.queue, ticket.id).state == "missed"


@pytest.mark.parametrize("back_first", [True, False])
def test_if_the_counter_closes_they_wait_at_their_old_place(bench: Bench, back_first: bool) -> None:
    first = bench.issue()
    park(bench)
    bench.clock.advance(60)
    later = bench.issue()
    if back_first:
        parked.report_back(bench.queue, KIOSK, first.id)
    counters.close_counter(bench.queue, CLERK, "Z1-01")
    if not back_first:
        parked.report_back(bench.queue, KIOSK, first.id)
    assert bench.queue.view.state.zones["Z1"].waiting == 2
    assert [bench.call("Z1-02").id, bench.call("Z1-03").id] == [first.id, later.id]  # type: ignore[union-attr]


def test_only_parked_tickets_come_back(bench: Bench) -> None:
    ticket = bench.issue()
    with pytest.raises(Refused, match="wrong_state"):
        parked.report_back(bench.queue, KIOSK, ticket.id)
    with pytest.raises(Refused, match="ticket_unknown"):
        parked.report_back(bench.queue, KIOSK, 999)


def test_a_desk_finds_a_ticket_with_what_can_be_done(bench: Bench) -> None:
    ticket = bench.issue()
    assert reading.find(bench.queue, f" {ticket.number.lower()} ").can == ["transfer", "cancel"]
    bench.call()
    bench.miss()
    for _ in range(5):
        bench.clock.advance(1)
        bench.issue()
    missed = reading.find(bench.queue, ticket.number)
    assert (missed.can, missed.reinstates_left, missed.back_ahead) == (["reinstate", "cancel"], 2, 3)
    returning.reinstate(bench.queue, KIOSK, ticket.id)
    assert reading.find(bench.queue, ticket.number).ticket.ahead == 3
    with pytest.raises(Refused, match="number_unknown"):
        reading.find(bench.queue, "A999")
