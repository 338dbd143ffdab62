"""The database as the rooms see it: `write(command)`, `read()`, and news after each commit."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import sqlite_utils

from queue_server.clock import Clock
from queue_server.database.connections import open_reader, open_writer
from queue_server.database.migrations import MIGRATIONS
from queue_server.database.transaction import Tx
from queue_server.database.writer import Done, Job, Listener, Writer

Result = TypeVar("Result")

CHECKPOINT_EVERY_S = 1.0
LOG_LIMIT_BYTES = 256 * 1024 * 1024
WAL_ALARM_BYTES = 512 * 1024 * 1024
"""A log that outgrows this means that somebody forgot an open read transaction."""

_log = logging.getLogger(__name__)


class Reading:
    """One SQLite file to look at: nothing is made, migrated or written. Raises FileNotFoundError."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise FileNotFoundError(f"there is no hall database at {path}")
        self.path = path
        self._local = threading.local()

    def read(self) -> sqlite3.Connection:
        """This thread's own read-only connection; fetch all rows, leave no transaction open."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = open_reader(self.path)
            self._local.db = db
        return db

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Several reads of one moment; keep it short, it holds the log back."""
        db = self.read()
        db.execute("BEGIN")
        try:
            yield db
        finally:
            db.execute("ROLLBACK")


class Database(Reading):
    """One SQLite file with one writer.

    Opening it applies the migrations that are missing. `synchronous` other than FULL is for the
    test that shows what would be lost.
    """

    def __init__(self, path: Path, clock: Clock, *, synchronous: str = "FULL") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = open_writer(path, synchronous)
        super().__init__(path)
        self.clock = clock
        MIGRATIONS.apply(sqlite_utils.Database(db))
        self._writer = Writer(db, clock)
        self._stop = threading.Event()
        self._checkpoints = threading.Thread(target=self._checkpoint, name="checkpoint", daemon=True)
        self._checkpoints.start()

    def write(self, command: Callable[[Tx], Result]) -> Result:
        """Run `command` on the writer thread and return its result once it is on the disk.

        What it raises undoes it alone and is raised here. Raises `Refused("disk_full")` when
        nothing can be stored; then nothing was. A job that rides along gets its result at once,
        since the job itself is answered when it is on the disk.
        """
        return self._writer.run(command)

    def ride(self, job: Job, done: Done) -> None:
        """Run a quick `job` wholly on the writer thread: see `Writer.ride`.

        What it reads is what was committed before; its own writes it sees only inside of them.
        """
        self._writer.ride(job, done)

    @property
    def rush(self) -> threading.Lock:
        """Held while the writer runs quick jobs and nothing else: see `Writer`."""
        return self._writer.rush

    def subscribe(self, listener: Listener) -> None:
        """Be told, on the writer thread, of everything that each commit emitted."""
        self._writer.subscribe(listener)

    def close(self) -> None:
        """Finish the queued writes, fold the log into the file and close."""
        self._stop.set()
        self._checkpoints.join()
        self._writer.close()
        self.fold_log()

    def fold_log(self) -> None:
        """Move the whole log into the file and empty it; for who writes without a pause and alone."""
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _checkpoint(self) -> None:
        """Move the log into the file once a second, so that no caller pays for it."""
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            while not self._stop.wait(CHECKPOINT_EVERY_S):
                # PASSIVE disturbs nobody, but under endless load it never finds the moment to begin the
                # log anew: then RESTART makes the writer wait for one.
                mode = "RESTART" if self._log_bytes() > LOG_LIMIT_BYTES else "PASSIVE"
                try:
                    db.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
                except sqlite3.OperationalError as error:
                    _log.warning("checkpoint put off: %s", error)
                self._watch_log()

    def _watch_log(self) -> None:
        size = self._log_bytes()
        if size > WAL_ALARM_BYTES:
            _log.warning("the write-ahead log has grown to %d bytes", size)

    def _log_bytes(self) -> int:
        log = self.path.with_name(self.path.name + "-wal")
        try:
            return log.stat().st_size
        except FileNotFoundError:
            return 0
