"""Reads numbers off the pixels of a screen: which of some texts stands in a box, and how surely."""

from __future__ import annotations

import functools
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from display_board.look import CELL, Box
from tests.x_server import Screen

FONT = Path(__file__).resolve().parents[1] / "build" / "fonts" / "NotoSansSC-Bold.otf"
SURE = 0.8
"""Of the ink of both pictures laid over each other, so much must coincide."""


@functools.cache
def _drawn(text: str, size: int) -> Image.Image:
    canvas = Image.new("L", (size * (len(text) + 1), size * 2))
    ImageDraw.Draw(canvas).text((size // 2, size // 4), text, 255, font=ImageFont.truetype(str(FONT), size))
    return _cut(canvas)


def _cut(image: Image.Image) -> Image.Image:
    """Black and white, without the empty margin."""
    sharp = image.point(lambda value: 255 if value > 127 else 0)
    return sharp.crop(sharp.getbbox() or (0, 0, 1, 1))


def likeness(picture: Image.Image, text: str, size: int) -> float:
    """How much of the ink of a picture (ink white) and of a text of this size is the same, 0 to 1."""
    seen, drawn = _cut(picture), _drawn(text, size)
    if abs(seen.width - drawn.width) > size // 5 or abs(seen.height - drawn.height) > size // 5:
        return 0.0
    seen = seen.resize(drawn.size)
    both = ImageStat.Stat(ImageChops.darker(seen, drawn)).sum[0]
    either = ImageStat.Stat(ImageChops.lighter(seen, drawn)).sum[0]
    return both / either if either else 0.0


def look(screen: Screen, box: Box) -> Image.Image:
    """A box of the screen with its ink in white: whatever is far from the colour of its corner."""
    crop = screen.area(round(box.x), round(box.y), round(box.right), round(box.bottom))
    ground = Image.new("RGB", crop.size, crop.getpixel((1, 1)))
    red, green, blue = ImageChops.difference(crop, ground).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def shows(screen: Screen, box: Box, text: str, size: int = CELL) -> bool:
    """Whether this text stands in the box, and none that differs from it by one sign."""
    picture = look(screen, box)
    sure = likeness(picture, text, size)
    others = [text[:-1] + chr((ord(text[-1]) - 48 + step) % 10 + 48) for step in range(1, 10)]
    return sure >= SURE and all(likeness(picture, other, size) < sure for other in others)
