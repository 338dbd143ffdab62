"""The working-day calendar: what the State Council announced, and what the hall decided for itself."""

import sqlite_utils

SCHEMA = """
CREATE TABLE calendar_day (
    date TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('holiday', 'makeup')),
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
    year INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE calendar_local (
    date TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('closed', 'typhoon', 'half_day', 'open')),
    sessions TEXT NOT NULL,
    reason TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    set_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


def apply(db: sqlite_utils.Database) -> None:
    """Create the tables."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
