"""The SQL of the keys of the day."""

from __future__ import annotations

import sqlite3

from queue_server.database import Tx
from queue_server.wire.day_key import DayKey, from_text, to_text


def day_keys(db: sqlite3.Connection, day: str) -> list[DayKey]:
    """All keys of a business day, in the order in which they were certified."""
    rows = db.execute(
        "SELECT day, kiosk, public, certificate FROM day_key WHERE day = ? ORDER BY at, public", (day,)
    ).fetchall()
    return [DayKey(day, kiosk, to_text(public), to_text(signed)) for day, kiosk, public, signed in rows]


def add_day_key(tx: Tx, key: DayKey) -> None:
    """Keep a certified key."""
    tx.db.execute(
        "INSERT INTO day_key (day, public, kiosk, certificate, at) VALUES (?, ?, ?, ?, ?)",
        (key.day, from_text(key.key), key.kiosk, from_text(key.certificate), tx.now),
    )
