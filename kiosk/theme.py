"""The look of the kiosk: every colour and every size of type, in one place.

Only these eight sizes exist: each face of type costs memory that is never given back. Large text moves
each role one step up and loads nothing new.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

COLORS: dict[str, str] = {
    "ink": "#14202B",
    "ink-2": "#43515E",
    "line": "#6E7C89",
    "soft": "#D5DCE2",
    "page": "#F2F4F6",
    "surface": "#FFFFFF",
    "action": "#0B4F9E",
    "action-pressed": "#06305F",
    "action-soft": "#E6EFF8",
    "on-action": "#FFFFFF",
    "help": "#FFD23F",
    "on-help": "#14202B",
    "ok": "#14633A",
    "ok-soft": "#E5F3EA",
    "warn": "#8A4500",
    "warn-soft": "#FFF3DC",
    "error": "#B3201B",
    "error-soft": "#FDECEA",
    "disabled": "#E4E8EC",
    "on-disabled": "#5B6672",
    "night": "#0B1722",
    "white": "#FFFFFF",
    "zone-A": "#0078C8",
    "zone-B": "#7A3300",
    "zone-C": "#0A2E9A",
    "zone-D": "#8F6E00",
    "zone-E": "#4A1352",
    "zone-F": "#00654E",
    "zone-G": "#D1356F",
    "zone-other": "#35393D",
}

PRESSED = {
    "surface": "ink",
    "line": "ink",
    "ink": "white",
    "ink-2": "white",
    "action-soft": "ink",
    "action": "action-pressed",
    "help": "ink",
    "on-help": "white",
    "warn-soft": "ink",
    "ok-soft": "ink",
}
"""What a colour becomes under a finger: ink fill and white text, a darker blue for the primary one."""

PRESSED_PLAIN = {**PRESSED, "action": "white", "ok": "white", "warn": "white"}
"""On a target that is not itself blue, blue symbols turn white with the text."""


class Role(enum.StrEnum):
    """A step of the type scale."""

    META = "meta"
    SMALL = "small"
    BODY = "body"
    STRONG = "strong"
    TITLE = "title"
    HERO = "hero"
    DISPLAY = "display"
    NUMBER = "number"


SIZES: dict[Role, tuple[int, int]] = {
    Role.META: (28, 34),
    Role.SMALL: (34, 40),
    Role.BODY: (40, 52),
    Role.STRONG: (52, 68),
    Role.TITLE: (68, 88),
    Role.HERO: (88, 88),
    Role.DISPLAY: (128, 128),
    Role.NUMBER: (224, 224),
}
"""Pixels on a screen of 1080 x 1920: as designed, and in large text."""

TEXT_LINE, HEADING_LINE, NUMBER_LINE = 1.35, 1.2, 1.05
MARGIN, GAP = 48, 16
RADIUS = 12
STROKE = 3


@dataclass(frozen=True)
class Theme:
    """The look in one mode: `large` is the mode 大字."""

    large: bool = False

    def px(self, role: Role) -> int:
        """Return the size of type of a role, in design pixels."""
        return SIZES[role][1 if self.large else 0]


def zone_color(sign: str) -> str:
    """Return the colour token of a zone by its sign; zones beyond the eight known ones share one."""
    token = f"zone-{sign}"
    return token if token in COLORS else "zone-other"


def rgba(token: str, alpha: float = 1.0) -> tuple[float, float, float, float]:
    """Return a colour token as four numbers from 0 to 1."""
    value = COLORS[token]
    red, green, blue = (int(value[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue, alpha
