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

RULES = Rules(times=2, stale_s=90)
ONCE = Rules(times=1, stale_s=90)


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

    def must_say(self, now_s: float) -> Utterance:
        said = self.say(now_s)
        assert said is not None
        return said

    def say(self, now_s: float) -> Utterance | None:
        state, said = announcer.say(self.state, self.rules, now_s)
        self._step(state)
        if said is not None:
            self.utterances.append(said)
        return said

    def talk(self, now_s: float, each_s: float = 0.0) -> list[tuple[int, int]]:
        """Say everything, `each_s` long each; returns (ticket, nth)."""
        said = []
        while (one := self.say(now_s)) is not None:
            said.append((one.call.ticket, one.nth))
            now_s += each_s
        return said


def test_a_single_call_is_said_twice_with_the_chime_once():
    hall = Hall()
    hall.hear(call(1))
    assert hall.talk(0.1) == [(1, 1), (1, 2)]
    assert [one.chime for one in hall.utterances] == [True, False]
    assert hall.fates == [(1, Fate.SAID)]
    assert hall.utterances[0].delay_s == pytest.approx(0.1)


def test_calls_are_said_in_the_order_of_the_journal_and_first_calls_before_recalls():
    hall = Hall(ONCE)
    hall.hear(call(1), call(2, times=2), call(3), call(4))
    assert hall.talk(1.0) == [(1, 1), (3, 1), (4, 1), (2, 1)]


def test_what_the_journal_told_already_is_not_heard_again():
    hall = Hall(ONCE)
    hall.hear(call(5), call(6))
    assert hall.talk(0.0) == [(5, 1), (6, 1)]
    hall.hear(call(5), call(6), call(7))
    hall.settle(6, 7)
    assert hall.talk(0.0) == [(7, 1)]


def test_a_recall_is_said_again_as_a_call_of_its_own():
    hall = Hall()
    hall.hear(call(1))
    hall.talk(0.0)
    hall.hear(call(2, ticket=1, at=30.0, times=2))
    assert hall.talk(30.0) == [(1, 1), (1, 2)]


def test_nobody_waits_long_for_somebodys_second_time():
    hall = Hall()
    hall.hear(call(1))
    hall.say(0.0)
    hall.hear(call(2, at=2.0))
    assert hall.must_say(4.0).call.ticket == 1, "a wait of two seconds is no reason to leave it out"
    hall = Hall()
    hall.hear(call(1))
    hall.say(0.0)
    hall.hear(call(2, at=2.0))
    assert [hall.must_say(7.5).call.ticket, hall.must_say(9.0).nth, hall.say(12.0)] == [2, 2, None]
    assert [one.call.ticket for one in hall.utterances] == [1, 2, 2], (
        "the second time of 1 is left out for good"
    )


def test_in_a_hurry_calls_are_said_once_and_without_a_chime():
    hall = Hall()
    hall.hear(call(1), call(2), call(3, at=15.0))
    assert hall.talk(15.5) == [(1, 1), (2, 1), (3, 1), (3, 2)]
    assert [one.chime for one in hall.utterances] == [False, False, True, False]


@pytest.mark.parametrize(("now_s", "fate"), [(90.0, Fate.SAID), (90.1, Fate.STALE)])
def test_a_call_that_would_begin_too_late_is_dropped(now_s, fate):
    hall = Hall()
    hall.hear(call(1))
    hall.talk(now_s)
    assert hall.fates == [(1, fate)]


def test_a_newer_call_of_the_same_number_takes_the_place_of_the_one_that_waits():
    hall = Hall(ONCE)
    hall.hear(call(1), call(2), call(3, ticket=1, at=25.0, counter="Z1-09", times=2))
    assert hall.fates == [(1, Fate.MERGED)]
    said = hall.must_say(100.0)
    assert (said.call.ticket, said.call.counter) == (1, "Z1-09"), "2 is stale; 1 counts from its newer call"
    assert hall.fates == [(1, Fate.MERGED), (2, Fate.STALE), (1, Fate.SAID)]


def test_a_counter_that_has_moved_on_drops_its_older_call():
    hall = Hall(ONCE)
    hall.hear(call(1, counter="Z1-01"), call(2, counter="Z1-02"), call(3, counter="Z1-01"))
    assert hall.fates == [(1, Fate.MERGED)]
    assert hall.talk(0.0) == [(2, 1), (3, 1)]


def test_whoever_is_being_served_is_not_called_any_more():
    hall = Hall()
    hall.hear(call(1), call(2))
    hall.say(0.0)
    hall.settle(3, 1)
    hall.settle(4, 2)
    assert hall.talk(1.0) == [], "neither 2 nor 1 a second time"
    assert hall.fates == [(1, Fate.SAID), (2, Fate.SETTLED)]


def test_in_quiet_hours_and_while_another_speaks_nothing_is_kept_for_later():
    hall = Hall()
    hall.hear(call(1))
    hall.hear(call(2), quiet=True)
    assert hall.talk(1.0) == []
    hall.hear(call(3))
    hall.drop(Fate.ELSEWHERE)
    assert hall.talk(1.0) == []
    assert Counter(fate for _, fate in hall.fates) == {Fate.QUIET: 2, Fate.ELSEWHERE: 1}


@pytest.mark.parametrize(
    ("clock", "quiet"), [("11:59", False), ("12:00", True), ("13:29", True), ("13:30", False)]
)
def test_quiet_hours_are_spans_of_the_day(clock, quiet):
    assert announcer.is_quiet([("12:00", "13:30")], clock) is quiet


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
