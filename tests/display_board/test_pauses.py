"""After a restart of the server the boards of a hall come back spread out, not all at once."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from display_board.pauses import LEAST_S, LONGEST_SPREAD_S, pause_s


def tries_of(boards: int, away_s: float, seed: int) -> list[float]:
    """When each board knocks, in seconds since all of them lost the server, until it is back."""
    lots, knocks = random.Random(seed), []
    for _ in range(boards):
        now_s, tries = 0.0, 0
        while now_s <= away_s:
            now_s += pause_s(tries, lots.random())
            tries += 1
            knocks.append(now_s)
    return knocks


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("away_s", [0.0, 3.0, 30.0, 300.0])
def test_200_boards_do_not_stampede(away_s: float, seed: int) -> None:
    knocks = tries_of(200, away_s, seed)
    back = [at_s for at_s in knocks if at_s > away_s]
    assert len(back) == 200
    assert max(back) - away_s <= LONGEST_SPREAD_S
    most = max(Counter(int(at_s * 10) for at_s in knocks).values())
    print(f"away {away_s:g} s: at most {most} of 200 boards knock within a tenth of a second")
    assert most <= 24


def test_pauses_grow_to_a_limit_and_are_never_nothing() -> None:
    longest = [pause_s(tries, 1.0) for tries in range(40)]
    assert longest == sorted(longest) and longest[-1] == LONGEST_SPREAD_S
    assert {pause_s(tries, 0.0) for tries in range(40)} == {LEAST_S}
