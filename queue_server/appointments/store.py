"""The SQL of bookings. Places are counted inside the write that takes one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from queue_server.appointments.model import Booking, BookingKind, SlotTime
from queue_server.database import Tx
from queue_server.wire.appointments import AppointmentState

_COLUMNS = (
    "id, code, kind, state, person, matter, grp, day, starts_at, ends_at, lang, booked_at, booked_by, "
    "ended_at, ticket, policy"
)
_HELD = "state IN ('booked', 'checked_in', 'missed')"


def add(tx: Tx, booking: Booking) -> Booking:
    """Store a booking; its id is ignored and comes back filled in."""
    rows = tx.db.execute(
        f"INSERT INTO appointment ({_COLUMNS}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        f"RETURNING {_COLUMNS}",
        (
            booking.code,
            booking.kind,
            booking.state,
            booking.person,
            booking.matter,
            booking.group,
            booking.day,
            booking.starts_at,
            booking.ends_at,
            booking.lang,
            booking.booked_at,
            booking.booked_by,
            booking.ended_at,
            booking.ticket,
            booking.policy,
        ),
    ).fetchall()
    return _booking(rows[0])


def save(tx: Tx, booking: Booking, state: AppointmentState, ticket: int | None = None) -> Booking:
    """Store the state after a move, and the ticket that came out of it."""
    ended_at = None if state is AppointmentState.BOOKED else tx.now
    rows = tx.db.execute(
        f"UPDATE appointment SET state = ?, ended_at = ?, ticket = ? WHERE id = ? RETURNING {_COLUMNS}",
        (state, ended_at, ticket, booking.id),
    ).fetchall()
    return _booking(rows[0])


def move_to(tx: Tx, booking: Booking, day: str, slot: SlotTime) -> Booking:
    """Give a booking another slot."""
    rows = tx.db.execute(
        f"UPDATE appointment SET day = ?, starts_at = ?, ends_at = ? WHERE id = ? RETURNING {_COLUMNS}",
        (day, slot.starts_at, slot.ends_at, booking.id),
    ).fetchall()
    return _booking(rows[0])


def by_code(db: sqlite3.Connection, code: str) -> Booking | None:
    """Read a booking by its code."""
    return _first(db, "code = ?", (code,))


def by_id(db: sqlite3.Connection, number: int) -> Booking | None:
    """Read a booking by its row."""
    return _first(db, "id = ?", (number,))


def of_ticket(db: sqlite3.Connection, ticket: int) -> Booking | None:
    """Read the booking that a ticket came out of."""
    return _first(db, "ticket = ?", (ticket,))


def carried_from(db: sqlite3.Connection, ticket: int) -> Booking | None:
    """Read the place that a ticket was given for a later day."""
    return _first(db, "carried_from = ?", (ticket,))


def set_carried_from(tx: Tx, booking: Booking, ticket: int) -> None:
    """Note which ticket a place was given to."""
    tx.db.execute("UPDATE appointment SET carried_from = ? WHERE id = ?", (ticket, booking.id))


def of_person(db: sqlite3.Connection, person: bytes, day: str) -> list[Booking]:
    """Read the bookings that a person can still check in on a day, earliest first."""
    return _all(
        db, "person = ? AND day = ? AND state IN ('booked', 'missed') ORDER BY starts_at", (person, day)
    )


def has_booked(db: sqlite3.Connection, person: bytes, day: str) -> bool:
    """Tell whether a person has booked a place on a day already."""
    rows = db.execute(
        f"SELECT 1 FROM appointment WHERE person = ? AND day = ? AND kind = 'booked' AND {_HELD} LIMIT 1",
        (person, day),
    ).fetchall()
    return bool(rows)


def missed_at(db: sqlite3.Connection, person: bytes, since: int) -> list[int]:
    """When a person missed bookings after a time, oldest first, in ms UTC."""
    rows = db.execute(
        "SELECT ended_at FROM appointment WHERE person = ? AND state = 'missed' AND ended_at > ? "
        "ORDER BY ended_at",
        (person, since),
    ).fetchall()
    return [row[0] for row in rows]


def taken(db: sqlite3.Connection, group: str, starts_at: int, matter: str) -> tuple[int, int]:
    """Count the booked places of a slot in a queue, and those of them for one matter."""
    rows = db.execute(
        "SELECT count(*), count(*) FILTER (WHERE matter = ?) FROM appointment "
        f"WHERE grp = ? AND starts_at = ? AND kind = 'booked' AND {_HELD}",
        (matter, group, starts_at),
    ).fetchall()
    whole, own = rows[0]
    return whole, own


def taken_between(
    db: sqlite3.Connection, group: str, matter: str, span: tuple[int, int]
) -> dict[int, tuple[int, int]]:
    """The same for all slots that begin in a span of time (ms UTC, both ends included), by their start."""
    rows = db.execute(
        "SELECT starts_at, count(*), count(*) FILTER (WHERE matter = ?) FROM appointment "
        f"WHERE grp = ? AND starts_at BETWEEN ? AND ? AND kind = 'booked' AND {_HELD} GROUP BY starts_at",
        (matter, group, *span),
    ).fetchall()
    return {starts_at: (whole, own) for starts_at, whole, own in rows}


def carried(db: sqlite3.Connection, group: str, starts_at: int) -> int:
    """Count the places of a slot that were given to tickets of an earlier day."""
    found: int = db.execute(
        f"SELECT count(*) FROM appointment WHERE grp = ? AND starts_at = ? AND kind = 'carried' AND {_HELD}",
        (group, starts_at),
    ).fetchall()[0][0]
    return found


def over(db: sqlite3.Connection, today: str, starts_before: int, limit: int) -> list[Booking]:
    """Read open bookings of earlier days, and those of today whose slot began before a time.

    Places that were carried over stay open the whole day.
    """
    return _all(
        db,
        "state = 'booked' AND (day < ? OR (day = ? AND starts_at < ? AND kind = 'booked')) "
        "ORDER BY day, starts_at LIMIT ?",
        (today, today, starts_before, limit),
    )


def open_slots(db: sqlite3.Connection, after: int) -> list[tuple[str, int, int]]:
    """The slots that are booked after a time, each as (day, starts_at, ends_at)."""
    return db.execute(
        "SELECT DISTINCT day, starts_at, ends_at FROM appointment WHERE state = 'booked' AND starts_at > ?",
        (after,),
    ).fetchall()


def open_in(db: sqlite3.Connection, day: str, starts_at: int, limit: int) -> list[Booking]:
    """Read open bookings of one slot."""
    return _all(db, "state = 'booked' AND day = ? AND starts_at = ? LIMIT ?", (day, starts_at, limit))


def person_of_visit(db: sqlite3.Connection, visit: int) -> bytes | None:
    """The keyed hash of who took a ticket, if the hall asked."""
    rows = db.execute("SELECT person FROM visit WHERE id = ?", (visit,)).fetchall()
    return rows[0][0] if rows else None


def forget_people(tx: Tx, before_day: str, missed_before_day: str, limit: int) -> int:
    """Drop the hashes of people from old bookings, later from missed ones; returns how many went."""
    return tx.db.execute(
        "UPDATE appointment SET person = NULL WHERE id IN (SELECT id FROM appointment "
        "WHERE person IS NOT NULL AND day < ? AND (state <> 'missed' OR day < ?) LIMIT ?)",
        (before_day, missed_before_day, limit),
    ).rowcount


def _first(db: sqlite3.Connection, where: str, values: Sequence[Any]) -> Booking | None:
    rows = _all(db, f"{where} LIMIT 1", values)
    return rows[0] if rows else None


def _all(db: sqlite3.Connection, where: str, values: Sequence[Any]) -> list[Booking]:
    rows = db.execute(f"SELECT {_COLUMNS} FROM appointment WHERE {where}", values).fetchall()
    return [_booking(row) for row in rows]


def _booking(row: Sequence[Any]) -> Booking:
    number, code, kind, state, *rest = row
    return Booking(number, code, BookingKind(kind), AppointmentState(state), *rest)
