"""Section 2: what a call costs the writer as the queue grows, and with a million tickets of history."""

from __future__ import annotations

import contextlib
import functools
import itertools
import sqlite3
import threading
import time
from pathlib import Path

from bench.programs import fresh_folder
from bench.report import Report
from queue_server.catalogue import actions as catalogue
from queue_server.clock import ManualClock, business_day, parse_rfc3339
from queue_server.database import Database, Tx
from queue_server.hall import actions as hall
from queue_server.settings import CATALOGUE_FILE, HALL_FILE
from queue_server.tickets import actions
from queue_server.tickets.model import Actor, Move, Once
from queue_server.tickets.queue import Queue
from queue_server.tickets.view import HallView
from queue_server.wire import IssueTicket

SECTION, ORDER, TITLE = "growth", 2, "CPU of the writer for one command, by people waiting (no fsync)"
WAITING = (100, 1_000, 10_000, 100_000)
HISTORY = 1_000_000
CALLS = 300
COUNTER = "Z3-01"
"""By matter, two queues, with a work profile; `PLAIN` is pooled, one queue, without one."""
PLAIN = "Z1-01"
PRIORITY_EVERY, CLASSES = 3, 8
CLASS = """
[priority_classes.bench{n}]
name = "第{n}类"
name_en = "Class {n}"
bonus_s = {bonus_s}
"""
START_MS = parse_rfc3339("2026-11-23T09:00:00+08:00")
CHUNK = 10_000


def run(report: Report) -> None:
    """Measure each size in a database of its own, without and with history."""
    for history in (0, HISTORY):
        costs: dict[int, float] = {}
        for waiting in WAITING if history == 0 else (100, 100_000):
            with fresh_folder() as folder:
                calls, issues = _measure(folder, waiting, history, report.repeats)
            after = f", {waiting:,} waiting" + (f", {history:,} of history" if history else "")
            costs[waiting] = report.add(f"call-next{after}", calls, "us")
            report.add(f"issue{after}", issues, "us")
        growth = costs[WAITING[-1]] / costs[WAITING[0]]
        name = "call-next at 100,000 waiting / at 100" + (", 1,000,000 of history" if history else "")
        report.add(name, [growth], "x")
        report.target(name, growth, at_most=1.25)
    with fresh_folder() as folder:
        plain = report.add(
            "plain claim, 100,000 waiting", _measure(folder, WAITING[-1], 0, report.repeats, PLAIN)[0], "us"
        )
    with fresh_folder() as folder:
        full = _measure(folder, WAITING[-1], 0, report.repeats, COUNTER, PRIORITY_EVERY)[0]
    title = f"call-next, 100,000 waiting, every third of {CLASSES} classes, by matter, work profile"
    rules = report.add(title, full, "us")
    name = "call-next with all rules / plain claim"
    report.add(name, [rules / plain], "x")
    report.target(name, rules / plain, at_most=2.0)


