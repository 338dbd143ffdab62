"""Draws all sample scenes in one process and writes them as pictures.

`python -m tests.display_board.gallery FOLDER [PART OF A NAME …]`; DISPLAY must be a screen of 3840 x 3840.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image

from display_board.app import Options, _prepare
from tests.display_board.samples import Sample, all_samples


def main(folder: Path, wanted: list[str]) -> None:
    samples = [one for one in all_samples() if not wanted or any(part in one.name for part in wanted)]
    with tempfile.TemporaryDirectory() as home:
        _prepare(home, Options("", "", "", (1920, 1080)))
        from kivy.base import EventLoop, runTouchApp
        from kivy.core.window import Window

        from display_board.view.screen import BoardScreen

        screen = BoardScreen()
        runTouchApp(screen, embedded=True)
        for sample in sorted(samples, key=lambda one: one.size):
            _resize(Window, EventLoop, sample.size)
            Window.clearcolor = screen.ground(sample.scene)
            screen.show(sample.scene, sample.size)
            _picture(Window, sample).save(folder / f"{sample.name}.png")


def _resize(window, loop, size: tuple[int, int]) -> None:
    if tuple(window.size) != size:
        window.size = size
    for _ in range(200):
        window.mainloop()
        loop.idle()
        if tuple(window.system_size) == size:
            return
    raise RuntimeError(f"the window stays {window.system_size}, not {size}")


def _picture(window, sample: Sample) -> Image.Image:
    from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

    width, height = sample.size
    window.dispatch("on_draw")
    data = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
    return Image.frombytes("RGB", sample.size, bytes(data)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
