"""What every screen has in common: header, steps, switches, and the bar with 返回, 首页 and 请人帮我."""

from __future__ import annotations

from kiosk import typeset
from kiosk.scene import Act, Action, Box, Disc, Symbol, Text
from kiosk.sheet import LEFT, RIGHT, ROOM, WIDTH, Face, Sheet
from kiosk.symbols import zone_symbol
from kiosk.theme import Role, zone_color
from kiosk.words import clock
from queue_server.wire import Zone

HEADER = 136
MODES_Y, MODES_H = 1640, 96
NAV_Y, NAV_H = 1752, 168
BUTTON_Y, BUTTON_H = 1772, 128
BODY_TOP, BODY_END = 168, 1624
NOTICE_H = 148


def header(sheet: Sheet) -> None:
    """Draw mark, hall, clock, date and floor; nothing here can be touched."""
    hall, words, view = sheet.view.facts.hall, sheet.words, sheet.view
    sheet.put(Box(0, 0, WIDTH, HEADER, "surface", radius=0), Box(0, HEADER - 2, WIDTH, 2, "soft", radius=0))
    mark = "号" if hall is None else hall.mark
    sheet.put(Box(LEFT, 31, 72, 72, "action", radius=8), Text(84, 67, mark, 40, True, "on-action", "center"))
    name, name_en = ("", "") if hall is None else (hall.name, hall.name_en)
    first, second = words.pick(name, name_en), words.other(name, name_en)
    sheet.put(Text(140, 50, first, 34, True))
    sheet.put(Text(140, 89, second, 28, False, "ink-2"))
    sheet.put(Text(RIGHT, 50, clock(view.now_ms, view.timezone), 52, True, "ink", "right"))
    below = words.date(view.now_ms, view.timezone)
    if view.facts.floor is not None:
        below += " · " + words.floor(view.facts.floor)
    sheet.put(Text(RIGHT, 97, below, 28, False, "ink-2", "right"))


def steps(sheet: Sheet, at: int) -> None:
    """Draw 选事项–确认–取号 with step `at` (0 to 2) reached."""
    words = sheet.words
    names = (words.first("选事项"), words.first("确认"), words.first("取号"))
    widths = [64 + sheet.width(name, Role.SMALL, i == at) for i, name in enumerate(names)]
    rule = (ROOM - sum(widths) - 48) / 2
    x = float(LEFT)
    for i, name in enumerate(names):
        _step(sheet, x, i, at, name)
        x += widths[i] + 12
        if i < 2:
            sheet.put(Box(x, 193, rule, 3, "line", radius=0))
            x += rule + 12


def _step(sheet: Sheet, x: float, i: int, at: int, name: str) -> None:
    done, here = i < at, i == at
    border = "ok" if done else "ink" if here else "line"
    sheet.put(Disc(x, 168, 52, "ink" if here else "page", border))
    if done:
        sheet.put(Symbol("tick", x + 9, 177, 34, "ok"))
    else:
        sheet.put(Text(x + 26, 194, str(i + 1), 34, True, "white" if here else "ink-2", "center"))
    sheet.put(Text(x + 64, 194, name, sheet.px(Role.SMALL), here, "ink" if here else "ink-2"))


def switches(sheet: Sheet) -> None:
    """Draw the switches of language and type size."""
    words, state = sheet.words, sheet.view.state
    half = (ROOM - 16) / 2
    lang_kind, lang_symbol = ("plain", "globe") if words.chinese else ("on", "tick")
    size_kind, size_symbol = ("on", "tick") if state.large else ("plain", "letters")
    english = Face(words.first("中 / EN"), "", lang_symbol, lang_kind, Role.SMALL, symbol_size=44)
    large = Face(words.first("大字"), "", size_symbol, size_kind, Role.SMALL, symbol_size=44)
    sheet.button("lang", (LEFT, MODES_Y, half, MODES_H), english, Action(Act.LANG))
    sheet.button("large", (LEFT + half + 16, MODES_Y, half, MODES_H), large, Action(Act.LARGE))


