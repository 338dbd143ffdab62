"""Migrations from zero give exactly the committed schema."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from queue_server.clock import SystemClock
from queue_server.database import Database
from scripts.schema import SCHEMA, dumped


def test_from_zero_they_give_the_golden_schema(tmp_path: Path) -> None:
    Database(tmp_path / "hall.db", SystemClock()).close()
    golden = SCHEMA.read_text(encoding="utf-8")
    assert dumped(tmp_path / "hall.db") == golden, "run `make schema` after adding a migration"


def test_every_table_is_strict(tmp_path: Path) -> None:
    Database(tmp_path / "hall.db", SystemClock()).close()
    with sqlite3.connect(tmp_path / "hall.db") as db:
        rows = db.execute("PRAGMA table_list").fetchall()
    tables = [row for row in rows if row[2] == "table" and not row[1].startswith(("sqlite_", "_"))]
    assert len(tables) > 10
    assert [row[1] for row in tables if not row[5]] == []


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    Database(tmp_path / "hall.db", SystemClock()).close()
    before = dumped(tmp_path / "hall.db")
    Database(tmp_path / "hall.db", SystemClock()).close()
    assert dumped(tmp_path / "hall.db") == before
