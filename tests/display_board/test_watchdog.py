"""A board that hangs or dies is replaced, and the new one shows what the old one would have."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from display_board import look
from display_board.look import BIG
from tests.display_board.board_program import LEFT, band_number, board_program, cells_of, drawing
from tests.display_board.small_server import KEY, SmallServer
from tests.display_board.test_screen import ground, rgb
from tests.reading import shows
from tests.x_server import Screen, until, x_server

CELLS = cells_of(("Z3", 10), ("Z4", 6), ("Z6", 4))


@pytest.fixture
def server() -> Iterator[SmallServer]:
    small = SmallServer("2F")
    small.start()
    small.open()
    yield small
    small.stop()


@pytest.fixture
def screen() -> Iterator[Screen]:
    with x_server() as x:
        yield x


def replaced(board: subprocess.Popen, old: int) -> bool:
    try:
        return drawing(board) != old
    except ValueError:  # between the two
        return False


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL], ids=["it hangs", "it dies"])
def test_a_board_that_stops_is_replaced_and_the_state_is_right(
    screen: Screen, server: SmallServer, how: signal.Signals
) -> None:
    with board_program(screen, server.url, KEY, "2F") as board:
        until(lambda: ground(screen, CELLS["Z3-01"]) == rgb(look.DARK.surface), "the open counters")
        old = drawing(board)
        os.kill(old, how)
        server.call("C047", "Z3-03")
        until(lambda: replaced(board, old), "another process", 40)
        with pytest.raises(ProcessLookupError):
            os.kill(old, 0)
        until(lambda: shows(screen, band_number(LEFT), "C047", BIG), "the call made meanwhile", 40)
        assert ground(screen, CELLS["Z3-03"]) == rgb(look.CALL)


def test_a_board_ends_when_nobody_watches_over_it_any_more(
    screen: Screen, server: SmallServer, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text(KEY)
    board = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "display_board",
            "--server",
            server.url,
            "--key-file",
            str(key),
            "--board",
            "2F",
        ],
        env={**os.environ, "DISPLAY": screen.display},
    )
    try:
        until(lambda: ground(screen, CELLS["Z3-01"]) == rgb(look.DARK.surface), "the open counters", 40)
        child = drawing(board)
        board.kill()
        board.wait(10)
        until(lambda: not Path(f"/proc/{child}").exists(), "the child's end", 20)
    finally:
        board.kill()


CHILD = """
import os, sys, time
fd, count, folder = int(sys.argv[-1]), int(sys.argv[1]), sys.argv[2]
open(os.path.join(folder, str(os.getpid())), "w").close()
for _ in range(count):
    os.write(fd, b".")
    time.sleep(0.05)
time.sleep(600)
"""


def test_it_gives_a_child_time_to_start_and_then_only_a_little(tmp_path: Path) -> None:
    """The child beats a second long and then hangs: it must be replaced again and again, never sooner."""
    code = (
        "import sys; from display_board.watchdog import Watchdog; "
        f"sys.exit(Watchdog([sys.executable, '-c', {CHILD!r}, '20', {str(tmp_path)!r}], 0.5).run())"
    )
    watchdog = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    try:
        until(lambda: len(list(tmp_path.iterdir())) >= 3, "the third child", 60)
        watchdog.terminate()
        assert watchdog.wait(20) == 0
        for child in tmp_path.iterdir():
            assert not Path("/proc", child.name).exists()
    finally:
        watchdog.kill()
