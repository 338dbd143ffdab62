"""The journal and the marks of the database itself."""

import sqlite_utils

SCHEMA = """
CREATE TABLE mark (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    by TEXT NOT NULL,
    ticket INTEGER,
    visit INTEGER,
    counter TEXT,
    zone TEXT,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX journal_ticket ON journal (ticket, seq) WHERE ticket IS NOT NULL;
"""


def apply(db: sqlite_utils.Database) -> None:
    """Create the tables and give the database its epoch."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
    db.execute("INSERT INTO mark (name, value) VALUES ('epoch', strftime('%s', 'now'))")
