"""A Scan is the text of one code; it may be a person's own code and so does not show itself in a log."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Scan:
    """One code: its text and the charset it came in, `utf-8` or `gb18030`."""

    text: str
    charset: str

    def __repr__(self) -> str:
        return f"Scan({len(self.text)} characters, {self.charset})"
