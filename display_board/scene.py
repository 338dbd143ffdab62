"""What stands on the board at one moment, as data; equal scenes look equal.

The view draws a part again only when that part of the scene differs from the one before. Who puts
a scene together is `composing.py`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from display_board.layout import Layout
from display_board.look import Box
from display_board.words import Pair
from queue_server.wire import CounterStatus
from queue_server.wire.board import Theme


@dataclass(frozen=True)
class Sign:
    """A zone's letter, symbol and colour; they are always shown together."""

    letter: str
    icon: str
    fill: str


@dataclass(frozen=True)
class Header:
    """Floor or title, hall, page (empty if there is one only), day and time."""

    floor: Pair
    hall: Pair
    page: Pair
    date: Pair
    time: str


@dataclass(frozen=True)
class ShownCall:
    """One big band: `bright` is False in the dark halves of its pulse.

    `floor` is empty on a board of one floor.
    """

    sign: Sign
    number: str
    label: str
    floor: Pair
    bright: bool


@dataclass(frozen=True)
class Sentence:
    """What stands in the place of the bands; a warning tells that the rest of the board may be old."""

    title: Pair
    line: Pair
    warning: bool


Bands = tuple[ShownCall | None, ...] | Sentence


@dataclass(frozen=True)
class Cell:
    """A counter: its label and the number at it, or the word for why there is none."""

    box: Box
    label: str
    number: str
    called: bool
    word: Pair
    state: CounterStatus


@dataclass(frozen=True)
class Zone:
    """The head of a section and its counters."""

    head: Box
    wide: bool
    sign: Sign
    name: Pair
    waiting: int
    people: Pair
    wait: Pair
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Zones:
    """One page of sections."""

    zones: tuple[Zone, ...]
    dimmed: bool


@dataclass(frozen=True)
class RecentCall:
    """A call that is not in a band any more; `floor` is empty on a board of one floor."""

    number: str
    label: str
    floor: Pair
    time: str


@dataclass(frozen=True)
class Recent:
    """The latest calls, newest first, and where they stand."""

    box: Box
    rows: int
    calls: tuple[RecentCall, ...]
    dimmed: bool


@dataclass(frozen=True)
class Waiting:
    """Who waits in which zone and how long; `zones` without their counters."""

    box: Box
    zones: tuple[Zone, ...]
    dimmed: bool


@dataclass(frozen=True)
class TextSlide:
    """A text in the media area."""

    title: Pair
    text: Pair


@dataclass(frozen=True)
class PictureSlide:
    """A picture in the media area: name and version of one that the view was given."""

    key: str


@dataclass(frozen=True)
class Media:
    """What fills the media area now."""

    box: Box
    slide: TextSlide | PictureSlide


@dataclass(frozen=True)
class Ticker:
    """One line at the foot and its place among them, `1/3`; a notice looks different."""

    line: Pair
    place: Pair
    notice: bool = False


@dataclass(frozen=True)
class Scene:
    """All parts of the board, and how they are drawn: `lang` stands first."""

    layout: Layout
    theme: Theme
    lang: str
    header: Header
    bands: Bands
    zones: Zones | None
    recent: Recent | None
    waiting: Waiting | None
    media: Media | None
    ticker: Ticker | None


@dataclass(frozen=True)
class Moment:
    """What the board knows now, besides its state.

    `now_s` is the clock of the bands, `now` the time of day in the hall, `turn` counts the pages
    turned, `silent_since` is set while there is no news: None with `silent` means there never was.
    `problem` is a refusal of the server in both languages, `pictures` what the media folder holds,
    `too_small` a sentence about a screen that is too small for its place.
    """

    now_s: float
    now: dt.datetime
    turn: int = 0
    silent: bool = False
    silent_since: dt.datetime | None = None
    problem: Pair | None = None
    pictures: tuple[str, ...] = ()
    too_small: Pair | None = None
