"""Visits and their legs: numbers drawn, rows added, changed and found."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from queue_server.database import Tx
from queue_server.tickets.model import TicketRow
from queue_server.wire import PrintState, TicketState

COLUMN_OF = {"group": "grp"}
"""GROUP is a word of SQL."""

_COLUMNS = (
    "t.id, t.visit, t.leg, t.day, t.matter, t.grp, t.zone, t.state, t.priority_class, t.kind, t.sort_key, "
    "t.issued_at, t.called_at, t.started_at, t.ended_at, t.last_call_at, t.counter, t.calls, "
    "t.reinstated, t.policy, t.print_state, v.number, v.lang, v.channel, t.back_at, t.errands"
)
_FROM = "FROM ticket t JOIN visit v ON v.id = t.visit"
_STATE, _PRINT = 7, 20
_IN_PLACE = {"print_state"}
"""What may change while everybody keeps their place."""
DRAWN = "drawn numbers"
"""Carried from command to command: the last number of each series that this transaction has drawn from."""
ARRIVALS = "arrivals"
"""Carried from command to command: how many are ahead of the last who joined the end of each group."""


def _row(found: Sequence[Any]) -> TicketRow:
    values = list(found)
    values[_STATE] = TicketState(values[_STATE])
    values[_PRINT] = PrintState(values[_PRINT])
    return TicketRow(*values)


def rows_where(db: sqlite3.Connection, where: str, values: Sequence[Any]) -> list[TicketRow]:
    """Read legs by a condition over `t` (ticket) and `v` (visit)."""
    found = db.execute(f"SELECT {_COLUMNS} {_FROM} WHERE {where}", values).fetchall()
    return [_row(row) for row in found]


def _one(db: sqlite3.Connection, where: str, values: tuple[Any, ...]) -> TicketRow | None:
    rows = rows_where(db, f"{where} LIMIT 1", values)
    return rows[0] if rows else None


def next_number(tx: Tx, day: str, series: str) -> int:
    """Draw the next number of a series: 1, 2, 3, … each once in a business day."""
    drawn: dict[tuple[str, str], int] = tx.carried.get(DRAWN, {})
    n = drawn.get((day, series))
    if n is None:
        n = tx.db.execute(
            "INSERT INTO series_counter (day, series, n) VALUES (?, ?, 1) "
            "ON CONFLICT (day, series) DO UPDATE SET n = n + 1 RETURNING n",
            (day, series),
        ).fetchall()[0][0]
    else:
        n += 1
        tx.db.execute("UPDATE series_counter SET n = ? WHERE day = ? AND series = ?", (n, day, series))
    tx.carried[DRAWN] = {**drawn, (day, series): n}
    return int(n)


def add_visit(tx: Tx, values: tuple[str, str, str, str, bytes | None, str]) -> int:
    """Store a visit (day, number, lang, channel, person, by) and return its id."""
    cursor = tx.db.execute(
        "INSERT INTO visit (day, number, lang, channel, person, created_by, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*values, tx.now),
    )
    return cursor.lastrowid or 0


def add_ticket(tx: Tx, row: TicketRow) -> TicketRow:
    """Store a new leg; the id of `row` is ignored and comes back filled in."""
    cursor = tx.db.execute(
        "INSERT INTO ticket (visit, leg, day, matter, grp, zone, state, priority_class, kind, sort_key, "
        "issued_at, policy, print_state, errands) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.visit,
            row.leg,
            row.day,
            row.matter,
            row.group,
            row.zone,
            row.state,
            row.priority_class,
            row.kind,
            row.sort_key,
            row.issued_at,
            row.policy,
            row.print_state,
            row.errands,
        ),
    )
    return _replace(row, id=cursor.lastrowid or 0)


def save(tx: Tx, row: TicketRow, **changes: Any) -> TicketRow:
    """Store changed fields of a leg and return it after the change."""
    if not _IN_PLACE.issuperset(changes):
        forget_arrivals(tx)
    names = ", ".join(f"{COLUMN_OF.get(name, name)} = ?" for name in changes)
    tx.db.execute(f"UPDATE ticket SET {names} WHERE id = ?", (*changes.values(), row.id))
    return _replace(row, **changes)


def forget_arrivals(tx: Tx) -> None:
    """What was counted of the people who came in this transaction does not hold any more."""
    tx.carried.pop(ARRIVALS, None)


def ticket(db: sqlite3.Connection, number: int) -> TicketRow | None:
    """Read one leg by its id."""
    return _one(db, "t.id = ?", (number,))


def newest_leg(db: sqlite3.Connection, visit: int) -> TicketRow | None:
    """Read the latest leg of a visit."""
    return _one(db, "t.visit = ? ORDER BY t.leg DESC", (visit,))


def by_number(db: sqlite3.Connection, day: str, number: str) -> TicketRow | None:
    """Read the latest leg of a visit by its number of a day."""
    return _one(db, "v.day = ? AND v.number = ? ORDER BY t.leg DESC", (day, number))


def at_hand(db: sqlite3.Connection, counter: str) -> TicketRow | None:
    """Read the ticket that a counter has called or serves."""
    return _one(db, "t.counter = ? AND t.state IN ('called', 'serving')", (counter,))


def missed(db: sqlite3.Connection, day: str, groups: Sequence[str], limit: int) -> list[TicketRow]:
    """Read the latest missed tickets of several groups, newest first."""
    rows: list[TicketRow] = []
    for group in groups:
        where = "t.day = ? AND t.grp = ? AND t.state = 'missed' ORDER BY t.ended_at DESC LIMIT ?"
        rows += rows_where(db, where, (day, group, limit))
    rows.sort(key=lambda row: -(row.ended_at or 0))
    return rows[:limit]


def in_state(db: sqlite3.Connection, day: str, state: TicketState, limit: int) -> list[TicketRow]:
    """Read the tickets of a day in an open state, those who came first before others."""
    # The state stands in the text, so that the partial index of that state serves.
    return rows_where(
        db, f"t.day = ? AND t.state = '{state.value}' ORDER BY t.issued_at LIMIT ?", (day, limit)
    )


def parked(db: sqlite3.Connection, counter: str) -> list[TicketRow]:
    """Read the tickets that a counter has parked, the longest parked first."""
    found = db.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE t.counter = ? AND t.state = 'parked' ORDER BY t.ended_at",
        (counter,),
    ).fetchall()
    return [_row(row) for row in found]


def parked_before(db: sqlite3.Connection, at_ms: int, limit: int) -> list[TicketRow]:
    """Read tickets parked before a time whose holders have not said that they are back."""
    where = "t.state = 'parked' AND t.back_at IS NULL AND t.ended_at <= ? LIMIT ?"
    return rows_where(db, where, (at_ms, limit))


def returned(db: sqlite3.Connection, counter: str) -> TicketRow | None:
    """Read the parked ticket of a counter whose holder has been back for longest."""
    where = "t.counter = ? AND t.state = 'parked' AND t.back_at IS NOT NULL ORDER BY t.back_at"
    return _one(db, where, (counter,))


def last_done(db: sqlite3.Connection, counter: str, day: str) -> tuple[int, TicketRow | None]:
    """Count what a counter completed today, and read the last of it."""
    count: int = db.execute(
        "SELECT count(*) FROM ticket WHERE counter = ? AND day = ? AND state = 'completed'",
        (counter, day),
    ).fetchall()[0][0]
    last = _one(
        db, "t.counter = ? AND t.day = ? AND t.state = 'completed' ORDER BY t.ended_at DESC", (counter, day)
    )
    return count, last


def left_over(db: sqlite3.Connection, day: str, limit: int) -> list[TicketRow]:
    """Read open tickets of business days before `day`.

    Each state is asked for apart, so that each finds its own partial index however long the
    history is.
    """
    rows: list[TicketRow] = []
    for state in (
        "t.state IN ('called', 'serving')",
        "t.state = 'waiting'",
        "t.state = 'missed'",
        "t.state = 'parked'",
    ):
        rows += rows_where(db, f"{state} AND t.day < ? LIMIT ?", (day, limit - len(rows)))
    return rows


def _replace(row: TicketRow, **changes: Any) -> TicketRow:
    return msgspec.structs.replace(row, **changes)
