"""A slip's parts refuse what a printer could misread, and text is measured and broken as paper needs it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ticket_printer.slip import Feed, Line, Qr, Text, columns, fit_scale, wrap

PRINTABLE = st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=60)


@pytest.mark.parametrize("text", ["\x1b@", "A\nB", "\x10\x04\x01", "\x7f", "\x85", "\ud800"])
def test_text_cannot_smuggle_commands(text: str) -> None:
    with pytest.raises(ValueError, match="text holds"):
        Text(text)


@pytest.mark.parametrize(("width", "height"), [(0, 1), (9, 1), (1, 0), (1, 9)])
def test_scale_has_limits(width: int, height: int) -> None:
    with pytest.raises(ValueError, match="scale"):
        Text("A", width, height)


@pytest.mark.parametrize("bad", [{"module_dots": 0}, {"module_dots": 17}, {"level": "X"}])
def test_qr_refuses(bad: dict) -> None:
    with pytest.raises(ValueError):
        Qr("x", **bad)


@pytest.mark.parametrize("payload", ["", "x" * 513, "中" * 171])
def test_qr_payload_has_a_size(payload: str) -> None:
    with pytest.raises(ValueError, match="payload"):
        Qr(payload)


@pytest.mark.parametrize("dots", [0, 256])
def test_feed_has_limits(dots: int) -> None:
    with pytest.raises(ValueError, match="feed"):
        Feed(dots)


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("A012", 4), ("中", 2), ("（A）", 5), ("①℃", 4), ("𠮷", 2), ("去 1楼", 6)]
)
def test_columns(text: str, width: int) -> None:
    assert columns(text) == width


def test_line_measures_all_its_runs() -> None:
    line = Line((Text("去1楼", 2, 2), Text(" B区 ", 4, 4, reverse=True)))
    assert line.columns == 5 * 2 + 5 * 4
    assert line.text == "去1楼 B区 "


@pytest.mark.parametrize(
    ("text", "scale"), [("A012", 8), ("SB0123", 8), ("SB01234", 6), ("A" * 60, 1), ("", 8)]
)
def test_number_scale(text: str, scale: int) -> None:
    assert fit_scale(text, 48) == scale


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("没听到不作废，找导办员", 14, ["没听到不作废，", "找导办员"]),
        ("没听到不作废，找导办员", 13, ["没听到不作", "废，找导办员"]),
        ("Please wait here", 11, ["Please wait", "here"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("  ", 10, []),
    ],
)
def test_wrap_examples(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@given(PRINTABLE, st.integers(2, 48))
def test_wrap_keeps_every_character_and_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(columns(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
