"""The journal becomes a hash chain, and kiosks get certified keys of the day.

The rows that are there are chained as they stand. The rule of the chain is repeated here on purpose:
`journal/chain.py` may learn another one some day, and then this one must still be what it was.
"""

import hashlib
import sqlite3

import msgspec
import sqlite_utils

SCHEMA = """
ALTER TABLE journal ADD COLUMN chain BLOB NOT NULL DEFAULT X'';

CREATE INDEX journal_root ON journal (seq) WHERE kind = 'chain.root';

CREATE TABLE day_key (
    day TEXT NOT NULL,
    public BLOB NOT NULL,
    kiosk TEXT NOT NULL,
    certificate BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (day, public)
) STRICT, WITHOUT ROWID;
"""
PIECE = 1000
COLUMNS = "seq, at, kind, by, ticket, visit, counter, zone, body"


def apply(db: sqlite_utils.Database) -> None:
    """Add column, index and table; chain what is there; note the algorithm."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            db.execute(statement)
    _chain(db.conn)
    db.execute("INSERT INTO mark (name, value) VALUES ('chain', 'sha256')")


def _chain(db: sqlite3.Connection) -> None:
    seq, head = 0, bytes(32)
    while rows := db.execute(
        f"SELECT {COLUMNS} FROM journal WHERE seq > ? ORDER BY seq LIMIT {PIECE}", (seq,)
    ).fetchall():
        links = []
        for row in rows:
            seq, head = row[0], hashlib.sha256(head + msgspec.json.encode(row)).digest()
            links.append((head, seq))
        db.executemany("UPDATE journal SET chain = ? WHERE seq = ?", links)
