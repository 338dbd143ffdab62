"""Draws sample scenes in one process and writes each as a picture, with a list of the texts in it.

`python -m tests.display_board.gallery FOLDER [NAME …]`; DISPLAY must be a screen of 3840 x 3840.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from display_board.app import Options, _prepare
from display_board.look import SCALE, Box, Style
from tests.display_board.samples import Sample, all_samples

Recorded = tuple[str, tuple[float, float, float, float], float]


def main(folder: Path, wanted: list[str]) -> None:
    samples = [one for one in all_samples() if not wanted or one.name in wanted]
    with tempfile.TemporaryDirectory() as home:
        _prepare(home, Options("", "", "", (1920, 1080)))
        from kivy.base import EventLoop, runTouchApp
        from kivy.core.window import Window

        from display_board.view.painter import Painter
        from display_board.view.screen import BoardScreen

        screen = BoardScreen()
        runTouchApp(screen, embedded=True)
        texts: list[Recorded] = []
        _listen(Painter, texts)
        for sample in sorted(samples, key=lambda one: one.size):
            _resize(Window, EventLoop, sample.size)
            Window.clearcolor = screen.ground(sample.scene)
            texts.clear()
            screen.show(sample.scene, sample.size)
            _picture(Window, sample).save(folder / f"{sample.name}.png")
            (folder / f"{sample.name}.json").write_text(json.dumps(texts, ensure_ascii=False), "utf-8")


def _listen(painter: Any, texts: list[Recorded]) -> None:
    """Note every text that a painter draws: what, where in real pixels from the top, how much squeezed."""
    draw = painter.text

    def text(self: Any, text: str, x: float, middle: float, style: Style, **how: float) -> float:
        width: float = draw(self, text, x, middle, style, **how)
        if width:
            left = x - width * how.get("align", 0.0)
            box = Box(left, middle - style.size * 0.45, width, style.size * 0.9)
            bottom_left = self._real(box)
            top = self._frame.layout.height * self._frame.scale - bottom_left[1] - bottom_left[3]
            least = self.width(text, replace(style, size=SCALE[0]))
            real = (bottom_left[0], top, bottom_left[2], bottom_left[3])
            texts.append((text, real, min(1.0, width / least)))
        return width

    painter.text = text


def _resize(window: Any, loop: Any, size: tuple[int, int]) -> None:
    if tuple(window.size) != size:
        window.size = size
    for _ in range(200):
        window.mainloop()
        loop.idle()
        if tuple(window.system_size) == size:
            return
    raise RuntimeError(f"the window stays {window.system_size}, not {size}")


def _picture(window: Any, sample: Sample) -> Image.Image:
    from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

    width, height = sample.size
    window.dispatch("on_draw")
    data = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
    return Image.frombytes("RGB", sample.size, bytes(data)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
