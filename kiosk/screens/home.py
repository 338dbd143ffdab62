"""The home screen: one question and eight zones with the people who wait there; in large text six choices."""

from __future__ import annotations

from kiosk import typeset
from kiosk.scene import Act, Action, Box, Scene, Symbol, Text
from kiosk.screens.few import few
from kiosk.screens.frame import BODY_END, BODY_TOP, header, help_bar, navigation, switches
from kiosk.sheet import LEFT, ROOM, Face, Sheet, View
from kiosk.symbols import zone_symbol
from kiosk.theme import RADIUS, STROKE, Role, zone_color
from kiosk.words import no_wait
from queue_server.wire import Zone

GAP = 20
BOOKING_H = 124
PLATE = 118
TEXT_ROOM = (ROOM - GAP) / 2 - PLATE - STROKE - 45
QUESTION = "您今天办什么事？"


def home(view: View) -> Scene:
    """Draw the choice of a zone; in large text six choices in everyday words come before it."""
    sheet = Sheet(view)
    if view.state.large and not view.state.everything and not view.state.reading:
        return few(sheet)
    words = sheet.words
    question = "您想看哪方面的材料？" if view.state.reading else QUESTION
    header(sheet)
    y = BODY_TOP + sheet.para(LEFT, BODY_TOP, ROOM, words.first(question), Role.TITLE, bold=True, height=1.2)
    sheet.line(LEFT, y + 2, words.second(question), Role.SMALL, color="ink-2")
    y += sheet.px(Role.SMALL) * 1.35 + 28
    if not view.state.reading and not view.state.everything:
        y = _ways_in(sheet, y)
    zones = view.facts.zones()
    rows = max(4, -(-len(zones) // 2))
    tile_h = (BODY_END - y - GAP * (rows - 1)) / rows
    tile_w = (ROOM - GAP) / 2
    for i, zone in enumerate(zones):
        x = LEFT + (i % 2) * (tile_w + GAP)
        _tile(sheet, zone, (x, y + (i // 2) * (tile_h + GAP), tile_w, tile_h))
    switches(sheet)
    if view.state.reading or view.state.everything:
        navigation(sheet)
    else:
        help_bar(sheet)
    return sheet.scene("home")


def _ways_in(sheet: Sheet, y: float) -> float:
    """Draw the ways in for people with a booking or a number, and the line that leads to the zones."""
    words = sheet.words
    half = (ROOM - GAP) / 2
    ways = (("我有预约", "calendar", Act.BOOKING, "booking"), ("我取过号", "receipt", Act.NUMBER, "number"))
    for i, (text, symbol, act, name) in enumerate(ways):
        face = Face(words.first(text), words.second(text), symbol, symbol_size=60)
        sheet.button(name, (LEFT + i * (half + GAP), y, half, BOOKING_H), face, Action(act))
    y += BOOKING_H + 16
    text, role = "或按服务区选", Role.SMALL
    used = sheet.line(LEFT, y, words.first(text), role, bold=True, height=1.2)
    shift = (sheet.px(role) - sheet.px(Role.META)) * 0.85
    sheet.line(LEFT + used + 20, y + shift, words.second(text), Role.META, height=1.2, color="ink-2")
    return y + sheet.px(role) * 1.2 + 14


def _tile(sheet: Sheet, zone: Zone, place: tuple[float, float, float, float]) -> None:
    x, y, w, h = place
    shut = zone.mode == "reserved"
    fill, border = ("disabled", "disabled") if shut else ("surface", "line")
    action = None if shut else Action(Act.ZONE, zone.id)
    with sheet.custom(f"zone-{zone.id}", place, action):
        sheet.box(x, y, w, h, fill=fill, border=border)
        color = "on-disabled" if shut else zone_color(zone.sign)
        inner = RADIUS - STROKE
        sheet.put(Box(x + STROKE, y + STROKE, PLATE, h - 2 * STROKE, color, radius=inner, left_only=True))
        _plate(sheet, zone, x + STROKE + PLATE / 2, y + h / 2)
        _texts(sheet, zone, (x + STROKE + PLATE + 22, y, w - PLATE - STROKE - 22 - 23, h), shut)


def _plate(sheet: Sheet, zone: Zone, middle: float, y: float) -> None:
    sheet.put(Text(middle, y - 78, zone.sign, 68, True, "white", "center"))
    sheet.put(Symbol(zone_symbol(zone.icon), middle - 28, y - 22, 56, "white"))
    sheet.put(Text(middle, y + 80, sheet.words.floor(zone.floor), 34, True, "white", "center"))


def _texts(sheet: Sheet, zone: Zone, place: tuple[float, float, float, float], shut: bool) -> None:
    """Name, the other language, examples, people and wait, in the middle of the tile's height."""
    x, y, room, h = place
    words = sheet.words
    ink, soft = ("on-disabled", "on-disabled") if shut else ("ink", "ink-2")
    name, other = words.pick(zone.name, zone.name_en), words.other(zone.name, zone.name_en)
    name_role = _name_role(sheet, name)
    examples = words.pick(zone.examples, zone.examples_en)
    heights = [
        sheet.px(name_role) * 1.15,
        sheet.px(Role.META) * 1.3,
        sheet.px(Role.SMALL) * 1.35 + 8,
        34 * 1.2 + 10,
    ]
    if sheet.theme.large:
        heights[2] = 0
    top = y + (h - sum(heights)) / 2
    sheet.line(x, top, name, name_role, bold=True, height=1.15, color=ink, room=room)
    sheet.line(x, top + heights[0], other, Role.META, height=1.3, color=soft, room=room)
    if examples and not sheet.theme.large:
        role = _example_role(sheet)
        sheet.line(x, top + heights[0] + heights[1] + 8, examples, role, color=ink, room=room)
    _people(sheet, zone, (x, y + (h + sum(heights)) / 2 - 20, room), shut)


def _name_role(sheet: Sheet, name: str) -> Role:
    """Return the largest size at which every name fits its tile; in large text each tile for itself."""
    zones = sheet.view.facts.zones()
    names = [name] if sheet.theme.large else [sheet.words.pick(zone.name, zone.name_en) for zone in zones]
    for role in (Role.STRONG, Role.BODY):
        if all(sheet.width(found, role, True) <= TEXT_ROOM for found in names):
            return role
    return Role.SMALL


def _example_role(sheet: Sheet) -> Role:
    examples = [sheet.words.pick(zone.examples, zone.examples_en) for zone in sheet.view.facts.zones()]
    fits = all(sheet.width(example, Role.SMALL) <= TEXT_ROOM for example in examples)
    return Role.SMALL if fits else Role.META


def _people(sheet: Sheet, zone: Zone, place: tuple[float, float, float], shut: bool) -> None:
    x, y, room = place
    words, line = sheet.words, sheet.view.facts.line(zone.id)
    if shut:
        _fact(sheet, (x, y), "info", words.first("还没有开放"), "on-disabled")
    elif zone.mode == "self_service":
        _fact(sheet, (x, y), "tick", words.first("不用取号，直接用"), "ink")
    elif line is None or sheet.view.state.reading:
        return
    elif no_wait(line.wait):
        _fact(sheet, (x, y), "tick", words.first("现在不用等"), "ink")
    else:
        range_ = words.minutes(line.wait)
        right = words.first("约{range}分", range=range_) if range_ else words.first("窗口还没开")
        left = words.first("{n}人", n=words.people(line.waiting))
        px = 34 if 44 + typeset.width(left, 34, True) + typeset.width(right, 34, True) + 12 <= room else 28
        _fact(sheet, (x, y), "people", left, "ink", px)
        sheet.put(Text(x + room, y, right, px, True, "ink", "right"))


def _fact(sheet: Sheet, place: tuple[float, float], symbol: str, text: str, color: str, px: int = 34) -> None:
    x, y = place
    sheet.put(Symbol(symbol, x, y - 17, 34, color), Text(x + 44, y, text, px, True, color))
