"""Section 3: from the commit of a call to the last of many stream readers, with issue load beside it."""

from __future__ import annotations

import statistics
import subprocess
import time
from typing import Any

from bench.programs import (
    HERE,
    Server,
    built,
    call_scripts,
    finish_load,
    hall,
    issue_script,
    load,
    start_load,
)
from bench.report import Report
from queue_server.clock import parse_rfc3339

SECTION, ORDER, TITLE = (
    "streams",
    3,
    "a call reaches the last of N readers of its zone; 48 issues/s elsewhere beside it",
)
READERS = (200, 1_000, 5_000)
SECONDS = 8.0
CALLS_A_SECOND = 10
ISSUES_A_SECOND = 48
REPEATS = 2
ZONE = "Z4"
LIMITS = {200: ("p95", 15.0), 1_000: ("p95", 40.0), 5_000: ("p99", 400.0)}


def run(report: Report) -> None:
    """Measure each number of readers with a server of its own."""
    for readers in READERS:
        found = [_once(readers) for _ in range(REPEATS)]
        name = f"{readers:,} readers"
        medians = {}
        for figure in ("p50", "p95", "p99", "max"):
            values = [one[figure] for one in found]
            medians[figure] = report.add(f"{name}: commit to last reader, {figure}", values, "ms")
        issue = report.add(f"{name}: issue beside it, p99", [one["issue_p99"] for one in found], "ms")
        report.add(f"{name}: call-next itself, p99", [one["call_p99"] for one in found], "ms")
        report.add(f"{name}: server CPU", [one["cpu"] for one in found], "cores")
        report.add(f"{name}: server memory", [one["rss"] for one in found], "MB")
        delivered = report.add(f"{name}: delivered", [one["delivered"] for one in found], "%")
        figure, limit = LIMITS[readers]
        report.target(
            f"commit to the last of {readers:,} readers, {figure} (ms)", medians[figure], at_most=limit
        )
        report.target(f"events delivered to {readers:,} readers (%)", delivered, at_least=100)
        if readers == READERS[-1]:
            report.target(f"issue p99 beside {readers:,} readers (ms)", issue, at_most=60)


def _once(readers: int) -> dict[str, float]:
    with hall() as server:
        load(server.port, 4, 1.0, [issue_script(server, f"{ZONE}-001")])
        path = f"/api/v1/stream?zone={ZONE}"
        command = [str(built(HERE / "fan.c")), str(server.port), str(readers), str(SECONDS + 2), path]
        fan = subprocess.Popen([*command, server.keys()["board-all"]], stdout=subprocess.PIPE, text=True)
        assert fan.stdout is not None
        if fan.stdout.readline() != "ready\n":
            raise RuntimeError("not every reader has a stream")
        found = _beside(server)
        lines = fan.stdout.read().splitlines()
        fan.wait()
    return {**found, **_latencies(lines, readers)}


def _beside(server: Server) -> dict[str, float]:
    """Calls and issues at a steady pace while the readers listen."""
    cpu, begun = server.cpu_s(), time.monotonic()
    issues = start_load(server.port, 8, SECONDS, [issue_script(server, "Z1-001")], ISSUES_A_SECOND)
    scripts = call_scripts(server, [ZONE])
    calls = finish_load(start_load(server.port, len(scripts), SECONDS, scripts, 2 * CALLS_A_SECOND))
    issued = finish_load(issues)
    return {
        "issue_p99": issued["p99_ms"],
        "call_p99": calls["p99_ms"],
        "cpu": (server.cpu_s() - cpu) / (time.monotonic() - begun),
        "rss": server.rss_mb(),
    }


def _latencies(lines: list[str], readers: int) -> dict[str, float]:
    """From the row's own time (set as its commit begins, whole ms) to its arrival at the last reader."""
    rows = [line.split() for line in lines if not line.startswith("lost")]
    took = sorted(int(last) / 1e6 - parse_rfc3339(at) for _, at, _, last, _ in rows)
    counts: list[Any] = [int(count) for *_, count in rows]
    return {
        "p50": statistics.median(took),
        "p95": took[int((len(took) - 1) * 0.95)],
        "p99": took[int((len(took) - 1) * 0.99)],
        "max": took[-1],
        "delivered": 100 * sum(counts) / (readers * len(rows)),
    }
