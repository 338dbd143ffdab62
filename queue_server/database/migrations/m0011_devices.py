"""How the devices of the hall are: one row each, rewritten when its state changes."""

import sqlite_utils

SCHEMA = """
CREATE TABLE device_health (
    device TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    reporter TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('unknown', 'ok', 'degraded', 'away', 'fault')),
    code TEXT NOT NULL,
    since INTEGER NOT NULL,
    counter TEXT
) STRICT, WITHOUT ROWID;
"""


def apply(db: sqlite_utils.Database) -> None:
    """Create the table."""
    db.execute(SCHEMA)
