"""A card comes out once for each time it is laid down; a table of what the reader says and what follows."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from hardware.card_reader.layout import KIND_AT, write_text
from hardware.card_reader.protocol import (
    FIND,
    FOUND,
    NO_CARD,
    OK,
    READ,
    SELECT,
    Frame,
    FrameReader,
    read_reply,
    reply,
)
from hardware.card_reader.samples import SAMPLES
from hardware.card_reader.watch import LIFTED_AFTER, TRIES, CardWatch, Outcome


def frame(wire: bytes) -> Frame:
    return FrameReader().feed(wire)[0]


FOUND_IT = frame(reply(FOUND, bytes(4)))
NOTHING = frame(reply(NO_CARD))
SELECTED = frame(reply(OK, bytes(8)))
ZHANG = frame(read_reply(write_text(SAMPLES["zhang"]), bytes(1024)))
LI = frame(read_reply(write_text(SAMPLES["li"]), bytes(1024)))


def run(watch: CardWatch, *replies: Frame | None) -> list[Outcome]:
    return [watch.answered(answer) for answer in replies]


def test_find_select_read() -> None:
    watch = CardWatch()
    asked = []
    for answer in (NOTHING, FOUND_IT, SELECTED, ZHANG):
        asked.append(watch.request())
        last = watch.answered(answer)
    assert asked == [FIND, FIND, SELECT, READ]
    assert last.card == SAMPLES["zhang"]
    assert watch.request() == FIND


def test_a_card_that_stays_is_read_once() -> None:
    watch = CardWatch()
    run(watch, FOUND_IT, SELECTED, ZHANG)
    for _ in range(20):
        assert watch.request() == FIND
        assert watch.answered(FOUND_IT) == Outcome()


def test_a_lifted_card_is_read_again() -> None:
    watch = CardWatch()
    run(watch, FOUND_IT, SELECTED, ZHANG)
    *_, last = run(watch, *[NOTHING] * LIFTED_AFTER)
    assert last.lifted
    assert run(watch, FOUND_IT, SELECTED, LI)[-1].card == SAMPLES["li"]


def test_a_flicker_is_no_lift() -> None:
    watch = CardWatch()
    run(watch, FOUND_IT, SELECTED, ZHANG, NOTHING)
    assert run(watch, FOUND_IT, NOTHING, FOUND_IT) == [Outcome()] * 3
    assert watch.held


@pytest.mark.parametrize(
    ("replies", "reason"),
    [
        ((FOUND_IT, frame(reply(0x81))), "select_failed"),
        ((FOUND_IT, SELECTED, frame(reply(0x41))), "read_failed"),
        ((FOUND_IT, SELECTED, frame(reply(OK, bytes(20)))), "bad_text"),
        (
            (
                FOUND_IT,
                SELECTED,
                frame(read_reply(write_text(SAMPLES["zhang"])[:KIND_AT] + b"Q\0" + bytes(6), bytes(1024))),
            ),
            "unknown_card",
        ),
        ((FOUND_IT, SELECTED, frame(read_reply(bytes(256), bytes(1024)))), "bad_number"),
    ],
)
def test_a_card_that_cannot_be_read_is_told_once(replies: tuple[Frame, ...], reason: str) -> None:
    watch = CardWatch()
    for _ in range(TRIES - 1):
        assert run(watch, *replies)[-1] == Outcome()
    assert run(watch, *replies)[-1] == Outcome(unreadable=reason)
    assert run(watch, FOUND_IT, FOUND_IT) == [Outcome()] * 2
    run(watch, *[NOTHING] * LIFTED_AFTER)
    assert run(watch, FOUND_IT, SELECTED, LI)[-1].card == SAMPLES["li"]


def test_failures_do_not_add_up_over_people() -> None:
    watch = CardWatch()
    for _ in range(TRIES * 2):
        assert run(watch, FOUND_IT, frame(reply(0x81)), *[NOTHING] * LIFTED_AFTER)[1].unreadable == ""


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (None, "no_answer"),
        (frame(reply(0x60)), "self_test_failed"),
        (frame(reply(0x66)), "not_authorised"),
        (frame(reply(0x55)), "bad_reply"),
        (Frame(b"\x00"), "no_answer"),
        (frame(reply(0x10)), ""),
    ],
)
def test_trouble_of_the_reader_itself(answer: Frame | None, trouble: str) -> None:
    watch = CardWatch()
    assert watch.answered(answer) == Outcome(trouble=trouble)
    assert watch.request() == FIND


def test_a_lost_reply_begins_again() -> None:
    watch = CardWatch()
    run(watch, FOUND_IT, None)
    assert watch.request() == FIND
    assert run(watch, FOUND_IT, SELECTED, ZHANG)[-1].card is not None


def test_starting_over_keeps_what_must_be_lifted() -> None:
    watch = CardWatch()
    run(watch, FOUND_IT, SELECTED, ZHANG)
    watch.start_over()
    assert (watch.held, watch.busy) == (True, False)


def test_any_answers_in_any_order(rounds: Callable[[int, int], int]) -> None:
    """Never two cards without a lift between them, whatever the reader says."""
    lots = random.Random(57)
    answers = [
        None,
        FOUND_IT,
        NOTHING,
        SELECTED,
        ZHANG,
        LI,
        frame(reply(0x41)),
        frame(reply(0x66)),
        Frame(b""),
    ]
    for _ in range(rounds(300, 20_000)):
        watch = CardWatch()
        absent = LIFTED_AFTER
        for _ in range(60):
            finding = watch.request() == FIND
            answer = lots.choice(answers)
            outcome = watch.answered(answer)
            if finding and answer is FOUND_IT:
                absent = 0 if watch.held else absent
            if finding and answer is NOTHING:
                absent += 1
            if outcome.card is not None:
                assert absent >= LIFTED_AFTER
                absent = 0
