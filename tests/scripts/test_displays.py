"""The launcher's own X servers come up, are pictured, and go."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from PIL import Image

from scripts.displays import Display, Picture


def paint(display: Display, colour: str) -> None:
    """Fill the root window with a colour, from a process of its own as any program would."""
    code = (
        "import ctypes, sys\n"
        "x = ctypes.CDLL('libX11.so.6'); x.XOpenDisplay.restype = ctypes.c_void_p\n"
        "d = ctypes.c_void_p(x.XOpenDisplay(None)); x.XDefaultRootWindow.restype = ctypes.c_ulong\n"
        "w = ctypes.c_ulong(x.XDefaultRootWindow(d))\n"
        "x.XSetWindowBackground(d, w, ctypes.c_ulong(int(sys.argv[1], 16))); x.XClearWindow(d, w)\n"
        "x.XSync(d, 0)"
    )
    subprocess.run(
        ["python3", "-c", code, colour], check=True, env={**os.environ, "DISPLAY": display.name}, timeout=20
    )


def test_a_picture_follows_its_display(tmp_path: Path) -> None:
    display = Display((320, 200))
    picture = Picture(display, tmp_path / "pictures" / "kiosk.png")
    try:
        assert display.ensure() == display.ensure()
        paint(display, "14633A")
        picture.refresh()
        with Image.open(picture.path) as seen:
            assert seen.size == (320, 200)
            assert seen.convert("RGB").getpixel((160, 100)) == (0x14, 0x63, 0x3A)
        first = picture.path.stat()
        picture.refresh()
        second = picture.path.stat()
        assert second.st_ino == first.st_ino and second.st_mtime_ns > first.st_mtime_ns
        paint(display, "B3201B")
        picture.refresh()
        with Image.open(picture.path) as seen:
            assert seen.convert("RGB").getpixel((160, 100)) == (0xB3, 0x20, 0x1B)
    finally:
        display.stop()


def test_a_display_that_died_keeps_the_last_picture_and_comes_back(tmp_path: Path) -> None:
    display = Display((160, 100))
    picture = Picture(display, tmp_path / "board.png")
    try:
        display.ensure()
        picture.refresh()
        before = picture.path.read_bytes()
        display.stop()
        picture.refresh()
        assert picture.path.read_bytes() == before
        display.ensure()
        assert display.picture().size == (160, 100)
    finally:
        display.stop()
