"""The symbols of the boards on their 48 grid, drawn into pictures of the size that is needed.

Kivy draws lines without smoothing when multisampling is off, and multisampling costs a board
without a graphics card four times as much for each frame; so each symbol becomes a small picture
once. Path data is the M L H V C S Z part of SVG, absolute and relative.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator

from PIL import Image, ImageDraw

GRID = 48
_FINER = 4
_CURVE_STEPS = 16

Point = tuple[float, float]

SYMBOLS: dict[str, tuple[str, ...]] = {
    "storefront": (
        "M7 19 10 8h28l3 11M7 19c0 3 2 5 4.5 5s4-2 4-5c0 3 2 5 4.25 5s4.25-2 4.25-5c0 3 2 5 4.25 5"
        "s4.25-2 4.25-5c0 3 2 5 4 5s4.5-2 4.5-5zM10 24v16h28V24",
        "M20 40V30h8v10",
    ),
    "house with key": (
        "M6 23 24 8l18 15M11 20v20h26V20",
        "M24.5 28c0 4.7-7 4.7-7 0s7-4.7 7 0z",
        "M24.5 28H32M29 28v4",
    ),
    "shield with check": (
        "M24 6 40 12v11c0 9-6.5 15.5-16 19C14.5 38.5 8 32 8 23V12z",
        "m16.5 24 5.5 5.5L32 19",
    ),
    "crane": ("M14 42V8M8 42h14M14 14h28M14 8l20 6M34 14v10M30 30h8v6h-8zM34 24v6M14 14 7 18v5",),
    "certificate with seal": (
        "M34 20V7H8v30h15M14 15h14M14 22h10",
        "M40 28c0 9.3-14 9.3-14 0s14-9.3 14 0z",
        "m29 34-1 9 5-3 5 3-1-9",
    ),
    "intake tray": ("M6 28h10c1 4 4 6 8 6s7-2 8-6h10v13H6zM6 28 12 9h24l6 19M17 16h14M15 22h18",),
    "speech bubble with question mark": (
        "M6 8h36v26H24l-9 8v-8H6z",
        "M19.5 17.5c0-6 9-6 9-.5 0 3.5-4.5 3.5-4.5 7",
        "M24 29v.2",
    ),
    "screen with arrow": (
        "M8 6h32v25H8z",
        "M24 31v6M14 42h20M24 37v5M16 14h9M16 21h5",
        "M31 15v9m-3.5-3.5L31 24l3.5-3.5",
    ),
    "next": ("m20 9 15 15-15 15",),
    "pause": ("M16 9v30M32 9v30",),
    "people": (
        "M25 15c0 9.3-14 9.3-14 0s14-9.3 14 0z",
        "M5 41c0-9 4-14 13-14s13 5 13 14M31 9c4 0 7 3 7 7s-3 7-6 7M36 28c5 1 7 6 7 13",
    ),
    "info": (
        "M42 24c0 9.9-8.1 18-18 18S6 33.9 6 24 14.1 6 24 6s18 8.1 18 18z",
        "M24 22v12M24 14.5v.2",
    ),
    "cut off": (
        "M5 19c3-3 6-5 10-6M43 19c-5-5-11-7-18-7M12 27c2-2 4-3 7-4M36 27c-1-1-3-2-4-3M24 38v.3M6 6l36 36",
    ),
}


@functools.lru_cache(maxsize=128)
def picture(name: str, size: int, stroke: float) -> bytes:
    """A white symbol as size x size RGBA bytes, top row first; `stroke` is in units of the grid.

    Raises KeyError for a symbol that does not exist.
    """
    factor = size * _FINER / GRID
    fine = Image.new("L", (size * _FINER, size * _FINER))
    pen = ImageDraw.Draw(fine)
    width = stroke * factor
    for data in SYMBOLS[name]:
        for line in _lines(data):
            points = [(x * factor, y * factor) for x, y in line]
            pen.line(points, fill=255, width=round(width))
            for x, y in points:  # round ends and joins
                pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    alpha = fine.resize((size, size), Image.Resampling.BOX)
    white = Image.new("L", (size, size), 255)
    return Image.merge("RGBA", (white, white, white, alpha)).tobytes()


def _lines(data: str) -> Iterator[list[Point]]:
    """The polylines of a path, its curves flattened."""
    pen = _Pen()
    for letter, numbers in re.findall(r"([MmLlHhVvCcSsZz])([^MmLlHhVvCcSsZz]*)", data):
        pen.draw(letter, [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)])
    return (line for line in pen.lines if len(line) > 1)


class _Pen:
    """Follows path commands; `lines` are the polylines drawn so far."""

    def __init__(self) -> None:
        self.lines: list[list[Point]] = []
        self._at: Point = (0.0, 0.0)
        self._handle: Point | None = None

    def draw(self, letter: str, numbers: list[float]) -> None:
        """Carry out one command letter with all its numbers."""
        command, relative = letter.upper(), letter.islower()
        if command == "Z":
            self._line_to(self.lines[-1][0])
            return
        count = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4}[command]
        for start in range(0, len(numbers), count):
            points = self._points(command, relative, numbers[start : start + count])
            if command == "M" and start == 0:
                self._at = points[0]
                self.lines.append([self._at])
            elif command in "CS":
                self._curve(command, points)
                continue
            else:
                self._line_to(points[-1])
            self._handle = None

    def _points(self, command: str, relative: bool, numbers: list[float]) -> list[Point]:
        x, y = self._at if relative else (0.0, 0.0)
        if command == "H":
            return [(x + numbers[0], self._at[1])]
        if command == "V":
            return [(self._at[0], y + numbers[0])]
        return [(x + a, y + b) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]

    def _line_to(self, point: Point) -> None:
        if math.dist(point, self._at) > 0:
            self.lines[-1].append(point)
        self._at = point

    def _curve(self, command: str, points: list[Point]) -> None:
        if command == "S":
            x, y = self._handle or self._at
            points = [(2 * self._at[0] - x, 2 * self._at[1] - y), *points]
        start, (one, two, end) = self._at, points
        for step in range(1, _CURVE_STEPS + 1):
            t = step / _CURVE_STEPS
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            corners = (start, one, two, end)
            x = sum(weight * corner[0] for weight, corner in zip(weights, corners, strict=True))
            y = sum(weight * corner[1] for weight, corner in zip(weights, corners, strict=True))
            self.lines[-1].append((x, y))
        self._at, self._handle = end, two
