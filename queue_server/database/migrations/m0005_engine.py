"""The full queue: priority kinds, reinstating, parking, skills, lent counters, and who was passed over."""

import sqlite_utils

SCHEMA = """
ALTER TABLE ticket ADD COLUMN kind INTEGER NOT NULL DEFAULT 0 CHECK (kind IN (0, 1));

ALTER TABLE ticket ADD COLUMN reinstated INTEGER NOT NULL DEFAULT 0;

DROP INDEX ticket_waiting;

CREATE INDEX ticket_waiting ON ticket (day, grp, kind, sort_key, id) WHERE state = 'waiting';

CREATE INDEX ticket_overtakers ON ticket (day, grp, issued_at) WHERE kind = 1 AND called_at IS NOT NULL;

CREATE INDEX ticket_parked ON ticket (counter, ended_at) WHERE state = 'parked';

CREATE TABLE turn (
    grp TEXT PRIMARY KEY,
    normals INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passed_over (
    ticket INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (ticket, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE skill (
    staff TEXT NOT NULL,
    grp TEXT NOT NULL,
    PRIMARY KEY (staff, grp)
) STRICT, WITHOUT ROWID;

CREATE TABLE loan (
    counter TEXT NOT NULL,
    grp TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (counter, grp)
) STRICT, WITHOUT ROWID;

CREATE TABLE quota_use (
    day TEXT NOT NULL,
    quota TEXT NOT NULL,
    session TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (day, quota, session)
) STRICT, WITHOUT ROWID;
"""


def apply(db: sqlite_utils.Database) -> None:
    """Add the columns and tables; the queue's index now keeps priority apart."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
