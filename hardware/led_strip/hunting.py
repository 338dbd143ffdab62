"""Frames without a unique first byte are hunted for here: at any offset, by their length and checksum."""

from __future__ import annotations

from collections.abc import Callable

# The length of the frame at the beginning of some bytes: 0 when more are needed to tell, None when none is.
Measure = Callable[[bytes], int | None]


class FrameHunter:
    """Finds frames in a stream that comes in pieces of any size; damage costs only the damaged frame.

    A damaged head may promise a long frame that never comes; a whole frame behind it is taken all the
    same. `damaged` counts dropped bytes. `longest` bounds what is kept.
    """

    def __init__(self, measure: Measure, longest: int) -> None:
        self._measure = measure
        self._longest = longest
        self._bytes = b""
        self.damaged = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes; returns whole checked frames."""
        self._bytes += data
        found = []
        settled = at = 0
        while at < len(self._bytes):
            length = self._at(at)
            if length:
                found.append(self._bytes[at : at + length])
                self.damaged += at - settled
                settled = at = at + length
            else:
                at += 1
        keep = settled
        while keep < len(self._bytes) and self._at(keep) is None:
            keep += 1
        self.damaged += keep - settled
        self._bytes = self._bytes[keep:]
        return found

    def _at(self, at: int) -> int | None:
        rest = self._bytes[at : at + self._longest + 1]
        length = self._measure(rest)
        return None if length == 0 and len(rest) > self._longest else length
