"""Ratings: one a ticket, with the level and the counter, and nothing of the person."""

import sqlite_utils

SCHEMA = """
CREATE TABLE rating (
    ticket INTEGER PRIMARY KEY REFERENCES ticket (id),
    counter TEXT NOT NULL,
    level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 5),
    given_at INTEGER NOT NULL,
    given_by TEXT NOT NULL
) STRICT
"""


def apply(db: sqlite_utils.Database) -> None:
    """Create the table."""
    db.execute(SCHEMA)
