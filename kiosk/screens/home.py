"""The home screen: one question and eight zones with the people who wait there; in large text six choices."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import typeset
from kiosk.scene import Act, Action, Box, Scene, Symbol, Text
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


def few(sheet: Sheet) -> Scene:
    """Draw the home of large text: the zones with everyday words, bookings and numbers, everything else."""
    words = sheet.words
    header(sheet)
    question = "您办什么事？"
    y = BODY_TOP + sheet.para(LEFT, BODY_TOP, ROOM, words.first(question), Role.TITLE, bold=True, height=1.2)
    sheet.line(LEFT, y, words.second(question), Role.SMALL, color="ink-2")
    y += sheet.px(Role.SMALL) * 1.35 + 12
    zones = [zone for zone in sheet.view.facts.zones() if zone.everyday]
    zones = [zone for zone in zones if zone.mode == "counters"][:3] + [
        zone for zone in zones if zone.mode == "self_service"
    ][:1]
    rows = [
        *(_Choice.of_zone(sheet, zone) for zone in zones if zone.mode == "counters"),
        _Choice("booking", Action(Act.DOCUMENT), "calendar", "我有预约，或取过号"),
        *(_Choice.of_zone(sheet, zone) for zone in zones if zone.mode == "self_service"),
        _Choice("everything", Action(Act.EVERYTHING), "page", "其他事"),
    ]
    h = (BODY_END - y - 16 * (len(rows) - 1)) / len(rows)
    for i, row in enumerate(rows):
        _choice(sheet, row, (LEFT, y + i * (h + 16), ROOM, h))
    switches(sheet)
    help_bar(sheet)
    return sheet.scene("home-large")


@dataclass(frozen=True)
class _Choice:
    """One row of the large home: of a zone, or of its own with a text in both languages."""

    name: str
    action: Action
    symbol: str
    text: str
    zone: Zone | None = None

    @classmethod
    def of_zone(cls, sheet: Sheet, zone: Zone) -> _Choice:
        return cls(f"zone-{zone.id}", Action(Act.ZONE, zone.id), zone_symbol(zone.icon), "", zone)


def _choice(sheet: Sheet, row: _Choice, place: tuple[float, float, float, float]) -> None:
    x, y, w, h = place
    words, zone = sheet.words, row.zone
    with sheet.custom(row.name, place, row.action):
        sheet.box(x, y, w, h, border="line")
        color = "action" if zone is None else zone_color(zone.sign)
        side = 148
        inner = RADIUS - STROKE
        sheet.put(Box(x + STROKE, y + STROKE, side, h - 2 * STROKE, color, radius=inner, left_only=True))
        middle = x + STROKE + side / 2
        if zone is None:
            first, second, edge = words.first(row.text), words.second(row.text), x + w - 96
            sheet.put(Symbol(row.symbol, middle - 40, y + h / 2 - 40, 80, "white"))
        else:
            names = (zone.everyday, zone.everyday_en)
            first, second = words.pick(*names), words.other(*names)
            sheet.put(Text(middle, y + h / 2 - 36, zone.sign, 68, True, "white", "center"))
            sheet.put(Symbol(row.symbol, middle - 26, y + h / 2 + 14, 52, "white"))
            floor = words.floor(zone.floor)
            sheet.put(Text(x + w - 100, y + h / 2, floor, 34, True, "ink", "right"))
            edge = x + w - 116 - typeset.width(floor, 34, True)
        left = x + side + 36
        px = next(px for px in (68, 52, 40, 34) if typeset.width(first, px, True) <= edge - left or px == 34)
        top = y + (h - px * 1.2 - 34 * 1.3) / 2
        sheet.put(Text(left, top + px * 0.6, typeset.fit(first, px, True, edge - left), px, True))
        below = typeset.fit(second, 34, False, edge - left)
        sheet.put(Text(left, top + px * 1.2 + 34 * 0.65, below, 34, False, "ink-2"))
        sheet.put(Symbol("next", x + w - 76, y + (h - 52) / 2, 52, "action"))


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
