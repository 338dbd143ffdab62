"""The SQL of devices, staff and sessions."""

from __future__ import annotations

import sqlite3

from queue_server.database import Tx
from queue_server.people.model import Session


def add_device(tx: Tx, name: str, role: str, key_hash: bytes) -> None:
    """Store a device, or give a known one a new key."""
    tx.db.execute(
        "INSERT INTO device (name, role, key_hash, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) "
        "DO UPDATE SET role = excluded.role, key_hash = excluded.key_hash, revoked_at = NULL",
        (name, role, key_hash, tx.now),
    )


def revoke_device(tx: Tx, name: str) -> bool:
    """Switch a device off; tells whether there was one."""
    found = tx.db.execute(
        "UPDATE device SET revoked_at = ? WHERE name = ? AND revoked_at IS NULL", (tx.now, name)
    ).rowcount
    tx.db.execute("DELETE FROM session WHERE kind = 'device' AND name = ?", (name,))
    return found > 0


def device_by_key(db: sqlite3.Connection, key_hash: bytes) -> tuple[str, str] | None:
    """Find (name, role) of a device that is not revoked."""
    rows = db.execute(
        "SELECT name, role FROM device WHERE key_hash = ? AND revoked_at IS NULL", (key_hash,)
    ).fetchall()
    return (rows[0][0], rows[0][1]) if rows else None


def device_role(db: sqlite3.Connection, name: str) -> str | None:
    """The role of a device that is not revoked."""
    rows = db.execute("SELECT role FROM device WHERE name = ? AND revoked_at IS NULL", (name,)).fetchall()
    return rows[0][0] if rows else None


def add_staff(tx: Tx, name: str, role: str, password_hash: str) -> None:
    """Store a person, or give a known one a new password and role; ends their sessions."""
    tx.db.execute(
        "INSERT INTO staff (name, role, password_hash, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) "
        "DO UPDATE SET role = excluded.role, password_hash = excluded.password_hash, disabled_at = NULL",
        (name, role, password_hash, tx.now),
    )
    tx.db.execute("DELETE FROM session WHERE kind IN ('staff', 'token') AND name = ?", (name,))


def staff(db: sqlite3.Connection, name: str) -> tuple[str, str] | None:
    """Find (role, password hash) of a person who may sign in."""
    rows = db.execute(
        "SELECT role, password_hash FROM staff WHERE name = ? AND disabled_at IS NULL", (name,)
    ).fetchall()
    return (rows[0][0], rows[0][1]) if rows else None


def add_session(tx: Tx, token_hash: bytes, session: Session) -> None:
    """Store a session and drop those that are over."""
    tx.db.execute("DELETE FROM session WHERE expires_at < ?", (tx.now,))
    tx.db.execute(
        "INSERT INTO session (token_hash, kind, name, csrf, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
        (token_hash, session.kind, session.name, session.csrf, tx.now, session.expires_at),
    )


def session(db: sqlite3.Connection, token_hash: bytes) -> Session | None:
    """Find a session by the hash of its secret."""
    rows = db.execute(
        "SELECT kind, name, csrf, expires_at FROM session WHERE token_hash = ?", (token_hash,)
    ).fetchall()
    return Session(*rows[0]) if rows else None


def end_session(tx: Tx, token_hash: bytes) -> None:
    """Forget a session."""
    tx.db.execute("DELETE FROM session WHERE token_hash = ?", (token_hash,))
