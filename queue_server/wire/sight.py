"""From how far a number on a board can be read: its digits must be at least 1/200 of the distance high.

Sizes are pixels of the design screen, 1920 x 1080 or upright 1080 x 1920, which every panel scales
as a whole; so it does not matter how many pixels a panel has, only how many inches. Panels are 16:9.
"""

from __future__ import annotations

import math

from queue_server.wire.board import BoardLook, Orientation

DISTANCE_TO_HEIGHT = 200
DIGIT_HEIGHT_EM = 0.733
"""How high a digit of the font is, in parts of its size."""

LONG_SIDE_PX = 1920
_LONG_SIDE = 16 / math.hypot(16, 9)
_MM_PER_INCH = 25.4

LARGEST_PX = {Orientation.LANDSCAPE: 144, Orientation.PORTRAIT: 160}
"""The largest size in which a number and its counter still fit beside each other in a call."""


def digits_px(look: BoardLook) -> int:
    """The smallest size of type in which numbers can be read from the board's distance."""
    height_mm = look.distance_m * 1000 / DISTANCE_TO_HEIGHT
    return math.ceil(height_mm / DIGIT_HEIGHT_EM / _pixel_mm(look.diagonal_in))


def farthest_m(look: BoardLook) -> float:
    """From how far the largest numbers of such a board can be read, rounded down to 0.1 m."""
    height_mm = LARGEST_PX[look.orientation] * DIGIT_HEIGHT_EM * _pixel_mm(look.diagonal_in)
    return math.floor(height_mm * DISTANCE_TO_HEIGHT / 100) / 10


def least_inches(look: BoardLook) -> int:
    """The smallest panel that can be read from the board's distance."""
    return math.ceil(look.diagonal_in * digits_px(look) / LARGEST_PX[look.orientation])


def holds(look: BoardLook) -> bool:
    """Whether the board can show numbers that are large enough for its distance."""
    return digits_px(look) <= LARGEST_PX[look.orientation]


def _pixel_mm(inches: float) -> float:
    return inches * _MM_PER_INCH * _LONG_SIDE / LONG_SIDE_PX


def readable_m(look: BoardLook, width: int, height: int) -> float:
    """From how far the largest numbers can be read on the screen as it is, rounded down to 0.1 m.

    `width` and `height` are its real pixels. A screen of another shape than 16:9, or one that hangs
    the other way, leaves a part of itself unused, so that everything on it is smaller.
    """
    long, short = LONG_SIDE_PX, LONG_SIDE_PX * 9 // 16
    upright = look.orientation is Orientation.PORTRAIT
    scale = min(width / short, height / long) if upright else min(width / long, height / short)
    pixel_mm = look.diagonal_in * _MM_PER_INCH / math.hypot(width, height)
    height_mm = LARGEST_PX[look.orientation] * scale * pixel_mm * DIGIT_HEIGHT_EM
    return math.floor(height_mm * DISTANCE_TO_HEIGHT / 100 + 1e-6) / 10
