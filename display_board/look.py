"""Colours, type scale and sizes of the boards, as the design system gives them.

Colours are `#RRGGBB`. Sizes are pixels of the design screen of 1920 x 1080; every other screen
scales them by one factor. SDL keeps each font size that it ever used (kivy#5660), so the scale
below is closed: nothing else may be drawn with text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WIDTH, HEIGHT = 1920, 1080

INK: Final = "#FFFFFF"
INK_2: Final = "#B7C6D3"
RULE: Final = "#2A4256"
PAGE: Final = "#0B1722"
SURFACE: Final = "#16293A"
SURFACE_2: Final = "#0F2030"
INDEX: Final = "#22394D"
CALL: Final = "#FFD23F"
WARN: Final = "#FFC069"
PAPER: Final = "#FFFFFF"
ON_PAPER: Final = "#0B1722"
ON_PAPER_2: Final = "#43515E"

META, LABEL, TEXT, UNIT, CELL, CLOCK, BIG = 32, 36, 44, 52, 60, 84, 144
SCALE: Final = (META, LABEL, TEXT, UNIT, CELL, CLOCK, BIG)

DIMMED: Final = 0.3
"""How much of the page colour lies over a state that may be old."""

_ZONES: Final = {
    "Z1": "#71B9FD",
    "Z2": "#F8CDA6",
    "Z3": "#8583FF",
    "Z4": "#E8A112",
    "Z5": "#A88FBB",
    "Z6": "#2FA184",
    "Z7": "#FF4F86",
}
_ANY_ZONE: Final = "#E7EAEE"


def zone_fill(zone: str) -> str:
    """The colour of a zone's sign; a zone that the design does not know gets the neutral one."""
    return _ZONES.get(zone, _ANY_ZONE)


def smaller(size: int) -> int | None:
    """The next smaller type size, or None below the smallest."""
    place = SCALE.index(size)
    return SCALE[place - 1] if place else None


@dataclass(frozen=True)
class Style:
    """How a line of text looks: its size from the scale, its colour and its weight."""

    size: int
    color: str = INK
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

    def inset(self, left: float, top: float = 0, right: float = 0, bottom: float = 0) -> Box:
        """This box without the given margins."""
        return Box(self.x + left, self.y + top, self.width - left - right, self.height - top - bottom)


@dataclass(frozen=True)
class Frame:
    """Where the design screen lies on a real one: `scale`, and its margins in real pixels."""

    scale: float
    left: float
    bottom: float

    @classmethod
    def fit(cls, width: int, height: int) -> Frame:
        """Scale uniformly into a screen of this size, in the middle of what is left over."""
        scale = min(width / WIDTH, height / HEIGHT)
        return cls(scale, (width - WIDTH * scale) / 2, (height - HEIGHT * scale) / 2)
