"""Makes lines of the keys that a scanner types: for the kiosk it is a keyboard with Enter at the end."""

from __future__ import annotations

from collections.abc import Collection

_PLAIN = "`1234567890-=[]\\;',./"
_SHIFTED = '~!@#$%^&*()_+{}|:"<>?'
_SHIFT = str.maketrans(_PLAIN, _SHIFTED)
"""Scanners type on the keyboard of the United States."""


class Wedge:
    """Collects one line. What stays unended is forgotten after a moment."""

    SILENCE_S = 1.0
    MOST = 512

    def __init__(self) -> None:
        self._typed = ""
        self._at = 0.0

    def key(self, sign: str, now: float, held: Collection[str] = ()) -> str:
        """Take one key with the keys held down, Enter as a carriage return; returns the line at its Enter."""
        if now - self._at > self.SILENCE_S:
            self._typed = ""
        self._at = now
        if sign == "\r":
            line, self._typed = self._typed, ""
            return line
        if len(sign) == 1 and sign.isprintable():
            shifted = sign.upper().translate(_SHIFT) if "shift" in held else sign
            self._typed = (self._typed + shifted)[-self.MOST :]
        return ""
