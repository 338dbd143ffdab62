"""The queue's SQL. Order is always an index order; whoever claims, claims in the WHERE clause."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from queue_server.database import Tx
from queue_server.tickets.model import Once, TicketRow
from queue_server.wire import PrintState, TicketState

_COLUMNS = (
    "t.id, t.visit, t.leg, t.day, t.matter, t.grp, t.zone, t.state, t.priority_class, t.sort_key, "
    "t.issued_at, t.called_at, t.started_at, t.ended_at, t.last_call_at, t.counter, t.calls, "
    "t.policy, t.print_state, v.number, v.lang, v.channel"
)
_FROM = "FROM ticket t JOIN visit v ON v.id = t.visit"
_STATE, _PRINT = 7, 18


def _row(found: Sequence[Any]) -> TicketRow:
    values = list(found)
    values[_STATE] = TicketState(values[_STATE])
    values[_PRINT] = PrintState(values[_PRINT])
    return TicketRow(*values)


def _one(db: sqlite3.Connection, where: str, values: tuple[Any, ...]) -> TicketRow | None:
    rows = db.execute(f"SELECT {_COLUMNS} {_FROM} WHERE {where} LIMIT 1", values).fetchall()
    return _row(rows[0]) if rows else None


def next_number(tx: Tx, day: str, series: str) -> int:
    """Draw the next number of a series: 1, 2, 3, … each once in a business day."""
    rows = tx.db.execute(
        "INSERT INTO series_counter (day, series, n) VALUES (?, ?, 1) "
        "ON CONFLICT (day, series) DO UPDATE SET n = n + 1 RETURNING n",
        (day, series),
    ).fetchall()
    return int(rows[0][0])


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
        "INSERT INTO ticket (visit, leg, day, matter, grp, zone, state, priority_class, sort_key, "
        "issued_at, policy, print_state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.visit,
            row.leg,
            row.day,
            row.matter,
            row.group,
            row.zone,
            row.state,
            row.priority_class,
            row.sort_key,
            row.issued_at,
            row.policy,
            row.print_state,
        ),
    )
    return _replace(row, id=cursor.lastrowid or 0)


def save(tx: Tx, row: TicketRow, **changes: Any) -> TicketRow:
    """Store changed columns of a leg and return it after the change."""
    names = ", ".join(f"{name} = ?" for name in changes)
    tx.db.execute(f"UPDATE ticket SET {names} WHERE id = ?", (*changes.values(), row.id))
    return _replace(row, **changes)


def ticket(db: sqlite3.Connection, number: int) -> TicketRow | None:
    """Read one leg by its id."""
    return _one(db, "t.id = ?", (number,))


def newest_leg(db: sqlite3.Connection, visit: int) -> TicketRow | None:
    """Read the latest leg of a visit."""
    return _one(db, "t.visit = ? ORDER BY t.leg DESC", (visit,))


def at_hand(db: sqlite3.Connection, counter: str) -> TicketRow | None:
    """Read the ticket that a counter has called or serves."""
    return _one(db, "t.counter = ? AND t.state IN ('called', 'serving')", (counter,))


@functools.cache
def _heads_sql(groups: int) -> str:
    head = (
        "SELECT * FROM (SELECT sort_key, id FROM ticket WHERE day = ? AND grp = ? "
        "AND state = 'waiting' ORDER BY sort_key, id LIMIT 1)"
    )
    return " UNION ALL ".join([head] * groups)


def heads(db: sqlite3.Connection, day: str, groups: Sequence[str]) -> list[tuple[int, int]]:
    """Read the first waiting ticket (sort_key, id) of each group.

    One index seek a group, however many wait. An ORDER BY over the union would allocate a sorter
    on each call and cost more than all the rest: the least is chosen in Python.
    """
    values = [value for group in groups for value in (day, group)]
    return db.execute(_heads_sql(len(groups)), values).fetchall() if groups else []


def count_ahead(db: sqlite3.Connection, row: TicketRow, cap: int) -> int:
    """Count who waits before a ticket in its group, at most `cap`: counting more costs the writer."""
    found: int = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM ticket WHERE day = ? AND grp = ? AND state = 'waiting' "
        "AND (sort_key, id) < (?, ?) LIMIT ?)",
        (row.day, row.group, row.sort_key, row.id, cap),
    ).fetchall()[0][0]
    return found


def count_waiting(db: sqlite3.Connection, day: str, group: str) -> int:
    """Count all who wait in a group."""
    found: int = db.execute(
        "SELECT count(*) FROM ticket WHERE day = ? AND grp = ? AND state = 'waiting'", (day, group)
    ).fetchall()[0][0]
    return found


def waiting(db: sqlite3.Connection, day: str, groups: Sequence[str], limit: int) -> list[TicketRow]:
    """Read the first `limit` waiting tickets of several groups, in call order."""
    rows: list[TicketRow] = []
    for group in groups:
        found = db.execute(
            f"SELECT {_COLUMNS} {_FROM} WHERE t.day = ? AND t.grp = ? AND t.state = 'waiting' "
            "ORDER BY t.sort_key, t.id LIMIT ?",
            (day, group, limit),
        ).fetchall()
        rows.extend(_row(row) for row in found)
    rows.sort(key=lambda row: (row.sort_key, row.id))
    return rows[:limit]


def missed(db: sqlite3.Connection, day: str, groups: Sequence[str], limit: int) -> list[TicketRow]:
    """Read the latest missed tickets of several groups, newest first."""
    rows: list[TicketRow] = []
    for group in groups:
        found = db.execute(
            f"SELECT {_COLUMNS} {_FROM} WHERE t.day = ? AND t.grp = ? AND t.state = 'missed' "
            "ORDER BY t.ended_at DESC LIMIT ?",
            (day, group, limit),
        ).fetchall()
        rows.extend(_row(row) for row in found)
    rows.sort(key=lambda row: -(row.ended_at or 0))
    return rows[:limit]


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
    for state in ("t.state IN ('called', 'serving')", "t.state = 'waiting'", "t.state = 'missed'"):
        found = db.execute(
            f"SELECT {_COLUMNS} {_FROM} WHERE {state} AND t.day < ? LIMIT ?", (day, limit - len(rows))
        ).fetchall()
        rows.extend(_row(row) for row in found)
    return rows


def counter_state(db: sqlite3.Connection, counter: str) -> tuple[str, str | None]:
    """Read (state, clerk) of a counter; one that never opened is closed."""
    rows = db.execute("SELECT state, clerk FROM counter_state WHERE counter = ?", (counter,)).fetchall()
    return (rows[0][0], rows[0][1]) if rows else ("closed", None)


def counter_states(db: sqlite3.Connection) -> dict[str, tuple[str, str | None]]:
    """Read (state, clerk) of every counter that ever opened."""
    rows = db.execute("SELECT counter, state, clerk FROM counter_state").fetchall()
    return {counter: (state, clerk) for counter, state, clerk in rows}


def set_counter(tx: Tx, counter: str, state: str, clerk: str | None) -> None:
    """Store the state of a counter and who sits there."""
    tx.db.execute(
        "INSERT INTO counter_state (counter, state, clerk, since) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (counter) DO UPDATE SET state = excluded.state, clerk = excluded.clerk, "
        "since = excluded.since",
        (counter, state, clerk, tx.now),
    )


def close_counters(tx: Tx) -> None:
    """Close all counters: a new business day begins."""
    tx.db.execute("UPDATE counter_state SET state = 'closed', clerk = NULL, since = ?", (tx.now,))


def service_time(db: sqlite3.Connection, group: str) -> tuple[float, int] | None:
    """Read the rolling service time of a group: (mean in seconds, how many)."""
    rows = db.execute("SELECT mean_s, n FROM service_time WHERE grp = ?", (group,)).fetchall()
    return (rows[0][0], rows[0][1]) if rows else None


def service_times(db: sqlite3.Connection) -> dict[str, float]:
    """Read the rolling service time of every group, in seconds."""
    return dict(db.execute("SELECT grp, mean_s FROM service_time").fetchall())


def set_service_time(tx: Tx, group: str, mean_s: float, n: int) -> None:
    """Store the rolling service time of a group."""
    tx.db.execute(
        "INSERT INTO service_time (grp, mean_s, n) VALUES (?, ?, ?) "
        "ON CONFLICT (grp) DO UPDATE SET mean_s = excluded.mean_s, n = excluded.n",
        (group, mean_s, n),
    )


def remembered(db: sqlite3.Connection, once: Once) -> tuple[bytes, int] | None:
    """Look a key up: (fingerprint of the request, journal row of its answer)."""
    rows = db.execute(
        "SELECT request, seq FROM idempotency WHERE caller = ? AND key = ?", (once.caller, once.key)
    ).fetchall()
    return (rows[0][0], rows[0][1]) if rows else None


def remember(tx: Tx, once: Once, seq: int) -> None:
    """Keep a key with the journal row that answers it."""
    tx.db.execute(
        "INSERT INTO idempotency (caller, key, request, seq, at) VALUES (?, ?, ?, ?, ?)",
        (once.caller, once.key, once.request, seq, tx.now),
    )


def forget_keys(tx: Tx, before_ms: int, limit: int) -> int:
    """Drop up to `limit` keys older than a time; returns how many went."""
    return tx.db.execute(
        "DELETE FROM idempotency WHERE (caller, key) IN "
        "(SELECT caller, key FROM idempotency WHERE at < ? LIMIT ?)",
        (before_ms, limit),
    ).rowcount


def forget_people(tx: Tx, before_day: str, limit: int) -> int:
    """Drop the keyed hashes of people from visits older than a day; returns how many went."""
    return tx.db.execute(
        "UPDATE visit SET person = NULL WHERE id IN "
        "(SELECT id FROM visit WHERE person IS NOT NULL AND day < ? LIMIT ?)",
        (before_day, limit),
    ).rowcount


def mark(db: sqlite3.Connection, name: str) -> str | None:
    """Read a mark of the database, such as the business day."""
    rows = db.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchall()
    return rows[0][0] if rows else None


def set_mark(tx: Tx, name: str, value: str) -> None:
    """Store a mark of the database."""
    tx.db.execute(
        "INSERT INTO mark (name, value) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def _replace(row: TicketRow, **changes: Any) -> TicketRow:
    return msgspec.structs.replace(row, **changes)
