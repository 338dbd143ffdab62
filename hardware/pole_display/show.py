"""A PoleShow is what a pole display shall show: two short lines of ASCII."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = 20


@dataclass(frozen=True, slots=True)
class PoleShow:
    """Two lines; each is cut at 20 characters. The displays have no Chinese: what is not ASCII shows as ?.

    `blink` blinks the whole display where it can, `brightness` is 1 dim to 4 bright.
    """

    top: str = ""
    bottom: str = ""
    blink: bool = False
    brightness: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.brightness <= 4:
            raise ValueError(f"brightness {self.brightness} is not 1 to 4")


def line_bytes(text: str) -> bytes:
    """Return exactly twenty printable ASCII bytes."""
    plain = "".join(char if 0x20 <= ord(char) < 0x7F else "?" for char in text)
    return plain[:COLUMNS].ljust(COLUMNS).encode("ascii")
