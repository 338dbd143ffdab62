"""Tickets that come back or go elsewhere, chosen and missed numbers, limits and closing time."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from queue_server.hall.model import ClosingRules, HallPlan, PersonLimits, Quota
from queue_server.refusals import Refused
from queue_server.tickets import actions, counters, reading, returning, rollover, store, story
from queue_server.tickets.model import Actor, Move
from queue_server.tickets.returning import Target
from queue_server.wire import IssueTicket, Ticket
from tests.queue_server.tickets.desk import KIOSK, Bench

GUIDE = Actor("staff:guide", "guide")
BOSS = Actor("staff:boss", "boss", may_call_missed=True)


def with_plan(bench: Bench, **changes: Any) -> None:
    """Change rules of the plan in force, as an admin's new version would."""
    book = bench.queue.hall
    plan: HallPlan = dataclasses.replace(book.plan, **changes)
    book._plans = ((0, plan),)


def numbers(bench: Bench, counter: str, count: int) -> list[str]:
    called = []
    for _ in range(count):
        ticket = bench.call(counter)
        assert ticket is not None
        called.append(ticket.number)
        bench.move(Move.SERVE, counter)
    return called


def missed(bench: Bench, counter: str = "Z1-01") -> Ticket:
    bench.call(counter)
    ticket = bench.miss(counter).ticket
    assert ticket is not None
    return ticket


def test_recall_waits_and_ends(bench: Bench) -> None:
    bench.issue()
    bench.call()
    with pytest.raises(Refused) as soon:
        bench.move(Move.RECALL)
    assert (soon.value.code, soon.value.facts["wait_s"]) == ("recall_too_soon", 20)
    bench.clock.advance(19.5)
    with pytest.raises(Refused, match="recall_too_soon"):
        bench.move(Move.RECALL)
    for _ in range(2):
        bench.clock.advance(20)
        bench.move(Move.RECALL)
    bench.clock.advance(20)
    with pytest.raises(Refused, match="recalls_used_up"):
        bench.move(Move.RECALL)


def test_a_number_is_missed_only_after_all_its_calls(bench: Bench) -> None:
    bench.issue()
    bench.call()
    with pytest.raises(Refused, match="call_again_first"):
        bench.move(Move.NO_SHOW)
    assert bench.miss().ticket.state == "missed"  # type: ignore[union-attr]


def test_reinstated_behind_three(bench: Bench) -> None:
    first = bench.issue()
    gone = missed(bench)
    others = []
    for _ in range(5):
        bench.clock.advance(1)
        others.append(bench.issue().number)
    back = returning.reinstate(bench.queue, KIOSK, first.id).ticket
    assert back is not None and (back.state, back.number) == ("waiting", gone.number)
    assert numbers(bench, "Z1-01", 6) == [*others[:3], first.number, *others[3:]]


def test_reinstated_behind_fewer_and_behind_nobody(bench: Bench) -> None:
    first = bench.issue()
    missed(bench)
    other = bench.issue()
    returning.reinstate(bench.queue, KIOSK, first.id)
    assert numbers(bench, "Z1-01", 2) == [other.number, first.number]
    second = bench.issue()
    missed(bench)
    returning.reinstate(bench.queue, KIOSK, second.id)
    assert numbers(bench, "Z1-01", 1) == [second.number]


def test_the_third_absence_gives_the_number_up(bench: Bench) -> None:
    ticket = bench.issue()
    for _ in range(2):
        missed(bench)
        returning.reinstate(bench.queue, KIOSK, ticket.id)
    bench.call()
    assert bench.miss().ticket.state == "abandoned"  # type: ignore[union-attr]
    with pytest.raises(Refused, match="wrong_state"):
        returning.reinstate(bench.queue, KIOSK, ticket.id)


def test_only_missed_tickets_are_reinstated(bench: Bench) -> None:
    ticket = bench.issue()
    with pytest.raises(Refused, match="wrong_state"):
        returning.reinstate(bench.queue, KIOSK, ticket.id)


def test_park_and_resume_at_the_same_counter(bench: Bench) -> None:
    first, second = bench.issue(), bench.issue()
    bench.call()
    bench.move(Move.SERVE)
    bench.move(Move.PARK)
    assert bench.call().number == second.number  # type: ignore[union-attr]
    with pytest.raises(Refused, match="finish_first"):
        returning.resume(bench.queue, BOSS, "Z1-01")
    bench.move(Move.SERVE)
    bench.move(Move.FINISH)
    back = returning.resume(bench.queue, BOSS, "Z1-01").ticket
    assert back is not None and (back.number, back.state, back.counter) == (first.number, "serving", "Z1-01")
    with pytest.raises(Refused, match="nothing_parked"):
        returning.resume(bench.queue, BOSS, "Z1-02")
    assert [row.number for row in reading.console(bench.queue, "Z1-01").parked] == []


