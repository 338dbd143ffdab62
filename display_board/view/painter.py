"""Draws texts, boxes and symbols of the design screen on a Kivy canvas, scaled to the real screen."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

from kivy.core.text import Label as TextLabel
from kivy.graphics import Canvas, Color, Rectangle, SmoothRoundedRectangle
from kivy.graphics.texture import Texture
from kivy.utils import get_color_from_hex

from display_board.look import HEIGHT, Box, Frame, Style, smaller
from display_board.symbols import SYMBOLS, picture

FONTS = Path(__file__).resolve().parents[2] / "build" / "fonts"
KEPT_TEXTS = 400
# Noto Sans SC: where the middle of capitals and Hanzi lies in a line, from its top.
MIDDLE = 0.548

_texts: OrderedDict[tuple[str, int, bool], Texture] = OrderedDict()
_symbols: dict[tuple[str, int, float], Texture] = {}


def font(bold: bool) -> str:
    """The font file that set-up took out of Debian's collection; raises FileNotFoundError."""
    path = FONTS / f"NotoSansSC-{'Bold' if bold else 'Regular'}.otf"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run make run or scripts/setup.sh once")
    return str(path)


class Painter:
    """Draws on one canvas; all places and sizes are in design pixels, y downward."""

    def __init__(self, canvas: Canvas, frame: Frame) -> None:
        self._canvas = canvas
        self._frame = frame

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
        if not text:
            return 0.0
        scale = self._frame.scale
        texture = self._texture(text, style)
        size = smaller(style.size)
        while texture.width / scale > room and size is not None:
            texture = self._texture(text, replace(style, size=size))
            size = smaller(size)
        width, height = min(texture.width / scale, room), texture.height / scale
        left, bottom, _, _ = self._real(Box(x - width * align, middle - height * MIDDLE, width, height))
        self._canvas.add(Color(*get_color_from_hex(style.color)))
        self._canvas.add(
            Rectangle(texture=texture, pos=(left, bottom), size=(round(width * scale), texture.height))
        )
        return width

    def width(self, text: str, style: Style) -> float:
        """How wide a text would be."""
        return self._texture(text, style).width / self._frame.scale if text else 0.0

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
            _symbols[key] = texture
        left, bottom, _, _ = self._real(box)
        self._canvas.add(Color(*get_color_from_hex(color)))
        self._canvas.add(Rectangle(texture=_symbols[key], pos=(left, bottom), size=(size, size)))

    def _corners(self, box: Box, color: str, radius: tuple[float, ...], alpha: float) -> None:
        left, bottom, width, height = self._real(box)
        red, green, blue, _ = get_color_from_hex(color)
        self._canvas.add(Color(red, green, blue, alpha))
        if any(radius):
            corners = [corner * self._frame.scale for corner in radius]
            self._canvas.add(SmoothRoundedRectangle(pos=(left, bottom), size=(width, height), radius=corners))
        else:
            self._canvas.add(Rectangle(pos=(left, bottom), size=(width, height)))

    def _real(self, box: Box) -> tuple[int, int, int, int]:
        """Left, bottom, width, height in whole real pixels, y upward."""
        frame = self._frame
        left, right = (round(frame.left + x * frame.scale) for x in (box.x, box.right))
        bottom, top = (round(frame.bottom + (HEIGHT - y) * frame.scale) for y in (box.bottom, box.y))
        return left, bottom, right - left, top - bottom

    def _texture(self, text: str, style: Style) -> Texture:
        key = (text, max(8, round(style.size * self._frame.scale)), style.bold)
        texture = _texts.get(key)
        if texture is None:
            label = TextLabel(text=text, font_size=key[1], font_name=font(style.bold))
            label.refresh()
            texture = _texts[key] = label.texture
            if len(_texts) > KEPT_TEXTS:
                _texts.popitem(last=False)
        _texts.move_to_end(key)
        return texture
