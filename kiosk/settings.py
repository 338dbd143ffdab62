"""What one kiosk is told at its start: where the server is, its key, its printer, its screen and its disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DESIGN_SIZE = (1080, 1920)
FONTS = Path(__file__).resolve().parents[1] / "build" / "fonts"
REGULAR = FONTS / "NotoSansSC-Regular.otf"
BOLD = FONTS / "NotoSansSC-Bold.otf"


@dataclass(frozen=True)
class Settings:
    """The command line, checked. `size` is the window in pixels; `printer` None prints nothing.

    `card_reader` and `scanner` are URLs of devices; a scanner that types like a keyboard needs none.

    `name` and `floor` are what the kiosk calls itself until the server has told it better; `slip` is
    the file of the hall's own slip layout.
    """

    server: str
    key: str
    data: Path
    printer: str | None = None
    size: tuple[int, int] = DESIGN_SIZE
    name: str = "kiosk-1"
    floor: int | None = None
    card_reader: str | None = None
    scanner: str | None = None
    slip: Path | None = None