def test_a_resume_that_is_asked_for_twice_is_one(bench: Bench) -> None:
    bench.issue()
    for parked in range(2):
        assert bench.call() is not None or parked
        bench.move(Move.SERVE)
        bench.move(Move.PARK)
        bench.issue()
    once = bench.once("resume-key-1", caller=BOSS.by)
    first = returning.resume(bench.queue, BOSS, "Z1-01", once=once)
    again = returning.resume(bench.queue, BOSS, "Z1-01", once=once)
    assert again.replayed and not first.replayed and again.ticket == first.ticket
    bench.move(Move.FINISH)
    assert returning.resume(bench.queue, BOSS, "Z1-01", once=once).ticket == first.ticket, "not the other one"
    assert len(reading.console(bench.queue, "Z1-01").parked) == 1


def test_a_parked_ticket_is_missed_after_twenty_minutes(bench: Bench) -> None:
    ticket = bench.issue()
    bench.call()
    bench.move(Move.SERVE)
    bench.move(Move.PARK)
    bench.clock.advance(19 * 60)
    rollover.roll_over(bench.queue)
    assert reading.ticket(bench.queue, ticket.id).state == "parked"
    bench.clock.advance(61)
    rollover.roll_over(bench.queue)
    assert reading.ticket(bench.queue, ticket.id).state == "missed"
    returning.reinstate(bench.queue, KIOSK, ticket.id)


def test_transfer_to_a_matter_keeps_number_and_arrival(bench: Bench) -> None:
    moved = bench.issue("Z1-001")
    bench.clock.advance(600)
    waiting = bench.issue("Z6-001")
    bench.call("Z1-01")
    bench.move(Move.SERVE, "Z1-01")
    after = returning.transfer(bench.queue, BOSS, "Z1-01", Target(matter="Z6-002")).ticket
    assert after is not None
    assert (after.number, after.zone, after.state, after.issued_at) == (
        moved.number,
        "Z6",
        "waiting",
        moved.issued_at,
    )
    assert bench.queue.view.state.zones["Z6"].waiting == 2
    assert bench.queue.view.state.counters["Z1-01"].number is None
    assert numbers(bench, "Z6-01", 2) == [moved.number, waiting.number]


def test_transfer_to_a_zone_first_in_line(bench: Bench) -> None:
    earlier = bench.issue("Z6-001")
    bench.clock.advance(60)
    moved = bench.issue("Z1-001")
    bench.call("Z1-01")
    returning.transfer(bench.queue, BOSS, "Z1-01", Target(zone="Z6", first=True))
    assert numbers(bench, "Z6-01", 2) == [moved.number, earlier.number]


def test_transfer_to_a_counter_is_called_there_alone(bench: Bench) -> None:
    moved = bench.issue("Z1-001")
    bench.call("Z1-01")
    bench.move(Move.SERVE, "Z1-01")
    returning.transfer(bench.queue, BOSS, "Z1-01", Target(counter="Z1-03"))
    assert bench.call("Z1-02") is None
    called = bench.call("Z1-03")
    assert called is not None and called.number == moved.number
    bench.move(Move.SERVE, "Z1-03")
    bench.clock.advance(300)
    done = bench.move(Move.FINISH, "Z1-03")
    assert done.event is not None and done.event.data["group"] == "Z1"


def test_a_waiting_ticket_is_transferred_at_the_desk(bench: Bench) -> None:
    ticket = bench.issue("Z1-001")
    returning.transfer_ticket(bench.queue, GUIDE, ticket.id, Target(matter="Z7-001"))
    assert (bench.queue.view.state.zones["Z1"].waiting, bench.queue.view.state.zones["Z7"].waiting) == (0, 1)
    assert bench.call("Z1-01") is None


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (Target(), "transfer_target"),
        (Target(matter="Z1-001", zone="Z1"), "transfer_target"),
        (Target(matter="Z8-001"), "matter_unknown"),
        (Target(matter="nothing"), "matter_unknown"),
        (Target(zone="Z8"), "zone_unknown"),
        (Target(counter="Z9-01"), "counter_unknown"),
    ],
)
def test_a_transfer_needs_one_place(bench: Bench, target: Target, code: str) -> None:
    bench.issue()
    bench.call()
    with pytest.raises(Refused, match=code):
        returning.transfer(bench.queue, BOSS, "Z1-01", target)
    assert store.at_hand(bench.queue.database.read(), "Z1-01") is not None


