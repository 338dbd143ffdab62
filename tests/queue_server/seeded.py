"""The hall of the rule in a database file: seeded once for a moment of time, then copied for each test."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from queue_server.catalogue import actions as catalogue
from queue_server.clock import ManualClock
from queue_server.database import Database
from queue_server.hall import actions as hall
from queue_server.settings import CATALOGUE_FILE, HALL_FILE


@functools.lru_cache(maxsize=16)
def _file(now_ms: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hall.db"
        database = Database(path, ManualClock(now_ms))
        hall.seed(database, HALL_FILE, "system")
        catalogue.seed(database, CATALOGUE_FILE, "system")
        database.close()
        return path.read_bytes()


def seeded(path: Path, clock: ManualClock) -> Database:
    """Open the database at `path`; a new one holds plan, calendar and catalogue since this moment."""
    if not path.exists():
        path.write_bytes(_file(clock.now_ms()))
    return Database(path, clock)
