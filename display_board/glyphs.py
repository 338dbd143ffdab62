"""Which font draws which sign, so that no name ends in an empty box.

The fonts made at set-up hold some 44,800 signs, the rare ones of family names among them. What even
they lack is looked for in the fonts that this machine may have beside them; a sign that none has
becomes 〓, which printers have always set for a type that they did not own.
"""

from __future__ import annotations

import functools
import itertools
import logging
from collections.abc import Iterator
from pathlib import Path

FONTS = Path(__file__).resolve().parents[1] / "build" / "fonts"
RARE_FONTS = (
    Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"),
    Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
)
"""Debian's `fonts-hanazono`, which the hall may install: all Han signs of Unicode up to extension F."""

MISSING = "〓"
_ALWAYS = ((0x20, 0x7E), (0x3001, 0x3011), (0x4E00, 0x9FA5), (0xFF01, 0xFF5E))
"""Signs that the main fonts are known to hold, so that their tables need not be read for them."""

log = logging.getLogger(__name__)


def font(bold: bool) -> Path:
    """The font file that set-up took out of Debian's collection; raises FileNotFoundError."""
    path = FONTS / f"NotoSansSC-{'Bold' if bold else 'Regular'}.otf"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run make run or scripts/setup.sh once")
    return path


def runs(text: str, bold: bool) -> Iterator[tuple[str, Path]]:
    """Cut a text into pieces that one font each can draw."""
    main = font(bold)
    if all(_is_plain(sign) for sign in text):
        yield text, main
        return
    placed = [_placed(sign, main) for sign in text]
    for path, group in itertools.groupby(placed, lambda pair: pair[1]):
        yield "".join(sign for sign, _ in group), path


def _is_plain(sign: str) -> bool:
    return any(low <= ord(sign) <= high for low, high in _ALWAYS)


@functools.lru_cache(maxsize=2048)
def _placed(sign: str, main: Path) -> tuple[str, Path]:
    """The sign as it is drawn, and the font for it."""
    if _is_plain(sign):
        return sign, main
    for path in (main, *RARE_FONTS):
        if path.is_file() and ord(sign) in covered(path):
            return sign, path
    log.warning("no font has U+%04X; it is shown as %s", ord(sign), MISSING)
    return MISSING, main


@functools.cache
def covered(path: Path) -> frozenset[int]:
    """The code points that a font can draw."""
    # Reading the tables takes a third of a second; a board without rare signs never does.
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as opened:
        return frozenset(opened.getBestCmap())
