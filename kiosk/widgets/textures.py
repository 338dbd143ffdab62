"""Textures for everything a scene can hold, smooth at the edges without the cost of multisampling.

Corners, symbols, discs and rings are drawn four times too large and scaled down; a full redraw with
multisampled GL takes four times as long on a machine without a graphics card. All are white and get
their colour when drawn, so one texture serves every state of a button. Text is drawn with the faces that
measured it: Kivy's own engine reads a whole font file of 17 MB into memory for each size, where these
share the file's pages. The cache is bounded by bytes: what was longest unused goes first.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable

import qrcode
from kivy.graphics.texture import Texture
from PIL import Image, ImageDraw

from kiosk import symbols, typeset

OVER = 4
CACHE_BYTES = 12_000_000
QUIET_ZONE = 4
GLYPHS = 1500
OVERHANG = 8


class Textures:
    """Makes and keeps textures. Sizes are real pixels."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple, Texture] = OrderedDict()
        self._bytes = 0

    def text(self, text: str, px: int, bold: bool) -> Texture:
        """Return one line of white text."""

        def make() -> Texture:
            width = max(1, round(typeset.font(px, bold).getlength(text)))
            mask = Image.new("L", (width, sum(typeset.font(px, bold).getmetrics())), 0)
            x = 0.0
            for sign in text:
                drawn, wide = _glyph(sign, px, bold)
                mask.paste(255, (round(x) - OVERHANG, 0), drawn)
                x += wide
            return _texture(mask)

        return self._keep(("text", text, px, bold), make)

    def corners(self, radius: int, side: str) -> Texture:
        """Return a square with round corners, to be stretched in its middle; `side`: all, left, right."""

        def make() -> Texture:
            size = (2 * radius + 2) * OVER
            mask = Image.new("L", (size, size), 0)
            which = {"left": (True, False, False, True), "right": (False, True, True, False)}.get(side)
            ImageDraw.Draw(mask).rounded_rectangle(
                (0, 0, size - 1, size - 1), radius * OVER, 255, corners=which
            )
            return _texture(mask.reduce(OVER))

        return self._keep(("corners", radius, side), make)

    def disc(self, size: int) -> Texture:
        """Return a filled circle."""

        def make() -> Texture:
            mask = Image.new("L", (size * OVER, size * OVER), 0)
            ImageDraw.Draw(mask).ellipse((0, 0, size * OVER - 1, size * OVER - 1), 255)
            return _texture(mask.reduce(OVER))

        return self._keep(("disc", size), make)

    def ring(self, size: int, stroke: int, share: float) -> Texture:
        """Return an arc from 12 o'clock over `share` of the circle, clockwise."""

        def make() -> Texture:
            mask = Image.new("L", (size * OVER, size * OVER), 0)
            edge = size * OVER - 1
            end = -90 + 360 * share
            ImageDraw.Draw(mask).arc((0, 0, edge, edge), -90, end, 255, stroke * OVER)
            return _texture(mask.reduce(OVER))

        return self._keep(("ring", size, stroke, round(share, 3)), make)

    def symbol(self, name: str, size: int) -> Texture:
        """Return a symbol of the 48 grid."""

        def make() -> Texture:
            mask = Image.new("L", (size * OVER, size * OVER), 0)
            draw = ImageDraw.Draw(mask)
            unit = size * OVER / symbols.GRID
            half = symbols.STROKE * unit / 2
            for stroke in symbols.strokes(name):
                points = [(x * unit, y * unit) for x, y in stroke]
                draw.line(points, 255, round(2 * half))
                for x, y in points:
                    draw.ellipse((x - half, y - half, x + half, y + half), 255)
            return _texture(mask.reduce(OVER))

        return self._keep(("symbol", name, size), make)

    def qr(self, payload: str, size: int) -> Texture:
        """Return a QR code with its quiet zone, at most `size` wide, whole pixels a module; not kept."""
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_ZONE, box_size=1)
        code.add_data(payload)
        rows = code.get_matrix()
        module = max(1, size // len(rows))
        image = Image.new("L", (len(rows), len(rows)), 255)
        image.putdata([0 if dark else 255 for row in rows for dark in row])
        grey = image.resize((len(rows) * module,) * 2, Image.Resampling.NEAREST)
        texture = Texture.create(size=grey.size, colorfmt="luminance")
        texture.mag_filter = texture.min_filter = "nearest"
        texture.blit_buffer(grey.tobytes(), colorfmt="luminance", bufferfmt="ubyte")
        texture.flip_vertical()
        return texture

    def forget_texts(self) -> None:
        """Drop every line of text: a session's number does not outlive it."""
        for key in [key for key in self._kept if key[0] == "text"]:
            self._bytes -= _size(self._kept.pop(key))

    def _keep(self, key: tuple, make: Callable[[], Texture]) -> Texture:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        made = make()
        self._kept[key] = made
        self._bytes += _size(made)
        while self._bytes > CACHE_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= _size(oldest)
        return made


@functools.lru_cache(maxsize=GLYPHS)
def _glyph(sign: str, px: int, bold: bool) -> tuple[Image.Image, float]:
    """Return one sign with `OVERHANG` pixels on both sides, and how wide it is; drawing one takes long."""
    face = typeset.font(px, bold)
    wide = face.getlength(sign)
    drawn = Image.new("L", (round(wide) + 2 * OVERHANG, sum(face.getmetrics())), 0)
    ImageDraw.Draw(drawn).text((OVERHANG, 0), sign, 255, face)
    return drawn, wide


def _size(texture: Texture) -> int:
    return int(texture.width * texture.height * 2)


def _texture(mask: Image.Image) -> Texture:
    """Turn a mask into a white texture with that transparency."""
    white = Image.new("L", mask.size, 255)
    image = Image.merge("LA", (white, mask))
    texture = Texture.create(size=mask.size, colorfmt="luminance_alpha")
    texture.blit_buffer(image.tobytes(), colorfmt="luminance_alpha", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture
