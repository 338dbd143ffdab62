"""Devices, staff, and the passes that they show: only hashes of secrets are kept."""

import sqlite_utils

SCHEMA = """
CREATE TABLE device (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pass (
    secret BLOB PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('device_key', 'device_cookie', 'staff_cookie', 'staff_token')),
    owner TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX pass_owner ON pass (owner, kind);
CREATE INDEX pass_expiry ON pass (expires_at) WHERE expires_at IS NOT NULL;
"""


def apply(db: sqlite_utils.Database) -> None:
    """Create the tables."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
