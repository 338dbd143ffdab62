"""The kiosk's own disk: touches whose answer is not seen yet, print jobs, and the last good hall.

One SQLite file that survives a pulled plug. A touch is written before its request leaves, so that a
crash or a timeout repeats the same key and never makes a second ticket; it is deleted in the same
transaction that takes its slip in. What a slip says is blanked as soon as it is through, for it names
a matter and carries a private address.
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hardware.ticket_printer.job import JobReport, JobState

KEEP_MS = 7 * 24 * 3600 * 1000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS touches (
    key TEXT PRIMARY KEY, matter TEXT NOT NULL, lang TEXT NOT NULL, at INTEGER NOT NULL,
    code TEXT NOT NULL DEFAULT '', priority TEXT NOT NULL DEFAULT '',
    errands INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, ticket INTEGER NOT NULL, copy INTEGER NOT NULL, says BLOB, at INTEGER NOT NULL,
    state TEXT NOT NULL, reason TEXT, bytes_total INTEGER NOT NULL DEFAULT 0,
    bytes_sent INTEGER NOT NULL DEFAULT 0, evidence TEXT, reported INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, content BLOB NOT NULL, at INTEGER NOT NULL) STRICT;
"""

_LATER = {
    "code": "TEXT NOT NULL DEFAULT ''",
    "priority": "TEXT NOT NULL DEFAULT ''",
    "errands": "INTEGER NOT NULL DEFAULT 1",
}

_OPEN_STATES = (JobState.QUEUED, JobState.PREFLIGHT_OK, JobState.SEND_STARTED)
_RESULTS = {
    JobState.PRINT_CONFIRMED: "printed",
    JobState.CUT_CONFIRMED: "printed",
    JobState.FAILED_KNOWN: "failed",
    JobState.UNKNOWN: "unknown",
}


@dataclass(frozen=True)
class Touch:
    """A confirmed wish for a ticket whose answer nobody has seen; `at` is milliseconds UTC.

    `code` is that of the booking that is to become the ticket; then `matter` is empty. Both are empty
    for a check-in with an ID card, whose number is never kept: a restart asks the server what became
    of the key. `priority` is the class that was asked for, `errands` how many matters somebody brings.
    """

    key: str
    matter: str
    lang: str
    at: int
    code: str = ""
    priority: str = ""
    errands: int = 1

    @property
    def of_booking(self) -> bool:
        """Whether it checks somebody in."""
        return not self.matter


@dataclass(frozen=True)
class Job:
    """One slip to print; `says` is the encoded `SlipFacts`, None once it is through."""

    id: str
    ticket: int
    copy: int
    says: bytes | None
    at: int


@dataclass(frozen=True)
class Result:
    """How a slip ended, for the server: `state` is `printed`, `failed` or `unknown`."""

    job: str
    ticket: int
    copy: int
    state: str
    reason: str


