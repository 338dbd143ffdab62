"""Where zones and counters go on their pages: sections, rows, pages. No texts, no drawing.

A page is filled with rows of sections; a row holds one zone over the whole width, or two side by
side; or one zone stands beside all the others. Cells are at least as high as their type needs;
zones that do not fit go to a further page, and the board turns pages. The arrangement depends only
on how many counters each zone has, so it is the same all day.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from display_board.look import CELL, Box

LEAST_COLUMNS = 2
"""A section narrower than two cells has no room for its name and its wait."""
ZONE_HEAD = 80
CELL_GAP = 12
GAP = 20
SECTION_GAP = 36
NUMBER_EM, INDEX_EM = 2.45, 1.3
"""How wide a number of a letter and three digits is, and the block of a counter's two digits."""


@dataclass(frozen=True)
class Grid:
    """The room for counters and the size in which their labels must be readable."""

    box: Box
    label: int

    @property
    def number(self) -> int:
        """The size of the numbers in the cells."""
        return max(CELL, self.label)

    @property
    def index(self) -> float:
        """The width of the block with a counter's label."""
        return max(68.0, INDEX_EM * self.label)

    @property
    def columns(self) -> int:
        least = self.index + NUMBER_EM * self.number + 20
        return max(1, int((self.box.width + CELL_GAP) // (least + CELL_GAP)))

    @property
    def least_cell(self) -> float:
        return max(58.0, self.number * 0.96)

    @property
    def most_cell(self) -> float:
        return self.least_cell + 74

    @property
    def well_high(self) -> float:
        """Higher cells than this are no better to read; then rather one zone a row."""
        return self.least_cell + 34


@dataclass(frozen=True)
class Section:
    """One zone on a page: the box of its head line and one box for each of its counters.

    `first` is the place of the first counter shown, for a zone that is cut over several pages.
    `wide` tells that the section has the whole width.
    """

    zone: str
    first: int
    head: Box
    cells: tuple[Box, ...]
    wide: bool


@dataclass(frozen=True)
class _Piece:
    """So many counters of one zone, from `first` on."""

    zone: str
    first: int
    count: int


@dataclass(frozen=True)
class _Stack:
    """Pieces below each other in so many columns of cells."""

    pieces: tuple[_Piece, ...]
    columns: int

    @property
    def lines(self) -> int:
        return sum(math.ceil(piece.count / self.columns) for piece in self.pieces)

    @property
    def fixed(self) -> float:
        """Its height without the cells."""
        heads = len(self.pieces)
        return heads * ZONE_HEAD + (heads - 1) * GAP + (self.lines - heads) * CELL_GAP

    def height(self, cell: float) -> float:
        return self.fixed + self.lines * cell


_Row = tuple[_Stack, ...]


@functools.lru_cache(maxsize=16)
def pages(grid: Grid, counts: tuple[tuple[str, int], ...]) -> tuple[tuple[Section, ...], ...]:
    """Arrange zones, given as (zone, number of counters) in their order, on as few pages as fit.

    A zone without counters is left out. A zone that no page can hold is cut.
    """
    filled: list[list[_Piece]] = []
    for piece in _pieces(grid, counts):
        for page in filled:
            if _best(grid, [*page, piece]) is not None:
                page.append(piece)
                break
        else:
            filled.append([piece])
    return tuple(tuple(_place(grid, _best(grid, page) or ())) for page in filled)


def _pieces(grid: Grid, counts: tuple[tuple[str, int], ...]) -> Iterator[_Piece]:
    lines = (grid.box.height - ZONE_HEAD + CELL_GAP) // (grid.least_cell + CELL_GAP)
    most = grid.columns * max(1, int(lines))
    for zone, count in counts:
        for first in range(0, count, most):
            yield _Piece(zone, first, min(count - first, most))


def _best(grid: Grid, page: list[_Piece]) -> tuple[_Row, ...] | None:
    """The rows of a page with the highest cells, or None if no arrangement is high enough.

    Among arrangements that are high enough to read well, the one with most zones at full width.
    """
    ranked = [
        (min(_cell_height(grid, rows), grid.well_high), len(rows), -place, rows)
        for place, rows in enumerate(_arrangements(grid.columns, tuple(page)))
        if _cell_height(grid, rows) >= grid.least_cell
    ]
    return max(ranked, key=lambda rank: rank[:3])[3] if ranked else None


def _arrangements(columns: int, page: tuple[_Piece, ...]) -> Iterator[tuple[_Row, ...]]:
    """Every way that is tried: rows of one or two zones, or one zone beside all the others."""
    yield from _rows(columns, page)
    if len(page) > 2:
        for place, alone in enumerate(page):
            others = (*page[:place], *page[place + 1 :])
            left, right = ((alone,), others) if place == 0 else (others, (alone,))
            for share in range(LEAST_COLUMNS, columns - LEAST_COLUMNS + 1):
                yield ((_Stack(left, share), _Stack(right, columns - share)),)


def _rows(columns: int, page: tuple[_Piece, ...]) -> Iterator[tuple[_Row, ...]]:
    if not page:
        yield ()
        return
    for rest in _rows(columns, page[1:]):
        yield (_Stack(page[:1], columns),), *rest
    if len(page) == 1:
        return
    for share in range(LEAST_COLUMNS, columns - LEAST_COLUMNS + 1):
        for rest in _rows(columns, page[2:]):
            yield (_Stack(page[:1], share), _Stack(page[1:2], columns - share)), *rest


def _cell_height(grid: Grid, rows: tuple[_Row, ...]) -> float:
    """The greatest height of cells with which every stack of every row still fits."""
    free = grid.box.height - (len(rows) - 1) * GAP
    return min(
        grid.most_cell,
        *(
            (free - sum(stack.fixed for stack in choice)) / sum(stack.lines for stack in choice)
            for choice in itertools.product(*rows)
        ),
    )


def _place(grid: Grid, rows: tuple[_Row, ...]) -> Iterator[Section]:
    if not rows:
        return
    cell = _cell_height(grid, rows)
    y = grid.box.y
    for row in rows:
        x = grid.box.x
        free = grid.box.width - SECTION_GAP * (len(row) - 1)
        for stack in row:
            width = free * stack.columns / grid.columns
            yield from _sections(stack, Box(x, y, width, cell), stack.columns == grid.columns)
            x += width + SECTION_GAP
        y += max(stack.height(cell) for stack in row) + GAP


def _sections(stack: _Stack, first: Box, wide: bool) -> Iterator[Section]:
    """The sections of a stack; `first` is its top left corner, its width and the height of a cell."""
    y = first.y
    for piece in stack.pieces:
        line = Box(first.x, y + ZONE_HEAD, first.width, first.height)
        yield Section(
            piece.zone,
            piece.first,
            Box(first.x, y, first.width, ZONE_HEAD - CELL_GAP),
            tuple(_cells(line, stack.columns, piece.count)),
            wide,
        )
        y += _Stack((piece,), stack.columns).height(first.height) + GAP


def _cells(line: Box, columns: int, count: int) -> Iterator[Box]:
    width = (line.width - CELL_GAP * (columns - 1)) / columns
    for place in range(count):
        down, along = divmod(place, columns)
        yield Box(
            line.x + along * (width + CELL_GAP), line.y + down * (line.height + CELL_GAP), width, line.height
        )
