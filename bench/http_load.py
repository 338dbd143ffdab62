"""Section 1: issue and call-next against a bare durable insert, bare inserts in process, and hello."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from typing import Any

from bench.plain import insert, open_database
from bench.programs import (
    Script,
    Server,
    call_scripts,
    fresh_folder,
    get,
    hall,
    issue_script,
    load,
    plain,
    post,
)
from bench.report import Report

SECTION, ORDER, TITLE = "http", 1, "issue and call-next, 1, 8 and 32 clients in a closed loop"
CLIENTS = (1, 8, 32)
SECONDS = 1.5
IN_PROCESS_THREADS = 32
Cells = dict[tuple[str, int], list[dict[str, Any]]]


def run(report: Report) -> None:
    """Measure all cells in turn, several times over, so that a bad minute hits all of them."""
    cells: Cells = defaultdict(list)
    bare: list[float] = []
    with hall() as server, plain() as reference:
        for _ in range(report.repeats):
            bare.append(in_process_rate())
            for clients in CLIENTS:
                _one_round(cells, clients, server, reference)
        report.figures[SECTION]["rss_mb_after_load"] = round(server.rss_mb(), 1)
        wal = server.folder / "hall.db-wal"
        report.figures[SECTION]["wal_mb_after_load"] = round(wal.stat().st_size / 1e6, 1)
    _print(report, cells, bare)


def in_process_rate() -> float:
    """Bare inserts per second through the same writer, from 32 threads of one process."""
    done = [0] * IN_PROCESS_THREADS
    with fresh_folder() as folder:
        database = open_database(folder)
        until = time.monotonic() + SECONDS

        def work(index: int) -> None:
            while time.monotonic() < until:
                database.write(insert)
                done[index] += 1

        threads = [threading.Thread(target=work, args=(index,)) for index in range(IN_PROCESS_THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        database.close()
    return sum(done) / SECONDS


def _one_round(cells: Cells, clients: int, server: Server, reference: Server) -> None:
    hello: Script = [(True, get("/hello"))]
    store: Script = [(True, post("/insert"))]
    ride: Script = [(True, post("/ride"))]
    calls = call_scripts(server, ["Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z7"])
    matters = ["Z1-001", "Z2-001", "Z4-001", "Z6-001"]
    cells["hello", clients].append(load(reference.port, clients, SECONDS, [hello]))
    cells["bare insert", clients].append(load(reference.port, clients, SECONDS, [store]))
    cells["bare insert that rides", clients].append(load(reference.port, clients, SECONDS, [ride]))
    issues = [issue_script(server, matter) for matter in matters]
    cells["issue", clients].append(load(server.port, clients, SECONDS, issues))
    _fill(server, clients)
    pooled = [script for script in calls if not _splits(script)]
    cells["call-next", clients].append(load(server.port, clients, SECONDS, pooled))


def _splits(script: Script) -> bool:
    """Whether a counter's queue is not filled here: zones split by matter, and Z7."""
    return (
        b"/counters/Z3" in script[0][1] or b"/counters/Z5" in script[0][1] or b"/counters/Z7" in script[0][1]
    )


def _fill(server: Server, clients: int) -> None:
    """Issue more than the calls of this cell will take, so that nobody finds an empty queue."""
    scripts = [issue_script(server, matter) for matter in ("Z1-001", "Z2-001", "Z2-013", "Z4-001", "Z6-001")]
    load(server.port, 5, SECONDS * (1 if clients == 1 else 1.5), scripts)


def _ratios(cells: Cells, name: str, other: str) -> list[float]:
    """One rate by another with 32 clients, round by round."""
    return [a["per_s"] / b["per_s"] for a, b in zip(cells[name, 32], cells[other, 32], strict=True)]


def _print(report: Report, cells: Cells, bare: list[float]) -> None:
    medians: dict[tuple[str, int], float] = {}
    p99: dict[tuple[str, int], float] = {}
    for (name, clients), found in cells.items():
        label = f"{name}, {clients} client{'s' if clients > 1 else ''}"
        note = " ".join(sorted({status for one in found for status in one["status"]}))
        medians[name, clients] = report.add(label, [one["per_s"] for one in found], "/s", f"status {note}")
        report.add(f"{label}: p50", [one["p50_ms"] for one in found], "ms")
        p99[name, clients] = report.add(f"{label}: p99", [one["p99_ms"] for one in found], "ms")
    report.add("bare inserts in process, 32 threads", bare, "/s")
    ratios = {
        "issue / bare insert on the same stack": _ratios(cells, "issue", "bare insert"),
        "issue / bare insert that rides as well": _ratios(cells, "issue", "bare insert that rides"),
        "call-next / bare insert on the same stack": [
            2 * found for found in _ratios(cells, "call-next", "bare insert")
        ],
        "issue / bare inserts in process": [
            a["per_s"] / b for a, b in zip(cells["issue", 32], bare, strict=True)
        ],
        "issue / hello": _ratios(cells, "issue", "hello"),
    }
    found_ratios = {name: report.add(f"{name}, 32 clients", values, "x") for name, values in ratios.items()}
    report.target(
        "issue / bare insert on the same stack",
        found_ratios["issue / bare insert on the same stack"],
        at_least=0.60,
    )
    report.target(
        "issue / bare inserts in process", found_ratios["issue / bare inserts in process"], at_least=0.08
    )
    report.target("issue p99 with 32 clients (ms)", p99["issue", 32], at_most=40)
