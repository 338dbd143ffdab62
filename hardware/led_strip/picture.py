"""What strips show is drawn here: a dot matrix for text, seven segments for digits."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from hardware.errors import DeviceError

# The face that set-up extracts, then the collection that it comes from (face 2 is Simplified Chinese).
FACES = (
    (Path(__file__).resolve().parents[2] / "build/fonts/NotoSansSC-Regular.otf", 0),
    (Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), 2),
)
DOT_PX = 4
CELL_PX = 16
BASELINE = 13
INK = {"plain": (255, 60, 40), "red": (255, 60, 40), "green": (60, 255, 90), "yellow": (255, 220, 60)}
UNLIT, CASE, LABEL = (42, 20, 20), (16, 16, 18), (150, 150, 155)
MARGIN = 8
LABEL_PX = 18
# Segments of a digit: a top, b upper right, c lower right, d bottom, e lower left, f upper left, g middle.
SEGMENTS = {
    **{"0": "abcdef", "1": "bc", "2": "abdeg", "3": "abcdg", "4": "bcfg", "5": "acdfg", "6": "acdefg"},
    **{"7": "abc", "8": "abcdefg", "9": "abcdfg"},
    **{"A": "abcefg", "B": "cdefg", "C": "adef", "D": "bcdeg", "E": "adefg", "F": "aefg", "G": "acdef"},
    **{"H": "bcefg", "I": "ef", "J": "bcde", "K": "acefg", "L": "def", "M": "aceg", "N": "ceg"},
    **{"O": "cdeg", "P": "abefg", "Q": "abcfg", "R": "eg", "S": "acdfg", "T": "defg", "U": "bcdef"},
    **{"V": "cde", "W": "bdfg", "X": "bcefg", "Y": "bcdfg", "Z": "abdeg", "-": "g", " ": ""},
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one strip shows: its label for the picture, the words, a colour, the size in dots."""

    label: str
    words: str
    colour: str = "plain"
    width: int = 128
    height: int = 16


def draw_all(strips: list[Image.Image]) -> Image.Image:
    """Return the pictures below each other; an empty case when there is none."""
    if not strips:
        return Image.new("RGB", (128 * DOT_PX, CELL_PX * DOT_PX), CASE)
    width, height = max(strip.width for strip in strips), sum(strip.height for strip in strips)
    sheet = Image.new("RGB", (width, height), CASE)
    at = 0
    for strip in strips:
        sheet.paste(strip, (0, at))
        at += strip.height
    return sheet


@functools.lru_cache(256)
def draw_matrix(shown: Shown) -> Image.Image:
    """Return a text strip as its dots: 16-dot Hanzi, 8-dot ASCII; text that is too wide is cut.

    The picture is shared: nobody may draw on it.
    """
    dots = Image.new("1", (shown.width, max(shown.height, CELL_PX)), 0)
    pen = ImageDraw.Draw(dots)
    pen.fontmode = "1"
    for row, line in enumerate(shown.words.split("\n")):
        at = 0
        for char in line:
            width = CELL_PX // 2 if ord(char) < 0x80 else CELL_PX
            middle = at + width / 2
            pen.text((middle, row * CELL_PX + BASELINE), char, font=_font(14), fill=1, anchor="ms")
            at += width
    size = (dots.width * DOT_PX, dots.height * DOT_PX)
    board = Image.new("RGB", size, UNLIT)
    board.paste(INK.get(shown.colour, INK["plain"]), (0, 0), dots.resize(size, Image.Resampling.NEAREST))
    return _cased(Image.composite(board, Image.new("RGB", size, CASE), _lamps(dots.size)), shown.label)


@functools.cache
def _lamps(size: tuple[int, int]) -> Image.Image:
    """The mask of so many lamps; drawn lamp by lamp a strip would take as long as its frames."""
    across, down = size
    lamp = Image.new("L", (DOT_PX, DOT_PX), 0)
    ImageDraw.Draw(lamp).rectangle((0, 0, DOT_PX - 2, DOT_PX - 2), fill=255)
    row = Image.new("L", (across * DOT_PX, DOT_PX))
    for x in range(across):
        row.paste(lamp, (x * DOT_PX, 0))
    mask = Image.new("L", (across * DOT_PX, down * DOT_PX))
    for y in range(down):
        mask.paste(row, (0, y * DOT_PX))
    return mask


def draw_segments(shown: Shown) -> Image.Image:
    """Return a number panel with its digits of seven segments."""
    board = Image.new("RGB", (48 * max(6, len(shown.words)), 80), CASE)
    brush = ImageDraw.Draw(board)
    ink = INK.get(shown.colour, INK["plain"])
    for place, char in enumerate(shown.words):
        x = place * 48 + 8
        for name, line in _lines(x, 8).items():
            lit = name in SEGMENTS.get(char.upper(), "g")
            brush.line(line, fill=ink if lit else UNLIT, width=6)
    return _cased(board, shown.label)


def _lines(x: int, y: int) -> dict[str, tuple[int, int, int, int]]:
    left, right, top, middle, bottom = x, x + 28, y, y + 32, y + 64
    return {
        "a": (left + 4, top, right - 4, top),
        "b": (right, top + 4, right, middle - 4),
        "c": (right, middle + 4, right, bottom - 4),
        "d": (left + 4, bottom, right - 4, bottom),
        "e": (left, middle + 4, left, bottom - 4),
        "f": (left, top + 4, left, middle - 4),
        "g": (left + 4, middle, right - 4, middle),
    }


def _cased(board: Image.Image, label: str) -> Image.Image:
    size = (board.width + 2 * MARGIN, board.height + 2 * MARGIN + LABEL_PX)
    case = Image.new("RGB", size, CASE)
    ImageDraw.Draw(case).text((MARGIN, 2), label, font=_font(13), fill=LABEL)
    case.paste(board, (MARGIN, LABEL_PX + MARGIN // 2))
    return case


_FONTS: dict[int, ImageFont.FreeTypeFont] = {}


def _font(size: int) -> ImageFont.FreeTypeFont:
    if size not in _FONTS:
        face = next((face for face in FACES if face[0].exists()), None)
        if face is None:
            paths = ", ".join(str(path) for path, _ in FACES)
            raise DeviceError(f"no CJK font at {paths}", reason="no_font", permanent=True)
        _FONTS[size] = ImageFont.truetype(str(face[0]), size, index=face[1])
    return _FONTS[size]
