"""The commands of a pole display are told apart here, in a stream that comes in pieces of any size."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.pole_display.protocol import ESC, US, Dialect

# Bytes of a command after its first two, by dialect; -1 runs to CR.
LENGTHS: dict[Dialect, dict[tuple[int, int], int]] = {
    Dialect.CD5220: {
        (ESC, 0x40): 0,  # @ init
        (ESC, 0x2A): 1,  # * brightness
        (ESC, 0x3D): 1,  # = select
        (ESC, 0x6C): 2,  # l cursor
        (ESC, 0x51): -1,  # Q A/B/D line
    },
    Dialect.DMD: {
        (ESC, 0x40): 0,
        (ESC, 0x3D): 1,
        (US, 0x24): 2,  # $ cursor
        (US, 0x58): 1,  # X brightness
        (US, 0x45): 1,  # E blink
        (US, 0x01): 0,  # overwrite mode
        (US, 0x02): 0,  # vertical scroll
        (US, 0x03): 0,  # horizontal scroll
    },
}
MAX_STRING = 64


@dataclass(frozen=True, slots=True)
class Token:
    """One command or one printable byte: its first bytes as `name`, its parameters."""

    name: bytes
    parameters: bytes = b""


class CommandReader:
    """Cuts a stream into Tokens; unknown commands are given out byte by byte, nothing is raised."""

    def __init__(self, dialect: Dialect) -> None:
        self._lengths = LENGTHS[dialect]
        self._bytes = b""

    def feed(self, data: bytes) -> list[Token]:
        """Take the next bytes and return the tokens that are whole by now."""
        self._bytes += data
        tokens = []
        while self._bytes:
            token = self._next()
            if token is None:
                break
            tokens.append(token)
            self._bytes = self._bytes[len(token.name) + len(token.parameters) :]
        return tokens

    def _next(self) -> Token | None:
        first = self._bytes[0]
        if first not in (ESC, US):
            return Token(self._bytes[:1])
        if len(self._bytes) < 2:
            return None
        length = self._lengths.get((first, self._bytes[1]))
        if length is None:
            return Token(self._bytes[:1])
        if length < 0:
            return self._string()
        whole = len(self._bytes) >= 2 + length
        return Token(self._bytes[:2], self._bytes[2 : 2 + length]) if whole else None

    def _string(self) -> Token | None:
        """ESC Q runs to CR; without one in sight it ends as an unknown command."""
        end = self._bytes.find(b"\r")
        if end < 0 and len(self._bytes) <= MAX_STRING:
            return None
        if end < 0 or end > MAX_STRING:
            return Token(self._bytes[:1])
        return Token(self._bytes[:2], self._bytes[2 : end + 1])
