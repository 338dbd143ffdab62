"""Status bytes mean what the manuals say, and what was not said stays unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hardware.ticket_printer.status import Cover, Cutter, Online, Paper, PrinterStatus, read_answer

HEALTHY = (0x12, 0x12, 0x12, 0x12)


def read_all(answers, near_end_sensor: bool = True) -> PrinterStatus:
    status = PrinterStatus()
    for number, answer in enumerate(answers, 1):
        status = read_answer(status, number, answer, near_end_sensor)
    return status


@pytest.mark.parametrize(
    ("answers", "trouble", "near_end"),
    [
        (HEALTHY, None, False),
        ((0x16, 0x12, 0x12, 0x12), None, False),  # the drawer's pin
        ((0x12, 0x12, 0x12, 0x1E), None, True),
        ((0x1A, 0x32, 0x12, 0x7E), "paper_out", False),
        ((0x12, 0x12, 0x12, 0x7E), "paper_out", False),
        ((0x1A, 0x32, 0x12, 0x12), "paper_out", False),  # stopped by paper end, next roll already seen
        ((0x1A, 0x16, 0x12, 0x12), "cover_open", False),
        ((0x1A, 0x52, 0x1A, 0x12), "cutter_error", False),
        ((0x1A, 0x12, 0x32, 0x12), "printer_error", False),
        ((0x1A, 0x12, 0x52, 0x12), "printer_error", False),
        ((0x1A, 0x12, 0x12, 0x12), "offline", False),
    ],
)
def test_answers(answers, trouble: str | None, near_end: bool) -> None:
    status = read_all(answers)
    assert (status.trouble, status.ready, status.near_end) == (trouble, trouble is None, near_end)


def test_near_end_bits_mean_nothing_without_the_sensor() -> None:
    assert read_all((0x12, 0x12, 0x12, 0x1E), near_end_sensor=False).paper is Paper.OK


def test_silence_is_never_fine() -> None:
    assert not PrinterStatus().ready
    assert PrinterStatus().trouble == "no_answer"
    assert PrinterStatus(fault="garbled").trouble == "garbled"


@pytest.mark.parametrize(
    "hole",
    [
        {"paper": Paper.UNKNOWN},
        {"cover": Cover.UNKNOWN},
        {"cutter": Cutter.UNKNOWN},
        {"online": Online.UNKNOWN},
    ],
)
def test_one_unknown_part_is_enough_not_to_be_ready(hole: dict) -> None:
    assert replace(read_all(HEALTHY), **hole).trouble == "no_answer"


def test_each_single_answer_leaves_the_rest_unknown() -> None:
    for number in (1, 2, 3, 4):
        assert not read_answer(PrinterStatus(), number, 0x12).ready


def test_other_questions_are_not_read() -> None:
    with pytest.raises(ValueError, match="DLE EOT 5"):
        read_answer(PrinterStatus(), 5, 0x12)
