"""The simulated roll collects dots and text line by line, and a cut takes off what was printed."""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image, ImageChops

from hardware.ticket_printer.glyphs import CELL_DOTS, Glyphs, scaled

BLANK_TOP = 22  # what stands between the cutter and the head, kept short to save picture
BLANK_BOTTOM = 24


@dataclass(frozen=True, slots=True)
class CharStyle:
    """How the next characters look; width and height multiply the cell, `narrow` makes it 12 dots."""

    width: int = 1
    height: int = 1
    reverse: bool = False
    bold: bool = False
    underline: int = 0
    narrow: bool = False


@dataclass(slots=True)
class Piece:
    """What left the cutter: the picture (mode 1, white paper) and the text of its lines."""

    picture: Image.Image
    text: list[str]
    codes: list[str]


@dataclass(slots=True)
class _Pending:
    """The line that is not printed yet."""

    cells: list[Image.Image] = field(default_factory=list)
    chars: list[str] = field(default_factory=list)
    width: int = 0


class Roll:
    """A paper roll `width_dots` wide under a print head that puts whole lines on it."""

    def __init__(self, width_dots: int, glyphs: Glyphs) -> None:
        self.width_dots = width_dots
        self._glyphs = glyphs
        self._strips: list[Image.Image] = []
        self._text: list[str] = []
        self._codes: list[str] = []
        self._line = _Pending()
        self.printed_dots = 0

    @property
    def line_empty(self) -> bool:
        """True when nothing stands in the line that is being filled."""
        return not self._line.cells

    @property
    def blank(self) -> bool:
        """True when nothing at all stands on the paper since the last cut."""
        return not self._strips and self.line_empty

    def char(self, char: str, style: CharStyle, align: int, pitch: int) -> None:
        """Put a character into the line; a full line is printed first, as printers do."""
        cell = self._scaled(char, style)
        if self._line.width + cell.width > self.width_dots and self._line.cells:
            self.print_line(align, pitch)
        self._line.cells.append(cell)
        self._line.chars.append(char)
        self._line.width += cell.width

    def space(self, dots: int) -> None:
        """Move right by blank dots, within the paper."""
        dots = min(dots, self.width_dots - self._line.width)
        if dots > 0:
            self._line.cells.append(Image.new("1", (dots, 1), 0))
            self._line.width += dots

    def drop_line(self) -> None:
        """Forget the line that is being filled."""
        self._line = _Pending()

    @property
    def position(self) -> int:
        """Dots from the left edge of the line to the next character."""
        return self._line.width

    def print_line(self, align: int, pitch: int) -> int:
        """Print the line and feed to the next; returns the dot rows fed: `pitch` or the tallest cell."""
        line, self._line = self._line, _Pending()
        height = max([pitch, *(cell.height for cell in line.cells)])
        if not line.cells:
            return self.feed(pitch)
        # All cells stand on one bottom line; what the pitch is larger stays blank below.
        tallest = max(cell.height for cell in line.cells)
        strip = Image.new("1", (self.width_dots, height), 0)
        left = (0, (self.width_dots - line.width) // 2, self.width_dots - line.width)[align]
        for cell in line.cells:
            strip.paste(cell, (left, tallest - cell.height))
            left += cell.width
        self._text.append("".join(line.chars).rstrip())
        return self._append(strip)

    def feed(self, dots: int) -> int:
        """Feed blank paper; returns the dot rows fed."""
        return self._append(Image.new("1", (self.width_dots, dots), 0)) if dots > 0 else 0

    def picture(self, picture: Image.Image, align: int) -> int:
        """Print a 1-bit picture (1 is black), cut off at the paper's edge; returns the dot rows fed."""
        strip = Image.new("1", (self.width_dots, picture.height), 0)
        room = self.width_dots - picture.width
        strip.paste(picture, ((0, room // 2, room)[align] if room > 0 else 0, 0))
        return self._append(strip)

    def code(self, payload: str) -> None:
        """Remember what a two-dimensional or bar code says."""
        self._codes.append(payload)

    def cut(self) -> Piece:
        """Take off what was printed since the last cut."""
        height = sum(strip.height for strip in self._strips)
        whole = Image.new("1", (self.width_dots, BLANK_TOP + height + BLANK_BOTTOM), 0)
        at = BLANK_TOP
        for strip in self._strips:
            whole.paste(strip, (0, at))
            at += strip.height
        piece = Piece(ImageChops.invert(whole), self._text, self._codes)
        self._strips, self._text, self._codes = [], [], []
        return piece

    def _append(self, strip: Image.Image) -> int:
        self._strips.append(strip)
        self.printed_dots += strip.height
        return strip.height

    def _scaled(self, char: str, style: CharStyle) -> Image.Image:
        cell = self._glyphs.cell(char, style.bold, style.narrow)
        if style.underline:
            cell = cell.copy()
            cell.paste(255, (0, CELL_DOTS - style.underline, cell.width, CELL_DOTS))
        return scaled(cell, style)
