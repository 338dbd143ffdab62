"""Turns in the call bands: a table of moments, and what holds for any rush of calls."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display_board.showing import BAND_S, LEAST_S, LEVELS, Showing, advance, bright, hear, keep, next_change_s
from queue_server.board import Call

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("showing_cases.json").read_text(encoding="utf-8"))
"""The web board's own module is held against the same cases."""


def call(number: str, zone: str = "Z1", counter: str | None = None) -> Call:
    """A call, from a counter of its own if none is given."""
    return Call(number, counter or f"at {number}", "1", zone, 1, "2026-11-23T02:24:00.000Z")


def numbers(showing: Showing) -> list[str | None]:
    return [band.call.number if band else None for band in showing.bands]


def play(*calls: tuple[float, str]) -> Showing:
    showing = Showing()
    for at_s, number in calls:
        showing = advance(hear(showing, call(number), at_s), at_s)
    return showing


@pytest.mark.parametrize("case", CASES["turns"], ids=lambda case: case["reason"])
def test_turns(case: dict[str, Any]) -> None:
    watcher = Watcher()
    for made_s, at_once in itertools.groupby(case["calls"], lambda made: made[0]):
        watcher.let_pass(made_s)
        watcher.hear(*(call(number, "Z1", *counter) for _, number, *counter in at_once))
    watcher.let_pass(case["at_s"])
    assert numbers(watcher.showing) == case["stand"]


def test_the_same_number_of_another_zone_is_another_call() -> None:
    showing = advance(hear(play((0, "A1")), call("A1", zone="Z2"), 1), 1)
    assert numbers(showing) == ["A1", "A1"]


def test_a_band_pulses_three_times_and_then_stands() -> None:
    (band, _) = play((0, "A1")).bands
    assert band is not None
    pulse = CASES["pulse"]
    seen = [bright(band, step * pulse["step_s"]) for step in range(80)]
    assert seen[: len(pulse["bright"])] == pulse["bright"]
    assert all(seen[len(pulse["bright"]) :])


class Watcher:
    """Steps from change to change, as the board does, and notes what stands when."""

    def __init__(self, levels: tuple[int, ...] = LEVELS) -> None:
        self.showing = Showing()
        self.levels = levels
        self.now_s = 0.0
        self.seen: list[str] = []
        self.seen_s: list[float] = []
        self.most = 0

    def hear(self, *calls: Call) -> None:
        showing = self.showing
        for made in calls:
            showing = hear(showing, made, self.now_s)
        self._become(advance(showing, self.now_s, self.levels))

    def let_pass(self, until_s: float) -> None:
        step_s = next_change_s(self.showing, self.now_s)
        while step_s is not None and self.now_s + step_s <= until_s:
            self.now_s += max(step_s, 1e-6)
            self._become(advance(self.showing, self.now_s, self.levels))
            step_s = next_change_s(self.showing, self.now_s)
        self.now_s = until_s

    def _become(self, after: Showing) -> None:
        for old, new in itertools.zip_longest(self.showing.bands, after.bands):
            if old is not None and (new is None or new.call.number != old.call.number):
                assert LEAST_S - 0.001 <= self.now_s - old.since_s <= BAND_S + 0.001
            if new is not None and new != old:
                self.seen.append(new.call.number)
                self.seen_s.append(self.now_s)
        self.most = max(self.most, len(after.bands))
        self.showing = after


@given(st.lists(st.floats(0, 8), max_size=40), st.sampled_from([LEVELS, LEVELS[:2], LEVELS[:1]]))
def test_any_rush_of_calls_is_shown_in_order(gaps_s: list[float], levels: tuple[int, ...]) -> None:
    """Each call stands at least 5 s and at most 20 s, none is lost, none overtakes another."""
    watcher = Watcher(levels)
    for place, gap_s in enumerate(gaps_s):
        watcher.let_pass(watcher.now_s + gap_s)
        watcher.hear(call(f"A{place:03}"))
    watcher.let_pass(watcher.now_s + 20 * len(gaps_s) + BAND_S)
    assert sorted(watcher.seen) == [f"A{place:03}" for place in range(len(gaps_s))]
    assert levels != LEVELS[:1] or watcher.seen == sorted(watcher.seen)
    assert numbers(watcher.showing) == [None, None]
    assert next_change_s(watcher.showing, watcher.now_s) is None


@given(st.lists(st.tuples(st.floats(0, 8), st.sampled_from(["A1", "A2", "A3", "A4"])), max_size=30))
def test_a_recall_in_any_rush_is_shown_after_it_was_made(calls: list[tuple[float, str]]) -> None:
    watcher = Watcher()
    for gap_s, number in calls:
        watcher.let_pass(watcher.now_s + gap_s)
        watcher.hear(call(number))
        standing = [band for band in watcher.showing.bands if band and band.call.number == number]
        waiting = [known for known in watcher.showing.waiting if known.number == number]
        assert len(standing) + len(waiting) == 1


def test_200_calls_in_a_minute_from_40_counters_are_all_shown_in_order_and_within_seconds() -> None:
    """That each stands at least its time is what the watcher looks at."""
    watcher = Watcher()
    for place in range(200):
        watcher.let_pass(place * 0.3)
        watcher.hear(call(f"A{place:03}", counter=f"counter {place % 40}"))
    watcher.let_pass(120)
    assert sorted(watcher.seen) == [f"A{place:03}" for place in range(200)]
    assert watcher.most == 18
    shown_s = [at_s for _, at_s in sorted(zip(watcher.seen, watcher.seen_s, strict=True))]
    assert shown_s == sorted(shown_s), "none overtakes another"
    assert max(at_s - place * 0.3 for place, at_s in enumerate(shown_s)) <= LEAST_S
    assert numbers(watcher.showing) == [None, None]


def test_no_rush_makes_the_line_longer_than_there_are_counters() -> None:
    """Ten times as many calls as eighteen bands can show: with 66 counters the last waits half a minute."""
    watcher = Watcher()
    for place in range(1200):
        watcher.let_pass(place * 0.03)
        watcher.hear(call(f"A{place:04}", counter=f"counter {place * 7 % 66}"))
        waiting = watcher.showing.waiting
        assert len({made.counter for made in waiting}) == len(waiting) <= 66
    newest = {made.number for made in watcher.showing.waiting}
    watcher.let_pass(watcher.now_s + 6 * LEAST_S)
    assert not watcher.showing.waiting and newest <= set(watcher.seen)


def test_a_board_with_large_numbers_only_keeps_to_fewer_bands() -> None:
    watcher = Watcher(LEVELS[:2])
    watcher.hear(*(call(f"A{place}") for place in range(40)))
    assert len(watcher.showing.bands) == watcher.most == 6


def test_a_waiting_call_that_nobody_needs_is_let_go() -> None:
    showing = play(*((0.0, f"A{place}") for place in range(1, 5)))
    assert [made.number for made in keep(showing, lambda made: made.number != "A3").waiting] == ["A4"]
