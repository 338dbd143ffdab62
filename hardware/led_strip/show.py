"""A StripShow is what a strip above a counter shall show, whatever the strip can do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PAUSED_TEXT = "暂停服务"


class Colour(StrEnum):
    """Colours of the usual strips; PLAIN leaves it to the strip."""

    PLAIN = "plain"
    RED = "red"
    GREEN = "green"
    YELLOW = "yellow"


@dataclass(frozen=True, slots=True)
class StripShow:
    """What to show: a strip of text shows `text`, a panel of digits shows `number`.

    `second` is the lower line of strips that have two.
    `number` is a ticket number such as A012, empty for none. `paused` without a text is shown as
    暂停服务, on digits as dashes. A strip that cannot blink or has one colour shows the rest.
    """

    text: str = ""
    number: str = ""
    colour: Colour = Colour.PLAIN
    blink: bool = False
    paused: bool = False
    second: str = ""

    @property
    def words(self) -> str:
        """The text for a strip that shows words; control characters become spaces."""
        return _printable(self.text or (PAUSED_TEXT if self.paused else self.number))

    @property
    def lines(self) -> tuple[str, str]:
        """The upper and the lower line, likewise."""
        return self.words, _printable(self.second)


def _printable(text: str) -> str:
    return "".join(" " if ord(char) < 0x20 or ord(char) == 0x7F else char for char in text)


def encode(text: str, charset: str) -> bytes:
    """Return the text in the charset of a strip's font; what the font lacks becomes a question mark."""
    if charset == "gb2312":  # Python knows the dot of names there (A1A4) under another sign only
        text = text.replace("·", "・")
    return text.encode(charset, "replace")


def columns(encoded: bytes) -> int:
    """Width of encoded text in half cells: strips draw a byte of GB text 8 pixels wide."""
    return len(encoded)
