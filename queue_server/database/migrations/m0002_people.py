"""Devices, staff, and the sessions of both."""

import sqlite_utils

SCHEMA = """
CREATE TABLE device (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('kiosk', 'board', 'counter', 'printer', 'hub')),
    key_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE staff (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('clerk', 'guide', 'supervisor', 'reviewer', 'issuer',
                                       'auditor', 'admin')),
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    disabled_at INTEGER
) STRICT;

CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('staff', 'device', 'token')),
    name TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_expiry ON session (expires_at);
"""


def apply(db: sqlite_utils.Database) -> None:
    """Create the tables."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
