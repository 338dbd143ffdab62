"""Colours, type scale and sizes of the boards, as the design system gives them.

Colours are `#RRGGBB`. Sizes are pixels of the design screen, 1920 x 1080 or upright 1080 x 1920;
every real screen scales them by one factor. SDL keeps each font size that it ever used
(kivy#5660), so the scale below is closed, but for the one size that a board's distance may ask for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from queue_server.wire.board import Theme


@dataclass(frozen=True)
class Palette:
    """The colours of a theme; all text on its ground has a contrast of at least 7:1."""

    page: str
    surface: str
    surface_2: str
    index: str
    on_index: str
    ink: str
    ink_2: str
    rule: str
    plate: str
    on_plate: str
    foot: str
    on_foot: str
    on_foot_2: str
    warn: str
    resting: str
    on_resting: str


CALL: Final = "#FFD23F"
ON_CALL: Final = "#0B1722"
NOTICE: Final = "#FFC069"
"""The ground of a notice; its text is that of a call."""

DARK: Final = Palette(
    page="#0B1722",
    surface="#16293A",
    surface_2="#0F2030",
    index="#22394D",
    on_index="#FFFFFF",
    ink="#FFFFFF",
    ink_2="#B7C6D3",
    rule="#2A4256",
    plate="#FFFFFF",
    on_plate="#0B1722",
    foot="#FFFFFF",
    on_foot="#0B1722",
    on_foot_2="#43515E",
    warn="#FFC069",
    resting="#16293A",
    on_resting="#FFD23F",
)
LIGHT: Final = Palette(
    page="#F2F4F6",
    surface="#FFFFFF",
    surface_2="#FFFFFF",
    index="#D5DCE2",
    on_index="#14202B",
    ink="#14202B",
    ink_2="#43515E",
    rule="#B9C3CC",
    plate="#14202B",
    on_plate="#FFFFFF",
    foot="#14202B",
    on_foot="#FFFFFF",
    on_foot_2="#D5DCE2",
    warn="#8A4500",
    resting="#14202B",
    on_resting="#FFD23F",
)
PALETTES: Final = {Theme.DARK: DARK, Theme.LIGHT: LIGHT}

META, LABEL, TEXT, UNIT, CELL, CLOCK, BIG, BIGGEST = 32, 36, 44, 52, 60, 84, 144, 160
SCALE: Final = (META, LABEL, TEXT, UNIT, CELL, CLOCK, BIG, BIGGEST)

DIMMED: Final = 0.3
"""How much of the page colour lies over a state that may be old."""

_ZONES: Final = {
    "Z1": "#71B9FD",
    "Z2": "#F8CDA6",
    "Z3": "#9A98FF",
    "Z4": "#E8A112",
    "Z5": "#B19AC2",
    "Z6": "#57B39B",
    "Z7": "#FF749F",
}
_ANY_ZONE: Final = "#E7EAEE"
ON_ZONE: Final = "#0B1722"


def zone_fill(zone: str) -> str:
    """The colour of a zone's sign; a zone that the design does not know gets the neutral one.

    They are the design's, four of them a little lighter, so that the letter on each stands out 7:1.
    """
    return _ZONES.get(zone, _ANY_ZONE)


def at_least(size: int) -> int:
    """The smallest size of the scale that is not below this one; beyond the scale, the size itself."""
    return next((known for known in SCALE if known >= size), size)


def smaller(size: int) -> int | None:
    """The next smaller type size, or None below the smallest."""
    return max((known for known in SCALE if known < size), default=None)


@dataclass(frozen=True)
class Style:
    """How a line of text looks: its size from the scale, its colour and its weight."""

    size: int
    color: str
    bold: bool = False


@dataclass(frozen=True)
class Box:
    """A rectangle in design pixels; `y` counts from the top edge downward."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    def inset(self, left: float, top: float = 0, right: float = 0, bottom: float = 0) -> Box:
        """This box without the given margins."""
        return Box(self.x + left, self.y + top, self.width - left - right, self.height - top - bottom)
