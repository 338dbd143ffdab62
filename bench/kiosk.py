"""Section 5: the kiosk: touch to screen, number and slip; cold start, idle CPU, memory after 200 rounds.

It starts a server with the sample hall, virtual printers and an X server of its own; software GL draws, so a
machine with a graphics card is faster.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.report import Report

SECTION, ORDER, TITLE = "kiosk", 5, "The kiosk under a real X server, drawn by the processor"
ROOT = Path(__file__).resolve().parents[1]
ROUNDS, EARLY = 200, "100"
"""The first rounds load every size of type and fill the bounded caches with the words of all matters."""
TURNS = 4
TICKETS = 12
STARTS = 5
IDLE_S = 15
FIRST_FRAME_S, TOUCH_MS, IDLE_PERCENT, GROWTH_MB = 1.5, 200.0, 2.0, 5.0
LINES = {"tcp": ["--tcp", "0"], "115200": ["--pty", "--baud", "115200"], "9600": ["--pty", "--baud", "9600"]}
CONNECT_S = 30.0


class Bench:
    """A server, an X server and a folder, shared by all measurements."""

    def __init__(self, folder: Path, server: str, display: str) -> None:
        self.folder, self.server, self.display = folder, server, display
        self._runs = 0

    def probe(self, what: str, printer: str, count: int) -> dict[str, Any]:
        """Start a kiosk on a disk of its own, measure one thing in it, and return that."""
        self._runs += 1
        data = self.folder / f"disk-{self._runs}"
        arguments = [what, self.server, str(self.folder / "kiosk-1.key"), str(data), printer, str(count)]
        done = subprocess.run(
            [sys.executable, "-m", "bench.kiosk_probe", *arguments],
            cwd=ROOT,
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{what}: {done.stderr[-2000:]}")
        return dict(json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def _program(*arguments: str, pattern: str) -> Iterator[str]:
    """Run a program of ours and give what its first lines say."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(pattern, line):
                yield found[1]
                return
        raise RuntimeError(f"{arguments[0]} ended without a word")
    finally:
        process.kill()
        process.wait(10)


@contextmanager
def _display() -> Iterator[str]:
    number, write = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(write),
        "-screen",
        "0",
        "1080x1920x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    process = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        # The pipe stays open until the line is complete: closing it earlier kills the server.
        with os.fdopen(number) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def prepared() -> Iterator[Bench]:
    """Start everything that the kiosk needs."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-kiosk-")))
        serve = ["queue_server", "serve", "--data", str(folder / "hall"), "--demo", "--port", "0"]
        server = stack.enter_context(_program(*serve, pattern=r"(http://\S+)"))
        _wait_ready(server)
        keys = json.loads((folder / "hall" / "demo-keys.json").read_text(encoding="utf-8"))
        (folder / "kiosk-1.key").write_text(keys["devices"]["kiosk-1"], encoding="utf-8")
        yield Bench(folder, server, stack.enter_context(_display()))


def _wait_ready(server: str) -> None:
    end = time.monotonic() + CONNECT_S
    while time.monotonic() < end:
        try:
            if httpx.get(f"{server}/readyz", trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the server is not ready")


def measure_line(bench: Bench, name: str, tickets: int) -> dict[str, Any]:
    """Take tickets with a printer on one kind of line."""
    pictures = bench.folder / f"slips-{name}"
    command = [
        "hardware",
        "simulate",
        "ticket_printer",
        *LINES[name],
        "--pictures",
        str(pictures),
        "--speed",
        "0",
    ]
    with _program(*command, pattern=r"listening (\S+)") as url:
        if url.startswith("serial:") and "baud" not in url:
            url += f"?baud={name}"
        found = bench.probe("tickets", url, tickets)
    slips = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(pictures.glob("slip-*.json"))]
    sizes = [slip["bytes"] for slip in slips]
    return {
        "touch_to_number_ms": found["touch_to_number_ms"],
        "touch_to_slip_ms": found["touch_to_slip_ms"],
        "slip_bytes": max(sizes),
    }


def high(values: list[float]) -> float:
    """Return the 95th percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]


def run(report: Report) -> None:
    """Measure everything that a citizen at the kiosk feels, and what a kiosk without one costs."""
    with prepared() as bench:
        _starts(report, bench)
        _touches(report, bench)
        for name in LINES:
            _line(report, bench, name)
        rest = [bench.probe("idle", "", IDLE_S)["idle_cpu_percent"] for _ in range(min(2, report.repeats))]
        report.target("idle CPU", report.add("idle CPU, nobody there", rest, "%"), at_most=IDLE_PERCENT)
        memory = bench.probe("rounds", "", ROUNDS)["rss_mb_after_rounds"]
        for turn, used in memory.items():
            report.add(f"memory, {turn if turn == 'start' else f'after {turn} rounds'}", [used], "MB")
        grown = memory[str(ROUNDS)] - memory[EARLY]
        report.target(f"memory from round {EARLY} to {ROUNDS}", grown, at_most=GROWTH_MB)


def _starts(report: Report, bench: Bench) -> None:
    begun = [bench.probe("start", "", 1) for _ in range(STARTS)]
    report.add("imports", [one["imports_s"] for one in begun], "s")
    first = report.add("first frame after imports", [one["first_frame_s"] for one in begun], "s")
    report.target("first frame", first, at_most=FIRST_FRAME_S)
    report.add("attract screen after start", [one["attract_s"] for one in begun], "s")


def _touches(report: Report, bench: Bench) -> None:
    rounds = [bench.probe("screens", "", TURNS)["touch_to_screen_ms"] for _ in range(report.repeats)]
    report.add("touch to next screen, p50", [statistics.median(values) for values in rounds], "ms")
    slow = report.add("touch to next screen, p95", [high(values) for values in rounds], "ms")
    report.target("touch to next screen, p95", slow, at_most=TOUCH_MS)
    report.add("touch to next screen, slowest", [max(values) for values in rounds], "ms")


def _line(report: Report, bench: Bench, name: str) -> None:
    found = measure_line(bench, name, TICKETS)
    for what in ("number", "slip"):
        values = found[f"touch_to_{what}_ms"]
        report.add(f"touch to {what}, {name}, p50", [statistics.median(values)], "ms")
        report.add(f"touch to {what}, {name}, p95", [high(values)], "ms")
    report.add(f"bytes a slip, {name}", [found["slip_bytes"]], "B")
