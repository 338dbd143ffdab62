"""Section 7: from a clerk's call to changed pixels and to sound, with the devices of a hall on one machine.

One Kivy board draws under an X server without a graphics card, one web board in a Chromium without one,
and an announcer says each call; beside them run 60 simulated strips on the six lines of the sample hall
and 18 more readers of board streams. All of them hear each call at the same time.
"""

from __future__ import annotations

import contextlib
import functools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench import voice, web_board
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
    "a call is seen on a Kivy and a web board and heard, 60 strips and 18 more readers beside them",
)
BOARD, ZONE, COUNTERS = "3F", "Z5", 16
CALLS = 24
GAP_S, SPREAD_S, STRIDE = 2.6, 2.4, 7
"""A faster pace is a rush: then the calls take the whole board, and there are no cells to look at. No two
gaps are the same, so that calls meet the pulses of the call before as often as in a hall."""
READERS = 18
SEEN_MS, HEARD_MS = 150.0, 400.0
CALLED: Colour = (0xFF, 0xD2, 0x3F)
FREE: Colour = (0x16, 0x29, 0x3A)


@dataclass(frozen=True)
class _Called:
    """A call: when it was sent, in ms UTC, and how long until the Kivy board and the announcer had it."""

    number: str
    sent_ms: float
    kivy_ms: float
    sound_ms: float


def run(report: Report) -> None:
    """Measure the calls of all counters of a floor, one after the other."""
    with (
        hall() as server,
        beside(server),
        x_server() as screen,
        kivy_board(server, screen),
        web_board.browser(server, BOARD) as page,
        voice.announcer_of(server) as log,
    ):
        serves = matters(server)
        hear_one(server, log, serves)
        calls = [call(server, screen, log, place % COUNTERS, serves) for place in range(CALLS)]
        frames = web_board.frames(page)
    seen = [frames[one.number] - one.sent_ms for one in calls if one.number in frames]
    shown = report.add("calls shown on the web board", [100 * len(seen) / CALLS], "%")
    report.target("calls shown on the web board (%)", shown, at_least=100)
    _tell(report, "call to pixels of the Kivy board", [one.kivy_ms for one in calls], SEEN_MS)
    _tell(report, "call to frame of the web board", seen, SEEN_MS)
    _tell(report, "call to sound of the announcer", [one.sound_ms for one in calls], HEARD_MS)


def _tell(report: Report, name: str, took_ms: Sequence[float], at_most: float) -> None:
    report.add(f"{name}, p50", [statistics.median(took_ms)], "ms")
    p95 = report.add(f"{name}, p95", [sorted(took_ms)[int((len(took_ms) - 1) * 0.95)]], "ms")
    report.add(f"{name}, longest", [max(took_ms)], "ms")
    report.target(f"{name}, all devices on one machine, p95 (ms)", p95, at_most=at_most)


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
    told = _clerk().get(url, headers=key).json()
    return {one["id"]: one["serves"][0] for one in told["counters"] if one["serves"]}


def hear_one(server: Server, log: Path, serves: dict[str, str]) -> None:
    """Call until the announcer is there; this also brings every program's code into memory."""
    for _ in range(20):
        _request(server, "kiosk-1", "tickets", {"matter": serves[_counter(0)]})
        _move(server, 0, "call-next")
        with contextlib.suppress(AssertionError):
            until(lambda: len(voice.begun(log)) >= 2, "an announcement", GAP_S)
        _move(server, 0, "serve")
        _move(server, 0, "finish")
        if len(voice.begun(log)) >= 2:
            return
    raise RuntimeError("the announcer is not heard")


def call(server: Server, screen: Screen, log: Path, place: int, serves: dict[str, str]) -> _Called:
    """Have somebody called and served at one of the counters; how long until its cell turned yellow."""
    box = _cells()[place]
    _request(server, "kiosk-1", "tickets", {"matter": serves[_counter(place)]})
    until(lambda: _ground(screen, box) == FREE, "the free counter", 60)
    before = len(voice.begun(log))
    time.sleep(GAP_S + SPREAD_S * (before // 2 * STRIDE % CALLS) / CALLS)
    sent_ms, started = time.time() * 1000, time.monotonic()
    called = _move(server, place, "call-next")
    until(lambda: _ground(screen, box) == CALLED, "the call", 60, every_s=0.001)
    seen = time.monotonic()
    # It is said twice; somebody else would be called behind that in a calm hall.
    until(lambda: len(voice.begun(log)) >= before + 2, "the announcement", 60)
    _move(server, place, "serve")
    _move(server, place, "finish")
    number: str = called.json()["ticket"]["number"]
    heard = voice.begun(log)[before]
    return _Called(number, sent_ms, (seen - started) * 1000, (heard - started) * 1000)


def _counter(place: int) -> str:
    return f"{ZONE}-{place + 1:02}"


def _move(server: Server, place: int, move: str) -> httpx.Response:
    return _request(server, f"counter-{_counter(place)}", f"counters/{_counter(place)}/{move}", {})


def _request(server: Server, device: str, path: str, body: dict[str, str]) -> httpx.Response:
    headers = {
        "Authorization": f"Bearer {server.keys()[device]}",
        "Idempotency-Key": f"bench-{time.monotonic_ns()}",
    }
    url = f"http://127.0.0.1:{server.port}/api/v1/{path}"
    return _clerk().post(url, json=body, headers=headers).raise_for_status()


@functools.cache
def _clerk() -> httpx.Client:
    """A line that stays open, as a clerk's page has one: making it costs more than a call."""
    return httpx.Client(trust_env=False, verify=False)


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
