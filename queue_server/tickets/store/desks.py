"""Counters at work: their state, who may serve what, and how long services take."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from queue_server.database import Tx


def counter_state(db: sqlite3.Connection, counter: str) -> tuple[str, str | None]:
    """Read (state, clerk) of a counter; one that never opened is closed."""
    rows = db.execute("SELECT state, clerk FROM counter_state WHERE counter = ?", (counter,)).fetchall()
    return (rows[0][0], rows[0][1]) if rows else ("closed", None)


def counter_states(db: sqlite3.Connection) -> dict[str, tuple[str, str | None]]:
    """Read (state, clerk) of every counter that ever opened."""
    rows = db.execute("SELECT counter, state, clerk FROM counter_state").fetchall()
    return {counter: (state, clerk) for counter, state, clerk in rows}


def set_counter(tx: Tx, counter: str, state: str, clerk: str | None) -> None:
    """Store the state of a counter and who sits there."""
    tx.db.execute(
        "INSERT INTO counter_state (counter, state, clerk, since) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (counter) DO UPDATE SET state = excluded.state, clerk = excluded.clerk, "
        "since = excluded.since",
        (counter, state, clerk, tx.now),
    )


def close_counters(tx: Tx) -> None:
    """Close all counters: a new business day begins."""
    tx.db.execute("UPDATE counter_state SET state = 'closed', clerk = NULL, since = ?", (tx.now,))


def skills(db: sqlite3.Connection, staff: str) -> frozenset[str] | None:
    """The queues that a clerk may serve; None for all."""
    rows = db.execute("SELECT grp FROM skill WHERE staff = ?", (staff,)).fetchall()
    return frozenset(row[0] for row in rows) or None


def set_skills(tx: Tx, staff: str, groups: Sequence[str]) -> None:
    """Store the queues that a clerk may serve; none means all."""
    tx.db.execute("DELETE FROM skill WHERE staff = ?", (staff,))
    tx.db.executemany("INSERT INTO skill (staff, grp) VALUES (?, ?)", [(staff, group) for group in groups])


def loans(db: sqlite3.Connection, counter: str, now_ms: int) -> list[str]:
    """The queues that a counter helps out with now."""
    rows = db.execute("SELECT grp FROM loan WHERE counter = ? AND until > ?", (counter, now_ms)).fetchall()
    return [row[0] for row in rows]


def lend(tx: Tx, counter: str, groups: Sequence[str], until: int) -> None:
    """Lend a counter to other queues until a time; forgets what is over."""
    tx.db.execute("DELETE FROM loan WHERE counter = ? OR until <= ?", (counter, tx.now))
    rows = [(counter, group, until) for group in groups]
    tx.db.executemany("INSERT INTO loan (counter, grp, until) VALUES (?, ?, ?)", rows)


def service_time(db: sqlite3.Connection, group: str) -> tuple[float, int] | None:
    """Read the rolling service time of a group: (mean in seconds, how many)."""
    rows = db.execute("SELECT mean_s, n FROM service_time WHERE grp = ?", (group,)).fetchall()
    return (rows[0][0], rows[0][1]) if rows else None


def service_times(db: sqlite3.Connection) -> dict[str, float]:
    """Read the rolling service time of every group, in seconds."""
    return dict(db.execute("SELECT grp, mean_s FROM service_time").fetchall())


def set_service_time(tx: Tx, group: str, mean_s: float, n: int) -> None:
    """Store the rolling service time of a group."""
    tx.db.execute(
        "INSERT INTO service_time (grp, mean_s, n) VALUES (?, ?, ?) "
        "ON CONFLICT (grp) DO UPDATE SET mean_s = excluded.mean_s, n = excluded.n",
        (group, mean_s, n),
    )