class Store:
    """The file `kiosk.sqlite3`; every method is one durable transaction, from any thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(
            folder / "kiosk.sqlite3", timeout=5, isolation_level=None, check_same_thread=False
        )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)
        columns = {row[1] for row in self._db.execute("PRAGMA table_info(touches)")}
        for later, kind in _LATER.items():
            # A disk that an older program began knows of no bookings, or of no priority or agents.
            if later not in columns:
                self._db.execute(f"ALTER TABLE touches ADD COLUMN {later} {kind}")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    # Touches ------------------------------------------------------------------------------------

    def begin_touch(self, touch: Touch) -> None:
        """Keep a touch before its request leaves; a repeat of the same key changes nothing."""
        self._run(
            "INSERT OR IGNORE INTO touches (key, matter, lang, at, code, priority, errands) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            touch.key,
            touch.matter,
            touch.lang,
            touch.at,
            touch.code,
            touch.priority,
            touch.errands,
        )

    def end_touch(self, key: str) -> None:
        """Forget a touch: it was refused, or its ticket was given back."""
        self._run("DELETE FROM touches WHERE key = ?", key)

    def open_touches(self) -> list[Touch]:
        """Return the touches without an answer, newest first."""
        rows = self._run(
            "SELECT key, matter, lang, at, code, priority, errands FROM touches ORDER BY at DESC"
        )
        return [Touch(*row) for row in rows]

    # Print jobs -----------------------------------------------------------------------------------

    def add_job(self, job: Job, touch: str = "") -> None:
        """Take a slip in and forget its touch, in one transaction; a job that is known stays as it is."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "INSERT OR IGNORE INTO jobs (id, ticket, copy, says, at, state) VALUES (?, ?, ?, ?, ?, ?)",
                (job.id, job.ticket, job.copy, job.says, job.at, JobState.QUEUED),
            )
            self._db.execute("DELETE FROM touches WHERE key = ?", (touch,))
            self._db.execute("DELETE FROM jobs WHERE at < ?", (job.at - KEEP_MS,))
            self._db.execute("COMMIT")

    def open_jobs(self) -> list[Job]:
        """Return the jobs that a crash left open, oldest first."""
        marks = ", ".join("?" * len(_OPEN_STATES))
        rows = self._run(
            f"SELECT id, ticket, copy, says, at FROM jobs WHERE state IN ({marks}) ORDER BY at, id",
            *_OPEN_STATES,
        )
        return [Job(*row) for row in rows]

    def load(self, job_id: str) -> JobReport | None:
        """Return what is known of a job (the printer driver's own memory)."""
        rows = self._run(
            "SELECT id, state, reason, bytes_total, bytes_sent, evidence FROM jobs WHERE id = ?", job_id
        )
        if not rows:
            return None
        name, state, reason, total, sent, evidence = rows[0]
        return JobReport(name, JobState(state), reason, total, sent, evidence)

    def newest(self) -> JobReport | None:
        """Return what is known of the newest job of which any byte may have left."""
        rows = self._run(
            "SELECT id FROM jobs WHERE bytes_sent > 0 OR state = ? ORDER BY at DESC, copy DESC LIMIT 1",
            JobState.SEND_STARTED,
        )
        return self.load(rows[0][0]) if rows else None

    def save(self, report: JobReport) -> None:
        """Keep what is known of a job; what its slip says is blanked once it is through."""
        self._run(
            "UPDATE jobs SET state = ?, reason = ?, bytes_total = ?, bytes_sent = ?, evidence = ?, "
            "reported = reported AND state = ?, says = CASE WHEN ? THEN NULL ELSE says END WHERE id = ?",
            report.state,
            report.reason,
            report.bytes_total,
            report.bytes_sent,
            report.evidence,
            report.state,
            report.state in _RESULTS,
            report.job_id,
        )

    def unreported(self) -> list[Result]:
        """Return the outcomes that the server has not heard of, oldest first."""
        marks = ", ".join("?" * len(_RESULTS))
        rows = self._run(
            f"SELECT id, ticket, copy, state, reason FROM jobs WHERE reported = 0 AND state IN ({marks}) "
            "ORDER BY at, id",
            *_RESULTS,
        )
        return [Result(row[0], row[1], row[2], _RESULTS[JobState(row[3])], row[4] or "") for row in rows]

    def reported(self, result: Result) -> None:
        """Note that the server knows an outcome, unless it changed meanwhile."""
        states = [state for state, word in _RESULTS.items() if word == result.state]
        marks = ", ".join("?" * len(states))
        self._run(f"UPDATE jobs SET reported = 1 WHERE id = ? AND state IN ({marks})", result.job, *states)

    # Notes -------------------------------------------------------------------------------------------

    def write_note(self, name: str, content: bytes, at: int) -> None:
        """Keep a copy of something the server said, for the time when it is away."""
        self._run("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", name, content, at)

    def read_note(self, name: str) -> tuple[bytes, int] | None:
        """Return a kept copy and when it was written, milliseconds UTC."""
        rows = self._run("SELECT content, at FROM notes WHERE name = ?", name)
        return (rows[0][0], rows[0][1]) if rows else None

    def _run(self, sql: str, *values: object) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()
