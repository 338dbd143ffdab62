"""Every parser, whatever comes: cut anywhere, glued, in junk, bent by one bit, and frames made at random."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import SOAK
from tests.hardware.stream_rules import check_bit_flips, check_cuts, check_junk, check_round_trip, fuzz
from tests.hardware.streams import PARSERS

EACH = pytest.mark.parametrize("name", PARSERS)
WHOLE_CARDS = "card reader, whole cards"
"""Frames of 1295 bytes: fewer of them are enough for every day."""


@EACH
def test_cut_anywhere_the_same_is_found(name: str) -> None:
    check_cuts(PARSERS[name])


@EACH
def test_junk_costs_no_frame(name: str) -> None:
    check_junk(PARSERS[name])


@EACH
def test_any_one_wrong_bit(name: str) -> None:
    check_bit_flips(PARSERS[name], stride=1 if SOAK else 31)


@EACH
def test_whatever_is_made_is_found(name: str) -> None:
    stream = PARSERS[name]

    @settings(max_examples=2_000 if SOAK else 25)
    @given(st.lists(stream.any_sample, min_size=1, max_size=4), st.lists(st.integers(0, 5000), max_size=4))
    def holds(samples: list[tuple[bytes, object]], cuts: list[int]) -> None:
        check_round_trip(stream, samples, cuts)

    holds()


@EACH
def test_fuzz(name: str, rounds: Callable[[int, int], int]) -> None:
    short = 100 if name == WHOLE_CARDS else 500
    fuzz(PARSERS[name], rounds(short, 100_000), seed=sum(name.encode()))
