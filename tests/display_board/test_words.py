"""Waits and dates as they are worded; every sign that is shown is in the font, every zone has its symbol."""

from __future__ import annotations

import ast
import datetime as dt

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont
from PIL import Image

from display_board import look, words
from display_board.symbols import GRID, SYMBOLS, picture
from queue_server.wire import Wait
from tests.display_board.board_program import ROOT
from tests.display_board.small_server import PLAN, hall

SOURCES = sorted((ROOT / "display_board").rglob("*.py"))


def chinese_texts() -> set[str]:
    """All string literals with Hanzi in the code of the board, docstrings apart."""
    found: set[str] = set()
    for source in SOURCES:
        nodes = list(ast.walk(ast.parse(source.read_text("utf-8"))))
        bare = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}  # docstrings
        texts = [node for node in nodes if isinstance(node, ast.Constant) and id(node) not in bare]
        found |= {
            str(node.value) for node in texts if any("\u4e00" <= sign <= "\u9fff" for sign in str(node.value))
        }
    return found


def catalogue() -> dict[str, str]:
    with (ROOT / "locale" / "en" / "LC_MESSAGES" / "board.po").open("rb") as lines:
        return {str(entry.id): str(entry.string) for entry in read_po(lines) if entry.id}


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_every_sign_that_is_shown_is_in_the_font(weight: str) -> None:
    with TTFont(ROOT / "build" / "fonts" / f"NotoSansSC-{weight}.otf", lazy=True) as font:
        known = font.getBestCmap()
    texts = [*catalogue(), *catalogue().values(), *chinese_texts(), "ABCDEFG0123456789·–/"]
    texts += [line.zh + line.en for line in words.ticker(hall())]
    texts += [zone["name"] + zone["name_en"] + zone["sign"] for zone in PLAN["zones"].values()]
    assert {sign for text in texts for sign in text if ord(sign) not in known} == set()


@pytest.mark.parametrize(
    ("wait", "zh", "en", "about"),
    [
        (None, "窗口未开", "not open", "窗口未开"),
        (Wait(0, 0, 0), "现在不用等", "no wait now", "现在不用等"),
        (Wait(0, 60, 120), "0–2分", "0–2 min", "约0–2分"),
        (Wait(18 * 60, 1400, 30 * 60), "18–30分", "18–30 min", "约18–30分"),
        (Wait(59 * 60, 5000, 99 * 60), "59–99分", "59–99 min", "约59–99分"),
        (Wait(75 * 60, 6000, 135 * 60), "1–2.5小时", "1–2.5 h", "约1–2.5小时"),
    ],
)
def test_waits(wait: Wait | None, zh: str, en: str, about: str) -> None:
    assert words.wait(wait, wide=False) == words.Pair(zh, en)
    assert words.wait(wait, wide=True).zh == about


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        (dt.datetime(2026, 11, 23, tzinfo=dt.UTC), "11月23日 星期一", "Mon, 23 Nov"),
        (dt.datetime(2027, 1, 3, tzinfo=dt.UTC), "1月3日 星期日", "Sun, 3 Jan"),
    ],
)
def test_dates(day: dt.datetime, zh: str, en: str) -> None:
    assert words.date(day) == words.Pair(zh, en)


def test_every_zone_that_calls_people_has_a_symbol_and_a_colour_of_its_own() -> None:
    zones = {key: zone for key, zone in PLAN["zones"].items() if zone["mode"] == "counters"}
    assert {zone["icon"] for zone in zones.values()} <= set(SYMBOLS)
    assert len({look.zone_fill(key) for key in zones}) == len(zones) == 7


@pytest.mark.parametrize("name", sorted(SYMBOLS))
def test_a_symbol_stays_on_its_grid_and_has_ink(name: str) -> None:
    alpha = Image.frombytes("RGBA", (96, 96), picture(name, 96, 4)).getchannel("A")
    left, top, right, bottom = alpha.getbbox() or (0, 0, 0, 0)
    assert right - left > 10
    assert bottom - top > 30
    edge = 2 * 96 // GRID
    assert min(left, top) >= edge
    assert max(right, bottom) <= 96 - edge


def test_a_symbol_is_drawn_where_its_path_goes() -> None:
    """The chevron runs from (20, 9) over (35, 24) to (20, 39); the check lies inside the shield."""
    alpha = Image.frombytes("RGBA", (480, 480), picture("next", 480, 3.5)).getchannel("A")
    for x, y in ((20, 9), (27.5, 16.5), (35, 24), (27.5, 31.5), (20, 39)):
        assert alpha.getpixel((int(x * 10), int(y * 10))) == 255
    for x, y in ((20, 24), (35, 9), (42, 24)):
        assert alpha.getpixel((x * 10, y * 10)) == 0
