"""The journal's SQL: append a row inside a write, read rows after a given one."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from queue_server.clock import rfc3339
from queue_server.database import Tx
from queue_server.wire import Event, EventKind, Ticket


class _Body(msgspec.Struct, omit_defaults=True):
    """What stands in the `body` column: all of an event that has no column of its own."""

    ticket: Ticket | None = None
    data: dict[str, Any] = {}


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Body).decode

_INSERT = (
    "INSERT INTO journal (at, kind, by, ticket, visit, counter, zone, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_COLUMNS = "seq, at, kind, by, counter, zone, body"


def append(
    tx: Tx,
    kind: EventKind,
    by: str,
    *,
    ticket: Ticket | None = None,
    place: tuple[str, str] | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Add one row to the journal and tell the listeners once it is committed.

    A row about a ticket takes its counter and zone from the ticket, another from `place` (counter
    id, zone id). Rows hold references only:
    no name, no number of a person.
    """
    number, visit = None, None
    counter, zone = place or (None, None)
    if ticket is not None:
        number, visit, counter, zone = ticket.id, ticket.visit, ticket.counter, ticket.zone
    body = _encode(_Body(ticket, data or {})).decode()
    cursor = tx.db.execute(_INSERT, (tx.now, kind, by, number, visit, counter, zone, body))
    event = Event(
        seq=cursor.lastrowid or 0,
        kind=kind,
        at=rfc3339(tx.now),
        by=by,
        ticket=ticket,
        counter=counter,
        zone=zone,
        data=data or {},
    )
    tx.emit(event)
    return event


def rows_after(db: sqlite3.Connection, seq: int, limit: int) -> list[Event]:
    """Read up to `limit` events after row `seq`, oldest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit)
    ).fetchall()
    return [_event(row) for row in rows]


def event_at(db: sqlite3.Connection, seq: int) -> Event | None:
    """Read one event."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM journal WHERE seq = ?", (seq,)).fetchall()
    return _event(rows[0]) if rows else None


def last_seq(db: sqlite3.Connection) -> int:
    """The newest row's number; 0 while the journal is empty."""
    found: int = db.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchall()[0][0]
    return found


def last_at(db: sqlite3.Connection) -> int:
    """The newest row's time in ms UTC; 0 while the journal is empty."""
    rows = db.execute("SELECT at FROM journal ORDER BY seq DESC LIMIT 1").fetchall()
    return int(rows[0][0]) if rows else 0


def last_of_kind(db: sqlite3.Connection, kind: EventKind) -> int:
    """The newest row of a kind that is rare and recent; 0 when there is none."""
    rows = db.execute("SELECT seq FROM journal WHERE kind = ? ORDER BY seq DESC LIMIT 1", (kind,)).fetchall()
    return int(rows[0][0]) if rows else 0


def rows_of_kind_after(db: sqlite3.Connection, kind: EventKind, seq: int) -> list[Event]:
    """Read all events of a rare kind after row `seq`, oldest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM journal WHERE seq > ? AND kind = ? ORDER BY seq", (seq, kind)
    ).fetchall()
    return [_event(row) for row in rows]


def epoch(db: sqlite3.Connection) -> int:
    """The number that tells this database from an earlier or a restored one."""
    return int(db.execute("SELECT value FROM mark WHERE name = 'epoch'").fetchall()[0][0])


def _event(row: tuple[Any, ...]) -> Event:
    seq, at, kind, by, counter, zone, text = row
    body = _decode(text)
    return Event(seq, kind, rfc3339(at), by, body.ticket, counter, zone, body.data)
