"""SQL of devices, staff and passes. A secret is known here by its SHA-256 alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from queue_server.database import Tx
from queue_server.people.model import Pass, PassKind

_FIND = (
    "SELECT kind, owner, expires_at, "
    "CASE WHEN kind IN ('device_key', 'device_cookie') "
    "THEN (SELECT role FROM device WHERE name = owner AND revoked_at IS NULL) "
    "ELSE (SELECT role FROM staff WHERE name = owner) END "
    "FROM pass WHERE secret = ?"
)


def find(db: sqlite3.Connection, secret: bytes) -> Pass | None:
    """The pass with this hash, if its owner is still welcome; it may have expired."""
    rows = db.execute(_FIND, (secret,)).fetchall()
    if not rows or rows[0][3] is None:
        return None
    kind, owner, expires_at, role = rows[0]
    return Pass(PassKind(kind), owner, role, expires_at)


def put_device(tx: Tx, name: str, role: str, by: str) -> None:
    """Store a device, or store it anew."""
    tx.db.execute(
        "INSERT INTO device (name, role, added_at, added_by) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET role = excluded.role, added_at = excluded.added_at, "
        "added_by = excluded.added_by, revoked_at = NULL",
        (name, role, tx.now, by),
    )


def revoke_device(tx: Tx, name: str) -> str | None:
    """Mark a device as revoked; returns its role, or None if there was none to revoke."""
    rows = tx.db.execute(
        "UPDATE device SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL RETURNING role",
        (tx.now, name),
    ).fetchall()
    return rows[0][0] if rows else None


def devices(db: sqlite3.Connection) -> dict[str, bool]:
    """All devices by name, and whether they are still welcome."""
    rows = db.execute("SELECT name, revoked_at IS NULL FROM device").fetchall()
    return {name: bool(welcome) for name, welcome in rows}


def device_roles(db: sqlite3.Connection) -> dict[str, str]:
    """The role of every device that is still welcome, by name."""
    return dict(db.execute("SELECT name, role FROM device WHERE revoked_at IS NULL").fetchall())


def put_staff(tx: Tx, name: str, role: str, password: str, by: str) -> None:
    """Store a person with the hash of a password, or store them anew."""
    tx.db.execute(
        "INSERT INTO staff (name, role, password, added_at, added_by) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET role = excluded.role, password = excluded.password, "
        "added_at = excluded.added_at, added_by = excluded.added_by",
        (name, role, password, tx.now, by),
    )


def staff(db: sqlite3.Connection) -> list[str]:
    """The names of all staff."""
    return [row[0] for row in db.execute("SELECT name FROM staff").fetchall()]


def password(db: sqlite3.Connection, name: str) -> str | None:
    """The hash of a person's password; None for an unknown name."""
    rows = db.execute("SELECT password FROM staff WHERE name = ?", (name,)).fetchall()
    return rows[0][0] if rows else None


def add_pass(tx: Tx, secret: bytes, kind: PassKind, owner: str, expires_at: int | None) -> None:
    """Store a pass, and drop those that have expired: nobody else sweeps them."""
    tx.db.execute("DELETE FROM pass WHERE expires_at <= ?", (tx.now,))
    tx.db.execute(
        "INSERT INTO pass (secret, kind, owner, given_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        (secret, kind, owner, tx.now, expires_at),
    )


def renew(tx: Tx, secret: bytes, expires_at: int) -> None:
    """Let a pass last longer."""
    tx.db.execute("UPDATE pass SET expires_at = ? WHERE secret = ?", (expires_at, secret))


def drop_pass(tx: Tx, secret: bytes) -> None:
    """Make one pass void."""
    tx.db.execute("DELETE FROM pass WHERE secret = ?", (secret,))


def drop_passes(tx: Tx, owner: str, kinds: Iterable[PassKind]) -> None:
    """Make all passes of these kinds void that an owner holds."""
    tx.db.executemany("DELETE FROM pass WHERE owner = ? AND kind = ?", [(owner, kind) for kind in kinds])
