"""Agents with several matters: so many a call, then to the tail; and nobody is passed over untold."""

from __future__ import annotations

import pytest

from queue_server.hall.model import PersonLimits
from queue_server.refusals import Refused
from queue_server.tickets import actions, errands, story
from queue_server.tickets.model import Actor, Move
from queue_server.wire import Ticket
from tests.queue_server.tickets.desk import Bench
from tests.queue_server.tickets.test_returning import with_plan

CLERK = Actor("staff:x")


def serve(bench: Bench, left: int | None = None) -> tuple[str, Ticket]:
    """Call and serve the next at a counter; returns the number and the ticket after it."""
    called = bench.call()
    assert called is not None
    bench.move(Move.SERVE)
    bench.clock.advance(300)
    done = actions.move_at_counter(bench.queue, CLERK, "Z1-01", Move.FINISH, left=left).ticket
    assert done is not None
    return called.number, done


def test_three_matters_a_call_then_the_tail_with_the_same_number(bench: Bench) -> None:
    agent = bench.issue(errands=7)
    others = [bench.issue().number for _ in range(2)]
    number, after = serve(bench)
    assert (number, after.state, after.errands, after.issued_at) == (
        agent.number,
        "waiting",
        4,
        agent.issued_at,
    )
    bench.clock.advance(1)
    late = bench.issue()
    assert [serve(bench)[0] for _ in range(5)] == [*others, agent.number, late.number, agent.number]
    last = story.of_ticket(bench.queue, agent.id, "en")
    assert last.ticket.state == "completed"
    assert [line.kind for line in last.lines].count("ticket.requeued") == 2
    assert {one.reason: one.numbers for one in last.before} == {"own_move": [*others, late.number]}


def test_calling_the_next_ends_a_service_by_the_same_rule(bench: Bench) -> None:
    agent, other = bench.issue(errands=4), bench.issue()
    bench.call()
    bench.move(Move.SERVE)
    bench.clock.advance(300)
    assert [bench.call().id, bench.queue.view.state.zones["Z1"].waiting] == [other.id, 1]  # type: ignore[union-attr]
    bench.move(Move.SERVE)
    bench.clock.advance(300)
    again = bench.call()
    assert again is not None and (again.id, again.errands) == (agent.id, 1)
    bench.move(Move.SERVE)
    assert bench.call() is None


@pytest.mark.parametrize(
    ("brought", "left", "still"),
    [(1, None, 0), (3, None, 0), (4, None, 1), (20, None, 17), (1, 5, 5), (9, 0, 0), (9, 8, 8)],
    ids=["one", "a call's worth", "one more", "many", "found out at the counter", "all done", "only one"],
)
def test_what_is_left_after_a_call(bench: Bench, brought: int, left: int | None, still: int) -> None:
    bench.issue(errands=brought)
    _, after = serve(bench, left)
    assert (after.state, after.errands if still else 0) == ("waiting" if still else "completed", still)


def test_priority_counts_once(bench: Bench) -> None:
    bench.issue(errands=4, priority_class="disabled")
    bench.clock.advance(60)
    other = bench.issue()
    serve(bench)
    assert serve(bench)[0] == other.number


def test_one_number_holds_only_so_many(bench: Bench) -> None:
    with_plan(bench, person=PersonLimits(matters_a_ticket=5))
    bench.issue(errands=5)
    with pytest.raises(Refused) as refused:
        bench.issue(errands=6)
    assert (refused.value.code, refused.value.facts["most"]) == ("too_many_matters", 5)
    errands.check(bench.queue, 1)


def test_the_mean_service_time_counts_each_call(bench: Bench) -> None:
    bench.issue(errands=9)
    before = bench.queue.view.service_s("Z1")
    serve(bench)
    assert bench.queue.view.service_s("Z1") < before
