"""The simulated printer's inside executes commands: styles, text, codes, pictures and queued answers."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass, replace

from PIL import Image

from hardware.ticket_printer.abilities import refusal
from hardware.ticket_printer.commands import TEXT, UNKNOWN, Token
from hardware.ticket_printer.paper import CharStyle, Roll
from hardware.ticket_printer.profile import COLUMN_DOTS, Profile
from hardware.ticket_printer.qr import modules

DEFAULT_PITCH = 30  # ESC @ and ESC 2 on a 203 dpi unit: 3.75 mm
TAB_DOTS = 8 * COLUMN_DOTS
REPLACEMENT = "〓"
# ESC t n of the Epson character code tables.
CODE_PAGES = {0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865"} | {
    16: "cp1252",
    17: "cp866",
    18: "cp852",
}
IDENTITY = {65: b"YC-1.0", 66: b"YICHUANG", 68: b"0000001", 69: b"GB18030"}
IDENTITY_BYTES = {1: b"\x20", 2: b"\x02", 3: b"\x01"}  # GS I 1 model, 2 type (cutter), 3 ROM
QR_LEVELS = {48: "L", 49: "M", 50: "Q", 51: "H"}
# Functions of GS ( that a printer may know and that leave nothing on paper here.
SILENT_FUNCTIONS = frozenset(b"ACDEFKMNPYz")


@dataclass(slots=True)
class _Code:
    """The QR settings that GS ( k collects before it prints."""

    dots: int = 3
    level: str = "L"
    payload: bytes = b""


class PrintEngine:
    """Puts tokens on a Roll as a unit of `profile` would; `paper_bits` tells the present `GS r 1` answer.

    `unknown` collects bytes that no command begins with, `ignored` commands that leave nothing on
    this paper, `refused` what another unit could have done. `auto_status` is the mask of `GS a`.
    """

    def __init__(self, roll: Roll, profile: Profile, paper_bits: Callable[[], int]) -> None:
        self.roll = roll
        self.unknown: list[str] = []
        self.ignored: list[str] = []
        self.refused: list[str] = []
        self.auto_status = 0
        self._profile = profile
        self._paper_bits = paper_bits
        self._graphic: Image.Image | None = None
        self._handlers: dict[str, Callable[[bytes], bytes | None]] = {
            TEXT: self._text,
            UNKNOWN: self._unknown,
            "LF": lambda params: self._print_line(),
            "FF": lambda params: self._print_line(),
            "CR": lambda params: None,
            "NUL": lambda params: None,
            "HT": lambda params: self._tab(),
            "ESC D": self._set_tabs,
            # Epson: it clears the print buffer too, so noise before a job does not stand in its first line.
            "ESC @": lambda params: self.drop_line(),
            "ESC !": self._print_mode,
            "ESC a": self._align,
            "ESC E": lambda params: self._restyle(bold=bool(params[0] & 1)),
            "ESC G": lambda params: self._restyle(bold=bool(params[0] & 1)),
            "ESC -": lambda params: self._restyle(underline=params[0] % 48 % 3),
            "FS -": lambda params: self._restyle(underline=params[0] % 48 % 3),
            "GS B": lambda params: self._restyle(reverse=bool(params[0] & 1)),
            "ESC d": self._feed_lines,
            "ESC J": self._feed_dots,
            "ESC 2": lambda params: self._set_pitch(DEFAULT_PITCH),
            "ESC 3": lambda params: self._set_pitch(self._dots(params[0])),
            "ESC t": self._code_page,
            "ESC $": lambda params: self.roll.space(int.from_bytes(params, "little") - self.roll.position),
            "ESC \\": lambda params: self.roll.space(int.from_bytes(params, "little", signed=True)),
            "ESC *": self._bit_image,
            "GS !": self._size,
            "FS !": lambda params: self._size_hanzi(1 + (params[0] >> 2 & 1), 1 + (params[0] >> 3 & 1)),
            "FS W": lambda params: self._size_hanzi(1 + (params[0] & 1), 1 + (params[0] & 1)),
            "FS &": lambda params: self._switch_kanji(True),
            "FS .": lambda params: self._switch_kanji(False),
            "GS (": self._function,
            "GS 8": self._long_function,
            "GS v": self._raster,
            "GS k": self._barcode,
            "GS r": self._queued_status,
            "GS I": self._identity,
            "GS a": self._set_auto_status,
            "ESC =": lambda params: None,
        }
        self._reset()

    def execute(self, token: Token) -> bytes:
        """Carry out one command and return what the printer answers to it."""
        if token.name == "ESC =":
            self._elsewhere = not token.params[0] & 1
        elif self._elsewhere:
            # ESC = 2 has chosen the customer display behind the printer.
            self.ignored.append("data for a display")
            return b""
        refused = refusal(token, self._profile)
        if refused is not None:
            self.refused.append(refused)
            return b""
        handler = self._handlers.get(token.name)
        if handler is None:
            self.ignored.append(token.name)
            return b""
        return handler(token.params) or b""

    def finish_line(self) -> None:
        """Print what stands in the line, as a cut does."""
        if not self.roll.line_empty:
            self._print_line()

    def drop_line(self) -> None:
        """Forget what stands in the line and how it should look, as a cleared printer does."""
        self.roll.drop_line()
        self._reset()

    # -- text --------------------------------------------------------------------------------------

    def _reset(self) -> None:
        self._style = CharStyle()
        self._hanzi = (1, 1)
        self._alignment = 0
        self._pitch = DEFAULT_PITCH
        self._page = "cp437"
        self._code = _Code()
        self._elsewhere = False
        self._tabs: tuple[int, ...] = ()
        self.auto_status = 0
        self._switch_kanji(True)  # a Chinese unit wakes up with Chinese on

    def _switch_kanji(self, on: bool) -> None:
        self._kanji = on
        self._decoder = codecs.getincrementaldecoder(self._profile.charset)("strict")

    def _text(self, params: bytes) -> None:
        for byte in params:
            self._byte(byte)

    def _byte(self, byte: int) -> None:
        if not self._kanji:
            char = bytes((byte,)).decode(self._page, "replace")
            self._put(char, replace(self._style, narrow=True))
            return
        held = self._decoder.getstate()[0]
        try:
            text = self._decoder.decode(bytes((byte,)))
        except UnicodeDecodeError:
            self._unknown(held + bytes((byte,)))
            self._decoder.reset()
            text = REPLACEMENT
        for char in text:
            self._put_wide(char)

    def _put_wide(self, char: str) -> None:
        if ord(char) < 0x80:
            self._put(char, self._style)
            return
        if not self._profile.draws(char):
            self.refused.append(f"no glyph for U+{ord(char):04X}")
            char = REPLACEMENT
        width, height = self._hanzi
        self._put(char, replace(self._style, width=width, height=height))

    def _put(self, char: str, style: CharStyle) -> None:
        self.roll.char(char, style, self._alignment, self._pitch)

    def _unknown(self, params: bytes) -> None:
        self.unknown.append(params.hex(" "))

    def _print_line(self) -> None:
        self._decoder.reset()
        self.roll.print_line(self._alignment, self._pitch)

    # -- style -------------------------------------------------------------------------------------

    def _restyle(self, **changes: int) -> None:
        self._style = replace(self._style, **changes)  # type: ignore[arg-type]

    def _size(self, params: bytes) -> None:
        width, height = (params[0] >> 4 & 7) + 1, (params[0] & 7) + 1
        self._style = replace(self._style, width=width, height=height)
        if self._profile.hanzi_scale == "gs_bang":
            self._hanzi = (width, height)

    def _size_hanzi(self, width: int, height: int) -> None:
        self._hanzi = (width, height)

    def _print_mode(self, params: bytes) -> None:
        mode = params[0]
        self._size(bytes(((mode >> 5 & 1) << 4 | (mode >> 4 & 1),)))
        self._restyle(bold=bool(mode & 0x08), underline=mode >> 7 & 1)

    def _align(self, params: bytes) -> None:
        # Only at the beginning of a line, as the manual says.
        if self.roll.line_empty:
            self._alignment = params[0] % 48 if params[0] % 48 <= 2 else self._alignment

    def _set_pitch(self, dots: int) -> None:
        self._pitch = dots

    def _code_page(self, params: bytes) -> None:
        self._page = CODE_PAGES.get(params[0], "cp437")
        if params[0] not in CODE_PAGES:
            self.ignored.append(f"ESC t {params[0]}")

    def _feed_lines(self, params: bytes) -> None:
        if params[0]:
            self._print_line()
            self.roll.feed(self._pitch * (params[0] - 1))

    def _feed_dots(self, params: bytes) -> None:
        if self.roll.line_empty:
            self.roll.feed(self._dots(params[0]))
        else:
            self.roll.print_line(self._alignment, self._dots(params[0]))

    def _dots(self, units: int) -> int:
        """Vertical motion units as dots."""
        return units // self._profile.units_per_dot

    def _set_tabs(self, params: bytes) -> None:
        self._tabs = tuple(column * COLUMN_DOTS for column in params[:-1])

    def _tab(self) -> None:
        """Move to the next tab stop: those of ESC D, else every eighth column."""
        here = self.roll.position
        stops = self._tabs or tuple(range(TAB_DOTS, self.roll.width_dots, TAB_DOTS))
        self.roll.space(next((stop for stop in stops if stop > here), here) - here)

    # -- codes and pictures --------------------------------------------------------------------------

    def _function(self, params: bytes) -> bytes | None:
        letter, body = params[0], params[3:]
        if letter == ord("k"):
            self._two_dimensional(body)
        elif letter == ord("L"):
            self._graphics(body)
        elif letter == ord("H") and len(body) == 6 and body[0] == 0x30:
            return b"\x37\x22" + body[2:] + b"\x00"
        elif letter in SILENT_FUNCTIONS:
            self.ignored.append(f"GS ( {chr(letter)}")
        else:
            self._unknown(b"\x1d\x28" + params)
        return None

    def _long_function(self, params: bytes) -> None:
        if params[:1] == b"L":
            self._graphics(params[5:])
        else:
            self._unknown(b"\x1d\x38" + params)

    def _two_dimensional(self, body: bytes) -> None:
        if len(body) < 3 or body[0] != 49:
            self.ignored.append(f"GS ( k {body.hex(' ')}")
        elif body[1] == 67:
            self._code.dots = max(1, body[2])
        elif body[1] == 69:
            self._code.level = QR_LEVELS.get(body[2], "L")
        elif body[1] == 80:
            self._code.payload = body[3:]
        elif body[1] == 81:
            self._print_code()
        elif body[1] != 65:
            self._unknown(b"\x1d\x28\x6b" + body)

    def _print_code(self) -> None:
        try:
            rows = modules(self._code.payload, self._code.level)
        except ValueError:
            self.ignored.append("GS ( k: payload too long")
            return
        picture = Image.new("1", (len(rows), len(rows)), 0)
        picture.putdata([255 * dark for row in rows for dark in row])
        dots = self._code.dots
        self.roll.picture(picture.resize((len(rows) * dots, len(rows) * dots)), self._alignment)
        self.roll.code(self._code.payload.decode("utf-8", "replace"))

    def _graphics(self, body: bytes) -> None:
        if len(body) >= 10 and body[1] == 112:  # fn 112: store raster, a bx by c xL xH yL yH d...
            width, height = int.from_bytes(body[6:8], "little"), int.from_bytes(body[8:10], "little")
            self._graphic = _bits(width, height, body[10:], body[3], body[4])
        elif len(body) >= 2 and body[1] in (2, 50):
            if self._graphic is not None:
                self.roll.picture(self._graphic, self._alignment)
        else:
            self.ignored.append(f"GS ( L {body[:2].hex(' ')}")

    def _raster(self, params: bytes) -> None:
        mode = params[1] % 48
        width, height = int.from_bytes(params[2:4], "little") * 8, int.from_bytes(params[4:6], "little")
        picture = _bits(width, height, params[6:], 2 if mode & 1 else 1, 2 if mode & 2 else 1)
        self.roll.picture(picture, self._alignment)

    def _bit_image(self, params: bytes) -> None:
        deep = 3 if params[0] in (32, 33) else 1
        count = int.from_bytes(params[1:3], "little")
        picture = Image.new("1", (max(1, count), 8 * deep), 0)
        for column in range(count):
            dots = int.from_bytes(params[3 + column * deep : 3 + (column + 1) * deep], "big")
            for row in range(8 * deep):
                picture.putpixel((column, row), 255 * (dots >> (8 * deep - 1 - row) & 1))
        self.roll.picture(picture, self._alignment)

    def _barcode(self, params: bytes) -> None:
        payload = params[2:] if params[0] >= 65 else params[1:-1]
        text = payload.decode("ascii", "replace")
        self.ignored.append(f"GS k {params[0]}: bars drawn as text")
        for char in text:
            self._put(char, CharStyle())
        self._print_line()
        self.roll.code(text)

    # -- answers -----------------------------------------------------------------------------------

    def _queued_status(self, params: bytes) -> bytes:
        return bytes((self._paper_bits(),)) if params[0] in (1, 49) else b"\x00"

    def _identity(self, params: bytes) -> bytes:
        known = {**IDENTITY, 67: b"SIM-80" if self._profile.columns > 40 else b"SIM-58"}
        if params[0] in known:
            return b"\x5f" + known[params[0]] + b"\x00"
        answer = IDENTITY_BYTES.get(params[0] % 48, b"")
        if not answer:
            self.ignored.append(f"GS I {params[0]}")
        return answer

    def _set_auto_status(self, params: bytes) -> None:
        self.auto_status = params[0]


def _bits(width: int, height: int, data: bytes, across: int, down: int) -> Image.Image:
    """Return packed rows (most significant bit left, 1 is black) as a picture, scaled."""
    size = (width + 7) // 8 * height
    picture = Image.frombytes("1", (max(1, width), max(1, height)), data[:size].ljust(max(1, size), b"\x00"))
    return picture.resize((picture.width * max(1, across), picture.height * max(1, down)))
