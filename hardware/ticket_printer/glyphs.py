"""Characters become the dot matrices of a thermal printer here: 24x24 for Hanzi, 12x24 for ASCII."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageChops, ImageDraw, ImageFont

from hardware.errors import DeviceError

# The face that set-up extracts, then the collection that it comes from (face 2 is Simplified Chinese).
FACES = (
    (Path(__file__).resolve().parents[2] / "build/fonts/NotoSansSC-Regular.otf", 0),
    (Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), 2),
)
CELL_DOTS = 24
ASCII_DOTS = 12
HANZI_SIZE, HANZI_BASELINE = 23, 21
# At 22 dots a digit of this face just fills the 12-dot cell; larger ones would touch each other.
ASCII_SIZE, ASCII_BASELINE = 22, 20
OVERSAMPLE = 4


class Sized(Protocol):
    """What a run of characters says of its size; `reverse` is white on black."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def reverse(self) -> bool: ...


def scaled(cell: Image.Image, style: Sized) -> Image.Image:
    """Return a cell as large and as dark as its style wants it."""
    shown = ImageChops.invert(cell) if style.reverse else cell
    size = (cell.width * style.width, cell.height * style.height)
    return shown if size == cell.size else shown.resize(size, Image.Resampling.NEAREST)


class Glyphs:
    """A font as a printer's character generator: black dots are 1, nothing is antialiased.

    Raises a permanent DeviceError `no_font` when no CJK font is found.
    """

    def __init__(self, faces: tuple[tuple[Path, int], ...] = FACES) -> None:
        face = next((face for face in faces if face[0].exists()), None)
        if face is None:
            paths = ", ".join(str(path) for path, _ in faces)
            raise DeviceError(f"no CJK font at {paths}", reason="no_font", permanent=True)
        self._path, self._index = str(face[0]), face[1]
        self._sizes: dict[int, ImageFont.FreeTypeFont] = {}
        self._cells: dict[tuple[str, bool, bool], Image.Image] = {}

    def cell(self, char: str, bold: bool = False, narrow: bool = False) -> Image.Image:
        """Return the 1-bit cell of `char`, 12 (ASCII, `narrow`) or 24 dots wide and 24 high.

        `bold` doubles each dot sideways, as printers do.
        """
        narrow = narrow or ord(char) < 0x80
        key = (char, bold, narrow)
        if key not in self._cells:
            plain = self._slim(char) if narrow else self._square(char)
            self._cells[key] = _embolden(plain) if bold else plain
        return self._cells[key]

    def _font(self, size: int) -> ImageFont.FreeTypeFont:
        if size not in self._sizes:
            self._sizes[size] = ImageFont.truetype(self._path, size, index=self._index)
        return self._sizes[size]

    def _square(self, char: str) -> Image.Image:
        return self._draw(char, (CELL_DOTS, HANZI_BASELINE), self._font(HANZI_SIZE))

    def _slim(self, char: str) -> Image.Image:
        font = self._font(ASCII_SIZE)
        left, _, right, _ = font.getbbox(char, mode="1")
        if right - left <= ASCII_DOTS:
            return self._draw(char, (ASCII_DOTS, ASCII_BASELINE), font)
        # M, W, @ and the like: draw large, squeeze sideways, then decide dot by dot.
        large = self._font(ASCII_SIZE * OVERSAMPLE)
        left, _, right, _ = large.getbbox(char)
        canvas = Image.new("L", (int(right - left), CELL_DOTS * OVERSAMPLE), 0)
        ImageDraw.Draw(canvas).text(
            (-left, ASCII_BASELINE * OVERSAMPLE), char, font=large, fill=255, anchor="ls"
        )
        small = canvas.resize((ASCII_DOTS, CELL_DOTS), Image.Resampling.BOX)
        return small.point([255 if level >= 110 else 0 for level in range(256)]).convert("1")

    @staticmethod
    def _draw(char: str, place: tuple[int, int], font: ImageFont.FreeTypeFont) -> Image.Image:
        width, baseline = place
        cell = Image.new("1", (width, CELL_DOTS), 0)
        pen = ImageDraw.Draw(cell)
        pen.fontmode = "1"
        pen.text((width / 2, baseline), char, font=font, fill=255, anchor="ms")
        return cell


@cache
def shared_glyphs() -> Glyphs:
    """Return the font that all simulated printers of a program share; drawing a character is slow."""
    return Glyphs()


def _embolden(cell: Image.Image) -> Image.Image:
    shifted = Image.new("1", cell.size, 0)
    shifted.paste(cell, (1, 0))
    return ImageChops.logical_or(cell, shifted)
