"""Migrations from zero give exactly the committed schema."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from queue_server.clock import SystemClock
from queue_server.database import Database

SCHEMA = Path(__file__).resolve().parents[3] / "queue_server" / "database" / "schema.sql"


def dumped(path: Path) -> str:
    with sqlite3.connect(path) as db:
        rows = db.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
            "AND name NOT LIKE '_sqlite_migrations%' ORDER BY name"
        ).fetchall()
    return ";\n\n".join(row[0] for row in rows) + ";\n"


def test_from_zero_they_give_the_golden_schema(tmp_path: Path) -> None:
    Database(tmp_path / "hall.db", SystemClock()).close()
    assert dumped(tmp_path / "hall.db") == SCHEMA.read_text(encoding="utf-8")


def test_every_table_is_strict(tmp_path: Path) -> None:
    Database(tmp_path / "hall.db", SystemClock()).close()
    with sqlite3.connect(tmp_path / "hall.db") as db:
        rows = db.execute("PRAGMA table_list").fetchall()
    loose = [
        row[1] for row in rows if row[2] == "table" and not row[5] and not row[1].startswith(("sqlite_", "_"))
    ]
    assert loose == []


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    Database(tmp_path / "hall.db", SystemClock()).close()
    before = dumped(tmp_path / "hall.db")
    Database(tmp_path / "hall.db", SystemClock()).close()
    assert dumped(tmp_path / "hall.db") == before
