"""The home of large text: six choices in everyday words instead of eight zones and their waits."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import typeset
from kiosk.scene import Act, Action, Box, Scene, Symbol, Text
from kiosk.screens.frame import BODY_END, BODY_TOP, header, help_bar, switches
from kiosk.sheet import LEFT, ROOM, Sheet
from kiosk.symbols import zone_symbol
from kiosk.theme import RADIUS, STROKE, Role, zone_color
from queue_server.wire import Zone

GAP = 16
SIDE = 148
COUNTER_ZONES, SELF_SERVICE_ZONES = 3, 1
TEXT_X = LEFT + SIDE + 36


@dataclass(frozen=True)
class Choice:
    """One row: its words in both languages, and what stands left and right of them."""

    name: str
    action: Action
    words: tuple[str, str]
    symbol: str
    sign: str = ""
    color: str = "action"
    floor: str = ""

    @property
    def room(self) -> float:
        """How wide its words may be."""
        beside = 116 + typeset.width(self.floor, 34, True) if self.floor else 96
        return LEFT + ROOM - beside - TEXT_X


def few(sheet: Sheet) -> Scene:
    """Draw the zones with everyday words, bookings and numbers, and everything else behind the last row."""
    words = sheet.words
    header(sheet)
    question = "您办什么事？"
    y = BODY_TOP + sheet.para(LEFT, BODY_TOP, ROOM, words.first(question), Role.TITLE, bold=True, height=1.2)
    sheet.line(LEFT, y, words.second(question), Role.SMALL, color="ink-2")
    y += sheet.px(Role.SMALL) * 1.35 + 12
    choices = _choices(sheet)
    h = (BODY_END - y - GAP * (len(choices) - 1)) / len(choices)
    px = min(sheet.largest(choice.words[0], (68, 52, 40, 34), choice.room) for choice in choices)
    for i, choice in enumerate(choices):
        _row(sheet, choice, (LEFT, y + i * (h + GAP), ROOM, h), px)
    switches(sheet)
    help_bar(sheet)
    return sheet.scene("home-large")


def _choices(sheet: Sheet) -> list[Choice]:
    words = sheet.words
    named = [zone for zone in sheet.view.facts.zones() if zone.everyday]
    counters = [zone for zone in named if zone.mode == "counters"][:COUNTER_ZONES]
    self_service = [zone for zone in named if zone.mode == "self_service"][:SELF_SERVICE_ZONES]
    booking, rest = "我有预约，或取过号", "其他事"
    return [
        *(_of_zone(sheet, zone) for zone in counters),
        Choice("booking", Action(Act.DOCUMENT), (words.first(booking), words.second(booking)), "calendar"),
        *(_of_zone(sheet, zone) for zone in self_service),
        Choice("everything", Action(Act.EVERYTHING), (words.first(rest), words.second(rest)), "page"),
    ]


def _of_zone(sheet: Sheet, zone: Zone) -> Choice:
    words = sheet.words
    both = (words.pick(zone.everyday, zone.everyday_en), words.other(zone.everyday, zone.everyday_en))
    symbol, color = zone_symbol(zone.icon), zone_color(zone.sign)
    action = Action(Act.ZONE, zone.id)
    return Choice(f"zone-{zone.id}", action, both, symbol, zone.sign, color, words.floor(zone.floor))


def _row(sheet: Sheet, choice: Choice, place: tuple[float, float, float, float], px: int) -> None:
    x, y, w, h = place
    first, second = choice.words
    with sheet.custom(choice.name, place, choice.action):
        sheet.box(x, y, w, h, border="line")
        plate = (x + STROKE, y + STROKE, SIDE, h - 2 * STROKE)
        sheet.put(Box(*plate, choice.color, radius=RADIUS - STROKE, left_only=True))
        middle = x + STROKE + SIDE / 2
        if choice.sign:
            sheet.put(Text(middle, y + h / 2 - 36, choice.sign, 68, True, "white", "center"))
            sheet.put(Symbol(choice.symbol, middle - 26, y + h / 2 + 14, 52, "white"))
            sheet.put(Text(x + w - 100, y + h / 2, choice.floor, 34, True, "ink", "right"))
        else:
            sheet.put(Symbol(choice.symbol, middle - 40, y + h / 2 - 40, 80, "white"))
        top = y + (h - px * 1.2 - 34 * 1.3) / 2
        sheet.put(Text(TEXT_X, top + px * 0.6, typeset.fit(first, px, True, choice.room), px, True))
        below = typeset.fit(second, 34, False, choice.room)
        sheet.put(Text(TEXT_X, top + px * 1.2 + 34 * 0.65, below, 34, False, "ink-2"))
        sheet.put(Symbol("next", x + w - 76, y + (h - 52) / 2, 52, "action"))