def _measure(
    folder: Path, waiting: int, history: int, repeats: int, counter: str = COUNTER, priority_every: int = 0
) -> tuple[list[float], list[float]]:
    clock = ManualClock(START_MS)
    # Without fsync the CPU is seen; with it, the disk would hide any growth.
    database = Database(folder / "hall.db", clock, synchronous="NORMAL")
    try:
        hall.seed(database, _hall_file(folder), "system")
        catalogue.seed(database, CATALOGUE_FILE, "system")
        book = hall.HallBook(database, clock)
        matters = catalogue.MatterBook(database, book)
        groups = book.plan.counters[counter].groups
        classes = tuple(book.plan.priority_classes) if priority_every else ()
        assert len(classes) in (0, CLASSES)
        _fill(database, groups, (waiting, history), classes, priority_every)
        _fold_log(database)
        view = HallView(database, book, matters)
        queue = Queue(
            database, book, matters, view, lambda at_ms: True, lambda visit: f"http://hall/s/{visit}", True
        )
        matter = next(offer.id for offer in matters.all() if offer.group and offer.group.id == groups[0])
        _rounds(queue, clock, (matter, counter), CALLS // 3)
        both = [_rounds(queue, clock, (matter, counter), CALLS) for _ in range(repeats)]
    finally:
        database.close()
    return [call for call, _ in both], [issue for _, issue in both]


def _hall_file(folder: Path) -> Path:
    """The sample hall with as many priority classes as the benchmark speaks of."""
    text = HALL_FILE.read_text(encoding="utf-8")
    known = text.count("\n[priority_classes.")
    more = (CLASS.format(n=n, bonus_s=60 * n) for n in range(known + 1, CLASSES + 1))
    path = folder / "hall.toml"
    path.write_text(text + "".join(more), encoding="utf-8")
    return path


def _fill(
    database: Database, groups: tuple[str, ...], sizes: tuple[int, int], classes: tuple[str, ...], every: int
) -> None:
    """Store visits and tickets straight away: done ones of earlier days, waiting ones spread over groups."""
    day = business_day(START_MS)
    waiting, history = sizes

    def kind_of(n: int) -> tuple[int, str | None]:
        return (1, classes[n % len(classes)]) if every and n % every == 0 else (0, None)

    def rows(tx: Tx, first: int, count: int, state: str) -> None:
        ids = range(first, first + count)
        this_day = day if state == "waiting" else "2026-01-01"
        tx.db.executemany(
            "INSERT INTO visit (id, day, number, lang, channel, created_at, created_by) "
            "VALUES (?, ?, ?, 'zh', 'kiosk', ?, 'device:kiosk-1')",
            ((n, this_day, f"X{n:07d}", START_MS + n) for n in ids),
        )
        tx.db.executemany(
            "INSERT INTO ticket (id, visit, leg, day, matter, grp, zone, state, sort_key, issued_at, policy, "
            "kind, priority_class) VALUES (?, ?, 1, ?, 'Z3-001', ?, 'Z3', ?, ?, ?, 1, ?, ?)",
            (
                (n, n, this_day, groups[n // 2 % len(groups)], state, START_MS + n, START_MS + n, *kind_of(n))
                for n in ids
            ),
        )

    for first in range(1, history + 1, CHUNK):
        database.write(functools.partial(rows, first=first, count=CHUNK, state="completed"))
    for first in range(history + 1, history + waiting + 1, CHUNK):
        count = min(CHUNK, history + waiting + 1 - first)
        database.write(functools.partial(rows, first=first, count=count, state="waiting"))


def _fold_log(database: Database) -> None:
    """Move the log of the filling into the file: no hall meets a log of a hundred thousand rows."""
    with contextlib.closing(sqlite3.connect(database.path, isolation_level=None, timeout=30)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


_keys = itertools.count()


def _rounds(queue: Queue, clock: ManualClock, where: tuple[str, str], count: int) -> tuple[float, float]:
    """Call, serve and issue one for the one that left; returns CPU microseconds of a call and an issue."""
    writer = next(thread for thread in threading.enumerate() if thread.name == "writer")
    cpu = time.pthread_getcpuclockid(writer.ident or 0)
    matter, counter = where
    actor, kiosk = Actor(f"device:counter-{counter}"), Actor("device:kiosk-1")
    called = issued = 0
    for _ in range(count):
        clock.advance(1)
        begun = time.clock_gettime_ns(cpu)
        ticket = actions.call_next(queue, actor, counter).ticket
        called += time.clock_gettime_ns(cpu) - begun
        assert ticket is not None
        actions.move_at_counter(queue, actor, counter, Move.SERVE)
        once = Once("device:kiosk-1", f"bench-{next(_keys):09d}", b"r")
        begun = time.clock_gettime_ns(cpu)
        actions.issue(queue, kiosk, IssueTicket(matter), once)
        issued += time.clock_gettime_ns(cpu) - begun
    return called / count / 1000, issued / count / 1000
