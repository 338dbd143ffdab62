"""A Slip is the one data type of the ticket printer: what stands on the paper, in printing order."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field

from hardware.ticket_printer.dots import Dots

MAX_SCALE = 8
MAX_PICTURE_DOTS = 2400
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
BREAK_AFTER = frozenset(" ，。；：！？、,;:!?）)-/")


class Align(enum.Enum):
    """Where a line or a QR code stands across the paper."""

    LEFT = 0
    CENTER = 1
    RIGHT = 2


class Cut(enum.Enum):
    """What the cutter does after the last line."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Text:
    """A run of characters in one style.

    `width` and `height` multiply the 12x24 dot (ASCII) or 24x24 dot (Hanzi) cell, 1 to 8. Raises
    ValueError for other factors and for control characters, which would reach the printer as commands.
    """

    text: str
    width: int = 1
    height: int = 1
    reverse: bool = False
    bold: bool = False

    def __post_init__(self) -> None:
        if not (1 <= self.width <= MAX_SCALE and 1 <= self.height <= MAX_SCALE):
            raise ValueError(f"scale must be 1 to {MAX_SCALE}: {self.width}x{self.height}")
        wrong = UNPRINTABLE.search(self.text)
        if wrong:
            what = "half a surrogate pair" if wrong[0] >= "\ud800" else "a control character"
            raise ValueError(f"text holds {what}")

    @property
    def columns(self) -> int:
        """Width on paper in columns of 12 dots."""
        return columns(self.text) * self.width


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: runs side by side on a common baseline."""

    spans: tuple[Text, ...]
    align: Align = Align.CENTER

    @staticmethod
    def of(text: str, size: int = 1, align: Align = Align.CENTER) -> Line:
        """Return a line of one run, `size` times as wide and as high as plain text."""
        return Line((Text(text, size, size),), align)

    @property
    def columns(self) -> int:
        """Width on paper in columns of 12 dots."""
        return sum(span.columns for span in self.spans)

    @property
    def text(self) -> str:
        """The characters without their style."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code, model 2, centred; `module_dots` (1 to 16) is the side of one module.

    `level` is the error correction L, M, Q or H. The payload goes out as UTF-8, at most 512 bytes;
    raises ValueError beyond these limits.
    """

    payload: str
    module_dots: int = 6
    level: str = "M"

    def __post_init__(self) -> None:
        if not 1 <= self.module_dots <= 16:
            raise ValueError(f"module_dots must be 1 to 16: {self.module_dots}")
        if self.level not in ("L", "M", "Q", "H"):
            raise ValueError(f"level must be L, M, Q or H: {self.level!r}")
        if not 1 <= len(self.payload.encode()) <= 512:
            raise ValueError("payload must have 1 to 512 bytes")


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank paper, 1 to 255 dot rows (8 rows are 1 mm)."""

    dots: int

    def __post_init__(self) -> None:
        if not 1 <= self.dots <= 255:
            raise ValueError(f"feed must be 1 to 255 dots: {self.dots}")


@dataclass(frozen=True, slots=True)
class Picture:
    """Black dots on paper; `double` has the printer double both sides. Raises ValueError when too wide."""

    dots: Dots
    double: bool = False
    align: Align = Align.CENTER

    def __post_init__(self) -> None:
        if not 1 <= self.dots.width <= MAX_PICTURE_DOTS:
            raise ValueError(f"a picture is 1 to {MAX_PICTURE_DOTS} dots wide: {self.dots.width}")


Item = Line | Qr | Feed | Picture


@dataclass(frozen=True, slots=True)
class Slip:
    """One piece of paper: items from top to bottom, then the cut."""

    items: tuple[Item, ...] = field(default_factory=tuple)
    cut: Cut = Cut.PARTIAL


def columns(text: str) -> int:
    """Return the width of `text` in columns: ASCII is one, every other character two, as printers count."""
    return sum(1 if ord(char) < 0x80 else 2 for char in text)


def fit_scale(text: str, width_columns: int, largest: int = MAX_SCALE) -> int:
    """Return the largest scale, at least 1, at which `text` fits into `width_columns` columns."""
    return max(1, min(largest, width_columns // max(1, columns(text))))


def wrap(text: str, width_columns: int) -> list[str]:
    """Cut `text` into lines of at most `width_columns` columns (at least 2).

    Breaks after a space or punctuation if one stands in the second half of the line, inside a long
    run of Hanzi otherwise, and begins no line with punctuation if it can. Spaces at a break vanish;
    every other character is kept.
    """
    if width_columns < 2:
        raise ValueError("a line needs 2 columns to hold a Hanzi")
    lines: list[str] = []
    rest = text.strip(" ")
    while columns(rest) > width_columns:
        end = _prefix_length(rest, width_columns)
        places = range(end, end // 2, -1)
        cut = next((at for at in places if _good_break(rest, at)), None)
        if cut is None:
            cut = next((at for at in places if rest[at] not in BREAK_AFTER), end)
        lines.append(rest[:cut].rstrip(" "))
        rest = rest[cut:].lstrip(" ")
    if rest:
        lines.append(rest)
    return lines


def _prefix_length(text: str, width_columns: int) -> int:
    used = 0
    for at, char in enumerate(text):
        used += columns(char)
        if used > width_columns:
            return at
    return len(text)


def _good_break(text: str, at: int) -> bool:
    """A space, or punctuation behind which the next line does not begin with punctuation."""
    return text[at] == " " or (text[at - 1] in BREAK_AFTER and text[at] not in BREAK_AFTER)
