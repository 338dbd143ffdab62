"""The parts of the board around the zones: header, call bands, recent calls, ticker."""

from __future__ import annotations

from typing import Any

from kivy.uix.widget import Widget

from display_board import layout, look, scene, words
from display_board.look import Box, Frame, Style
from display_board.view.painter import Painter


class Part(Widget):
    """A part of the board; `show` draws it again only if its model or the screen changed."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Any = None

    def show(self, model: Any, frame: Frame) -> bool:
        """Show this model; returns whether anything had to be drawn."""
        if self._shown == (model, frame):
            return False
        self._shown = (model, frame)
        self.canvas.clear()
        if model is not None:
            self.draw(Painter(self.canvas, frame), model)
        return True

    def draw(self, painter: Painter, model: Any) -> None:
        """Draw the model on an empty canvas."""
        raise NotImplementedError


class Header(Part):
    """Floor, name of the hall, page, day and time."""

    def draw(self, painter: Painter, model: scene.Header) -> None:
        box = layout.HEADER
        painter.box(box, look.SURFACE)
        width = painter.width(model.floor, Style(look.CLOCK, bold=True)) + 72 if model.floor else 0
        painter.box(Box(0, 0, width, box.height), look.PAPER)
        painter.text(model.floor, 36, box.height / 2, Style(look.CLOCK, look.ON_PAPER, bold=True))
        painter.text(model.hall.zh, width + 28, 38, Style(look.TEXT, look.INK, bold=True), room=720)
        painter.text(model.hall.en, width + 28, 84, Style(look.META, look.INK_2), room=720)

        right: float = look.WIDTH - layout.MARGIN
        right -= (
            painter.text(model.time, right, box.height / 2, Style(look.CLOCK, look.INK, bold=True), align=1)
            + 32
        )
        lines = ((model.date.zh, 36), (model.date.en, 80))
        right -= (
            max(painter.text(text, right, y, Style(look.LABEL, look.INK_2), align=1) for text, y in lines)
            + 48
        )
        for text, y in ((model.page.zh, 36), (model.page.en, 80)):
            painter.text(text, right, y, Style(look.LABEL, look.INK_2), align=1)


class Bands(Part):
    """The two big calls, or one sentence in their place."""

    def draw(self, painter: Painter, model: tuple[scene.ShownCall | None, ...] | scene.Notice) -> None:
        if isinstance(model, scene.Notice):
            self._notice(painter, model)
            return
        for place, call in enumerate(model):
            box = layout.half(layout.BANDS, place)
            if call is None:
                painter.outline(box, look.RULE, look.PAGE, line=3, radius=12)
            else:
                self._call(painter, box, call)

    def _call(self, painter: Painter, box: Box, call: scene.ShownCall) -> None:
        ground, ink = (look.CALL, look.ON_PAPER) if call.bright else (look.SURFACE, look.CALL)
        middle = box.y + box.height / 2
        painter.box(box, ground, radius=12)
        plate = Box(box.x, box.y, 108, box.height)
        painter.left_end(plate, call.sign.fill, 12)
        centre = plate.x + plate.width / 2
        painter.text(
            call.sign.letter,
            centre,
            middle - 40,
            Style(look.CLOCK, look.ON_PAPER, bold=True),
            align=0.5,
            room=96,
        )
        painter.symbol(call.sign.icon, Box(centre - 32, middle + 14, 64, 64), look.ON_PAPER, 4)

        right = box.right - 28
        unit = (("号", -64), ("窗口", -2))
        width = painter.width("窗口", Style(look.UNIT, bold=True))
        for text, down in unit:
            painter.text(text, right - width, middle + down, Style(look.UNIT, ink, bold=True))
        painter.text(words.pair("号窗口").en, right - width, middle + 58, Style(look.META, ink), room=width)
        right -= width + 16
        right -= painter.text(call.label, right, middle, Style(look.BIG, ink, bold=True), align=1, room=340)
        left = plate.right + 30
        number = painter.text(
            call.number, left, middle, Style(look.BIG, ink, bold=True), room=right - left - 24
        )
        if right - left - number > 84:
            painter.symbol("next", Box(right - 76, middle - 34, 68, 68), ink, 6)

    def _notice(self, painter: Painter, model: scene.Notice) -> None:
        box = layout.BANDS
        middle = box.y + box.height / 2
        left = box.x + 56
        if model.warning:
            painter.outline(box, look.WARN, look.PAGE, line=6, radius=12)
            painter.symbol("cut off", Box(left, middle - 68, 136, 136), look.WARN, 3.5)
            left += 172
        else:
            painter.box(box, look.SURFACE_2, radius=12)
        room = box.right - 40 - left
        width = painter.text(
            model.title.zh, left, middle - 44, Style(look.CLOCK, look.INK, bold=True), room=room
        )
        painter.text(
            model.title.en,
            left + width + 32,
            middle - 36,
            Style(look.TEXT, look.INK_2),
            room=room - width - 32,
        )
        width = painter.text(model.line.zh, left, middle + 44, Style(look.TEXT, look.INK_2), room=room)
        if room - width > 332:
            painter.text(
                model.line.en,
                left + width + 32,
                middle + 46,
                Style(look.LABEL, look.INK_2),
                room=room - width - 32,
            )


class Recent(Part):
    """The latest calls that no longer stand in a band."""

    def draw(self, painter: Painter, model: scene.Recent) -> None:
        box = layout.RECENT
        painter.box(box, look.SURFACE_2, radius=12)
        inner = box.inset(24, 16, 24, 8)
        title = words.pair("刚叫过的号")
        painter.text(title.zh, inner.x, inner.y + 28, Style(look.LABEL, look.INK_2, bold=True))
        painter.text(title.en, inner.right, inner.y + 28, Style(look.META, look.INK_2), align=1)
        height = (inner.height - 56) / layout.RECENT_ROWS
        for place, (number, label) in enumerate(model.calls):
            top = inner.y + 56 + place * height
            painter.box(Box(inner.x, top, inner.width, 2), look.RULE)
            middle = top + height / 2
            painter.text(number, inner.x, middle, Style(look.CELL, look.INK, bold=True), room=200)
            painter.symbol("next", Box(inner.x + 206, middle - 18, 36, 36), look.INK, 5)
            right = inner.right
            right -= (
                painter.text("号窗口", right, middle + 6, Style(look.LABEL, look.INK, bold=True), align=1) + 8
            )
            painter.text(label, right, middle, Style(look.CELL, look.INK, bold=True), align=1, room=90)
        if model.dimmed:
            painter.box(box, look.PAGE, alpha=look.DIMMED)


class Ticker(Part):
    """One sentence at the foot; it changes by page, nothing scrolls."""

    def draw(self, painter: Painter, model: scene.Ticker) -> None:
        box = layout.TICKER
        middle = box.y + box.height / 2
        painter.box(box, look.PAPER)
        painter.symbol("info", Box(40, middle - 24, 48, 48), look.ON_PAPER)
        right = box.right - 40
        right -= painter.text(model.place, right, middle, Style(look.LABEL, look.ON_PAPER_2), align=1) + 40
        left = 116.0
        left += painter.text(
            model.line.zh, left, middle, Style(look.TEXT, look.ON_PAPER, bold=True), room=right - left
        )
        if right - left > 300:
            painter.text(
                model.line.en,
                left + 32,
                middle + 2,
                Style(look.LABEL, look.ON_PAPER_2),
                room=right - left - 32,
            )
