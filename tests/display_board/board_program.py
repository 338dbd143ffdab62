"""The board as a program on a screen of its own, and where its numbers stand."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from display_board.grid import Section, pages
from display_board.layout import layout_of
from display_board.look import Box
from display_board.showing import LEVELS
from queue_server.wire.board import BoardLook
from tests.x_server import Screen

ROOT = Path(__file__).resolve().parents[2]
PLAN = layout_of(BoardLook(), False)
"""The layout of a board of which the hall file says nothing special."""
LEFT, RIGHT = PLAN.band(0, 2), PLAN.band(1, 2)


def sections(*counts: tuple[str, int]) -> tuple[Section, ...]:
    """The first page of counters of such a board, with so many counters in each zone."""
    return pages(PLAN.grid, counts)[0]


def cells_of(*counts: tuple[str, int]) -> dict[str, Box]:
    """Where each counter of this page stands, by its id."""
    return {
        f"{section.zone}-{place + 1:02}": box
        for section in sections(*counts)
        for place, box in enumerate(section.cells)
    }


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


def drawing(program: subprocess.Popen) -> int:
    """The id of the process that draws: the child of the one that watches over it."""
    children = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()
    (child,) = children
    return int(child)


def band_number(band: Box, count: int = 2) -> Box:
    """Where the number stands in one of so many call bands."""
    if count == LEVELS[-1]:
        return Box(band.x + 68, band.y + 8, band.width - 340, band.height - 16)
    return Box(band.x + 100, band.y + 20, 390, band.height - 40)


def band_label(band: Box, count: int = 2) -> Box:
    """Where two digits of the counter's label stand in one of so many call bands."""
    if count == LEVELS[-1]:
        return Box(band.right - 190, band.y + 8, 108, band.height - 16)
    return Box(band.right - 345, band.y + 20, 187, band.height - 40)


def cell_number(cell: Box) -> Box:
    """Where the number stands in a counter's cell."""
    return cell.inset(PLAN.grid.index + 4, 4, 4, 4)
