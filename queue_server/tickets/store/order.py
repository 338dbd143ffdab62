"""Order is always an index order: heads of queues, who is ahead, what fairness counts."""

from __future__ import annotations

import functools
import itertools
import sqlite3
from collections.abc import Sequence

from queue_server.database import Tx
from queue_server.tickets.choice import NORMAL, PRIORITY, Head
from queue_server.tickets.model import TicketRow
from queue_server.tickets.store.legs import ARRIVALS, forget_arrivals, rows_where

NEWEST = 2**63 - 1
"""An id behind all others: of people who come at the same millisecond, the one who is asked about is last."""


@functools.cache
def _heads_sql(groups: int) -> str:
    head = (
        "SELECT * FROM (SELECT id, grp, kind, sort_key, issued_at FROM ticket WHERE day = ? AND grp = ? "
        "AND kind = {kind} AND state = 'waiting' ORDER BY sort_key, id LIMIT 1)"
    )
    both = [head.format(kind=NORMAL), head.format(kind=PRIORITY)]
    return " UNION ALL ".join(both * groups)


def heads(db: sqlite3.Connection, day: str, groups: Sequence[str]) -> list[Head]:
    """Read the first waiting ticket of each kind of each group.

    Two index seeks a group, however many wait. An ORDER BY over the union would allocate a sorter
    on each call and cost more than all the rest: the least is chosen in Python.
    """
    values = [value for group in groups for value in (day, group, day, group)]
    rows = db.execute(_heads_sql(len(groups)), values).fetchall() if groups else []
    return [Head(*row) for row in rows]


def count_ahead(db: sqlite3.Connection, row: TicketRow, cap: int) -> int:
    """Count who waits before a ticket in its group, at most `cap`: counting more costs the writer.

    Both kinds are counted by virtual arrival; what fairness will make of it is not foreseen here.
    """
    return _count_before(db, (row.day, row.group), (row.sort_key, row.id), cap)


def count_before(db: sqlite3.Connection, day: str, group: str, sort_key: int, cap: int) -> int:
    """Count who would wait before somebody who takes a number now with this sort key, at most `cap`."""
    return _count_before(db, (day, group), (sort_key, NEWEST), cap)


def _count_before(db: sqlite3.Connection, where: tuple[str, str], place: tuple[int, int], cap: int) -> int:
    found: int = db.execute(
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM ticket WHERE day = ?1 AND grp = ?2 AND kind = 0 "
        "AND state = 'waiting' AND (sort_key, id) < (?3, ?4) LIMIT ?5)) + "
        "(SELECT count(*) FROM (SELECT 1 FROM ticket WHERE day = ?1 AND grp = ?2 AND kind = 1 "
        "AND state = 'waiting' AND (sort_key, id) < (?3, ?4) LIMIT ?5))",
        (*where, *place, cap),
    ).fetchall()[0][0]
    return min(found, cap)


def count_ahead_of_arrival(tx: Tx, row: TicketRow, cap: int) -> int:
    """Count who waits before a leg that was just stored, at most `cap`.

    People who come in one transaction stand directly behind one another, so only the first of a group
    is counted. That holds until somebody leaves or changes places (`forget_arrivals`), and for those
    alone who join the end.
    """
    at_end = row.sort_key == row.issued_at
    counted: dict[str, int] = tx.carried.get(ARRIVALS, {})
    if at_end and row.group in counted:
        ahead = min(counted[row.group] + 1, cap)
    else:
        ahead = count_ahead(tx.db, row, cap)
    if at_end:
        tx.carried[ARRIVALS] = {**counted, row.group: ahead}
    else:
        forget_arrivals(tx)
    return ahead


def count_waiting(db: sqlite3.Connection, day: str, group: str, cap: int = 1_000_000) -> int:
    """Count who waits in a group, at most `cap`."""
    found: int = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM ticket WHERE day = ? AND grp = ? AND state = 'waiting' LIMIT ?)",
        (day, group, cap),
    ).fetchall()[0][0]
    return found


def first_key(db: sqlite3.Connection, day: str, group: str, kind: int) -> int | None:
    """The smallest sort key of a kind in a group; None when nobody waits."""
    rows = db.execute(
        "SELECT sort_key FROM ticket WHERE day = ? AND grp = ? AND kind = ? AND state = 'waiting' "
        "ORDER BY sort_key, id LIMIT 1",
        (day, group, kind),
    ).fetchall()
    return rows[0][0] if rows else None


def waiting(db: sqlite3.Connection, day: str, groups: Sequence[str], limit: int) -> list[TicketRow]:
    """Read the first `limit` waiting tickets of several groups, in call order."""
    rows: list[TicketRow] = []
    for group, kind in itertools.product(groups, (NORMAL, PRIORITY)):
        where = (
            "t.day = ? AND t.grp = ? AND t.kind = ? AND t.state = 'waiting' ORDER BY t.sort_key, t.id LIMIT ?"
        )
        rows += rows_where(db, where, (day, group, kind, limit))
    rows.sort(key=lambda row: (row.sort_key, row.id))
    return rows[:limit]


def overtakers(db: sqlite3.Connection, head: Head, day: str) -> int:
    """Count those with priority who came after an ordinary waiting ticket's place and were called before.

    The place is its sort key, so nobody without priority who waits behind it has been overtaken more.
    """
    found: int = db.execute(
        "SELECT count(*) FROM ticket WHERE day = ? AND grp = ? AND kind = 1 AND called_at IS NOT NULL "
        "AND issued_at > ?",
        (day, head.group, head.sort_key),
    ).fetchall()[0][0]
    return found


def normals_since(db: sqlite3.Connection, group: str) -> int:
    """How many ordinary tickets a group has had called since the last one with priority."""
    rows = db.execute("SELECT normals FROM turn WHERE grp = ?", (group,)).fetchall()
    return rows[0][0] if rows else 1_000_000


def count_turn(tx: Tx, group: str, kind: int) -> None:
    """Note a call for the interleave."""
    tx.db.execute(
        "INSERT INTO turn (grp, normals) VALUES (?1, ?2) ON CONFLICT (grp) DO UPDATE SET "
        "normals = CASE WHEN ?3 = 1 THEN 0 ELSE normals + 1 END",
        (group, 0 if kind == PRIORITY else 1_000_000, kind),
    )


def waiting_in_zones(db: sqlite3.Connection, day: str) -> dict[str, int]:
    """Count who waits in each zone; zones without anybody are missing."""
    rows = db.execute(
        "SELECT zone, count(*) FROM ticket WHERE day = ? AND state = 'waiting' GROUP BY zone", (day,)
    ).fetchall()
    return dict(rows)


def waiting_elsewhere(db: sqlite3.Connection, day: str, groups: Sequence[str], limit: int) -> list[TicketRow]:
    """Read waiting tickets of a day whose group is neither among `groups` nor private to a counter."""
    places = ", ".join("?" * len(groups))
    where = f"t.day = ? AND t.state = 'waiting' AND t.grp NOT LIKE '@%' AND t.grp NOT IN ({places}) LIMIT ?"
    return rows_where(db, where, (day, *groups, limit))
