"""Times the kiosk: touch to number, touch to slip on three lines, cold start, idle, memory after 200 rounds.

Run alone: python -m bench.kiosk. It starts a server with the sample hall, virtual printers and an X
server of its own; software GL draws, so a machine with a graphics card is faster.
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

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 200
TICKETS = 12
STARTS = 5
IDLE_S = 15
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
        "touch_to_number_ms": spread(found["touch_to_number_ms"]),
        "touch_to_slip_ms": spread(found["touch_to_slip_ms"]),
        "slip_bytes": max(sizes),
        "slips": len(slips),
    }


def spread(values: list[float]) -> dict[str, float]:
    """Return median, 95th percentile and maximum."""
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
    return {"p50": round(statistics.median(ordered), 1), "p95": round(p95, 1), "max": round(ordered[-1], 1)}


def run(
    tickets: int = TICKETS, rounds: int = ROUNDS, starts: int = STARTS, idle_s: int = IDLE_S
) -> dict[str, Any]:
    """Measure everything and return it by name; times in ms or s as the names say, memory in MB."""
    with prepared() as bench:
        begun = [bench.probe("start", "", 1) for _ in range(starts)]
        result: dict[str, Any] = {
            "cold_start": {
                name: round(statistics.median(one[name] for one in begun), 3)
                for name in ("imports_s", "first_frame_s", "attract_s")
            },
            "touch_to_screen_ms": spread(bench.probe("screens", "", 4)["touch_to_screen_ms"]),
            "lines": {name: measure_line(bench, name, tickets) for name in LINES},
        }
        rest = bench.probe("idle", "", idle_s)
        result["idle_cpu_percent"] = round(rest["idle_cpu_percent"], 2)
        result["idle_frames"] = rest["idle_frames"]
        memory = bench.probe("rounds", "", rounds)["rss_mb_after_rounds"]
        result["rss_mb_after_rounds"] = {name: round(value, 1) for name, value in memory.items()}
    return result


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
