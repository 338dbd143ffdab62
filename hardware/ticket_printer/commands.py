"""The printing stream is cut into ESC/POS commands here, for the simulator and for reading a job in a test.

One table maps the first bytes of a command to its name and to a rule for the length of its parameters.
Sources: Epson ESC/POS command reference (names as there); FS 2, FS W also Birch BP-002 manual.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LengthRule = Callable[[bytes], int]
ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10
PREFIXES = frozenset((ESC, FS, GS, DLE))
TEXT = "text"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Token:
    """One command, a run of text, or bytes that no command begins with.

    `name` is the manual's name, `text` or `unknown`; `params` are the bytes after the command's own,
    `size` all bytes of it.
    """

    name: str
    params: bytes
    size: int


def _fixed(count: int) -> LengthRule:
    return lambda params: count


def _nul_ended(params: bytes) -> int:
    return len(params) if params.endswith(b"\x00") else len(params) + 1


def _counted_function(params: bytes) -> int:
    """`GS ( x pL pH ...`: the letter, a 16-bit length, that many bytes."""
    return 3 + int.from_bytes(params[1:3], "little") if len(params) >= 3 else 3


def _long_function(params: bytes) -> int:
    """`GS 8 L p1 p2 p3 p4 ...`: the letter, a 32-bit length, that many bytes."""
    return 5 + int.from_bytes(params[1:5], "little") if len(params) >= 5 else 5


def _raster(params: bytes) -> int:
    """`GS v 0 m xL xH yL yH d...`: x bytes a row, y rows; params begin with the `0`."""
    if len(params) < 6:
        return 6
    return 6 + int.from_bytes(params[2:4], "little") * int.from_bytes(params[4:6], "little")


def _bit_image(params: bytes) -> int:
    """`ESC * m nL nH d...`: n columns of 1 byte (8-dot) or 3 bytes (24-dot)."""
    if len(params) < 3:
        return 3
    return 3 + int.from_bytes(params[1:3], "little") * (3 if params[0] in (32, 33) else 1)


def _barcode(params: bytes) -> int:
    """`GS k m`: m 0 to 6 ends with NUL, m from 65 carries its length."""
    if not params:
        return 1
    if params[0] <= 6:
        return max(2, len(params) if len(params) > 1 and params.endswith(b"\x00") else len(params) + 1)
    return 2 + params[1] if len(params) >= 2 else 2


def _cut(params: bytes) -> int:
    """`GS V m` or, from function B on, `GS V m n`."""
    return 2 if params and params[0] >= 65 else 1


def _real_time_request(params: bytes) -> int:
    """`DLE DC4 fn ...`: fn 1 pulse and 2 power-off have two bytes more, 8 clear buffer has seven."""
    return {1: 3, 2: 3, 8: 8}.get(params[0], 1) if params else 1


def _downloaded_image(params: bytes) -> int:
    """`GS * x y d...`: 8 x y bytes."""
    return 2 + 8 * params[0] * params[1] if len(params) >= 2 else 2


def _user_hanzi(params: bytes) -> int:
    """`FS 2 c1 c2 d...`: one 24x24 glyph of 72 bytes."""
    return 2 + 72


# Controls of one byte.
SINGLE = {0x00: "NUL", 0x09: "HT", 0x0A: "LF", 0x0C: "FF", 0x0D: "CR", 0x18: "CAN"}

ONE = _fixed(1)
COMMANDS: dict[bytes, tuple[str, LengthRule]] = {
    **{bytes((DLE, code)): (name, ONE) for code, name in {0x04: "DLE EOT", 0x05: "DLE ENQ"}.items()},
    b"\x10\x14": ("DLE DC4", _real_time_request),
    **{bytes((ESC, ord(letter))): (f"ESC {letter}", ONE) for letter in "!-3=EGJKMRTUVadert{"},
    **{bytes((ESC, ord(letter))): (f"ESC {letter}", _fixed(0)) for letter in "@2LSim<"},
    b"\x1b\x20": ("ESC SP", ONE),
    b"\x1b\x0c": ("ESC FF", _fixed(0)),
    b"\x1b\x24": ("ESC $", _fixed(2)),
    b"\x1b\x5c": ("ESC \\", _fixed(2)),
    b"\x1b\x25": ("ESC %", ONE),
    b"\x1b\x2a": ("ESC *", _bit_image),
    b"\x1b\x42": ("ESC B", _fixed(2)),
    b"\x1b\x44": ("ESC D", _nul_ended),
    b"\x1b\x57": ("ESC W", _fixed(8)),
    b"\x1b\x63": ("ESC c", _fixed(2)),
    b"\x1b\x70": ("ESC p", _fixed(3)),
    **{bytes((FS, ord(letter))): (f"FS {letter}", _fixed(0)) for letter in "&."},
    **{bytes((FS, ord(letter))): (f"FS {letter}", ONE) for letter in "!-CW"},
    b"\x1c\x32": ("FS 2", _user_hanzi),
    b"\x1c\x53": ("FS S", _fixed(2)),
    b"\x1c\x70": ("FS p", _fixed(2)),
    **{bytes((GS, ord(letter))): (f"GS {letter}", ONE) for letter in "!/BHITabfhrw|"},
    **{bytes((GS, ord(letter))): (f"GS {letter}", _fixed(2)) for letter in "LPW$\\"},
    b"\x1d\x28": ("GS (", _counted_function),
    b"\x1d\x2a": ("GS *", _downloaded_image),
    b"\x1d\x38": ("GS 8", _long_function),
    b"\x1d\x3a": ("GS :", _fixed(0)),
    b"\x1d\x56": ("GS V", _cut),
    b"\x1d\x6b": ("GS k", _barcode),
    b"\x1d\x76": ("GS v", _raster),
}


class CommandReader:
    """Cuts a printing stream into tokens; every split of the stream gives the same commands.

    Text comes out in as many runs as there were feeds, so a two-byte character may be cut in the middle.
    """

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> list[Token]:
        """Return the commands that are complete after `data`."""
        self._waiting += data
        tokens: list[Token] = []
        at = 0
        while at < len(self._waiting):
            token = self._token(at)
            if token is None:
                break
            tokens.append(token)
            at += token.size
        del self._waiting[:at]
        return tokens

    def _token(self, at: int) -> Token | None:
        first = self._waiting[at]
        if first >= 0x20:
            return self._text(at)
        if first in SINGLE:
            return Token(SINGLE[first], b"", 1)
        if first not in PREFIXES:
            return Token(UNKNOWN, bytes((first,)), 1)
        head = bytes(self._waiting[at : at + 2])
        if len(head) < 2:
            return None
        if head not in COMMANDS:
            return Token(UNKNOWN, head, 2)
        name, rule = COMMANDS[head]
        return self._command(at + 2, name, rule)

    def _command(self, at: int, name: str, rule: LengthRule) -> Token | None:
        have = len(self._waiting) - at
        length = 0
        # A rule may ask for more once it has seen the length bytes.
        while (needed := rule(bytes(self._waiting[at : at + length]))) > length:
            if needed > have:
                return None
            length = needed
        return Token(name, bytes(self._waiting[at : at + length]), 2 + length)

    def _text(self, at: int) -> Token:
        end = at
        while end < len(self._waiting) and self._waiting[end] >= 0x20:
            end += 1
        run = bytes(self._waiting[at:end])
        return Token(TEXT, run, len(run))