def bar(sheet: Sheet) -> None:
    """Draw the white strip under the bottom buttons."""
    sheet.put(Box(0, NAV_Y, WIDTH, NAV_H, "surface", radius=0), Box(0, NAV_Y, WIDTH, 2, "soft", radius=0))


def navigation(sheet: Sheet, back: bool = True, home: bool = True, here: bool = False) -> None:
    """Draw the bar: 返回 and 首页 (grey where they make no sense), 请人帮我 in yellow.

    `here` greys the help button's reason away: it is never disabled, only already pressed.
    """
    words = sheet.words
    bar(sheet)
    kinds = ("plain" if back else "disabled", "plain" if home else "disabled")
    faces = (
        Face(words.first("返回"), words.second("返回"), "back", kinds[0]),
        Face(words.first("首页"), words.second("首页"), "home", kinds[1]),
    )
    sheet.button("back", (LEFT, BUTTON_Y, 272, BUTTON_H), faces[0], Action(Act.BACK))
    sheet.button("home", (LEFT + 288, BUTTON_Y, 272, BUTTON_H), faces[1], Action(Act.HOME))
    help_place = (LEFT + 576, BUTTON_Y, ROOM - 576, BUTTON_H)
    face = Face(words.first("请人帮我"), words.second("请人帮我"), "guide", "help", turning=here)
    sheet.button("help", help_place, face, Action(Act.HELP))


def help_bar(sheet: Sheet) -> None:
    """Draw the bar of screens with nowhere to go back to: 请人帮我 takes the whole of it."""
    words = sheet.words
    bar(sheet)
    text = "不知道办什么？请人帮我"
    face = Face(words.first(text), words.second(text), "guide", "help", symbol_size=76)
    sheet.button("help", (LEFT, BUTTON_Y, ROOM, BUTTON_H), face, Action(Act.HELP))


def plate(sheet: Sheet, zone: Zone, x: float, y: float, size: float = 112) -> None:
    """Draw the sign of a zone: letter and symbol on its colour."""
    sheet.put(Box(x, y, size, size, zone_color(zone.sign), radius=10))
    middle = x + size / 2
    sheet.put(Text(middle, y + size * 0.33, zone.sign, 52, True, "white", "center"))
    sheet.put(Symbol(zone_symbol(zone.icon), middle - 20, y + size * 0.59, 40, "white"))


def wait_words(sheet: Sheet, zone: Zone) -> str:
    """Word people and wait of a zone: 9人等候 · 约18–30分钟."""
    words, line = sheet.words, sheet.view.facts.line(zone.id)
    if line is None:
        return ""
    waiting = words.first("{n}人等候", n=words.people(line.waiting))
    if line.wait is None:
        return waiting + " · " + words.first("窗口还没开")
    if line.wait.high_s == 0:
        return words.first("现在不用等")
    return waiting + " · " + words.first("约{range}分钟", range=words.minutes(line.wait))


def notice(sheet: Sheet, y: float, symbol: str, fact: str, then: str) -> None:
    """Draw a notice from `y` down: a bold fact and what to do, in two lines or in three small ones."""
    color = "action" if symbol == "info" else "warn"
    fill = f"{color}-soft"
    sheet.put(
        Box(LEFT, y, ROOM, NOTICE_H, fill, radius=12, right_only=True),
        Box(LEFT, y, 12, NOTICE_H, color, radius=0),
    )
    sheet.put(Symbol(symbol, LEFT + 40, y + (NOTICE_H - 60) / 2, 60, color))
    x, room = LEFT + 124, ROOM - 124 - 24
    px = 40 if typeset.width(fact, 40, True) <= room else 34
    size = 34 if len(typeset.lines(then, 34, False, room)) <= 2 else 28
    lines = typeset.lines(then, size, False, room)[:3]
    middle = y + NOTICE_H / 2
    pitch = 42 if len(lines) < 3 else 31
    top = middle - (50 + pitch * len(lines)) / 2
    sheet.put(Text(x, top + 25, typeset.fit(fact, px, True, room), px, True))
    for i, part in enumerate(lines):
        sheet.put(Text(x, top + 50 + pitch * (i + 0.5), part, size, False))
