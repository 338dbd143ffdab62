"""Section 3, the rest of it: what a server takes when nobody comes."""

from __future__ import annotations

import time

from bench.programs import hall
from bench.report import Report

SECTION, ORDER, TITLE = "idle", 5, "an idle hall"
SECONDS = 8.0


def run(report: Report) -> None:
    """Start a demo hall, leave it alone, look."""
    begun = time.monotonic()
    with hall() as server:
        report.add("start to first answer, fresh folder", [time.monotonic() - begun], "s")
        time.sleep(2)
        cpu = server.cpu_s()
        time.sleep(SECONDS)
        report.add("CPU", [100 * (server.cpu_s() - cpu) / SECONDS], "%")
        rss = report.add("memory", [server.rss_mb()], "MB")
        report.target("idle memory (MB)", rss, at_most=80)
