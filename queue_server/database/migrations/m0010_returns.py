"""Whoever was parked says that they are back; an agent's ticket holds several matters.

Who was passed over is read from the calls themselves, which name every queue that they drew from.
"""

import sqlite_utils

SCHEMA = """
ALTER TABLE ticket ADD COLUMN back_at INTEGER;

ALTER TABLE ticket ADD COLUMN errands INTEGER NOT NULL DEFAULT 1 CHECK (errands BETWEEN 1 AND 99);

DROP TABLE passed_over;
"""


def apply(db: sqlite_utils.Database) -> None:
    """Add the columns and drop the table."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
