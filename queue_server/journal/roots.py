"""Every hour the newest hash of the journal is made public: boards show it, anybody can note it.

Whoever can write to the database can also compute the whole chain anew. They can't change what
hundreds of people saw on the wall at ten o'clock.
"""

from __future__ import annotations

import logging
import threading

from queue_server.clock import rfc3339
from queue_server.database import Database, Tx
from queue_server.journal import chain, store
from queue_server.wire import Event, EventKind

EVERY_S = 5.0
HOUR_MS = 3_600_000

_log = logging.getLogger(__name__)


def publish(database: Database) -> Event | None:
    """Journal the root if a full hour has begun since the last one and anything was recorded since.

    So a hall that is at work gets one each hour, a dark one none, and the first after the night
    covers what happened in it.
    """
    return database.write(_publish)


def _publish(tx: Tx) -> Event | None:
    head = store.newest(tx.db)
    seq, at = store.last_root(tx.db)
    if head.seq == seq or tx.now // HOUR_MS <= at // HOUR_MS:
        return None
    data = {
        "hour": rfc3339(tx.now // HOUR_MS * HOUR_MS),
        "upto": head.seq,
        "root": head.chain.hex(),
        "algorithm": chain.ALGORITHM,
    }
    return store.append(tx, EventKind.CHAIN_ROOT, "system", data=data)


class HourlyRoot:
    """The thread that does this while the server runs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hourly root", daemon=True)

    def start(self) -> None:
        """Look at the clock every few seconds from now on."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        looked_at = -1
        while not self._stop.wait(EVERY_S):
            hour = self._database.clock.now_ms() // HOUR_MS
            if hour == looked_at:
                continue
            try:
                publish(self._database)
                looked_at = hour
            except Exception:  # noqa: BLE001  the edge of this thread: it must live to try again
                _log.exception("the hourly root failed and will be tried again")
