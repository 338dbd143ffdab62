"""Where the parts of a board stand, by how its panel hangs and how large its numbers must be.

There are two arrangements. On a wide panel whose numbers may be as small as the design's, the list
of recent calls stands beside the counters all the time. Upright, or read from afar, the lower part
takes turns: recent calls and waiting people, the counters, the media. The calls stand above it all.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

from display_board.grid import GAP, Grid
from display_board.look import BIG, BIGGEST, CELL, CLOCK, TEXT, Box, at_least
from display_board.showing import LEVELS
from queue_server.wire import sight
from queue_server.wire.board import BoardLook, Orientation

MARGIN = 40
RECENT_WIDTH = 496
RECENT_ROWS, RECENT_ROWS_BESIDE_MEDIA = 6, 3
LIST_HEAD = 56
RECENT_ROW, WAITING_ROW = 100, 92

NUMBER_EM, LABEL_EM, COUNTER_EM = 2.55, 1.2, 3.2
"""In a small band, how wide a number and a counter's two digits are, and at most the block with its label."""

BLEED = 16
"""What reaches the edge of the screen is drawn so far beyond it, since the picture wanders a little."""


@dataclass(frozen=True)
class Lists:
    """Recent calls, and where there is room for it the people who wait in each zone."""

    recent: Box
    rows: int
    waiting: Box | None = None


@dataclass(frozen=True)
class Layout:
    """The parts of a board in design pixels; `beside` tells that the lists stand beside the counters.

    `digits` is the least size of numbers in cells and lists, `levels` how many call bands there may be.
    """

    width: int
    height: int
    header: Box
    ticker: Box
    bands: Box
    body: Box
    beside: bool
    digits: int
    levels: tuple[int, ...]
    media: Box | None

    @property
    def upright(self) -> bool:
        return self.height > self.width

    @property
    def wall(self) -> Box:
        """Where the calls of a rush stand: over everything between header and foot."""
        return Box(self.bands.x, self.bands.y, self.bands.width, self.body.bottom - self.bands.y)

    @property
    def grid(self) -> Grid:
        """How counters are arranged on their page."""
        width = self.body.width - (RECENT_WIDTH + 36 if self.beside else 0)
        return Grid(Box(self.body.x, self.body.y, width, self.body.height), self.digits)

    def band(self, place: int, count: int) -> Box:
        """One of so many call bands, in reading order."""
        columns = _band_columns(self.upright, count)
        rows = count // columns
        area = self.bands if count == LEVELS[0] else self.wall
        width = (area.width - GAP * (columns - 1)) / columns
        height = (area.height - GAP * (rows - 1)) / rows
        down, along = divmod(place, columns)
        return Box(area.x + along * (width + GAP), area.y + down * (height + GAP), width, height)

    def lists(self, zones: int) -> Lists:
        """The lists of a board that shows so many zones."""
        if self.beside:
            side = Box(self.body.right - RECENT_WIDTH, self.body.y, RECENT_WIDTH, self.body.height)
            if self.media is None:
                return Lists(side, RECENT_ROWS)
            height = self.media.y - GAP - side.y
            return Lists(Box(side.x, side.y, side.width, height), RECENT_ROWS_BESIDE_MEDIA)
        waiting = LIST_HEAD + zones * WAITING_ROW
        height = self.body.height - waiting - GAP
        row = max(RECENT_ROW, self.digits * 1.25)
        if self.upright:
            above = Box(self.body.x, self.body.y, self.body.width, height)
            below = Box(self.body.x, above.bottom + GAP, self.body.width, waiting)
            return Lists(above, max(1, int((height - LIST_HEAD) // row)), below)
        half = (self.body.width - GAP) / 2
        left = Box(self.body.x, self.body.y, half, self.body.height)
        right = Box(left.right + GAP, self.body.y, half, self.body.height)
        return Lists(left, max(1, int((left.height - LIST_HEAD) // row)), right)


def number_px(upright: bool, count: int) -> int:
    """The size of the numbers in each of so many call bands, and of the counters' labels."""
    if count == LEVELS[-1]:
        return CLOCK
    return BIGGEST if upright else BIG


@functools.lru_cache(maxsize=8)
def layout_of(look: BoardLook, media: bool) -> Layout:
    """The layout of a board, with or without a media area."""
    upright = look.orientation is Orientation.PORTRAIT
    width, height = (1080, 1920) if upright else (1920, 1080)
    least = sight.digits_px(look)
    header = Box(0, 0, width, 136 if upright else 112)
    foot = 148 if upright else 84
    ticker = Box(0, height - foot, width, foot)
    inner = width - 2 * MARGIN
    bands = Box(MARGIN, header.bottom + GAP, inner, 2 * 236 + GAP if upright else 232)
    body = Box(MARGIN, bands.bottom + GAP, inner, ticker.y - GAP - bands.bottom - GAP)
    beside = not upright and least <= CELL
    side = math.floor(RECENT_WIDTH * 9 / 16)
    return Layout(
        width=width,
        height=height,
        header=header,
        ticker=ticker,
        bands=bands,
        body=body,
        beside=beside,
        digits=at_least(max(TEXT, least)),
        levels=tuple(level for level in LEVELS if number_px(upright, level) >= least) or LEVELS[:1],
        media=_media_box(body, beside, side) if media else None,
    )


def _media_box(body: Box, beside: bool, side: float) -> Box:
    if beside:
        return Box(body.right - RECENT_WIDTH, body.bottom - side, RECENT_WIDTH, side)
    return body


def _band_columns(upright: bool, count: int) -> int:
    if upright:
        return 2 if count == LEVELS[-1] else 1
    return {LEVELS[0]: 2, LEVELS[1]: 2}.get(count, 3)
