"""The zones of the board and their counters."""

from __future__ import annotations

from display_board import layout, look, scene
from display_board.look import Box, Style
from display_board.view.painter import Painter
from display_board.view.parts import Part
from queue_server.wire import CounterStatus

ENGLISH_FROM = 84
"""A cell at least so high has room for the English word under the Chinese one."""


class Zones(Part):
    """One page of sections: a sign, a name, who waits and how long, and a cell for each counter."""

    def draw(self, painter: Painter, model: scene.Zones) -> None:
        for zone in model.zones:
            self._head(painter, zone)
            for cell in zone.cells:
                self._cell(painter, cell)
        if model.dimmed:
            painter.box(layout.ZONES, look.PAGE, alpha=look.DIMMED)

    def _head(self, painter: Painter, zone: scene.Zone) -> None:
        box, wide = zone.head, zone.wide
        middle = box.y + box.height / 2
        small, large = (look.LABEL, look.TEXT) if wide else (look.META, look.LABEL)
        plate = Box(box.x, box.y, 136 if wide else 104, box.height)
        painter.box(plate, zone.sign.fill, radius=8)
        icon = 44 if wide else 38
        centre = plate.x + plate.width / 2
        painter.text(
            zone.sign.letter,
            centre - 8,
            middle,
            Style(large, look.ON_PAPER, bold=True),
            align=1,
            room=plate.width / 2,
        )
        painter.symbol(zone.sign.icon, Box(centre + 6, middle - icon / 2, icon, icon), look.ON_PAPER, 4)

        right = box.right
        right -= painter.text(zone.wait.zh, right, middle, Style(small, look.INK_2, bold=True), align=1)
        right -= (
            painter.text(" · ", right, middle, Style(small, look.INK_2, bold=True), align=1) if wide else 14
        )
        right -= painter.text(zone.people.zh, right, middle, Style(small, look.INK, bold=True), align=1)
        if wide:
            right -= 60
            painter.symbol("people", Box(right + 4, middle - 20, 40, 40), look.INK_2)
        left = plate.right + (20 if wide else 12)
        left += painter.text(
            zone.name.zh, left, middle, Style(large, look.INK, bold=True), room=max(72, right - left - 12)
        )
        if right - left - 40 > painter.width(zone.name.en, Style(look.META)):
            painter.text(zone.name.en, left + 20, middle + 3, Style(look.META, look.INK_2))

    def _cell(self, painter: Painter, cell: scene.Cell) -> None:
        box = cell.box
        middle = box.y + box.height / 2
        working = cell.state is CounterStatus.OPEN or bool(cell.number)
        index = Box(box.x, box.y, 68, box.height)
        if working:
            painter.box(box, look.CALL if cell.called else look.SURFACE, radius=8)
            painter.left_end(index, look.PAPER if cell.called else look.INDEX, 8)
        else:
            painter.outline(box, look.RULE, look.PAGE, line=3, radius=8)
        ink = look.ON_PAPER if cell.called else look.INK if working else look.INK_2
        painter.text(cell.label, index.x + 34, middle, Style(look.TEXT, ink, bold=True), align=0.5, room=60)
        centre = (index.right + box.right) / 2
        room = box.right - index.right - 12
        if cell.number:
            painter.text(cell.number, centre, middle, Style(look.CELL, ink, bold=True), align=0.5, room=room)
            return
        self._word(painter, cell, centre, room)

    def _word(self, painter: Painter, cell: scene.Cell, centre: float, room: float) -> None:
        middle = cell.box.y + cell.box.height / 2
        if cell.box.height >= ENGLISH_FROM:
            painter.text(
                cell.word.en, centre, middle + 24, Style(look.META, look.INK_2), align=0.5, room=room
            )
            middle -= 18
        if cell.state is CounterStatus.PAUSED:
            left = centre - painter.width(cell.word.zh, Style(look.LABEL)) / 2 - 21
            painter.symbol("pause", Box(left, middle - 16, 32, 32), look.INK_2, 5)
            centre += 21
        painter.text(cell.word.zh, centre, middle, Style(look.LABEL, look.INK_2), align=0.5, room=room)
