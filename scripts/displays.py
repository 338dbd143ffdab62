"""X servers of our own for machines without a screen, and pictures of what stands on them."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from pathlib import Path

from PIL import Image, ImageChops, ImageGrab

from scripts.processes import die_with_parent

START_WITHIN_S = 20.0

Size = tuple[int, int]


class Display:
    """One Xvfb of a given size; `name` (such as ":7") is set while it runs."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._process: subprocess.Popen[bytes] | None = None
        self.name = ""

    def ensure(self) -> str:
        """Return the display's name, starting a server first if none runs.

        Raises RuntimeError if Xvfb is missing or does not answer.
        """
        if self._process is None or self._process.poll() is not None:
            self._start()
        return self.name

    def _start(self) -> None:
        program = shutil.which("Xvfb")
        if program is None:
            raise RuntimeError("Xvfb is missing; scripts/setup.sh run installs it")
        reader, writer = os.pipe()
        width, height = self._size
        screen = ["-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"]
        try:
            try:
                self._process = subprocess.Popen(
                    [program, "-displayfd", str(writer), *screen],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[writer],
                    start_new_session=True,
                    preexec_fn=die_with_parent,  # noqa: PLW1509 - the launcher has one thread
                )
            finally:
                os.close(writer)
            self.name = f":{_read_line(reader)}"
        finally:
            # Not before the newline has come: Xvfb dies when it cannot write that.
            os.close(reader)

    def picture(self) -> Image.Image:
        """Return what the display shows now. Raises OSError if it is gone."""
        return ImageGrab.grab(xdisplay=self.name)

    def stop(self) -> None:
        """End the server and wait for it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


def _read_line(reader: int) -> str:
    text = b""
    until = time.monotonic() + START_WITHIN_S
    while not text.endswith(b"\n"):
        ready, _, _ = select.select([reader], [], [], max(0.0, until - time.monotonic()))
        piece = os.read(reader, 32) if ready else b""
        if not piece:
            raise RuntimeError("Xvfb did not start")
        text += piece
    return text.decode().strip()


def screen_size() -> tuple[int, int]:
    """Return the size in pixels of the screen that DISPLAY names, or a small one if nobody tells."""
    try:
        return ImageGrab.grab(xdisplay="").size
    except OSError:
        return 1280, 720


def side_by_side(screen: tuple[int, int], kiosk: Size, board: Size) -> tuple[Size, Size]:
    """Shrink kiosk and board, each in its own shape, so that both fit beside each other on a screen.

    A tenth of the height is left to the desktop's own bars.
    """
    height = min(kiosk[1], screen[1] * 9 // 10)
    small_kiosk = height * kiosk[0] // kiosk[1], height
    width = min(board[0], max(screen[0] - small_kiosk[0], screen[0] // 2))
    return small_kiosk, (width, width * board[1] // board[0])


class Picture:
    """A PNG file that follows a display; whoever reads it never sees half a picture."""

    def __init__(self, display: Display, path: Path) -> None:
        self._display = display
        self.path = path
        self._last: Image.Image | None = None

    def refresh(self) -> None:
        """Take a picture; an unchanged screen only gets a new date. A display that is gone is passed over."""
        try:
            now = self._display.picture()
        except OSError:
            return
        if self._last is not None and _same(now, self._last) and self.path.exists():
            os.utime(self.path)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        now.save(fresh, format="PNG", compress_level=1)
        fresh.replace(self.path)
        self._last = now


def _same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.difference(one, other).getbbox() is None
