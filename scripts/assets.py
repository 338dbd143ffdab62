"""Set-up makes what git does not keep: fonts for screens and pages, and compiled English texts.

Run by `scripts/setup.sh` as `python scripts/assets.py fonts|texts`. Each target is written beside itself and
then renamed, so an interrupted set-up leaves no half file behind.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "build" / "fonts"
COLLECTIONS = Path("/usr/share/fonts/opentype/noto")
# Face 0 of Debian's collection is Japanese: it draws 直 骨 返 in forms that look wrong to a Chinese reader.
SIMPLIFIED_CHINESE_FACE = 2
WEIGHTS = ("Regular", "Bold")


def replace(target: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a new file and put it in the place of `target` in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        write(fresh)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def page_characters() -> set[int]:
    """Code points that a page needs: GB 2312 whole, ASCII, Latin-1, punctuation, arrows, full-width forms.

    Rarer characters, as in some family names, fall back to a font of the reader's own machine.
    """
    ranges = (
        (0x20, 0x7F), (0xA0, 0x100), (0x2000, 0x2070), (0x2190, 0x2200),
        (0x2460, 0x2480), (0x25A0, 0x2600), (0x3000, 0x3040), (0xFF00, 0xFFF0),
    )  # fmt: skip
    points = {point for first, end in ranges for point in range(first, end)} | {0x2713, 0x2717}
    for row in range(0xA1, 0xF8):
        cells = b"".join(bytes((row, cell)) for cell in range(0xA1, 0xFF))
        points.update(map(ord, cells.decode("gb2312", errors="ignore")))
    return points


def make_fonts(weight: str) -> None:
    """Write one weight twice: whole as .otf for Kivy and the slips, and as a small .woff for the pages.

    Raises RuntimeError if the collection's face is not the Simplified Chinese one.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    def open_face() -> TTFont:
        collection = COLLECTIONS / f"NotoSansCJK-{weight}.ttc"
        return TTFont(collection, fontNumber=SIMPLIFIED_CHINESE_FACE, lazy=True)

    face = open_face()
    name = face["name"].getDebugName(1)
    if "CJK SC" not in name:
        raise RuntimeError(f"face {SIMPLIFIED_CHINESE_FACE} of {weight} is {name}, not Simplified Chinese")
    replace(FONTS / f"NotoSansSC-{weight}.otf", face.save)

    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.notdef_outline = True
    small = open_face()
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=page_characters())
    cutter.subset(small)
    small.flavor = "woff"
    replace(FONTS / f"NotoSansSC-{weight}.woff", small.save)


def stale_texts() -> Iterator[tuple[Path, Path]]:
    """Yield (.po, .mo) pairs whose compiled file is missing or not newer than its source."""
    for source in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        target = ROOT / "build" / source.relative_to(ROOT).with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns <= source.stat().st_mtime_ns:
            yield source, target


def compile_text(source: Path, target: Path) -> None:
    """Compile one catalogue of messages; a fuzzy entry is left out, as a reader would see a wrong text."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as lines:
        catalog = read_po(lines)

    def write(path: Path) -> None:
        with path.open("wb") as out:
            write_mo(out, catalog)

    replace(target, write)


def main(arguments: list[str]) -> int:
    """Make the asked-for kind of files and return the exit status."""
    if arguments == ["fonts"]:
        with ProcessPoolExecutor(len(WEIGHTS)) as pool:
            list(pool.map(make_fonts, WEIGHTS))
    elif arguments == ["texts"]:
        for source, target in stale_texts():
            compile_text(source, target)
    else:
        print("usage: python scripts/assets.py fonts|texts", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
