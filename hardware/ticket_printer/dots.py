"""Dots are a picture of single black dots, packed into the one raster command that all printers know."""

from __future__ import annotations

import re
from dataclasses import dataclass

# DLE EOT, DLE ENQ and DLE DC4 are obeyed at once by many printers, even inside the data of a picture.
REAL_TIME = re.compile(rb"\x10[\x04\x05\x14]")
SHIFTS = 8


@dataclass(frozen=True, slots=True)
class Dots:
    """Rows of `width` dots, each an integer whose highest bit is the leftmost dot; 1 is black."""

    rows: tuple[int, ...]
    width: int

    def packed(self, shift: int = 0) -> tuple[int, bytes]:
        """Return (bytes a row, bits) with `shift` blank dots on the left."""
        row_bytes = (self.width + shift + 7) // 8
        right = row_bytes * 8 - self.width - shift
        return row_bytes, b"".join((row << right).to_bytes(row_bytes, "big") for row in self.rows)


def raster(dots: Dots, *, double: bool = False) -> bytes:
    """Return `GS v 0 m xL xH yL yH d...`; with `double` the printer doubles both sides: a quarter.

    The picture moves right by up to seven dots if its bits would else hold a real-time command.
    """
    for shift in range(SHIFTS):
        row_bytes, bits = dots.packed(shift)
        head = row_bytes.to_bytes(2, "little") + len(dots.rows).to_bytes(2, "little")
        command = b"\x1d\x76\x30" + (b"\x03" if double else b"\x00") + head + bits
        if not REAL_TIME.search(command):
            break
    return command
