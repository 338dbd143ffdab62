"""News from other processes: a device added or a catalogue imported by the command line.

Such rows are written by another writer, so nobody here emitted them. This follower notices the
gap in the row numbers and tells the listeners, so that a running server takes the change in.
"""

from __future__ import annotations

import threading
from typing import Any

from queue_server.database import Database, Tx
from queue_server.journal.store import event_at, last_seq, rows_after
from queue_server.wire import Event

PAGE = 200


class Follower:
    """Keeps the newest row number that this process knows, and the gaps before it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._seq = last_seq(database.read())
        self._gaps: list[int] = []
        database.subscribe(self._listen)

    def catch_up(self) -> int:
        """Emit the rows that others wrote; returns how many there were."""
        if not self._gaps and last_seq(self._database.read()) <= self._seq:
            return 0
        return self._database.write(self._emit)

    def _emit(self, tx: Tx) -> int:
        # The reading connection sees committed rows only: rows of this very batch are told by the writer.
        db = self._database.read()
        with self._lock:
            gaps, self._gaps = self._gaps, []
            after = self._seq
        found = [event for gap in gaps if (event := event_at(db, gap)) is not None]
        found += rows_after(db, after, PAGE)
        for event in found:
            tx.emit(event)
        return len(found)

    def _listen(self, told: list[Any]) -> None:
        with self._lock:
            for thing in told:
                if isinstance(thing, Event) and thing.seq > self._seq:
                    self._gaps.extend(range(self._seq + 1, thing.seq))
                    self._seq = thing.seq
