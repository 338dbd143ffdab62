"""A database with one table of notes beside the hall's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_server.clock import SystemClock
from queue_server.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "hall.db", SystemClock())
    opened.write(
        lambda tx: tx.db.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT UNIQUE) STRICT")
    )
    yield opened
    opened.close()
