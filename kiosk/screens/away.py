"""The server is away: what still holds, where to go, and that the kiosk reconnects by itself."""

from __future__ import annotations

from kiosk.scene import Act, Action, Box, Disc, Scene, Symbol, Text
from kiosk.screens.frame import BODY_END, header, navigation, switches
from kiosk.sheet import LEFT, RIGHT, ROOM, WIDTH, Face, Sheet, View
from kiosk.theme import Role
from kiosk.words import clock


def away(view: View) -> Scene:
    """Draw the kiosk without its server."""
    sheet = Sheet(view)
    words = sheet.words
    header(sheet)
    middle = WIDTH / 2
    sheet.put(
        Disc(middle - 132, 232, 264, "warn-soft", "warn", 4), Symbol("no-line", middle - 66, 298, 132, "warn")
    )
    title = "这台机器暂时取不了号"
    px = 68 if words.chinese else 52
    sheet.put(Text(middle, 584, words.first(title), px, True, "ink", "center"))
    sheet.put(Text(middle, 650, words.second(title), 34, False, "ink-2", "center"))
    sheet.line(
        middle,
        700,
        words.first("机器正在自己重新连接，您不用操作。"),
        Role.BODY,
        color="ink-2",
        align="center",
        room=ROOM,
    )
    _can(sheet)
    _state(sheet)
    switches(sheet)
    navigation(sheet, back=False, home=False)
    return sheet.scene("away")


def _can(sheet: Sheet) -> None:
    words, facts = sheet.words, sheet.view.facts
    hall = facts.hall
    desk = words.first("导办台在大厅里") if hall is None else words.pick(hall.guide_desk, hall.guide_desk_en)
    rows = [
        ("desk", words.first("到导办台人工取号"), desk),
        ("receipt", words.first("已有小票的，照常等叫号"), words.first("票号都有效")),
    ]
    if facts.matters:
        when = "" if facts.fetched_at is None else clock(facts.fetched_at, sheet.view.timezone)
        rows.append(("page", words.first("在这里看材料清单"), words.first("更新于 {time}", time=when)))
    sheet.box(LEFT, 800, ROOM, 140 + 152 * len(rows))
    sheet.put(Text(LEFT + 43, 874, words.first("您现在可以"), 52, True))
    for i, (symbol, first, second) in enumerate(rows):
        _row(sheet, 930 + 152 * i, symbol, (first, second))
    if facts.matters:
        face = Face(words.first("看清单"), "", "next", symbol_size=44, symbol_after=True)
        place = (RIGHT - 43 - 246, 930 + 152 * 2 + 20, 246, 112)
        sheet.button("checklists", place, face, Action(Act.CHECKLISTS))


def _row(sheet: Sheet, y: float, symbol: str, texts: tuple[str, str]) -> None:
    room = RIGHT - LEFT - 190 - (250 if symbol == "page" else 0)
    sheet.put(Box(LEFT + 43, y, ROOM - 86, 2, "soft", radius=0), Symbol(symbol, LEFT + 51, y + 44, 64))
    sheet.line(LEFT + 152, y + 24, texts[0], Role.BODY, bold=True, height=1.25, room=room)
    sheet.line(
        LEFT + 152,
        y + 28 + sheet.px(Role.BODY) * 1.25,
        texts[1],
        Role.SMALL,
        color="ink-2",
        height=1.25,
        room=room,
    )


def _state(sheet: Sheet) -> None:
    """When the line broke, and when it is tried again."""
    view, words = sheet.view, sheet.words
    parts = []
    if view.facts.away_since is not None:
        parts.append(words.first("{time} 断开", time=clock(view.facts.away_since, view.timezone)))
    if view.retry_s:
        parts.append(words.first("{n} 秒后再连一次", n=view.retry_s))
    else:
        parts.append(words.first("正在连接"))
    text = " · ".join(parts)
    w = sheet.width(text, Role.SMALL) + 62
    x = (WIDTH - w) / 2
    sheet.put(Symbol("clock", x, BODY_END - 66, 44, "ink-2"))
    sheet.line(x + 62, BODY_END - 67, text, Role.SMALL, color="ink-2")
