"""What is said next, in which order, and what becomes of every other call, by tables and by chance."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display_board import announcer
from display_board.announcer import Announcing, Call, Fate, Rules, Utterance
from tests.display_board import speaking
from tests.display_board.speaking import RULES


def call(seq: int, ticket: int | None = None, at: float = 0.0, *, counter: str = "", times: int = 1) -> Call:
    ticket = seq if ticket is None else ticket
    return Call(seq, ticket, f"A{ticket:03d}", counter or f"Z1-{ticket:02d}", str(ticket), 1, "zh", times, at)


class Hall:
    """Feeds the rules and keeps what they decided; `said` is (ticket, nth) in order."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.rules, self.state = rules, Announcing()
        self.fates: list[tuple[int, Fate]] = []
        self.utterances: list[Utterance] = []

    def _step(self, state: Announcing) -> None:
        self.fates += [(one.seq, fate) for one, fate in state.fates]
        self.state = state

    def hear(self, *calls: Call, quiet: bool = False) -> None:
        for one in calls:
            self._step(announcer.hear(self.state, one, quiet=quiet))

    def settle(self, seq: int, ticket: int) -> None:
        self._step(announcer.settle(self.state, seq, ticket))

    def drop(self, fate: Fate) -> None:
        self._step(announcer.drop(self.state, fate))

    def say(self, now_s: float) -> Utterance | None:
        state, said = announcer.say(self.state, self.rules, now_s)
        self._step(state)
        if said is not None:
            self.utterances.append(said)
        return said


@pytest.mark.parametrize("case", speaking.CASES["cases"], ids=lambda case: case["reason"])
def test_what_is_said_next(case):
    assert speaking.play(case["steps"]) == (case["said"], case["gone"])


def test_how_late_a_call_is_said_counts_from_when_it_was_made():
    hall = Hall()
    hall.hear(call(1, at=2.0))
    said = hall.say(2.1)
    assert said is not None and said.delay_s == pytest.approx(0.1)


def test_quiet_hours_are_spans_of_the_day():
    quiet = speaking.CASES["quiet_hours"]
    found = [[time, announcer.is_quiet(quiet["spans"], time)] for time, _ in quiet["times"]]
    assert found == quiet["times"]


def two_hundred_calls(hall: Hall, speech_s: float, seed: int) -> list[Call]:
    """200 calls in 60 s from 40 counters, said one after the other in virtual time, some served meanwhile."""
    chance = random.Random(seed)
    calls = [call(10 * n, at=n * 0.3, counter=f"Z{n % 40}") for n in range(1, 201)]
    events = [(one.called_s, "call", one) for one in calls]
    events += [(one.called_s + chance.uniform(5, 60), "serve", one) for one in calls[::7]]
    free_s = 0.0
    for row, (at_s, what, one) in enumerate(sorted(events, key=lambda event: event[0]), 1):
        while free_s <= at_s:
            if hall.say(free_s) is None:
                free_s = at_s + 1e-6
                break
            free_s += speech_s
        if what == "call":
            hall.hear(replace(one, seq=row * 1000))
        else:
            hall.settle(row * 1000 + 1, one.ticket)
    while hall.say(free_s) is not None:
        free_s += speech_s
    return calls


@pytest.mark.parametrize(("speech_s", "least"), [(4.5, 30), (1.4, 70)])
def test_two_hundred_calls_in_a_minute_each_meet_one_fate_and_none_begins_after_the_bound(speech_s, least):
    hall = Hall()
    calls = two_hundred_calls(hall, speech_s, seed=5)
    assert len(hall.fates) == len(calls) == len({seq for seq, _ in hall.fates})
    said = [one for one in hall.utterances if one.nth == 1]
    order = [one.call.seq for one in said]
    assert order == sorted(order) and len(order) >= least
    assert max(one.delay_s for one in said) <= RULES.stale_s
    assert Counter(fate for _, fate in hall.fates)[Fate.SAID] == len(said)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["call", "call", "call", "serve", "say", "drop"]),
            st.integers(1, 6),
            st.floats(0, 40),
        ),
        max_size=60,
    )
)
def test_whatever_happens_no_call_is_lost_and_none_is_said_too_late(steps):
    hall, heard, now_s = Hall(), 0, 0.0
    for row, (what, ticket, pause_s) in enumerate(steps, 1):
        now_s += pause_s
        if what == "call":
            heard += 1
            hall.hear(call(row, ticket=ticket, at=now_s, counter=f"Z{ticket % 3}"))
        elif what == "serve":
            hall.settle(row, ticket)
        elif what == "drop":
            hall.drop(Fate.ELSEWHERE)
        else:
            hall.say(now_s)
    assert len(hall.fates) + len(hall.state.waiting) == heard
    assert all(one.delay_s <= RULES.stale_s for one in hall.utterances if one.nth == 1)
    assert all(one.nth <= RULES.times for one in hall.utterances)
    counters = [one.counter for one in hall.state.waiting]
    assert len(counters) == len(set(counters)), "at most one call waits for each counter"
