"""The journal's SQL: append a row inside a write, chain it, read rows after a given one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import msgspec

from queue_server.clock import rfc3339
from queue_server.database import Tx
from queue_server.journal import chain
from queue_server.journal.chain import Fault, Head
from queue_server.refusals import Refused
from queue_server.wire import Event, EventKind, Ticket


class _Body(msgspec.Struct, omit_defaults=True):
    """What stands in the `body` column: all of an event that has no column of its own."""

    ticket: Ticket | None = None
    data: dict[str, Any] = {}


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Body).decode

_INSERT = f"INSERT INTO journal ({chain.COLUMNS}, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_COLUMNS = "seq, at, kind, by, counter, zone, body"
_LINKED = f"SELECT {chain.COLUMNS}, chain FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"
_HEAD = """SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0),
    (SELECT chain FROM journal ORDER BY seq DESC LIMIT 1)"""
_ROOTS = "kind = 'chain.root'"
"""As it stands in the index of these rows; SQLite compares the text."""
_IN_BODY = "CASE WHEN json_valid(body) THEN json_extract(body, '{}') END"
"""One value of a body; a body that somebody garbled has none, and is no fault of the question."""
_CARRIED = "journal head"
_WALK_PAGE = 500
FOREVER_MS = 2**62


def append(
    tx: Tx,
    kind: EventKind,
    by: str,
    *,
    ticket: Ticket | None = None,
    place: tuple[str | None, str] | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Add one row to the journal and tell the listeners once it is committed.

    A row about a ticket takes its counter and zone from the ticket, another from `place` (counter
    id or None, zone id). Rows hold references only:
    no name, no number of a person.
    """
    number, visit = None, None
    counter, zone = place or (None, None)
    if ticket is not None:
        number, visit, counter, zone = ticket.id, ticket.visit, ticket.counter, ticket.zone
    body = _encode(_Body(ticket, data or {})).decode()
    head = tx.carried.get(_CARRIED) or newest(tx.db)
    content = (head.seq + 1, tx.now, kind, by, number, visit, counter, zone, body)
    linked = chain.link(head.chain, content)
    tx.db.execute(_INSERT, (*content, linked))
    tx.carried[_CARRIED] = Head(content[0], linked)
    event = Event(
        seq=content[0],
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


def newest(db: sqlite3.Connection) -> Head:
    """The number that was given last and the hash of the newest row, as the file has them.

    Inside a write it is read from the file and not remembered, since another process may have written
    meanwhile.
    """
    seq, linked = db.execute(_HEAD).fetchall()[0]
    return Head(seq, linked or chain.START)


def walk(db: sqlite3.Connection, head: Head, until: int | None = None) -> Head:
    """Check the chain from the row after `head` up to row `until`, or to the end.

    Returns the head there; raises Fault with the first row that does not hold. Best inside one read
    transaction, so that rows written meanwhile neither help nor disturb.
    """
    for page in _pages(db, head.seq, until):
        head = chain.follow(head, page)
    return head


def check_chain(db: sqlite3.Connection) -> Head:
    """Check the whole journal, that nothing is missing at its end, and every hash made public.

    Raises Fault, or Refused("chain_missing") for a file from before there was a chain.
    """
    if db.execute("SELECT value FROM mark WHERE name = 'chain'").fetchall() != [(chain.ALGORITHM,)]:
        raise Refused("chain_missing")
    end = walk(db, Head())
    given = newest(db).seq
    if end.seq < given:
        raise Fault(end.seq + 1, "cut_off")
    for root in roots_between(db, 0, FOREVER_MS):
        check_root(db, root)
    return end


def check_root(db: sqlite3.Connection, root: Event) -> Head:
    """Check that the row which a public root covers last still has that hash; raises Fault."""
    upto = int(root.data["upto"])
    head = link_at(db, upto)
    if head.chain.hex() != root.data["root"]:
        raise Fault(upto, "unlike")
    return head


def link_at(db: sqlite3.Connection, seq: int) -> Head:
    """The stored hash of a row; that of the start for row 0. Raises Fault if there is no such row."""
    if seq == 0:
        return Head()
    rows = db.execute("SELECT chain FROM journal WHERE seq = ?", (seq,)).fetchall()
    if not rows:
        raise Fault(seq, "missing")
    return Head(seq, rows[0][0])


def last_root(db: sqlite3.Connection) -> tuple[int, int]:
    """Number and time (ms UTC) of the newest root; without one, row 0 and the time of the first row."""
    rows = db.execute(f"SELECT seq, at FROM journal WHERE {_ROOTS} ORDER BY seq DESC LIMIT 1").fetchall()
    first = rows or db.execute("SELECT 0, at FROM journal ORDER BY seq LIMIT 1").fetchall()
    return (int(first[0][0]), int(first[0][1])) if first else (0, 0)


def roots_between(db: sqlite3.Connection, from_ms: int, to_ms: int) -> list[Event]:
    """Read the roots that were published between two times (ms UTC, the second not included)."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM journal WHERE {_ROOTS} AND at >= ? AND at < ? ORDER BY seq",
        (from_ms, to_ms),
    ).fetchall()
    return [_event(row) for row in rows]


def root_before(db: sqlite3.Connection, seq: int) -> int | None:
    """The row of the last root before row `seq`."""
    rows = db.execute(
        f"SELECT seq FROM journal WHERE {_ROOTS} AND seq < ? ORDER BY seq DESC LIMIT 1", (seq,)
    ).fetchall()
    return int(rows[0][0]) if rows else None


def root_like(db: sqlite3.Connection, digits: str) -> int | None:
    """Find the row of the root that begins with these lower-case hexadecimal digits."""
    rows = db.execute(
        f"SELECT seq FROM journal WHERE {_ROOTS} AND {_IN_BODY.format('$.data.root')} LIKE ? || '%'",
        (digits,),
    ).fetchall()
    return int(rows[0][0]) if rows else None


def root_row_after(db: sqlite3.Connection, seq: int) -> int | None:
    """The row of the first root after row `seq`."""
    rows = db.execute(
        f"SELECT seq FROM journal WHERE {_ROOTS} AND seq > ? ORDER BY seq LIMIT 1", (seq,)
    ).fetchall()
    return int(rows[0][0]) if rows else None


def issued(db: sqlite3.Connection, number: str, from_ms: int, to_ms: int) -> list[int]:
    """The rows that issued a number between two times (ms UTC, both included)."""
    rows = db.execute(
        "SELECT seq FROM journal WHERE seq >= ? AND seq < ? AND kind = 'ticket.issued' "
        f"AND {_IN_BODY.format('$.ticket.number')} = ? ORDER BY seq",
        (first_at(db, from_ms), first_at(db, to_ms + 1), number),
    ).fetchall()
    return [int(row[0]) for row in rows]


def first_at(db: sqlite3.Connection, at_ms: int) -> int:
    """The first row at or after a time, by halving: times never fall, and no index is kept for this."""
    low, high = 1, last_seq(db) + 1
    while low < high:
        middle = (low + high) // 2
        rows = db.execute("SELECT at FROM journal WHERE seq = ?", (middle,)).fetchall()
        if rows and rows[0][0] >= at_ms:
            high = middle
        else:
            low = middle + 1
    return low


def _pages(
    db: sqlite3.Connection, seq: int, until: int | None
) -> Iterator[list[tuple[int | str | bytes | None, ...]]]:
    """Rows with their hashes, page by page; a row that SQLite cannot read raises Fault by its number."""
    while page := _page(db, seq):
        wanted = page if until is None else [row for row in page if row[0] <= until]
        yield wanted
        if len(wanted) < len(page):
            return
        seq = page[-1][0]


def _page(db: sqlite3.Connection, seq: int) -> list[Any]:
    try:
        return db.execute(_LINKED, (seq, _WALK_PAGE)).fetchall()
    except sqlite3.DatabaseError:
        pass
    page: list[Any] = []
    try:
        while rows := db.execute(_LINKED, (page[-1][0] if page else seq, 1)).fetchall():
            page += rows
    except sqlite3.DatabaseError:
        if not page:
            raise Fault(seq + 1, "unreadable") from None
    return page


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


def rows_of_ticket(db: sqlite3.Connection, ticket: int) -> list[Event]:
    """Read all that happened to a ticket, oldest first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM journal WHERE ticket = ? ORDER BY seq", (ticket,)).fetchall()
    return [_event(row) for row in rows]


def rows_of_kind_after(db: sqlite3.Connection, kind: EventKind, seq: int) -> list[Event]:
    """Read all events of a rare kind after row `seq`, oldest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM journal WHERE seq > ? AND kind = ? ORDER BY seq", (seq, kind)
    ).fetchall()
    return [_event(row) for row in rows]


def rows_of_kind_between(db: sqlite3.Connection, kind: EventKind, after: int, before: int) -> list[Event]:
    """Read the events of a kind between two rows, neither included, oldest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM journal WHERE seq > ? AND seq < ? AND kind = ? ORDER BY seq",
        (after, before, kind),
    ).fetchall()
    return [_event(row) for row in rows]


def epoch(db: sqlite3.Connection) -> int:
    """The number that tells this database from an earlier or a restored one."""
    return int(db.execute("SELECT value FROM mark WHERE name = 'epoch'").fetchall()[0][0])


def _event(row: tuple[Any, ...]) -> Event:
    seq, at, kind, by, counter, zone, text = row
    body = _decode(text)
    return Event(seq, kind, rfc3339(at), by, body.ticket, counter, zone, body.data)
