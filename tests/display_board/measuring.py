"""Measures what stands in a picture of a board: where each text is, and how it stands out."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from display_board.look import Box

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Written:
    """A text as it was drawn: its box in real pixels from the top, and how much narrower than its font."""

    text: str
    box: Box
    squeezed: float

    @classmethod
    def read(cls, path: Path) -> list[Written]:
        return [cls(text, Box(*box), squeezed) for text, box, squeezed in json.loads(path.read_text("utf-8"))]

    @staticmethod
    def ratio(one: str, other: str) -> float:
        """The contrast of two colours `#RRGGBB`."""
        return _ratio(_rgb(one), _rgb(other))


def contrast(picture: Image.Image, text: Written) -> float:
    """The contrast between the ground of a text's box and its ink, by WCAG 2.

    The ground is the colour most pixels have; the ink is the colour farthest from it that more than
    a few pixels have, since the edges of letters are mixed from both.
    """
    box = text.box
    crop = picture.crop((round(box.x), round(box.y), round(box.right), round(box.bottom)))
    counted = Counter(crop.convert("RGB").getdata())
    ((ground, _),) = counted.most_common(1)
    enough = max(4, crop.width * crop.height // 400)
    inks = [colour for colour, count in counted.items() if count >= enough]
    return max((_ratio(ground, ink) for ink in inks), default=1.0)


def _rgb(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _ratio(one: Colour, other: Colour) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.03928 else float(((part + 0.055) / 1.055) ** 2.4)
