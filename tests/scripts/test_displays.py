"""The launcher's own X servers come up, are pictured, and go."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from scripts.displays import Display, Picture, Size, side_by_side


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


@pytest.mark.parametrize("screen", [(1920, 1080), (1366, 768), (1280, 1024), (3840, 2160), (1080, 1920)])
def test_kiosk_and_board_fit_on_a_screen_in_their_own_shapes(screen: Size) -> None:
    kiosk, board = side_by_side(screen, (1080, 1920), (1920, 1080))
    assert kiosk[1] <= screen[1] * 0.9 and board[0] <= screen[0] and board[1] <= screen[1]
    assert kiosk[0] / kiosk[1] == pytest.approx(9 / 16, rel=0.01)
    assert board[0] / board[1] == pytest.approx(16 / 9, rel=0.01)
    assert kiosk[0] + board[0] <= screen[0] or screen[0] < screen[1]


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
