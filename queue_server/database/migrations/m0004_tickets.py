"""Visits, tickets, number series, counters at work, and the keys of repeated requests."""

import sqlite_utils

SCHEMA = """
CREATE TABLE series_counter (
    day TEXT NOT NULL,
    series TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (day, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE visit (
    id INTEGER PRIMARY KEY,
    day TEXT NOT NULL,
    number TEXT NOT NULL,
    lang TEXT NOT NULL,
    channel TEXT NOT NULL,
    person BLOB,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (day, number)
) STRICT;

CREATE INDEX visit_person ON visit (person, day) WHERE person IS NOT NULL;

CREATE TABLE ticket (
    id INTEGER PRIMARY KEY,
    visit INTEGER NOT NULL REFERENCES visit (id),
    leg INTEGER NOT NULL,
    day TEXT NOT NULL,
    matter TEXT NOT NULL,
    grp TEXT NOT NULL,
    zone TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'serving', 'parked', 'missed',
                                         'completed', 'cancelled', 'abandoned', 'expired')),
    priority_class TEXT,
    sort_key INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    called_at INTEGER,
    started_at INTEGER,
    ended_at INTEGER,
    last_call_at INTEGER,
    counter TEXT,
    calls INTEGER NOT NULL DEFAULT 0,
    policy INTEGER NOT NULL,
    print_state TEXT NOT NULL DEFAULT 'none',
    UNIQUE (visit, leg)
) STRICT;

CREATE INDEX ticket_waiting ON ticket (day, grp, sort_key, id) WHERE state = 'waiting';

CREATE UNIQUE INDEX ticket_one_a_counter ON ticket (counter) WHERE state IN ('called', 'serving');

CREATE UNIQUE INDEX ticket_one_a_visit ON ticket (visit) WHERE state IN ('called', 'serving');

CREATE INDEX ticket_missed ON ticket (day, grp, ended_at) WHERE state = 'missed';

CREATE INDEX ticket_done ON ticket (counter, day) WHERE state = 'completed';

CREATE TABLE counter_state (
    counter TEXT PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('open', 'paused', 'closed')),
    clerk TEXT,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE service_time (
    grp TEXT PRIMARY KEY,
    mean_s REAL NOT NULL,
    n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_at ON idempotency (at);
"""


def apply(db: sqlite_utils.Database) -> None:
    """Create the tables."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
