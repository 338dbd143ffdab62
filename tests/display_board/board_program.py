"""The board as a program on a screen of its own, and where its numbers stand."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from display_board.look import Box
from tests.x_server import Screen

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def board_program(screen: Screen, url: str, key: str, board: str, *more: str) -> Iterator[subprocess.Popen]:
    """Run the board as people do; it must still live at the end, and end when it is told to."""
    with tempfile.TemporaryDirectory(prefix="board-key-") as folder:
        file = Path(folder) / "board.key"
        file.write_text(key + "\n")
        log = Path(folder) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "display_board", "--server", url, "--key-file", str(file),
                 "--board", board, *more],
                cwd=ROOT, env={**os.environ, "DISPLAY": screen.display}, stdout=out, stderr=out,
            )  # fmt: skip
        try:
            yield process
            assert process.poll() is None, log.read_text()
            process.terminate()
            assert process.wait(10) == 0, log.read_text()
            assert "Traceback" not in log.read_text()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait(10)


def band_number(band: Box) -> Box:
    """Where the number stands in a call band."""
    return Box(band.x + 112, band.y + 20, 390, band.height - 40)


def cell_number(cell: Box) -> Box:
    """Where the number stands in a counter's cell."""
    return cell.inset(72, 4, 4, 4)
