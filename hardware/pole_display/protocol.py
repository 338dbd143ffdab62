"""Pole displays speak CD5220 or Epson's DM-D commands; both only listen.

Sources: CD5220 command table of the customer display manuals (manualsdump 170863, p. 15) and its
clones; Epson DM-D110 specification, commands US $, US X, US E, CAN, CLR.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from hardware.pole_display.show import PoleShow, line_bytes

ESC, US = 0x1B, 0x1F
INIT = bytes((ESC, 0x40))  # ESC @ in both
CLEAR = b"\x0c"  # CLR in both; in CD5220 it also leaves the string mode of ESC Q
CLEAR_LINE = b"\x18"  # CAN in both
UPPER, LOWER, CR = b"\x1bQA", b"\x1bQB", b"\r"  # CD5220: write a whole line until CR
BLINK_MS_UNIT = 50
BLINK_MS = 500


class Dialect(StrEnum):
    """Which commands a display knows."""

    CD5220 = "cd5220"
    DMD = "dmd"


def start(dialect: Dialect) -> bytes:
    """Return what a display is told when the line was opened."""
    del dialect
    return INIT


def show_bytes(dialect: Dialect, show: PoleShow) -> bytes:
    """Return the bytes that make the display show this."""
    return _WRITERS[dialect](show)


def cd5220(show: PoleShow) -> bytes:
    """Return CD5220 bytes: CLR, ESC * brightness, ESC Q A and B with a line each. It cannot blink."""
    light = bytes((ESC, 0x2A, show.brightness))
    return CLEAR + light + UPPER + line_bytes(show.top) + CR + LOWER + line_bytes(show.bottom) + CR


def dmd(show: PoleShow) -> bytes:
    """Return DM-D bytes: US X brightness, US E blink, US $ to each line's beginning and the line.

    No CLR: both lines are written whole, and so the display does not flicker.
    """
    light = bytes((US, 0x58, show.brightness))
    blink = bytes((US, 0x45, BLINK_MS // BLINK_MS_UNIT if show.blink else 0))
    return light + blink + _at(1, 1) + line_bytes(show.top) + _at(1, 2) + line_bytes(show.bottom)


def _at(column: int, row: int) -> bytes:
    return bytes((US, 0x24, column, row))


_WRITERS: dict[Dialect, Callable[[PoleShow], bytes]] = {Dialect.CD5220: cd5220, Dialect.DMD: dmd}
