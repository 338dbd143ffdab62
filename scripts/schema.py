"""Writes `queue_server/database/schema.sql`, the golden copy of what all migrations together make."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from queue_server.clock import SystemClock
from queue_server.database import Database

SCHEMA = Path(__file__).resolve().parents[1] / "queue_server" / "database" / "schema.sql"


def dumped(path: Path) -> str:
    """The schema of a database file as text, in the order of names."""
    with sqlite3.connect(path) as db:
        rows = db.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
            "AND name NOT LIKE '_sqlite_migrations%' ORDER BY name"
        ).fetchall()
    return ";\n\n".join(row[0] for row in rows) + ";\n"


def main() -> None:
    """Apply all migrations to an empty file and write down what came out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hall.db"
        Database(path, SystemClock()).close()
        SCHEMA.write_text(dumped(path), encoding="utf-8")


if __name__ == "__main__":
    main()
