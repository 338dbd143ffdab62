"""Section 4: a hundred callers at once while every fsync takes 5 or 20 ms longer."""

from __future__ import annotations

from bench.programs import hall, issue_script, load
from bench.report import Report

SECTION, ORDER, TITLE = "slow_disk", 4, "issue with 100 clients in a closed loop, fsync delayed"
CLIENTS = 100
SECONDS = 4.0
REPEATS = 2
LIMITS = {5: 100.0, 20: 200.0}


def run(report: Report) -> None:
    """Measure both delays on servers of their own."""
    for delay_ms, limit in LIMITS.items():
        found = []
        for _ in range(REPEATS):
            with hall(delay_ms=delay_ms) as server:
                load(server.port, CLIENTS, 0.5, [issue_script(server)])  # threads and caches are warm
                found.append(load(server.port, CLIENTS, SECONDS, [issue_script(server)]))
        name = f"+{delay_ms} ms an fsync"
        statuses = " ".join(sorted({status for one in found for status in one["status"]}))
        report.add(f"{name}: issue", [one["per_s"] for one in found], "/s", f"status {statuses}")
        report.add(f"{name}: p50", [one["p50_ms"] for one in found], "ms")
        p99 = report.add(f"{name}: p99", [one["p99_ms"] for one in found], "ms")
        report.target(f"issue p99, 100 clients, +{delay_ms} ms an fsync (ms)", p99, at_most=limit)
