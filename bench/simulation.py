"""Section 6: what a simulated Monday takes: 2,700 visits, 66 counters, the real actions, a real database."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any, Protocol

from queue_server.reports.actions import Wish, load_model, simulate

SECTION, ORDER, TITLE = "simulation", 6, "A simulated Monday: 2,700 visits, 66 counters"
SEED = 2026
AT_MOST_S = 60.0


class Sheet(Protocol):
    """What the benchmark writes its figures on."""

    repeats: int

    def add(self, name: str, values: list[float], unit: str) -> float:
        """Note measured values; returns their median."""

    def target(self, name: str, value: float, *, at_most: float) -> None:
        """Note whether a figure is good enough."""


def figures() -> dict[str, Any]:
    """Play one Monday: seconds it took, visits, tickets, journal rows, and the hash of all of it."""
    load = load_model()
    with tempfile.TemporaryDirectory(prefix="hall-") as folder:
        started = time.perf_counter()
        report = simulate(Path(folder), Wish(1, SEED, load)).report
        took_s = time.perf_counter() - started
    return {
        "took_s": took_s,
        "visits": report["visits"],
        "tickets": report["tickets"],
        "rows": report["journal"]["rows"],
        "chain": report["journal"]["chain"],
        "mean_wait_s": report["all"]["mean_s"],
    }


def run(report: Sheet) -> None:
    """Play the same Monday as often as asked: it must be the same each time."""
    found = [figures() for _ in range(max(2, report.repeats))]
    if len({one["chain"] for one in found}) != 1:
        raise RuntimeError("one seed gave two journals")
    took_s = report.add("simulated Monday", [one["took_s"] for one in found], "s")
    for name in ("visits", "tickets", "rows"):
        report.add(f"simulated Monday, {name}", [float(found[0][name])], "")
    report.target("simulated Monday", took_s, at_most=AT_MOST_S)
