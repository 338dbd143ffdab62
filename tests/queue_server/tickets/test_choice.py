# ruff: noqa: E501  one case a line, however long: a table is read down, not across
"""Who is next: cases with input, expected, reason; and what holds for every input."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.hall.model import FairnessRules, ProfileRule, WorkProfile
from queue_server.tickets.choice import NORMAL, PRIORITY, Choice, Fairness, Head, Need, choose

NOW = 10_000_000
MIN = 60_000
FAR = 1_000_000
"""Ordinary calls since the last one with priority, where there was none yet."""


@dataclasses.dataclass(frozen=True)
class Case:
    """One situation. `heads`: (id, group, kind, minutes waited, bonus minutes)."""

    name: str
    heads: tuple[tuple[int, str, int, float, float], ...]
    expected: int | None
    reason: str = "longest_wait"
    passed: tuple[int, ...] = ()
    normals: int = FAR
    delay_s: float = 0
    step_s: float = 100
    cap_s: int = 600
    per_priority: int = 2
    rules: tuple[tuple[str, int, int], ...] = ()
    waiting: tuple[tuple[str, int], ...] = ()


def n(number: int, waited: float, group: str = "A") -> tuple[int, str, int, float, float]:
    return number, group, NORMAL, waited, 0


def p(number: int, waited: float, bonus: float = 10, group: str = "A") -> tuple[int, str, int, float, float]:
    return number, group, PRIORITY, waited, bonus


FIRST = (1, "A", NORMAL, 1, 9)
"""Came a minute ago, but put before somebody who has waited ten."""

CASES = [
    Case("nobody waits", (), None),
    Case("one ordinary", (n(1, 5),), 1),
    Case("one with priority", (p(1, 5),), 1),
    Case("two queues, longer wait first", (n(1, 5, "A"), n(2, 9, "B")), 2),
    Case("two queues, other way round", (n(1, 9, "A"), n(2, 5, "B")), 1),
    Case("same time, smaller id", (n(7, 5, "A"), n(3, 5, "B")), 3),
    Case("three queues", (n(1, 3, "A"), n(2, 7, "B"), n(3, 5, "C")), 2),
    Case("eight queues", tuple(n(i, i, f"G{i}") for i in range(1, 9)), 8),
    Case("priority came first anyway", (n(1, 5), p(2, 8)), 2),
    Case("bonus overtakes", (n(1, 5), p(2, 1)), 2, "priority", (1,)),
    Case("bonus just overtakes", (n(1, 10.9), p(2, 1)), 2, "priority", (1,)),
    Case("bonus just not enough", (n(1, 11.1), p(2, 1)), 1),
    Case("bonus exactly equal, smaller id", (n(1, 11), p(2, 1)), 1),
    Case("bonus exactly equal, priority's id smaller", (n(2, 11), p(1, 1)), 1, "priority", (2,)),
    Case("no bonus, later", (n(1, 5), p(2, 4, 0)), 1),
    Case("small bonus", (n(1, 5), p(2, 4, 2)), 2, "priority", (1,)),
    Case("ageing: who waits longer than the bonus wins", (n(1, 30), p(2, 5)), 1),
    Case("interleave: none after one", (n(1, 5), p(2, 1)), 1, "interleave", normals=0),
    Case("interleave: one of two", (n(1, 5), p(2, 1)), 1, "interleave", normals=1),
    Case("interleave: two of two", (n(1, 5), p(2, 1)), 2, "priority", (1,), normals=2),
    Case("interleave: three of two", (n(1, 5), p(2, 1)), 2, "priority", (1,), normals=3),
    Case("interleave off", (n(1, 5), p(2, 1)), 2, "priority", (1,), normals=0, per_priority=0),
    Case("interleave of four", (n(1, 5), p(2, 1)), 1, "interleave", normals=3, per_priority=4),
    Case("interleave does not touch who came first", (n(1, 5), p(2, 8)), 2, normals=0),
    Case("interleave with nobody ordinary", (p(2, 1),), 2, normals=0),
    Case("delay cap reached", (n(1, 5), p(2, 1)), 1, "delay_cap", delay_s=550),
    Case("delay cap exactly", (n(1, 5), p(2, 1)), 2, "priority", (1,), delay_s=500),
    Case("delay cap just over", (n(1, 5), p(2, 1)), 1, "delay_cap", delay_s=501),
    Case("one service alone is over the cap", (n(1, 5), p(2, 1)), 1, "delay_cap", step_s=601),
    Case("cap zero: no priority", (n(1, 5), p(2, 1)), 1, "delay_cap", cap_s=0),
    Case("cap before interleave", (n(1, 5), p(2, 1)), 1, "delay_cap", delay_s=600, normals=0),
    Case("cap does not touch who came first", (n(1, 5), p(2, 8)), 2, delay_s=9999),
    Case("cap with nobody ordinary", (p(2, 1),), 2, delay_s=9999),
    Case("first in line but came last: interleave", (FIRST, p(2, 5)), 1, "interleave", normals=0),
    Case("first in line but came last: cap", (FIRST, p(2, 5)), 1, "delay_cap", delay_s=600),
    Case("priority came before all in line", (FIRST, p(2, 11)), 2, delay_s=600, normals=0),
    Case("priority of another queue, longer virtual wait", (n(1, 5, "A"), p(2, 1, 10, "B")), 2, passed=(1,)),
    Case("priority of another queue, shorter virtual wait", (n(1, 15, "A"), p(2, 1, 10, "B")), 1),
    Case("interleave in one queue, other queue waits longer", (n(1, 5), p(2, 1), n(3, 9, "B")), 3, normals=0),
    Case("interleave in one queue, other queue shorter", (n(1, 5), p(2, 1), n(3, 3, "B")), 1, "interleave", normals=0),
    Case("priority wins within, then between", (n(1, 5), p(2, 1), n(3, 9, "B")), 2, "priority", (1, 3)),
    Case("priority wins within, loses between", (n(1, 5), p(2, 1), n(3, 12, "B")), 3),
    Case("two queues with both kinds", (n(1, 5), p(2, 1), n(3, 6, "B"), p(4, 2, 10, "B")), 4, "priority", (3, 1)),
    Case("profile: waited long", (n(1, 40, "A"), n(2, 50, "B")), 1, "profile", (2,), rules=(("A", 0, 30),)),
    Case("profile: not long enough", (n(1, 20, "A"), n(2, 50, "B")), 2, rules=(("A", 0, 30),)),
    Case("profile: exactly long enough", (n(1, 30, "A"), n(2, 50, "B")), 1, "profile", (2,), rules=(("A", 0, 30),)),
    Case("profile: many wait", (n(1, 2, "A"), n(2, 5, "B")), 1, "profile", (2,), rules=(("A", 15, 0),), waiting=(("A", 15),)),
    Case("profile: not many enough", (n(1, 2, "A"), n(2, 5, "B")), 2, rules=(("A", 15, 0),), waiting=(("A", 14),)),
    Case("profile: either condition", (n(1, 2, "A"), n(2, 5, "B")), 1, "profile", (2,), rules=(("A", 3, 60),), waiting=(("A", 3),)),
    Case("profile: queue in need is longest anyway", (n(1, 50, "A"), n(2, 5, "B")), 1, rules=(("A", 0, 30),)),
    Case("profile: queue in need is empty", (n(2, 5, "B"),), 2, rules=(("A", 0, 1),)),
    Case("profile: first rule that holds", (n(1, 9, "A"), n(2, 9.5, "B"), n(3, 10, "C")), 2, "profile", (3,), rules=(("A", 0, 60), ("B", 0, 5), ("C", 0, 5))),
    Case("profile: order of rules", (n(1, 9, "A"), n(2, 9.5, "B"), n(3, 10, "C")), 1, "profile", (2, 3), rules=(("A", 0, 5), ("B", 0, 5))),
    Case("profile: none holds", (n(1, 9, "A"), n(2, 10, "B")), 2, rules=(("A", 0, 60), ("B", 0, 60))),
    Case("profile: queue not served here", (n(1, 9, "A"),), 1, rules=(("Z", 0, 1),)),
    Case("profile with priority inside the queue", (n(1, 40), p(2, 35), n(3, 60, "B")), 2, "profile", (1, 3), rules=(("A", 0, 30),)),
    Case("profile with interleave inside the queue", (n(1, 40), p(2, 35), n(3, 60, "B")), 1, "profile", (3,), normals=0, rules=(("A", 0, 30),)),
    Case("private queue of a counter", (n(1, 5, "A"), n(2, 6, "@Z1-01")), 2),
    Case("private queue, shorter wait", (n(1, 7, "A"), n(2, 6, "@Z1-01")), 1),
    Case("put back behind others", (n(1, 3, "A"), n(2, 2, "B")), 1),
    Case("first in line has the smallest key", (n(1, 100, "A"), n(2, 50, "B")), 1),
    Case("long waits of many", (n(1, 300, "A"), p(2, 280, 10, "A"), n(3, 299, "B")), 1),
    Case("both just came", (n(1, 0, "A"), n(2, 0, "B")), 1),
    Case("priority just came", (n(1, 0), p(2, 0)), 2, "priority", (1,)),
    Case("priority over one who was put first and came last", ((1, "A", NORMAL, 1, 30), (2, "A", PRIORITY, 20, 60)), 2, "priority", (1,)),
    Case("huge bonus", (n(1, 59), p(2, 0, 60)), 2, "priority", (1,)),
    Case("cap counts what one more would cost", (n(1, 5), p(2, 1)), 1, "delay_cap", delay_s=0, step_s=1000),
    Case("cap of an hour", (n(1, 5), p(2, 1)), 2, "priority", (1,), delay_s=3000, step_s=500, cap_s=3600),
]  # fmt: skip


def decide(case: Case) -> Choice | None:
    heads = [
        Head(number, group, kind, round(NOW - waited * MIN - bonus * MIN), round(NOW - waited * MIN))
        for number, group, kind, waited, bonus in case.heads
    ]
    fairness = Fairness(lambda group: case.normals, lambda head: case.delay_s, lambda group: case.step_s)
    waiting = dict(case.waiting)
    need = Need(lambda group, cap: min(cap, waiting.get(group, 1)), NOW)
    rules = tuple(ProfileRule(group, many, long * 60) for group, many, long in case.rules)
    profile = WorkProfile("prof", "", "", frozenset(), rules) if rules else None
    return choose(heads, FairnessRules(case.cap_s, case.per_priority), fairness, profile, need)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_who_is_next(case: Case) -> None:
    choice = decide(case)
    if case.expected is None:
        assert choice is None
        return
    assert choice is not None
    assert (choice.head.id, choice.reason.value) == (case.expected, case.reason)
    if case.passed or case.reason == "priority":
        assert {head.id for head, _ in choice.passed} >= set(case.passed)


def test_there_are_sixty_cases() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


HEADS = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"), st.sampled_from([NORMAL, PRIORITY]), st.integers(0, 200), st.integers(0, 20)
    ),
    max_size=10,
    unique_by=lambda head: head[:2],
)


@given(HEADS, st.integers(0, 5), st.integers(0, 900), st.integers(1, 900))
def test_whoever_is_passed_over_came_earlier_and_has_a_reason(
    drawn: list[tuple[str, int, int, int]], normals: int, delay_s: int, step_s: int
) -> None:
    heads = tuple(
        (number, group, kind, waited, bonus if kind == PRIORITY else 0)
        for number, (group, kind, waited, bonus) in enumerate(drawn, 1)
    )
    choice = decide(Case("drawn", heads, None, normals=normals, delay_s=delay_s, step_s=step_s))
    assert (choice is None) == (not heads)
    if choice is None:
        return
    earlier = {
        number for number, group, kind, waited, _ in heads
        if NOW - waited * MIN < choice.head.issued_at and (group, kind) != (choice.head.group, choice.head.kind)
    }  # fmt: skip
    same_queue = {number for number, group, *_ in heads if group == choice.head.group}
    passed = {head.id for head, _ in choice.passed}
    assert choice.head.id not in passed
    assert {number for number in earlier if number in same_queue} <= passed
    assert all(
        head.issued_at <= choice.head.issued_at or head.order < choice.head.order for head, _ in choice.passed
    )


@given(HEADS)
def test_without_priority_the_longest_wait_always_wins(drawn: list[tuple[str, int, int, int]]) -> None:
    heads = tuple(
        (i, group, NORMAL, waited, 0) for i, (group, kind, waited, _) in enumerate(drawn, 1) if kind == NORMAL
    )
    choice = decide(Case("drawn", heads, None))
    if heads:
        assert choice is not None
        assert choice.head.issued_at == min(NOW - head[3] * MIN for head in heads)
