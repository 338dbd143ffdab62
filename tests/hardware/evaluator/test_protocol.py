"""Ratings mean what was pressed, are acknowledged, told once, and known to be asked for or not."""

from __future__ import annotations

import pytest

from hardware.evaluator.protocol import (
    REPEAT_S,
    EvaluatorHearing,
    EvaluatorProfile,
    acknowledge,
    result,
    score_of,
    start,
)
from hardware.evaluator.rating import Rating
from hardware.ft12 import Frame

SCORE = bytes.fromhex("FF 68 03 03 68 05 11 01 17 16")
ANSWER = bytes.fromhex("FF 68 03 03 68 05 01 01 07 16")


def test_worked_frames() -> None:
    assert start(5) == bytes.fromhex("FF 68 03 03 68 05 01 0B 11 16")
    assert result(5, 1) == SCORE
    assert acknowledge(Frame(5, 0x11, b"\x01")) == ANSWER
    # The acknowledgement differs by the function alone, and so its sum by 16.
    assert (SCORE[-2] - ANSWER[-2]) % 256 == 0x10


@pytest.mark.parametrize(
    "frame", [Frame(5, 1, b"\x01"), Frame(5, 0x11), Frame(5, 0x11, b"\x05"), Frame(5, 0x11, b"\x00")]
)
def test_what_is_no_score(frame: Frame) -> None:
    assert score_of(frame) is None


def test_an_asked_rating_is_told_and_acknowledged() -> None:
    hearing = EvaluatorHearing(5)
    hearing.started(10.0)
    heard = hearing.feed(SCORE, 12.0)
    assert heard.replies == (ANSWER,)
    assert heard.ratings == (Rating(5, 1, True),)


@pytest.mark.parametrize(("started_s", "asked"), [(None, False), (0.0, False), (50.0, True)])
def test_a_press_belongs_to_a_visit_only_when_it_was_asked_for(started_s: float | None, asked: bool) -> None:
    hearing = EvaluatorHearing(5, asked_s=60.0)
    if started_s is not None:
        hearing.started(started_s)
    assert hearing.feed(SCORE, 100.0).ratings == (Rating(5, 1, asked),)


def test_repeated_until_acknowledged_and_told_once() -> None:
    hearing = EvaluatorHearing(5)
    hearing.started(0.0)
    told = [hearing.feed(SCORE, now_s) for now_s in (1.0, 1.5, 2.0)]
    assert [len(heard.ratings) for heard in told] == [1, 0, 0]
    assert [len(heard.replies) for heard in told] == [1, 1, 1]


def test_a_second_opinion_is_not_the_asked_one() -> None:
    hearing = EvaluatorHearing(5)
    hearing.started(0.0)
    hearing.feed(SCORE, 1.0)
    assert hearing.feed(result(5, 4), 1.2).ratings == (Rating(5, 4, False),)


def test_the_next_person_may_press_the_same_key_soon() -> None:
    hearing = EvaluatorHearing(5)
    hearing.started(0.0)
    hearing.feed(SCORE, 1.0)
    hearing.started(1.0 + REPEAT_S / 2)
    assert hearing.feed(SCORE, 1.1 + REPEAT_S / 2).ratings == (Rating(5, 1, True),)


def test_silence_and_other_addresses() -> None:
    hearing = EvaluatorHearing(5)
    assert hearing.feed(result(6, 1) + b"\x68\x08\x08\x68", 0.0).ratings == ()
    assert len(hearing.feed(SCORE, 1.0).ratings) == 1


def test_another_make_is_a_profile() -> None:
    other = EvaluatorProfile(result_function=0x21, acknowledge_function=0x22, scores={0x31: 1, 0x35: 5})
    hearing = EvaluatorHearing(1, other)
    heard = hearing.feed(result(1, 0x35, other), 0.0)
    assert heard.ratings[0].score == 5
    assert heard.replies == (Frame(1, 0x22, b"\x35").to_bytes(),)
    assert EvaluatorHearing(1, other).feed(result(1, 1), 0.0).ratings == ()
