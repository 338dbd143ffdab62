"""Turns in the two call bands: a table of moments, and what holds for any rush of calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display_board.showing import BAND_S, LEAST_S, Showing, advance, bright, hear, next_change_s
from queue_server.board import Call

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("showing_cases.json").read_text(encoding="utf-8"))
"""The web board's own module is held against the same cases."""


def call(number: str, times: int = 1, zone: str = "Z1") -> Call:
    return Call(number, "Z1-01", "1", zone, 1, "2026-11-23T02:24:00.000Z", call=times)


def numbers(showing: Showing) -> list[str | None]:
    return [band.call.number if band else None for band in showing.bands]


def play(*calls: tuple[float, str]) -> Showing:
    showing = Showing()
    for at_s, number in calls:
        showing = hear(showing, call(number), at_s)
    return showing


@pytest.mark.parametrize("case", CASES["turns"], ids=lambda case: case["reason"])
def test_turns(case: dict[str, Any]) -> None:
    watcher = Watcher()
    for made_s, number in case["calls"]:
        watcher.let_pass(made_s)
        watcher.hear(number)
    watcher.let_pass(case["at_s"])
    assert numbers(watcher.showing) == case["stand"]


def test_the_same_number_of_another_zone_is_another_call() -> None:
    showing = hear(play((0, "A1")), call("A1", zone="Z2"), 1)
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

    def __init__(self) -> None:
        self.showing = Showing()
        self.now_s = 0.0
        self.seen: list[str] = []

    def hear(self, number: str) -> None:
        self._become(hear(self.showing, call(number), self.now_s))

    def let_pass(self, until_s: float) -> None:
        step_s = next_change_s(self.showing, self.now_s)
        while step_s is not None and self.now_s + step_s <= until_s:
            self.now_s += max(step_s, 1e-6)
            self._become(advance(self.showing, self.now_s))
            step_s = next_change_s(self.showing, self.now_s)
        self.now_s = until_s

    def _become(self, after: Showing) -> None:
        for old, new in zip(self.showing.bands, after.bands, strict=True):
            if old is not None and (new is None or new.call.number != old.call.number):
                assert LEAST_S - 0.001 <= self.now_s - old.since_s <= BAND_S + 0.001
            if new is not None and new != old:
                self.seen.append(new.call.number)
        self.showing = after


@given(st.lists(st.floats(0, 8), max_size=40))
def test_any_rush_of_calls_is_shown_in_order(gaps_s: list[float]) -> None:
    """Each call stands at least 5 s and at most 20 s, none is lost, none overtakes another."""
    watcher = Watcher()
    for place, gap_s in enumerate(gaps_s):
        watcher.let_pass(watcher.now_s + gap_s)
        watcher.hear(f"A{place:03}")
    watcher.let_pass(watcher.now_s + 20 * len(gaps_s) + BAND_S)
    assert watcher.seen == [f"A{place:03}" for place in range(len(gaps_s))]
    assert numbers(watcher.showing) == [None, None]
    assert next_change_s(watcher.showing, watcher.now_s) is None


@given(st.lists(st.tuples(st.floats(0, 8), st.sampled_from(["A1", "A2", "A3", "A4"])), max_size=30))
def test_a_recall_in_any_rush_is_shown_after_it_was_made(calls: list[tuple[float, str]]) -> None:
    watcher = Watcher()
    for gap_s, number in calls:
        watcher.let_pass(watcher.now_s + gap_s)
        watcher.hear(number)
        standing = [band for band in watcher.showing.bands if band and band.call.number == number]
        waiting = [known for known in watcher.showing.waiting if known.number == number]
        assert len(standing) + len(waiting) == 1
        assert all(band.since_s == watcher.now_s for band in standing)
    watcher.let_pass(watcher.now_s + 400)
    assert set(watcher.seen) == {number for _, number in calls}
    assert watcher.showing == Showing()
