"""Outside opening hours: when the next number is given, and what still works."""

from __future__ import annotations

import datetime

from kiosk import typeset
from kiosk.scene import Act, Action, Box, Scene, Symbol, Text
from kiosk.screens.frame import BUTTON_H, BUTTON_Y, bar, header, switches
from kiosk.sheet import LEFT, RIGHT, ROOM, Sheet, View
from kiosk.theme import Role
from kiosk.words import clock, local, short
from queue_server.wire import Hall
from queue_server.wire.times import parse_rfc3339


def closed(view: View) -> Scene:
    """Draw the closed hall."""
    sheet = Sheet(view)
    hall = view.facts.hall
    header(sheet)
    _title(sheet)
    y = 364.0
    if hall is not None and hall.opening.opens_at is not None:
        y = _next_opening(sheet, hall.opening.opens_at, y)
    if hall is not None and hall.opening.sessions:
        y = _sessions(sheet, hall, y)
    if view.facts.matters:
        _still(sheet, y + 16)
    switches(sheet)
    bar(sheet)
    if hall is not None:
        _hotline(sheet, hall)
    return sheet.scene("closed")


def _title(sheet: Sheet) -> None:
    words = sheet.words
    sheet.put(Symbol("moon", LEFT, 172, 160, "action"))
    text = "现在停止取号"
    x, room = LEFT + 216, ROOM - 216
    first = words.first(text)
    px = 88 if typeset.width(first, 88, True) <= room else 68
    sheet.put(Text(x, 244, first, px, True), Text(x, 321, words.second(text), 40, False, "ink-2"))


def _next_opening(sheet: Sheet, opens_at: str, y: float) -> float:
    words, zone = sheet.words, sheet.view.timezone
    opens = parse_rfc3339(opens_at)
    sheet.box(LEFT, y, ROOM, 268, border="ink", stroke=4)
    label = f"{words.first('下次取号')} · {words.second('下次取号')}"
    sheet.put(Text(LEFT + 44, y + 58, label, 34, False, "ink-2"))
    day = _day(sheet, opens)
    sheet.put(Text(LEFT + 44, y + 134, f"{day} {clock(opens, zone)}", 88, True))
    sheet.put(Text(LEFT + 44, y + 210, words.date(opens, zone), 40))
    return y + 268 + 24


def _day(sheet: Sheet, opens: int) -> str:
    view, words = sheet.view, sheet.words
    today = local(view.now_ms, view.timezone).date()
    then = local(opens, view.timezone).date()
    if then == today:
        return words.first("今天")
    if then == today + datetime.timedelta(days=1):
        return words.first("明天")
    return words.date(opens, view.timezone).split(" ")[-1 if words.chinese else 0]


def _sessions(sheet: Sheet, hall: Hall, y: float) -> float:
    """The week: open days with their hours, then the days on which the hall stays shut."""
    words = sheet.words
    days = hall.opening.open_days or [1, 2, 3, 4, 5]
    hours = "  ".join(f"{short(first)}–{short(last)}" for first, last in hall.opening.sessions)
    rows = [(words.days(days), hours)]
    shut = [day for day in range(1, 8) if day not in days]
    if shut:
        rows.append((words.days(shut), words.first("不开放")))
    h = 92 * len(rows) + 24
    sheet.box(LEFT, y, ROOM, h)
    for i, (label, text) in enumerate(rows):
        top = y + 12 + 92 * i
        if i:
            sheet.put(Box(LEFT + 43, top, ROOM - 86, 2, "soft", radius=0))
        sheet.put(Text(LEFT + 43, top + 46, label, 40), Text(LEFT + 383, top + 46, text, 40, True))
    return y + h + 24


def _still(sheet: Sheet, y: float) -> None:
    words = sheet.words
    sheet.mixed(
        LEFT, y,
        [
            (words.first("现在还能办"), Role.STRONG, {"bold": True}),
            ("  ", Role.META, {}),
            (words.second("现在还能办"), Role.SMALL, {"color": "ink-2"}),
        ],
    )  # fmt: skip
    top = y + 84
    place = (LEFT, top, ROOM, 124.0)
    with sheet.custom("checklists", place, Action(Act.CHECKLISTS)):
        sheet.box(*place, border="line")
        text = "看事项需要哪些材料"
        sheet.put(Text(LEFT + 31, top + 41, words.first(text), 40, True))
        sheet.put(Text(LEFT + 31, top + 89, words.second(text), 28, False, "ink-2"))
        sheet.put(Symbol("next", RIGHT - 71, top + 40, 44, "action"))


def _hotline(sheet: Sheet, hall: Hall) -> None:
    """The phone number where the help button would be: nobody is there to come."""
    words = sheet.words
    sheet.box(LEFT, BUTTON_Y, ROOM, BUTTON_H, border="ink")
    number = hall.hotline
    first, second = (
        f(text, number=number)
        for f, text in ((words.first, "咨询电话 {number}"), (words.second, "咨询电话 {number}"))
    )
    w = max(typeset.width(first, 40, True), typeset.width(second, 28)) + 76
    x = LEFT + (ROOM - w) / 2
    sheet.put(Symbol("phone", x, BUTTON_Y + 36, 56))
    sheet.put(Text(x + 76, BUTTON_Y + 47, first, 40, True), Text(x + 76, BUTTON_Y + 87, second, 28))
