"""The SQL of the catalogue: versions, and the matters of each in their order.

A version is written in several short commands and counts only once `complete` is set, so a long
import neither holds the writer nor leaves half a catalogue behind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from queue_server.catalogue.model import CatalogueItem
from queue_server.database import Tx

UNFINISHED_AFTER_MS = 3_600_000

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(CatalogueItem).decode


class StoredCatalogue(NamedTuple):
    """A complete version: its number and the digest of its content."""

    version: int
    digest: str


def begin(tx: Tx, by: str, digest: str, head: dict[str, Any]) -> int:
    """Open a new version and return its number."""
    rows = tx.db.execute(
        "INSERT INTO catalogue_version (stored_at, stored_by, complete, digest, head) VALUES (?, ?, 0, ?, ?)"
        " RETURNING version",
        (tx.now, by, digest, _encode(head).decode()),
    ).fetchall()
    return int(rows[0][0])


def add(tx: Tx, version: int, first: int, items: Iterable[CatalogueItem]) -> None:
    """Write matters into an open version, at the positions from `first` on."""
    tx.db.executemany(
        "INSERT INTO matter (version, position, id, zone, body) VALUES (?, ?, ?, ?, ?)",
        [
            (version, position, item.id, item.zone, _encode(item).decode())
            for position, item in enumerate(items, first)
        ],
    )


def complete(tx: Tx, version: int) -> None:
    """Let a version count."""
    tx.db.execute(
        "UPDATE catalogue_version SET complete = 1, stored_at = ? WHERE version = ?", (tx.now, version)
    )


def clear_unfinished(tx: Tx) -> None:
    """Drop what imports left behind when they were cut off; one that runs now is younger than that."""
    unfinished = "SELECT version FROM catalogue_version WHERE complete = 0 AND stored_at < ?"
    before = tx.now - UNFINISHED_AFTER_MS
    tx.db.execute(f"DELETE FROM matter WHERE version IN ({unfinished})", (before,))
    tx.db.execute("DELETE FROM catalogue_version WHERE complete = 0 AND stored_at < ?", (before,))


def newest(db: sqlite3.Connection) -> StoredCatalogue | None:
    """Read which version is in force, None before the first import."""
    rows = db.execute(
        "SELECT version, digest FROM catalogue_version WHERE complete = 1 ORDER BY version DESC LIMIT 1"
    ).fetchall()
    return StoredCatalogue(*rows[0]) if rows else None


def items(db: sqlite3.Connection, version: int) -> tuple[CatalogueItem, ...]:
    """Read the matters of a version in catalogue order."""
    rows = db.execute("SELECT body FROM matter WHERE version = ? ORDER BY position", (version,)).fetchall()
    return tuple(_decode(row[0]) for row in rows)


def head(db: sqlite3.Connection, version: int) -> dict[str, Any]:
    """Read what stands beside the matters of a version."""
    rows = db.execute("SELECT head FROM catalogue_version WHERE version = ?", (version,)).fetchall()
    found: dict[str, Any] = msgspec.json.decode(rows[0][0])
    return found


def digest_input(catalogue_head: dict[str, Any], matters: Iterable[CatalogueItem]) -> bytes:
    """The bytes that tell one catalogue from another, the same for the same content."""
    return _encode((catalogue_head, tuple(matters)))