def test_a_chosen_number_needs_a_reason_and_names_who_was_passed(bench: Bench) -> None:
    first, second = bench.issue(), bench.issue()
    bench.clock.advance(60)
    third = bench.issue()
    with pytest.raises(Refused, match="reason_needed"):
        actions.call_number(bench.queue, BOSS, "Z1-01", third.number, "")
    outcome = actions.call_number(bench.queue, BOSS, "Z1-01", third.number.lower(), "带孩子的老人")
    assert outcome.event is not None
    assert outcome.event.data["passed"] == [[first.id, "Z1", 0, "chosen"]]
    for passed in (first, second):
        told = " ".join(line.text for line in story.of_ticket(bench.queue, passed.id, "zh").lines)
        assert third.number in told and "带孩子的老人" in told


def test_a_missed_number_is_called_only_with_the_right(bench: Bench) -> None:
    bench.issue()
    gone = missed(bench)
    with pytest.raises(Refused, match="not_allowed"):
        actions.call_number(bench.queue, GUIDE, "Z1-01", gone.number, "")
    outcome = actions.call_number(bench.queue, BOSS, "Z1-01", gone.number, "")
    assert outcome.ticket is not None and outcome.ticket.state == "called"
    assert outcome.event is not None and outcome.event.data["reason"] == "missed_back"


def test_refusals_of_a_chosen_call(bench: Bench) -> None:
    ticket, other = bench.issue("Z1-001"), bench.issue("Z3-001")
    with pytest.raises(Refused, match="number_unknown"):
        actions.call_number(bench.queue, BOSS, "Z1-01", "A999", "reason")
    with pytest.raises(Refused, match="not_served_here"):
        actions.call_number(bench.queue, BOSS, "Z1-01", other.number, "reason")
    bench.call("Z1-02")
    with pytest.raises(Refused, match="wrong_state"):
        actions.call_number(bench.queue, BOSS, "Z1-01", ticket.number, "reason")
    with pytest.raises(Refused, match="finish_first"):
        actions.call_number(bench.queue, BOSS, "Z1-02", ticket.number, "reason")


def test_a_clerk_is_called_only_what_they_can_serve(bench: Bench) -> None:
    counters.set_skills(bench.queue, BOSS, "li", ["Z3-household"])
    bench.issue("Z3-001")
    able = bench.issue("Z3-004")
    called = bench.call("Z3-01", "li")
    assert called is not None and called.number == able.number
    bench.move(Move.SERVE, "Z3-01")
    assert bench.call("Z3-01", "li") is None
    counters.set_skills(bench.queue, BOSS, "li", [])
    assert bench.call("Z3-01", "li") is not None
    with pytest.raises(Refused, match="group_unknown"):
        counters.set_skills(bench.queue, BOSS, "li", ["nothing"])


def test_a_counter_is_lent_for_an_hour(bench: Bench) -> None:
    bench.issue("Z3-001")
    assert bench.call("Z5-01") is None
    counters.lend(bench.queue, BOSS, "Z5-01", ["Z3-id"], 60)
    called = bench.call("Z5-01")
    assert called is not None and called.zone == "Z3"
    bench.move(Move.SERVE, "Z5-01")
    bench.issue("Z3-001")
    bench.clock.advance(3601)
    assert bench.call("Z5-01") is None


def test_one_open_ticket_a_queue_and_three_in_all(bench: Bench) -> None:
    with_plan(bench, person=PersonLimits(1, 3))

    def take(matter: str, person: bytes = b"somebody") -> Ticket:
        outcome = actions.issue(bench.queue, KIOSK, IssueTicket(matter), bench.once(), person)
        assert outcome.ticket is not None
        return outcome.ticket

    first = take("Z1-001")
    with pytest.raises(Refused, match="person_in_queue"):
        take("Z1-002")
    take("Z2-001")
    take("Z3-001")
    with pytest.raises(Refused, match="person_has_enough"):
        take("Z4-001")
    take("Z4-001", b"another")
    actions.cancel(bench.queue, KIOSK, first.id)
    take("Z1-002")


def test_a_quota_counts_a_session_and_a_refusal_takes_nothing(bench: Bench) -> None:
    with_plan(bench, quotas={"q": Quota("q", 2, "Z1", "", "morning"), "m": Quota("m", 1, "", "Z2-001", "")})
    bench.issue("Z1-001")
    bench.issue("Z1-002")
    with pytest.raises(Refused, match="quota_used_up"):
        bench.issue("Z1-003")
    bench.issue("Z2-001")
    with pytest.raises(Refused, match="quota_used_up"):
        bench.issue("Z2-001")
    assert bench.issue("Z2-002").number == "B002"
    assert reading.prospect(bench.queue, "Z1-001", "en").remaining == 0
    bench.clock.advance(4 * 3600)
    bench.issue("Z1-003")
    assert bench.issue("Z2-001").number == "B003"


