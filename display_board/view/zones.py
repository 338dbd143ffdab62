"""The zones of the board and their counters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from display_board import look, scene
from display_board.look import Box, Style
from display_board.view.painter import Painter
from queue_server.wire import CounterStatus

ENGLISH_FROM = 84
"""A cell at least so high has room for the second word under the first."""


def pieces(model: scene.Zones) -> Iterator[tuple[Box, scene.Zone | scene.Cell]]:
    """What one page of sections consists of: a head for each zone and a cell for each counter, by place."""
    for zone in model.zones:
        yield zone.head, replace(zone, cells=())
        yield from ((cell.box, cell) for cell in zone.cells)


def piece(painter: Painter, model: scene.Zone | scene.Cell) -> None:
    """A zone's sign, name, who waits and how long; or a counter."""
    if isinstance(model, scene.Zone):
        _head(painter, model)
    else:
        _cell(painter, model)


def cover(painter: Painter, model: scene.Zones) -> None:
    """What lies over a page that may be old."""
    if model.dimmed:
        painter.box(painter.layout.grid.box, painter.colors.page, alpha=look.DIMMED)


def plate(painter: Painter, box: Box, sign: scene.Sign, size: int, icon: float) -> None:
    """A zone's sign: letter and symbol on its colour."""
    painter.box(box, sign.fill, radius=8)
    centre = box.x + box.width / 2
    letter = Style(size, look.ON_ZONE, bold=True)
    painter.text(sign.letter, centre - 8, box.middle, letter, align=1, room=box.width / 2 - 12)
    painter.symbol(sign.icon, Box(centre + 6, box.middle - icon / 2, icon, icon), look.ON_ZONE, 4)


def _head(painter: Painter, zone: scene.Zone) -> None:
    box, colors, lang = zone.head, painter.colors, painter.lang
    size = look.TEXT if zone.wide else look.LABEL
    sign = Box(box.x, box.y, 136 if zone.wide else 104, box.height)
    plate(painter, sign, zone.sign, size, 44 if zone.wide else 38)
    left = sign.right + (20 if zone.wide else 12)
    name, least = zone.name.first(lang), Style(look.META, colors.ink, bold=True)
    if left + painter.width(name, least) + _queue_width(painter, zone) + 12 > box.right:
        # A long name beside another zone: it stands above those who wait.
        painter.text(name, left, box.middle - 18, least, room=box.right - left)
        _queue(painter, zone, left + _queue_width(painter, zone), box.middle + 20)
        return
    right = _queue(painter, zone, box.right, box.middle)
    style = Style(size, colors.ink, bold=True)
    left += painter.text(name, left, box.middle, style, room=right - left - 12)
    second = Style(look.META, colors.ink_2)
    painter.text_if_it_fits(zone.name.second(lang), left + 20, box.middle + 3, second, right - left - 40)


def _queue_texts(painter: Painter, zone: scene.Zone) -> tuple[str, str, Style, Style]:
    """People and wait, and how they look; beside another zone there is no room for the word "waiting"."""
    colors, lang = painter.colors, painter.lang
    size = look.LABEL if zone.wide else look.META
    people = zone.people.first(lang) if zone.wide or lang == "zh" else str(zone.waiting)
    between = " · " if zone.wide else "  "
    return (
        people,
        between + zone.wait.first(lang),
        Style(size, colors.ink, bold=True),
        Style(size, colors.ink_2, bold=True),
    )


def _queue_width(painter: Painter, zone: scene.Zone) -> float:
    people, wait, loud, quiet = _queue_texts(painter, zone)
    return painter.width(people, loud) + painter.width(wait, quiet) + _icon_room(painter, zone)


def _icon_room(painter: Painter, zone: scene.Zone) -> float:
    if zone.wide:
        return 58.0
    return 44.0 if painter.lang == "en" else 0.0


def _queue(painter: Painter, zone: scene.Zone, right: float, middle: float) -> float:
    """Who waits and how long, ending at `right`; returns where it begins."""
    people, wait, loud, quiet = _queue_texts(painter, zone)
    right -= painter.text(wait, right, middle, quiet, align=1)
    right -= painter.text(people, right, middle, loud, align=1)
    room = _icon_room(painter, zone)
    if room:
        icon = 40 if zone.wide else 30
        painter.symbol("people", Box(right - icon - 10, middle - icon / 2, icon, icon), painter.colors.ink_2)
    return right - room


def _cell(painter: Painter, cell: scene.Cell) -> None:
    box, colors, grid = cell.box, painter.colors, painter.layout.grid
    working = cell.state is CounterStatus.OPEN or bool(cell.number)
    index = Box(box.x, box.y, grid.index, box.height)
    label = colors.ink if working else colors.ink_2
    ink = label
    if working:
        painter.box(box, look.CALL if cell.called else colors.surface, radius=8)
        painter.left_end(index, "#FFFFFF" if cell.called else colors.index, 8)
        ink, label = (look.ON_CALL, look.ON_CALL) if cell.called else (ink, colors.on_index)
    else:
        painter.outline(box, colors.rule, colors.page, line=3, radius=8)
    centre = index.x + index.width / 2
    style = Style(grid.label, label, bold=True)
    painter.text(cell.label, centre, box.middle, style, align=0.5, room=index.width - 6)
    centre, room = (index.right + box.right) / 2, box.right - index.right - 12
    if cell.number:
        painter.text(
            cell.number, centre, box.middle, Style(grid.number, ink, bold=True), align=0.5, room=room
        )
    else:
        _word(painter, cell, centre, room)


def _word(painter: Painter, cell: scene.Cell, centre: float, room: float) -> None:
    colors, lang, middle = painter.colors, painter.lang, cell.box.middle
    if cell.box.height >= ENGLISH_FROM:
        second = Style(look.META, colors.ink_2)
        painter.text(cell.word.second(lang), centre, middle + 24, second, align=0.5, room=room)
        middle -= 18
    word = Style(look.LABEL, colors.ink_2)
    if cell.state is CounterStatus.PAUSED:
        width = min(painter.width(cell.word.first(lang), word), room - 42)
        painter.symbol("pause", Box(centre - width / 2 - 21, middle - 16, 32, 32), colors.ink_2, 5)
        centre, room = centre + 21, room - 42
    painter.text(cell.word.first(lang), centre, middle, word, align=0.5, room=room)
