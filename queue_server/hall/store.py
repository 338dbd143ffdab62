"""The SQL of the hall: its versions, each as the text that was handed in, and its calendar."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from queue_server.database import Tx
from queue_server.hall.calendar import Calendar, CalendarDay, Date, DayKind, LocalDay, LocalKind


class StoredVersion(NamedTuple):
    """One version of the hall's TOML; `effective_at` is in ms UTC."""

    version: int
    effective_at: int
    toml: str


def insert(tx: Tx, effective_at: int, by: str, toml: str) -> int:
    """Store a version and return its number; numbers count from 1 without a gap."""
    rows = tx.db.execute(
        "INSERT INTO hall_version (effective_at, stored_at, stored_by, toml) VALUES (?, ?, ?, ?)"
        " RETURNING version",
        (effective_at, tx.now, by, toml),
    ).fetchall()
    return int(rows[0][0])


def newest(db: sqlite3.Connection) -> StoredVersion | None:
    """Read the version that was stored last, None for an empty database."""
    rows = db.execute(
        "SELECT version, effective_at, toml FROM hall_version ORDER BY version DESC LIMIT 1"
    ).fetchall()
    return StoredVersion(*rows[0]) if rows else None


def in_force(db: sqlite3.Connection, now_ms: int) -> StoredVersion | None:
    """Read the version that rules at `now_ms`: of those in effect the one stored last."""
    rows = db.execute(
        "SELECT version, effective_at, toml FROM hall_version WHERE effective_at <= ?"
        " ORDER BY version DESC LIMIT 1",
        (now_ms,),
    ).fetchall()
    return StoredVersion(*rows[0]) if rows else None


def scheduled(db: sqlite3.Connection, after: int, now_ms: int) -> list[StoredVersion]:
    """Read the versions newer than `after` that will come into effect later than `now_ms`."""
    rows = db.execute(
        "SELECT version, effective_at, toml FROM hall_version"
        " WHERE version > ? AND effective_at > ? ORDER BY version",
        (after, now_ms),
    ).fetchall()
    return [StoredVersion(*row) for row in rows]


def calendar(db: sqlite3.Connection) -> Calendar:
    """Read the whole working-day calendar: some thirty rows a year."""
    days = db.execute("SELECT date, kind, name, source, provisional, year FROM calendar_day").fetchall()
    local = db.execute("SELECT date, kind, sessions, reason FROM calendar_local").fetchall()
    found = [_calendar_day(row) for row in days]
    decided = [
        LocalDay(Date.fromisoformat(date), LocalKind(kind), tuple(sessions.split()), reason)
        for date, kind, sessions, reason in local
    ]
    return Calendar({day.date: day for day in found}, {day.date: day for day in decided})


def put_notice(tx: Tx, year: int, days: Sequence[CalendarDay]) -> None:
    """Store the days of a year's notice in the place of those that an earlier one gave."""
    tx.db.execute("DELETE FROM calendar_day WHERE year = ?", (year,))
    tx.db.executemany(
        "INSERT OR REPLACE INTO calendar_day (date, kind, name, source, provisional, year) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [
            (day.date.isoformat(), day.kind, day.name, day.source, int(day.provisional), day.year)
            for day in days
        ],
    )


def put_local(tx: Tx, days: Sequence[LocalDay], by: str) -> None:
    """Store what the hall decided for some dates, in the place of what it had decided."""
    tx.db.executemany(
        "INSERT OR REPLACE INTO calendar_local (date, kind, sessions, reason, set_at, set_by) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [(day.date.isoformat(), day.kind, " ".join(day.sessions), day.reason, tx.now, by) for day in days],
    )


def drop_local(tx: Tx, dates: Sequence[Date]) -> None:
    """Forget what the hall decided for some dates."""
    tx.db.executemany("DELETE FROM calendar_local WHERE date = ?", [(date.isoformat(),) for date in dates])


def _calendar_day(row: tuple[str, str, str, str, int, int]) -> CalendarDay:
    date, kind, name, source, provisional, year = row
    return CalendarDay(Date.fromisoformat(date), DayKind(kind), name, source, bool(provisional), year)
