"""The SQL of the hall: its versions, each as the text that was handed in."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from queue_server.database import Tx


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
