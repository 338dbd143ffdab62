"""A simulated pole display takes the real bytes of either dialect and shows two lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from hardware.pole_display.commands import CommandReader, Token
from hardware.pole_display.protocol import BLINK_MS_UNIT, CLEAR, CLEAR_LINE, INIT, Dialect
from hardware.pole_display.show import COLUMNS
from hardware.simulation.breakable import Listener

FAULTS = {
    "dead": "has no power: shows nothing",
    "stall": "takes no bytes",
    "unplugged": "the cable is pulled",
}
ROWS = 2
FACE = Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf")
CELL = (26, 40)
CASE, GLASS, LIT = (30, 30, 34), (6, 22, 22), (90, 255, 220)


class PoleSimulator(Listener):
    """The other end of the wire of a pole display: a HostedDevice."""

    def __init__(self, dialect: Dialect = Dialect.CD5220) -> None:
        super().__init__(FAULTS)
        self._reader = CommandReader(dialect)
        self.unknown: list[str] = []
        self._reset()

    def _reset(self) -> None:
        self._cells = bytearray(b" " * (ROWS * COLUMNS))
        self._cursor = 0
        self.brightness = 4
        self.blink_ms = 0

    @property
    def rows(self) -> tuple[str, str]:
        """The two lines as they are lit."""
        text = self._cells.decode("latin-1")
        return text[:COLUMNS], text[COLUMNS:]

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Take bytes."""
        del now_s, source
        if self._faults.has("stall"):
            return 0
        if not self._faults.has("dead"):
            for token in self._reader.feed(data):
                self._execute(token)
                self._revision += 1
        return len(data)

    def forget(self, source: int) -> None:
        """A client has gone; the lines stay lit."""
        del source

    def state(self) -> dict[str, Any]:
        """What is lit."""
        return {
            "rows": list(self.rows),
            "brightness": self.brightness,
            "blink_ms": self.blink_ms,
            "unknown": self.unknown,
        }

    def picture(self) -> Image.Image:
        """Draw the glass."""
        size = (COLUMNS * CELL[0] + 32, ROWS * CELL[1] + 32)
        picture = Image.new("RGB", size, CASE)
        pen = ImageDraw.Draw(picture)
        pen.rectangle((8, 8, size[0] - 8, size[1] - 8), fill=GLASS)
        font = _font()
        ink = tuple(level * self.brightness // 4 for level in LIT)
        rows = ("", "") if self._faults.has("dead") else self.rows
        for row, text in enumerate(rows):
            for column, char in enumerate(text):
                pen.text((16 + column * CELL[0], 16 + row * CELL[1]), char, font=font, fill=ink)
        return picture

    def _execute(self, token: Token) -> None:
        name, parameters = token.name, token.parameters
        if name == INIT:
            self._reset()
        elif name == CLEAR:
            self._cells[:] = b" " * len(self._cells)
            self._cursor = 0
        elif name == CLEAR_LINE:
            row = self._cursor // COLUMNS * COLUMNS
            self._cells[row : row + COLUMNS] = b" " * COLUMNS
            self._cursor = row
        elif name in (b"\x1bl", b"\x1f$"):
            self._move(*parameters)
        elif name == b"\x1bQ":
            self._line(parameters)
        else:
            self._set(name, parameters)

    def _move(self, column: int, row: int) -> None:
        if 1 <= column <= COLUMNS and 1 <= row <= ROWS:
            self._cursor = (row - 1) * COLUMNS + column - 1

    def _line(self, parameters: bytes) -> None:
        row = {b"A": 0, b"B": 1}.get(parameters[:1])
        if row is None:
            self.unknown.append(f"1b 51 {parameters[:1].hex()}")
            return
        text = parameters[1:-1][:COLUMNS].ljust(COLUMNS)
        self._cells[row * COLUMNS : (row + 1) * COLUMNS] = text

    def _set(self, name: bytes, parameters: bytes) -> None:
        if name in (b"\x1b*", b"\x1fX"):
            self.brightness = min(4, max(1, parameters[0]))
        elif name == b"\x1fE":
            self.blink_ms = parameters[0] * BLINK_MS_UNIT
        elif name in (b"\x1f\x01", b"\x1f\x02", b"\x1f\x03", b"\x1b="):
            pass  # modes and the choice of the device change nothing for whole lines
        elif len(name) == 1 and 0x20 <= name[0] < 0x7F:
            self._cells[self._cursor] = name[0]
            self._cursor = (self._cursor + 1) % len(self._cells)
        else:
            self.unknown.append(name.hex())
            del self.unknown[:-100]


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(str(FACE), 32) if FACE.exists() else ImageFont.load_default(32)