def test_no_number_for_a_turn_after_closing(bench: Bench) -> None:
    with_plan(bench, closing=ClosingRules(0))
    counters.open_counter(bench.queue, GUIDE, "Z1-01")
    bench.clock.advance(7.5 * 3600)
    assert reading.prospect(bench.queue, "Z1-001", "zh").issues
    taken = [bench.issue("Z1-001").number]
    with pytest.raises(Refused) as late:
        for _ in range(20):
            taken.append(bench.issue("Z1-001").number)
    assert late.value.code == "too_late_today"
    prospect = reading.prospect(bench.queue, "Z1-001", "en")
    assert not prospect.issues and prospect.code == "too_late_today"
    assert "today" in prospect.title.lower()
    assert prospect.last_expected in taken


def test_what_is_foreseen_for_a_class_is_what_its_ticket_gets(bench: Bench) -> None:
    counters.open_counter(bench.queue, GUIDE, "Z1-01")
    for _ in range(6):
        bench.clock.advance(240)
        bench.issue()
    plain = reading.prospect(bench.queue, "Z1-001", "zh")
    first = reading.prospect(bench.queue, "Z1-001", "zh", "elderly")
    assert (plain.ahead, plain.priority_class) == (6, None)
    assert first.ahead < plain.ahead and first.priority_class == "elderly"
    assert first.wait and plain.wait and first.wait.high_s < plain.wait.high_s
    taken = bench.issue(priority_class="elderly")
    assert (taken.ahead, taken.wait) == (first.ahead, first.wait)
    ordinary = reading.prospect(bench.queue, "Z1-001", "zh")
    ticket = bench.issue()
    assert (ticket.ahead, ticket.wait) == (ordinary.ahead, ordinary.wait)
    with pytest.raises(Refused, match="priority_unknown"):
        reading.prospect(bench.queue, "Z1-001", "zh", "rich")


def test_too_late_for_others_and_in_time_with_priority(bench: Bench) -> None:
    with_plan(bench, closing=ClosingRules(0))
    counters.open_counter(bench.queue, GUIDE, "Z1-01")
    bench.clock.advance(7.5 * 3600)
    with pytest.raises(Refused, match="too_late_today"):
        for _ in range(20):
            bench.clock.advance(30)
            bench.issue("Z1-001")
    assert not reading.prospect(bench.queue, "Z1-001", "zh").issues
    assert reading.prospect(bench.queue, "Z1-001", "zh", "elderly").issues
    assert bench.issue("Z1-001", priority_class="elderly").state == "waiting"


def test_the_story_of_a_ticket_in_both_languages(bench: Bench) -> None:
    ticket = bench.issue()
    bench.clock.advance(300)
    missed(bench)
    returning.reinstate(bench.queue, KIOSK, ticket.id)
    bench.call()
    bench.move(Move.SERVE)
    bench.clock.advance(600)
    bench.move(Move.FINISH)
    zh, en = (story.of_ticket(bench.queue, ticket.id, lang) for lang in ("zh", "en"))
    assert [line.kind.removeprefix("ticket.") for line in zh.lines] == [
        "issued", "called", "recalled", "recalled", "missed", "reinstated", "called", "started", "completed",
    ]  # fmt: skip
    assert all("{" not in line.text for line in [*zh.lines, *en.lines])
    assert not any("\u4e00" <= sign <= "\u9fff" for line in en.lines for sign in line.text)
    assert zh.policy == 1


def test_a_new_plan_that_drops_a_queue_loses_nobody(bench: Bench) -> None:
    """Two queues of a zone become one, in the middle of the day."""
    numbers = [bench.issue("Z3-001").number, bench.issue("Z3-004").number]
    plan = bench.queue.hall.plan
    groups = dict(plan.groups)
    gone = groups.pop("Z3-id")
    kept = groups["Z3-household"]
    groups["Z3-household"] = dataclasses.replace(kept, matters=kept.matters | gone.matters)  # type: ignore[operator]
    counters_now = {
        key: dataclasses.replace(
            one, groups=tuple(group for group in one.groups if group != "Z3-id") or ("Z3-household",)
        )
        for key, one in plan.counters.items()
    }
    with_plan(bench, groups=groups, counters=counters_now, version=2)
    rollover.take_plan(bench.queue)
    assert bench.queue.view.state.zones["Z3"].waiting == 2
    called = [bench.call("Z3-01"), bench.call("Z3-02")]
    assert [ticket.number for ticket in called if ticket] == numbers
    before = bench.queue.view.state.seq
    rollover.take_plan(bench.queue)
    assert bench.queue.view.state.seq == before
