"""A real X server for one test file: its screen is a file, so that looking at it disturbs nobody."""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

Colour = tuple[int, int, int]


class Screen:
    """The picture of an X server as it is at this moment, read from its frame buffer file."""

    def __init__(self, display: str, file: Path) -> None:
        self.display = display
        with file.open("rb") as handle:
            self._memory = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        # X window dump: big-endian words; see XWDFile.h of the X protocol headers.
        header = struct.unpack(">25I", self._memory[:100])
        self._start = header[0] + header[19] * 12
        self.width, self.height, self._line = header[4], header[5], header[12]

    def pixel(self, x: int, y: int) -> Colour:
        place = self._start + y * self._line + x * 4
        blue, green, red = self._memory[place : place + 3]
        return red, green, blue

    def picture(self) -> Image.Image:
        """The whole screen."""
        return self.area(0, 0, self.width, self.height)

    def area(self, left: int, top: int, right: int, bottom: int) -> Image.Image:
        """A part of the screen."""
        first = self._start + left * 4
        lines = (first + y * self._line for y in range(top, bottom))
        data = b"".join(self._memory[line : line + (right - left) * 4] for line in lines)
        return Image.frombytes("RGB", (right - left, bottom - top), data, "raw", "BGRX")


@contextmanager
def x_server(width: int = 1920, height: int = 1080) -> Iterator[Screen]:
    """Run an X server of this size on a free display."""
    with tempfile.TemporaryDirectory(prefix="x-screen-") as folder:
        number, write = os.pipe()
        process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24",
             "-fbdir", folder, "-nolisten", "tcp", "-noreset"],
            pass_fds=(write,), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        try:
            # The pipe stays open until the line is complete: closing it earlier kills the server.
            with os.fdopen(number) as answer:
                display = f":{answer.readline().strip()}"
            yield Screen(display, Path(folder) / "Xvfb_screen0")
        finally:
            process.terminate()
            process.wait(10)


def until(true: Callable[[], object], what: str, within_s: float = 20.0, every_s: float = 0.01) -> float:
    """Wait until something is true; returns how long it took in seconds."""
    start = time.monotonic()
    while not true():
        if time.monotonic() - start > within_s:
            raise AssertionError(f"not within {within_s} s: {what}")
        time.sleep(every_s)
    return time.monotonic() - start
