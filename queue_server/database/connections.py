"""Opening the SQLite file with the settings that the rest relies on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

Connection = sqlite3.Connection
"""What a room hands from one of its reads to the next; only `store.py` files speak SQL to it."""

WRITER_CACHE_KIB = 64 * 1024
BUSY_TIMEOUT_MS = 5_000


def open_writer(path: Path, synchronous: str) -> sqlite3.Connection:
    """Open the one connection that writes: WAL, every commit on the disk before it is answered.

    `synchronous` is FULL in a hall; a test sets NORMAL to prove that it would lose tickets.
    Automatic checkpoints are off, since they would cost a caller two more fsyncs: `Database` runs
    them on a thread of its own.
    """
    if synchronous not in {"FULL", "NORMAL"}:
        raise ValueError(f"synchronous must be FULL or NORMAL, not {synchronous}")
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    db.execute("PRAGMA journal_mode = WAL").fetchall()
    db.execute(f"PRAGMA synchronous = {synchronous}")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA wal_autocheckpoint = 0").fetchall()
    db.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
    db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}").fetchall()
    db.execute("PRAGMA temp_store = MEMORY")
    return db


def open_reader(path: Path) -> sqlite3.Connection:
    """Open a connection that can only read."""
    db = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}").fetchall()
    db.execute("PRAGMA query_only = ON")
    return db
