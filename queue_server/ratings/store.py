"""The SQL of ratings: one row a ticket, nothing of the person."""

from __future__ import annotations

import sqlite3

from queue_server.database import Tx
from queue_server.wire.ratings import GiveRating


def rating(db: sqlite3.Connection, ticket: int) -> tuple[str, int, int, str] | None:
    """Read (counter, level, when in ms UTC, by whom brought) of a ticket; None where nobody rated."""
    rows = db.execute(
        "SELECT counter, level, given_at, given_by FROM rating WHERE ticket = ?", (ticket,)
    ).fetchall()
    return (rows[0][0], rows[0][1], rows[0][2], rows[0][3]) if rows else None


def add(tx: Tx, wish: GiveRating, counter: str, pressed: int, by: str) -> None:
    """Store the rating of a ticket that was pressed at a time, in ms UTC."""
    tx.db.execute(
        "INSERT INTO rating (ticket, counter, level, given_at, given_by) VALUES (?, ?, ?, ?, ?)",
        (wish.ticket, counter, wish.level, pressed, by),
    )
