"""Draws texts, boxes, symbols and pictures of the design screen on a Kivy canvas, at the real size."""

from __future__ import annotations

import functools
from collections import OrderedDict
from dataclasses import replace

from kivy.core.text import Label as TextLabel
from kivy.graphics import BorderImage, Color, Rectangle
from kivy.graphics.instructions import InstructionGroup
from kivy.graphics.texture import Texture
from kivy.utils import get_color_from_hex
from PIL import Image, ImageDraw, ImageOps

from display_board.frame import Frame
from display_board.glyphs import runs
from display_board.look import SCALE, Box, Style, smaller
from display_board.symbols import SYMBOLS, picture

KEPT_TEXTS = 400
FINE = 8
"""Round corners are drawn so many times larger, and then made small: so their edges are smooth."""
# Noto Sans SC: where the middle of capitals and Hanzi lies in a line, from its top.
MIDDLE = 0.548

_texts: OrderedDict[tuple[str, int, bool], tuple[Texture, ...]] = OrderedDict()
_symbols: dict[tuple[str, int, float], Texture] = {}


class Painter:
    """Draws on one canvas; all places and sizes are in design pixels, y downward.

    `lang` and `colors` are those of the board.
    """

    def __init__(self, canvas: InstructionGroup, frame: Frame) -> None:
        self._canvas = canvas
        self._frame = frame
        self.layout = frame.layout
        self.colors = frame.palette
        self.lang = frame.lang

    def box(self, box: Box, color: str, *, radius: float = 0, alpha: float = 1.0) -> None:
        """Fill a box; all corners are round if `radius` is given."""
        self._corners(box, color, (radius,) * 4, alpha)

    def left_end(self, box: Box, color: str, radius: float) -> None:
        """Fill a box whose left corners are round."""
        self._corners(box, color, (radius, 0, 0, radius), 1.0)

    def outline(self, box: Box, color: str, inside: str, *, line: float, radius: float) -> None:
        """Draw a frame of `line` pixels around a filled inside."""
        self.box(box, color, radius=radius)
        self.box(box.inset(line, line, line, line), inside, radius=radius - line)

    def text(
        self, text: str, x: float, middle: float, style: Style, *, align: float = 0.0, room: float = 1e9
    ) -> float:
        """Write one line with the middle of its capitals at `middle`; returns its width.

        `align` tells which part of the line stands at `x`: 0 its start, 0.5 its middle, 1 its end.
        A text wider than `room` goes down the type scale, and is drawn narrower at the very end.
        """
        if not text or room <= 0:
            return 0.0
        scale = self._frame.scale
        pieces = self._textures(text, style)
        size = smaller(style.size)
        while _width(pieces) / scale > room and size is not None:
            pieces = self._textures(text, replace(style, size=size))
            size = smaller(size)
        natural = _width(pieces) / scale
        width = min(natural, room)
        self._canvas.add(Color(*get_color_from_hex(style.color)))
        left = x - width * align
        for piece in pieces:
            self._place(piece, left, middle, width / natural)
            left += piece.width / scale * width / natural
        return width

    def text_if_it_fits(self, text: str, x: float, middle: float, style: Style, room: float) -> None:
        """Write a second language where the first has left enough room for it, else not at all."""
        if self.width(text, replace(style, size=SCALE[0])) <= room:
            self.text(text, x, middle, style, room=room)

    def width(self, text: str, style: Style) -> float:
        """How wide a text would be."""
        return _width(self._textures(text, style)) / self._frame.scale if text else 0.0

    def symbol(self, name: str, box: Box, color: str, stroke: float = 3.5) -> None:
        """Draw a symbol; one that is unknown leaves its place empty, its word stands beside it."""
        if name not in SYMBOLS:
            return
        size = max(8, round(box.width * self._frame.scale))
        key = (name, size, stroke)
        if key not in _symbols:
            texture = Texture.create(size=(size, size), colorfmt="rgba")
            texture.blit_buffer(picture(*key), colorfmt="rgba", bufferfmt="ubyte")
            texture.flip_vertical()
            _symbols[key] = _sharp(texture)
        left, bottom, _, _ = self._real(box)
        self._canvas.add(Color(*get_color_from_hex(color)))
        self._canvas.add(Rectangle(texture=_symbols[key], pos=(left, bottom), size=(size, size)))

    def picture(self, texture: Texture, box: Box) -> None:
        """Draw a picture as large as it fits into a box, in its middle."""
        scale = min(box.width / texture.width, box.height / texture.height)
        width, height = texture.width * scale, texture.height * scale
        fitted = Box(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height)
        left, bottom, real_width, real_height = self._real(fitted)
        self._canvas.add(Color(1, 1, 1, 1))
        self._canvas.add(Rectangle(texture=texture, pos=(left, bottom), size=(real_width, real_height)))

    def _place(self, texture: Texture, x: float, middle: float, narrower: float) -> None:
        height = texture.height / self._frame.scale
        left, bottom, _, _ = self._real(Box(x, middle - height * MIDDLE, 1, height))
        if narrower < 1:
            texture.min_filter = "linear"
        size = (round(texture.width * narrower), texture.height)
        self._canvas.add(Rectangle(texture=texture, pos=(left, bottom), size=size))

    def _corners(self, box: Box, color: str, radius: tuple[float, ...], alpha: float) -> None:
        left, bottom, width, height = self._real(box)
        red, green, blue, _ = get_color_from_hex(color)
        self._canvas.add(Color(red, green, blue, alpha))
        if any(radius):
            corners = tuple(round(corner * self._frame.scale) for corner in radius)
            edges = (max(corners),) * 4
            texture = _rounded(corners)
            self._canvas.add(
                BorderImage(pos=(left, bottom), size=(width, height), texture=texture, border=edges)
            )
        else:
            plain = _rounded((0, 0, 0, 0))
            self._canvas.add(Rectangle(pos=(left, bottom), size=(width, height), texture=plain))

    def _real(self, box: Box) -> tuple[int, int, int, int]:
        """Left, bottom, width, height in whole real pixels, y upward."""
        frame = self._frame
        high = frame.layout.height
        left, right = (round(frame.left + x * frame.scale) for x in (box.x, box.right))
        bottom, top = (round(frame.bottom + (high - y) * frame.scale) for y in (box.bottom, box.y))
        return left, bottom, right - left, top - bottom

    def _textures(self, text: str, style: Style) -> tuple[Texture, ...]:
        """The pictures of a text, one for each font that it takes."""
        key = (text, max(8, round(style.size * self._frame.scale)), style.bold)
        found = _texts.get(key)
        if found is None:
            found = _texts[key] = tuple(_drawn(piece, key[1], path) for piece, path in runs(text, style.bold))
            if len(_texts) > KEPT_TEXTS:
                _texts.popitem(last=False)
        _texts.move_to_end(key)
        return found


