"""Booked places: one row each, from the booking to the ticket, the cancellation or the no-show."""

import sqlite_utils

SCHEMA = """
CREATE TABLE appointment (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('booked', 'carried')),
    state TEXT NOT NULL CHECK (state IN ('booked', 'checked_in', 'cancelled', 'missed', 'expired')),
    person BLOB,
    matter TEXT NOT NULL,
    grp TEXT NOT NULL,
    day TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    lang TEXT NOT NULL,
    booked_at INTEGER NOT NULL,
    booked_by TEXT NOT NULL,
    ended_at INTEGER,
    ticket INTEGER REFERENCES ticket (id),
    carried_from INTEGER REFERENCES ticket (id),
    policy INTEGER NOT NULL
) STRICT;

CREATE INDEX appointment_slot ON appointment (grp, starts_at)
    WHERE state IN ('booked', 'checked_in', 'missed');

CREATE UNIQUE INDEX appointment_one_a_day ON appointment (person, day)
    WHERE kind = 'booked' AND state IN ('booked', 'checked_in', 'missed');

CREATE INDEX appointment_person ON appointment (person, day) WHERE person IS NOT NULL;

CREATE INDEX appointment_open ON appointment (day, starts_at) WHERE state = 'booked';

CREATE INDEX appointment_ticket ON appointment (ticket) WHERE ticket IS NOT NULL;

CREATE UNIQUE INDEX appointment_carried ON appointment (carried_from) WHERE carried_from IS NOT NULL;

CREATE INDEX appointment_known ON appointment (day) WHERE person IS NOT NULL;
"""


def apply(db: sqlite_utils.Database) -> None:
    """Create the table."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
