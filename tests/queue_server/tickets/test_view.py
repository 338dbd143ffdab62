"""What the hall keeps in memory is what a restart makes of the journal."""

from __future__ import annotations

import pytest

from queue_server.tickets import returning, rollover
from queue_server.tickets.model import Actor, Move
from queue_server.tickets.returning import Target
from queue_server.tickets.view import HallView
from tests.queue_server.tickets.desk import Bench

DAY_S = 24 * 3600


def fresh(bench: Bench) -> HallView:
    return HallView(bench.queue.database, bench.queue.hall, bench.queue.matters)


def serve(bench: Bench, counter: str, service_s: float) -> None:
    bench.call(counter)
    bench.move(Move.SERVE, counter)
    bench.clock.advance(service_s)
    bench.move(Move.FINISH, counter)


@pytest.mark.parametrize("days", [0, 1])
def test_a_zone_counts_the_service_that_just_ended(bench: Bench, days: int) -> None:
    bench.issue("Z3-001")
    before = bench.queue.view.zone_service_s("Z3")
    serve(bench, "Z3-01", 100)
    bench.clock.advance(days * DAY_S)
    rollover.roll_over(bench.queue)
    zone = bench.queue.view.state.zones["Z3"].service_s
    assert zone == bench.queue.view.zone_service_s("Z3") < before
    assert zone == fresh(bench).state.zones["Z3"].service_s


def test_a_service_at_a_colleague_of_another_zone_tells_nothing_of_the_queue(bench: Bench) -> None:
    bench.issue("Z3-001")
    bench.call("Z3-01")
    returning.transfer(bench.queue, Actor("staff:x"), "Z3-01", Target(counter="Z1-01"))
    before = bench.queue.view.service_s("Z3-id"), bench.queue.view.zone_service_s("Z1")
    serve(bench, "Z1-01", 7000)
    assert (bench.queue.view.service_s("Z3-id"), bench.queue.view.zone_service_s("Z1")) == before


def test_what_expires_of_yesterday_does_not_leave_todays_queue(bench: Bench) -> None:
    bench.issue()
    bench.clock.advance(DAY_S)
    bench.issue()
    assert rollover.roll_over(bench.queue) == 1
    assert bench.queue.view.state.zones["Z1"].waiting == fresh(bench).state.zones["Z1"].waiting == 1
