"""The index of who waits holds all that counting and choosing read, so that the table is left alone.

SQLite 3.40 looks `state` up in the table for each row, although the index has no other rows: 200
people ahead cost a new ticket 200 look-ups.
"""

import sqlite_utils

SCHEMA = """
DROP INDEX ticket_waiting;

CREATE INDEX ticket_waiting ON ticket (day, grp, kind, sort_key, id, issued_at, state)
    WHERE state = 'waiting';
"""


def apply(db: sqlite_utils.Database) -> None:
    """Make the index anew."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