@functools.cache
def _rounded(corners: tuple[int, ...]) -> Texture:
    """A small white box whose corners, clockwise from the upper left, are round; its middle is stretched.

    Nine rectangles take a machine without a graphics card half the time of one polygon.
    """
    side = 2 * max(corners) + 2
    large = Image.new("L", (side * FINE, side * FINE))
    pens = ImageDraw.Draw(large)
    whole = (0, 0, side * FINE - 1, side * FINE - 1)
    one, two, three, four = (bool(corner) for corner in corners)
    pens.rounded_rectangle(whole, max(corners) * FINE, 255, corners=(one, two, three, four))
    alpha = ImageOps.flip(large.resize((side, side), Image.Resampling.BOX))
    picture = Image.merge("LA", (Image.new("L", alpha.size, 255), alpha)).convert("RGBA")
    texture = Texture.create(size=picture.size, colorfmt="rgba")
    texture.blit_buffer(picture.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    return _sharp(texture)


def _sharp(texture: Texture) -> Texture:
    """Only a squeezed text is drawn larger or smaller than it is, so the cheaper filter looks the same."""
    texture.min_filter = texture.mag_filter = "nearest"
    return texture


def _drawn(text: str, size: int, path: object) -> Texture:
    label = TextLabel(text=text, font_size=size, font_name=str(path))
    label.refresh()
    return _sharp(label.texture)


def _width(pieces: tuple[Texture, ...]) -> int:
    return sum(piece.width for piece in pieces)
