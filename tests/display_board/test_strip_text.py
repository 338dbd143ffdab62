"""What strips say: the whole table of situations and kinds of strip, and that every line fits its strip."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from display_board.counters import situation_of
from display_board.pads import move_of
from display_board.strip_text import Saying, Shape, Sight, Situation, centred, saying
from display_board.units import shape_of, strip_show
from hardware.buses import counter_strip
from hardware.led_strip.show import encode
from queue_server.hall import rules
from queue_server.hall.buses import DEFAULT_KEYS
from queue_server.wire import CounterStatus
from queue_server.wire.board import CounterCell

HALL = rules.parse((Path(__file__).resolve().parents[2] / "config/hall.example.toml").read_text("utf-8"))
COLUMNS = {Shape.LINE: 16, Shape.TWO_LINES: 24, Shape.POLE: 20, Shape.DIGITS: 0}
S = Situation


def sight(situation: Situation, *, lang: str = "zh", waiting: int = 3, number: str = "A012") -> Sight:
    number = number if situation in (S.CALLED, S.SERVING) else ""
    return Sight("3", "综合窗口", "企业登记", situation, number, lang, waiting)


CALLING = "NOW CALLING A012|COUNTER 3"
TABLE = [
    # situation, language, one line, two lines, digits, pole display
    (S.FREE, "zh", "3号 企业登记", "3号窗口 企业登记|综合窗口 请等叫号", "", "COUNTER 3|PLEASE WAIT"),
    (S.CALLED, "zh", "请 A012 办理", "请 A012|到 3号窗口 办理", "A012", CALLING),
    (S.CALLED, "en", "A012 please", "请 A012 到 3号窗口|A012: to counter 3", "A012", CALLING),
    (S.SERVING, "zh", "A012 办理中", "A012|正在办理", "A012", "NOW SERVING A012|COUNTER 3"),
    (S.SERVING, "en", "A012 serving", "A012 正在办理|A012 now serving", "A012", "NOW SERVING A012|COUNTER 3"),
    (S.PAUSED, "zh", "暂停 请稍候", "3号窗口 暂停服务|请看大屏 其他窗口", "", "COUNTER 3|PAUSED"),
    (S.PAUSED, "en", "暂停 请稍候", "3号窗口 暂停服务|请看大屏 其他窗口", "", "COUNTER 3|PAUSED"),
    (S.CLOSED, "zh", "未开 请看大屏", "3号窗口 未开|请看大屏 其他窗口", "", "COUNTER 3|CLOSED"),
    (S.DARK, "zh", "", "|", "", "|"),
    (S.LOST, "zh", "请听广播", "3号窗口|请听广播 看大屏", "------", "COUNTER 3|WATCH THE BOARDS"),
]  # fmt: skip


@pytest.mark.parametrize(("situation", "lang", "line", "two", "digits", "pole"), TABLE)
def test_the_table(situation: Situation, lang: str, line: str, two: str, digits: str, pole: str) -> None:
    seen = sight(situation, lang=lang)
    assert saying(seen, Shape.LINE).upper == line
    assert both(saying(seen, Shape.TWO_LINES)) == two
    assert saying(seen, Shape.DIGITS) == Saying(number=digits)
    assert both(saying(seen, Shape.POLE)) == pole


def both(said: Saying) -> str:
    return f"{said.upper.strip()}|{said.lower.strip()}"


def test_every_situation_stands_in_the_table() -> None:
    assert {row[0] for row in TABLE} == set(Situation)


def test_a_free_counter_for_which_nobody_waits_asks_people_to_take_a_number() -> None:
    assert saying(sight(S.FREE, waiting=0), Shape.TWO_LINES).lower == "综合窗口 请先取号"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("shape", [Shape.LINE, Shape.TWO_LINES, Shape.POLE])
@pytest.mark.parametrize("situation", list(Situation))
def test_no_line_of_the_sample_hall_is_too_long(situation: Situation, shape: Shape, lang: str) -> None:
    for counter in HALL.counters.values():
        zone = HALL.zones[counter.zone].name
        number = "G1234" if situation in (S.CALLED, S.SERVING) else ""
        said = saying(
            Sight(counter.label, counter.name, zone, situation, number, lang), shape, COLUMNS[shape]
        )
        for line in (said.upper, said.lower):
            assert len(encode(line.strip(), "gb2312")) <= COLUMNS[shape], line
            assert b"?" not in encode(line, "gb2312"), line


def test_centring() -> None:
    assert centred("请 A012", 24) == " " * 8 + "请 A012"
    assert centred("长" * 20, 24) == "长" * 20
    assert centred("A", 0) == "A"


@pytest.mark.parametrize(
    ("kind", "shape", "columns"),
    [
        ("onbon", Shape.LINE, 16),
        ("onbon?width=192&height=32", Shape.TWO_LINES, 24),
        ("number_panel", Shape.DIGITS, 0),
        ("pole_display", Shape.POLE, 0),
        ("pole_display?dialect=dmd", Shape.POLE, 0),
        ("template:weilipu", Shape.LINE, 0),
    ],
)
def test_kinds_of_strips(kind: str, shape: Shape, columns: int) -> None:
    protocol = counter_strip(kind)
    assert shape_of(protocol) == (shape, columns)
    for situation in Situation:
        for lang in ("zh", "en"):
            seen = sight(situation, lang=lang)
            shown = strip_show(seen, saying(seen, shape, columns))
            assert protocol.show(3, shown).data
            assert shown.paused == (situation is S.PAUSED)


CELL = CounterCell("Z1-03", "3", "Z1", CounterStatus.OPEN, "A012", True)


@pytest.mark.parametrize(
    ("changes", "lost", "dark", "situation"),
    [
        ({}, False, False, S.CALLED),
        ({"called": False}, False, False, S.SERVING),
        ({"state": CounterStatus.PAUSED}, False, False, S.CALLED),
        ({"number": None}, False, False, S.FREE),
        ({"number": None, "state": CounterStatus.PAUSED}, False, False, S.PAUSED),
        ({"number": None, "state": CounterStatus.CLOSED}, False, False, S.CLOSED),
        ({"number": None, "state": CounterStatus.CLOSED}, False, True, S.DARK),
        ({}, True, False, S.LOST),
        ({"number": None, "state": CounterStatus.CLOSED}, True, True, S.LOST),
    ],
)
def test_situations(changes: dict[str, object], lost: bool, dark: bool, situation: Situation) -> None:
    assert situation_of(msgspec.structs.replace(CELL, **changes), lost=lost, dark=dark) is situation


@pytest.mark.parametrize(
    ("key", "state", "move"),
    [
        ("call", CounterStatus.CLOSED, "call-next"),
        ("ok", CounterStatus.OPEN, "serve"),
        ("rate", CounterStatus.OPEN, "finish"),
        ("give_up", CounterStatus.OPEN, "no-show"),
        ("hang", CounterStatus.OPEN, "park"),
        ("call_back", CounterStatus.OPEN, "resume-ticket"),
        ("pause", CounterStatus.OPEN, "pause"),
        ("pause", CounterStatus.PAUSED, "resume"),
        ("cancel", CounterStatus.OPEN, ""),
        ("other", CounterStatus.OPEN, ""),
    ],
)
def test_keys(key: str, state: CounterStatus, move: str) -> None:
    assert move_of(key, DEFAULT_KEYS, state) == move
