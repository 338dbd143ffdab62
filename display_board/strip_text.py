"""What stands on the strip above a counter, as a pure function of what is known of the counter."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from queue_server.wire.words import translator

POLE_COLUMNS = 20


class Situation(enum.StrEnum):
    """How a counter stands towards the people in front of it.

    FREE: open, nobody called. DARK: closed for so long that the strip goes dark. LOST: the server has
    been away for so long that nothing can be said.
    """

    FREE = "free"
    CALLED = "called"
    SERVING = "serving"
    PAUSED = "paused"
    CLOSED = "closed"
    DARK = "dark"
    LOST = "lost"


class Shape(enum.StrEnum):
    """What a strip can show: one line of text, two, the digits of a number, or two lines of ASCII."""

    LINE = "line"
    TWO_LINES = "two_lines"
    DIGITS = "digits"
    POLE = "pole"


@dataclass(frozen=True, slots=True)
class Sight:
    """All that is known of a counter for its strip; `waiting` counts who waits for this counter.

    `fresh`: it has just called, so the strip blinks.
    """

    label: str
    name: str
    zone: str
    situation: Situation
    number: str = ""
    lang: str = "zh"
    waiting: int = 0
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Saying:
    """The upper line, the lower line where there is one, and the number for digits."""

    upper: str = ""
    lower: str = ""
    number: str = ""


LINE: dict[Situation, str] = {
    Situation.FREE: "{label}号 {zone}",
    Situation.CALLED: "请 {number} 办理",
    Situation.SERVING: "{number} 办理中",
    Situation.PAUSED: "暂停 请稍候",
    Situation.CLOSED: "未开 请看大屏",
    Situation.DARK: "",
    Situation.LOST: "请听广播",
}
"""On one line of eight Hanzi, in Chinese; English stands in the `board` text domain."""

TWO_LINES: dict[Situation, tuple[str, str]] = {
    Situation.FREE: ("{label}号窗口 {zone}", "{name} 请等叫号"),
    Situation.CALLED: ("请 {number}", "到 {label}号窗口 办理"),
    Situation.SERVING: ("{number}", "正在办理"),
    Situation.PAUSED: ("{label}号窗口 暂停服务", "请看大屏 其他窗口"),
    Situation.CLOSED: ("{label}号窗口 未开", "请看大屏 其他窗口"),
    Situation.DARK: ("", ""),
    Situation.LOST: ("{label}号窗口", "请听广播 看大屏"),
}
NOBODY_WAITS = "{name} 请先取号"
"""The lower line of a free counter for which nobody waits."""

BOTH_LANGUAGES: dict[Situation, tuple[str, str]] = {
    Situation.CALLED: ("请 {number} 到 {label}号窗口", "{number}: to counter {label}"),
    Situation.SERVING: ("{number} 正在办理", "{number} now serving"),
}
"""Two lines above a ticket in English: Chinese for those around, English for its holder."""

POLE: dict[Situation, tuple[str, str]] = {
    Situation.FREE: ("COUNTER {label}", "PLEASE WAIT"),
    Situation.CALLED: ("NOW CALLING {number}", "COUNTER {label}"),
    Situation.SERVING: ("NOW SERVING {number}", "COUNTER {label}"),
    Situation.PAUSED: ("COUNTER {label}", "PAUSED"),
    Situation.CLOSED: ("COUNTER {label}", "CLOSED"),
    Situation.DARK: ("", ""),
    Situation.LOST: ("COUNTER {label}", "WATCH THE BOARDS"),
}
NO_NEWS = "------"
"""Digits while the server is away: neither a number that may be over, nor the dashes of a pause."""


def saying(sight: Sight, shape: Shape, columns: int = 0) -> Saying:
    """Return what a strip says; `columns` are half cells of a line to centre in, 0 for no centring."""
    if shape is Shape.DIGITS:
        return Saying(number=NO_NEWS if sight.situation is Situation.LOST else sight.number)
    if shape is Shape.LINE:
        upper, lower = _one_line(sight), ""
    elif shape is Shape.POLE:
        upper, lower = POLE[sight.situation]
        columns = POLE_COLUMNS
    else:
        upper, lower = _two_lines(sight)
    facts = {"label": sight.label, "name": sight.name, "zone": sight.zone, "number": sight.number}
    upper, lower = upper.format_map(facts), lower.format_map(facts)
    if columns and width(lower) > columns:
        lower = lower.removeprefix(f"{sight.name} ")
    return Saying(centred(upper, columns), centred(lower, columns), sight.number)


def centred(line: str, columns: int) -> str:
    """Put a line into the middle of so many half cells."""
    return " " * ((columns - width(line)) // 2) + line


def width(line: str) -> int:
    """Return how many half cells a line takes: a Hanzi is two wide."""
    return sum(1 if ord(char) < 0x80 else 2 for char in line)


def _one_line(sight: Sight) -> str:
    lang = sight.lang if sight.number else "zh"
    return translator("board", lang)(LINE[sight.situation])


def _two_lines(sight: Sight) -> tuple[str, str]:
    if sight.lang == "en" and sight.situation in BOTH_LANGUAGES:
        return BOTH_LANGUAGES[sight.situation]
    upper, lower = TWO_LINES[sight.situation]
    if sight.situation is Situation.FREE and not sight.waiting:
        lower = NOBODY_WAITS
    return upper, lower
