"""A matter that draws no ticket: which self-service seat does it, or that it is done online."""

from __future__ import annotations

from kiosk import typeset
from kiosk.scene import Act, Action, Box, Scene, Symbol, Text
from kiosk.screens.frame import BODY_END, header, navigation, plate, switches
from kiosk.sheet import LEFT, ROOM, Face, Sheet, View
from kiosk.theme import Role
from queue_server.wire import MatterBrief, Zone


def elsewhere(view: View) -> Scene:
    """Draw where to go instead."""
    sheet = Sheet(view)
    words = sheet.words
    header(sheet)
    brief = view.facts.brief(view.state.matter)
    zone = None if brief is None else view.facts.zone(brief.zone)
    if brief is not None and zone is not None:
        _title(sheet, brief, zone)
        _where(sheet, brief, zone)
    face = Face(words.first("知道了"), words.second("知道了"), "tick", "primary", Role.STRONG)
    sheet.button("done", (LEFT, BODY_END - 160, ROOM, 160), face, Action(Act.DONE))
    switches(sheet)
    navigation(sheet)
    return sheet.scene("elsewhere")


def _title(sheet: Sheet, brief: MatterBrief, zone: Zone) -> None:
    words = sheet.words
    plate(sheet, zone, LEFT, 184)
    x, room = LEFT + 140, ROOM - 140
    name, other = words.pick(brief.name_zh, brief.name_en), words.other(brief.name_zh, brief.name_en)
    role = Role.STRONG if sheet.width(name, Role.STRONG, True) <= room else Role.BODY
    sheet.line(x, 188, name, role, bold=True, height=1.25, room=room)
    sheet.line(x, 188 + sheet.px(role) * 1.25, other, Role.SMALL, color="ink-2", height=1.3, room=room)


def _where(sheet: Sheet, brief: MatterBrief, zone: Zone) -> None:
    words = sheet.words
    if brief.seat:
        fact, place = "不用取号，直接去", words.pick(brief.seat, brief.seat_en)
        rows = (("screen", "按屏幕上的提示自己办"), ("guide", "不会用？旁边的工作人员教您"))
    elif brief.why_not == "reserved":
        fact, place = "这件事还没有在这里开放", words.first("请到导办台问")
        rows = (("desk", "导办员告诉您去哪里办"), ("guide", "或点下面的“请人帮我”"))
    else:
        fact, place = "这件事在网上办，不用取号", words.first("手机或电脑上就能办")
        rows = (("phone", "需要帮助请到咨询指导区"), ("guide", "或点下面的“请人帮我”"))
    sheet.box(LEFT, 344, ROOM, 300, border="ink", stroke=4)
    sheet.line(LEFT + 44, 384, words.first(fact), Role.BODY, color="ink-2")
    room = ROOM - 88
    px = next(px for px in (88, 68, 52, 40, 34) if px == 34 or typeset.width(place, px, True) <= room)
    for i, part in enumerate(typeset.lines(place, px, True, room)[:2]):
        sheet.put(Text(LEFT + 44, 510 + i * px * 1.2, part, px, True))
    if brief.seat and zone.floor is not None:
        sheet.line(LEFT + 44, 572, words.floor(zone.floor), Role.SMALL, color="ink-2")
    for i, (symbol, text) in enumerate(rows):
        _row(sheet, 692 + i * 140, symbol, text)


def _row(sheet: Sheet, y: float, symbol: str, text: str) -> None:
    words, room = sheet.words, ROOM - 96
    sheet.put(Box(LEFT, y, ROOM, 2, "soft", radius=0), Symbol(symbol, LEFT, y + 38, 64))
    sheet.line(LEFT + 96, y + 24, words.first(text), Role.BODY, bold=True, height=1.2, room=room)
    sheet.line(
        LEFT + 96, y + 26 + sheet.px(Role.BODY) * 1.2, words.second(text), Role.META, color="ink-2", room=room
    )
