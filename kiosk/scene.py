"""A screen as data: what is drawn where and what can be touched, in design pixels, y downward.

Screens build scenes without Kivy; the painter draws them and repaints only what differs from the
last one. So a screen can be checked without an X server, and an unchanged one costs nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass


class Act(enum.StrEnum):
    """Everything that a touch can mean."""

    START = "start"
    LANG = "lang"
    LARGE = "large"
    HELP = "help"
    HOME = "home"
    BACK = "back"
    ZONE = "zone"
    PAGE = "page"
    MATTER = "matter"
    TAKE = "take"
    DONE = "done"
    MORE_TIME = "more_time"
    CHECKLISTS = "checklists"
    REPRINT = "reprint"
    BOOKING = "booking"
    SIGN = "sign"
    ERASE = "erase"
    CLEAR = "clear"
    CHECK_IN = "check_in"
    DOCUMENT = "document"
    OTHER_DOCUMENT = "other_document"
    NUMBER = "number"
    LOOK_UP = "look_up"
    RETURN = "return"
    PRIORITY = "priority"
    CLASS = "class"
    ERRANDS = "errands"
    COUNT = "count"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class Action:
    """What a target does when it is touched; `arg` is a zone, a matter, a page, a sign, a class, a count."""

    act: Act
    arg: str = ""


@dataclass(frozen=True)
class Box:
    """A rectangle with round corners. Colours are tokens; `left_only` rounds its left corners alone."""

    x: float
    y: float
    w: float
    h: float
    fill: str
    border: str = ""
    stroke: float = 3
    radius: float = 12
    left_only: bool = False
    right_only: bool = False
    alpha: float = 1.0


@dataclass(frozen=True)
class Text:
    """One line of text; `x` is its left edge, middle or right edge by `align`, `y` the middle of the line."""

    x: float
    y: float
    text: str
    px: int
    bold: bool = False
    color: str = "ink"
    align: str = "left"


@dataclass(frozen=True)
class Symbol:
    """A symbol of the 48 grid in a square of `size`."""

    name: str
    x: float
    y: float
    size: float
    color: str = "ink"


@dataclass(frozen=True)
class Disc:
    """A filled circle in a square of `size`, with an optional border."""

    x: float
    y: float
    size: float
    fill: str
    border: str = ""
    stroke: float = 3


@dataclass(frozen=True)
class Ring:
    """A ring that shows how much is left (`share` 0 to 1), or that turns (`turning`)."""

    x: float
    y: float
    size: float
    stroke: float
    share: float
    color: str = "action"
    track: str = "soft"
    turning: bool = False


@dataclass(frozen=True)
class Qr:
    """A QR code, quiet zone included, in a square of `size`."""

    x: float
    y: float
    size: float
    payload: str


Item = Box | Text | Symbol | Disc | Ring | Qr


@dataclass(frozen=True)
class Target:
    """Something that can be touched. A disabled one has no action and shows why.

    `id` names it for tests; `primary` keeps blue while it is pressed.
    """

    id: str
    x: float
    y: float
    w: float
    h: float
    items: tuple[Item, ...]
    action: Action | None = None
    primary: bool = False


@dataclass(frozen=True)
class Scene:
    """A whole screen. `veil` is drawn over everything and takes all touches while it is there."""

    name: str
    items: tuple[Item, ...]
    targets: tuple[Target, ...]
    background: str = "page"
    veil: tuple[Item, ...] = ()
    veil_targets: tuple[Target, ...] = ()

    def all_items(self) -> Iterator[Item]:
        """Yield everything drawn."""
        yield from self.items
        for target in self.targets:
            yield from target.items
        yield from self.veil
        for target in self.veil_targets:
            yield from target.items

    def touchable(self) -> tuple[Target, ...]:
        """Return the targets that a finger can reach now."""
        return self.veil_targets if self.veil else self.targets
