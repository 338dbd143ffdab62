"""Bytes from the printer become answers here, one byte at a time if need be, and never by guessing.

Epson gave every kind of answer its own fixed bits, so that kinds can be told apart in one stream:

| answer                    | first byte             | bytes                        | source          |
|---------------------------|------------------------|------------------------------|-----------------|
| real-time status          | 0xx1xx10               | 1                            | DLE EOT         |
| automatic status back     | 0xx1xx00               | 4, the others 0xx0xxxx       | GS a            |
| queued status             | 0xx0xxxx               | 1                            | GS r            |
| block (fence, identity)   | 35 37 3B 3D 5F         | header, 20..7E, then 00      | GS ( H, GS I    |
| flow control              | 11, 13                 | 1                            | XON, XOFF       |

Everything else is junk: a wrong baud rate, a loose cable or another device.
"""

from __future__ import annotations

from dataclasses import dataclass

BLOCK_HEADERS = frozenset(b"\x35\x37\x3b\x3d\x5f")
BLOCK_LIMIT = 80
XON, XOFF = 0x11, 0x13
ASB_LENGTH = 4


@dataclass(frozen=True, slots=True)
class RealTime:
    """The answer to one `DLE EOT n`; which n is known only from what was asked."""

    byte: int


@dataclass(frozen=True, slots=True)
class AutoStatus:
    """Four bytes that a printer with automatic status back sends unasked."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Queued:
    """The answer to `GS r n`, sent after the data before it was processed."""

    byte: int


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its header byte and its text, without the closing NUL."""

    header: int
    body: bytes

    @property
    def fence(self) -> bytes | None:
        """The four id bytes of a `GS ( H` fn 48 answer (`37 22 d1 d2 d3 d4 00`), else None."""
        if self.header == 0x37 and len(self.body) == 5 and self.body[0] == 0x22:
            return self.body[1:]
        return None


@dataclass(frozen=True, slots=True)
class Junk:
    """Bytes that no answer begins with."""

    data: bytes


Answer = RealTime | AutoStatus | Queued | Block | Junk


class AnswerReader:
    """Cuts the byte stream of a printer into answers; safe for every split of the stream."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    @property
    def waiting(self) -> int:
        """How many bytes of an unfinished answer are held."""
        return len(self._waiting)

    def reset(self) -> None:
        """Forget an unfinished answer, for a new connection."""
        self._waiting.clear()

    def feed(self, data: bytes) -> list[Answer]:
        """Return the answers that are complete after `data`; neighbouring junk comes in one piece."""
        self._waiting += data
        answers: list[Answer] = []
        while self._waiting:
            taken = self._next()
            if taken is None:
                break
            if isinstance(taken, Junk) and answers and isinstance(answers[-1], Junk):
                answers[-1] = Junk(answers[-1].data + taken.data)
            elif taken is not _FLOW:
                answers.append(taken)
        return answers

    def _next(self) -> Answer | None:
        first = self._waiting[0]
        if first in BLOCK_HEADERS:
            return self._block()
        if first & 0x93 == 0x10:
            return self._auto_status()
        if first in (XON, XOFF):
            self._take(1)
            return _FLOW
        if first & 0x93 == 0x12:
            return RealTime(self._take(1)[0])
        if first & 0x90 == 0:
            return Queued(self._take(1)[0])
        return Junk(self._take(1))

    def _block(self) -> Answer | None:
        for at in range(1, len(self._waiting)):
            byte = self._waiting[at]
            if byte == 0:
                body = self._take(at + 1)
                return Block(body[0], body[1:at])
            if not 0x20 <= byte <= 0x7E or at > BLOCK_LIMIT:
                return Junk(self._take(1))
        return None

    def _auto_status(self) -> Answer | None:
        rest = self._waiting[1:ASB_LENGTH]
        if any(byte & 0x90 for byte in rest):
            return Junk(self._take(1))
        if len(self._waiting) < ASB_LENGTH:
            return None
        return AutoStatus(self._take(ASB_LENGTH))

    def _take(self, count: int) -> bytes:
        taken = bytes(self._waiting[:count])
        del self._waiting[:count]
        return taken


_FLOW = Junk(b"")
