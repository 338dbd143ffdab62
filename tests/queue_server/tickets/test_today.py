"""What everybody is told of the day: numbers left, and up to whom the hall will come before closing."""

from __future__ import annotations

from queue_server.hall.model import Quota
from queue_server.tickets import counters, today
from queue_server.tickets.model import Actor
from queue_server.wire.today import QueueToday
from tests.queue_server.tickets.desk import Bench
from tests.queue_server.tickets.test_returning import with_plan


def line(bench: Bench, name: str, lang: str = "zh") -> QueueToday:
    return next(one for one in today.today(bench.queue, lang).queues if one.id == name)


def test_every_queue_is_told_in_hall_order_and_nothing_limits_it(bench: Bench) -> None:
    told = today.today(bench.queue, "zh")
    assert {one.id for one in told.queues} == set(bench.queue.hall.plan.groups)
    assert [one.zone for one in told.queues] == sorted(one.zone for one in told.queues)
    assert told.closes_at == "2026-11-23T09:00:00.000Z"
    first = line(bench, "Z1")
    assert (first.issues, first.remaining, first.last_expected, first.waiting) == (True, None, None, 0)


def test_what_a_quota_leaves_and_a_matter_with_its_own(bench: Bench) -> None:
    with_plan(bench, quotas={"q": Quota("q", 3, "Z1", "", ""), "m": Quota("m", 1, "", "Z1-002", "")})
    bench.issue("Z1-001")
    assert (line(bench, "Z1").remaining, line(bench, "Z1-002").remaining) == (2, 1)
    bench.issue("Z1-002")
    own, others = line(bench, "Z1-002"), line(bench, "Z1")
    assert (own.remaining, own.issues, others.remaining, others.issues) == (0, False, 1, True)
    assert "取完" in own.title
    assert "taken" in line(bench, "Z1-002", "en").title


def test_the_last_number_that_will_be_called(bench: Bench) -> None:
    counters.open_counter(bench.queue, Actor("staff:x"), "Z1-01")
    bench.clock.advance(7 * 3600)
    taken = []
    while line(bench, "Z1").issues:
        taken.append(bench.issue("Z1-001").number)
    told = line(bench, "Z1")
    assert told.last_expected in taken and told.waiting == len(taken)
    assert "今天办不到" in told.title
