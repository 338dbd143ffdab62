"""What is kept beside the queue: keys of requests, limits of persons and quotas, marks."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from queue_server.database import Tx
from queue_server.tickets.model import Once


def remembered(db: sqlite3.Connection, once: Once) -> tuple[bytes, int] | None:
    """Look a key up: (fingerprint of the request, journal row of its answer)."""
    rows = db.execute(
        "SELECT request, seq FROM idempotency WHERE caller = ? AND key = ?", (once.caller, once.key)
    ).fetchall()
    return (rows[0][0], rows[0][1]) if rows else None


def remember(tx: Tx, once: Once, seq: int) -> None:
    """Keep a key with the journal row that answers it."""
    tx.db.execute(
        "INSERT INTO idempotency (caller, key, request, seq, at) VALUES (?, ?, ?, ?, ?)",
        (once.caller, once.key, once.request, seq, tx.now),
    )


def keys_before(db: sqlite3.Connection, before_ms: int) -> list[tuple[str, str]]:
    """The keys (caller, key) older than a time. Reads the whole table, so not for the writer."""
    return db.execute("SELECT caller, key FROM idempotency WHERE at < ?", (before_ms,)).fetchall()


def forget_keys(tx: Tx, keys: Sequence[tuple[str, str]]) -> None:
    """Drop these keys (caller, key)."""
    tx.db.executemany("DELETE FROM idempotency WHERE caller = ? AND key = ?", keys)


def forget_people(tx: Tx, before_day: str, limit: int) -> int:
    """Drop the keyed hashes of people from visits older than a day; returns how many went."""
    return tx.db.execute(
        "UPDATE visit SET person = NULL WHERE id IN "
        "(SELECT id FROM visit WHERE person IS NOT NULL AND day < ? LIMIT ?)",
        (before_day, limit),
    ).rowcount


def open_of_person(db: sqlite3.Connection, person: bytes, day: str) -> list[str]:
    """The groups in which a person holds an open ticket today, one entry a ticket."""
    rows = db.execute(
        "SELECT t.grp FROM visit v JOIN ticket t ON t.visit = v.id WHERE v.person = ? AND v.day = ? "
        "AND t.state IN ('waiting', 'called', 'serving', 'parked', 'missed')",
        (person, day),
    ).fetchall()
    return [row[0] for row in rows]


def use_quota(tx: Tx, day: str, quota: str, session: str) -> int:
    """Count one more ticket under a quota and return how many there are now."""
    rows = tx.db.execute(
        "INSERT INTO quota_use (day, quota, session, used) VALUES (?, ?, ?, 1) "
        "ON CONFLICT (day, quota, session) DO UPDATE SET used = used + 1 RETURNING used",
        (day, quota, session),
    ).fetchall()
    return int(rows[0][0])


def quota_used(db: sqlite3.Connection, day: str, quota: str, session: str) -> int:
    """How many tickets a quota has given in a session."""
    rows = db.execute(
        "SELECT used FROM quota_use WHERE day = ? AND quota = ? AND session = ?", (day, quota, session)
    ).fetchall()
    return rows[0][0] if rows else 0


def mark(db: sqlite3.Connection, name: str) -> str | None:
    """Read a mark of the database, such as the business day."""
    rows = db.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchall()
    return rows[0][0] if rows else None


def set_mark(tx: Tx, name: str, value: str) -> None:
    """Store a mark of the database."""
    tx.db.execute(
        "INSERT INTO mark (name, value) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
