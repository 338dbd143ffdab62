"""The versions of the hall's plan and of the catalogue of matters."""

import sqlite_utils

SCHEMA = """
CREATE TABLE hall_version (
    version INTEGER PRIMARY KEY,
    effective_at INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    stored_by TEXT NOT NULL,
    toml TEXT NOT NULL
) STRICT;

CREATE TABLE catalogue_version (
    version INTEGER PRIMARY KEY,
    stored_at INTEGER NOT NULL,
    stored_by TEXT NOT NULL,
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    digest TEXT NOT NULL,
    head TEXT NOT NULL
) STRICT;

CREATE TABLE matter (
    version INTEGER NOT NULL REFERENCES catalogue_version (version),
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    zone TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (version, position),
    UNIQUE (version, id)
) STRICT, WITHOUT ROWID;
"""


def apply(db: sqlite_utils.Database) -> None:
    """Create the tables."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
