"""Section 7: from a clerk's call to changed pixels on a hall board, with the whole hall's devices beside it.

One Kivy board draws under an X server without a graphics card; beside it run 60 simulated strips on the
six lines of the sample hall and 18 more readers of board streams.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx

from bench.programs import HERE, Server, built, hall
from bench.report import Report
from display_board.grid import pages
from display_board.layout import layout_of
from display_board.look import Box
from queue_server.wire.board import BoardLook
from tests.x_server import Colour, Screen, until, x_server

SECTION, ORDER, TITLE = (
    "boards",
    7,
    "a call is in the pixels of a Kivy board; 60 strips and 18 more readers beside it",
)
BOARD, ZONE, COUNTERS = "3F", "Z5", 16
CALLS = 30
GAP_S = 3.0
"""A faster pace is a rush: then the calls take the whole board, and there are no cells to look at."""
READERS = 18
TARGET_MS = 150.0
CALLED: Colour = (0xFF, 0xD2, 0x3F)
FREE: Colour = (0x16, 0x29, 0x3A)


def run(report: Report) -> None:
    """Measure the calls of some counters, one after the other."""
    with hall() as server, beside(server), x_server() as screen, kivy_board(server, screen):
        serves = matters(server)
        took = [
            milliseconds(server, screen, place % COUNTERS, serves[_counter(place % COUNTERS)])
            for place in range(CALLS)
        ]
    name = "call-next sent to pixels changed"
    report.add(f"{name}, p50", [statistics.median(took)], "ms")
    p95 = report.add(f"{name}, p95", [sorted(took)[int((len(took) - 1) * 0.95)]], "ms")
    report.add(f"{name}, longest", [max(took)], "ms")
    report.target("a call is in the pixels of the Kivy board, p95 (ms)", p95, at_most=TARGET_MS)


@contextlib.contextmanager
def beside(server: Server) -> Iterator[None]:
    """The strips of all lines of the sample hall, and readers of board streams."""
    with contextlib.ExitStack() as running:
        for line in ("1F-a", "1F-b", "1F-c", "2F-a", "2F-b", "3F-a"):
            bus = ["--bus", "sim://counter_line?addresses=1-16"]
            running.enter_context(_program(server, f"counter-{line}", ["counters", *bus]))
        command = [str(built(HERE / "fan.c")), str(server.port), str(READERS), "600"]
        path = f"/api/v1/stream?board={BOARD}"
        fan = subprocess.Popen([*command, path, server.keys()[f"board-{BOARD}"]], stdout=subprocess.PIPE)
        running.callback(fan.wait)
        running.callback(fan.kill)
        assert fan.stdout is not None
        fan.stdout.readline()
        yield


@contextlib.contextmanager
def kivy_board(server: Server, screen: Screen) -> Iterator[None]:
    """The Kivy board of the floor, with all counters open and free."""
    with _program(server, f"board-{BOARD}", ["--board", BOARD], screen.display):
        for place in range(COUNTERS):
            _move(server, place, "open")
        until(lambda: all(_ground(screen, box) == FREE for box in _cells()), "the open counters", 60)
        yield


def matters(server: Server) -> dict[str, str]:
    """A matter that each counter serves."""
    key = {"Authorization": f"Bearer {server.keys()['kiosk-1']}"}
    url = f"http://127.0.0.1:{server.port}/api/v1/hall"
    told = httpx.get(url, headers=key, trust_env=False).json()
    return {one["id"]: one["serves"][0] for one in told["counters"] if one["serves"]}


def milliseconds(server: Server, screen: Screen, place: int, matter: str) -> float:
    """Have somebody called and served at one of the counters; how long until its cell turned yellow."""
    box = _cells()[place]
    _request(server, "kiosk-1", "tickets", {"matter": matter})
    started = time.monotonic()
    _move(server, place, "call-next")
    until(lambda: _ground(screen, box) == CALLED, "the call", 60, every_s=0.001)
    took = time.monotonic() - started
    _move(server, place, "serve")
    _move(server, place, "finish")
    until(lambda: _ground(screen, box) == FREE, "the free counter", 60)
    time.sleep(GAP_S)
    return took * 1000


def _counter(place: int) -> str:
    return f"{ZONE}-{place + 1:02}"


def _move(server: Server, place: int, move: str) -> None:
    _request(server, f"counter-{_counter(place)}", f"counters/{_counter(place)}/{move}", {})


def _request(server: Server, device: str, path: str, body: dict[str, str]) -> None:
    headers = {
        "Authorization": f"Bearer {server.keys()[device]}",
        "Idempotency-Key": f"bench-{time.monotonic_ns()}",
    }
    url = f"http://127.0.0.1:{server.port}/api/v1/{path}"
    httpx.post(url, json=body, headers=headers, trust_env=False).raise_for_status()


def _cells() -> list[Box]:
    (page,) = pages(layout_of(BoardLook(), False).grid, ((ZONE, COUNTERS),))
    return [box for section in page for box in section.cells]


def _ground(screen: Screen, box: Box) -> Colour:
    return screen.pixel(round(box.right - 12), round(box.y + 12))


@contextlib.contextmanager
def _program(
    server: Server, device: str, arguments: list[str], display: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    key = server.folder / f"{device}.key"
    key.write_text(server.keys()[device])
    line = [*arguments, "--server", f"http://127.0.0.1:{server.port}", "--key-file", str(key)]
    with (server.folder / f"{device}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "display_board", *line],
            stdout=log, stderr=log, env={**os.environ, "DISPLAY": display},
        )  # fmt: skip
    try:
        yield process
        if process.poll() is not None:
            raise RuntimeError((server.folder / f"{device}.log").read_text())
    finally:
        process.terminate()
        process.wait(20)
