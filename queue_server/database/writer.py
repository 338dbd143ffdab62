"""The one writer thread: group commit, a SAVEPOINT for each command, answers after the fsync.

SQLite lets one connection write at a time, and its own waiting (busy_timeout) is an unfair
sleep-poll that starves. Here commands queue up instead. The thread takes all that wait, runs
them in one transaction and commits once; so a hundred callers share one fsync, and nobody gets
an answer before it is on the disk.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from queue_server.clock import Clock
from queue_server.refusals import Refused

Result = TypeVar("Result")
Command = Callable[["Tx"], Any]
Listener = Callable[[list[Any]], None]

BATCH_LIMIT = 256
"""Commands in one transaction; enough for every worker thread, short enough to stay fair."""

_log = logging.getLogger(__name__)


class Tx:
    """What a command sees: the connection inside its transaction, the time, and what to tell.

    `now` is in ms UTC, the same for all commands of one transaction. Always `fetchall()` on SELECT
    and RETURNING: an open cursor blocks COMMIT.
    """

    __slots__ = ("_told", "carried", "db", "now")

    def __init__(self, db: sqlite3.Connection, now: int, carried: dict[str, Any]) -> None:
        self.db = db
        self.now = now
        self.carried = carried
        """What the commands of one transaction hand on to each other, so that only the first of them
        has to read it; what a command put here goes with it when it is undone."""
        self._told: list[Any] = []

    def emit(self, thing: Any) -> None:
        """Hand `thing` to all listeners once this command is committed, and only then."""
        self._told.append(thing)

    @property
    def told(self) -> list[Any]:
        """What the command emitted so far, in order."""
        return self._told


class Writer:
    """Owns the writing connection and its thread."""

    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._queue: queue.SimpleQueue[tuple[Command, Future[Any]] | None] = queue.SimpleQueue()
        self._listeners: list[Listener] = []
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, command: Command) -> Future[Any]:
        """Queue a command; the future answers after its COMMIT, or raises what it raised.

        Raises Refused("store_busy") once the writer is closed.
        """
        if self._closed:
            raise Refused("store_busy")
        future: Future[Any] = Future()
        self._queue.put((command, future))
        return future

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` on the writer thread after each commit with all that was emitted."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Finish what is queued, then end the thread and close the connection."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        self._db.close()

    def _run(self) -> None:
        open_for_more = True
        while open_for_more:
            batch = [self._queue.get()]
            while len(batch) < BATCH_LIMIT:
                try:
                    batch.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            open_for_more = None not in batch
            self._commit([entry for entry in batch if entry is not None])

    def _commit(self, batch: list[tuple[Command, Future[Any]]]) -> None:
        """Run one batch: all commands that succeed are committed together or not at all."""
        if not batch:
            return
        answers: list[tuple[Future[Any], Any, BaseException | None]] = []
        told: list[Any] = []
        carried: dict[str, Any] = {}
        now = self._clock.now_ms()
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for command, future in batch:
                tx = Tx(self._db, now, carried.copy())
                result, failure = self._one(command, tx)
                answers.append((future, result, failure))
                if failure is None:
                    told.extend(tx.told)
                    carried = tx.carried
            self._db.execute("COMMIT")
        except Exception as error:  # noqa: BLE001  the edge: whatever failed, nobody may be told "done"
            self._roll_back()
            failed = _as_refusal(error)
            for _, future in batch:
                future.set_exception(failed)
            return
        self._tell(told)
        for future, result, failure in answers:
            if failure is not None:
                future.set_exception(failure)
            else:
                future.set_result(result)

    def _one(self, command: Command, tx: Tx) -> tuple[Any, BaseException | None]:
        """Run one command in its SAVEPOINT; its failure undoes it alone and is returned.

        A full disk or an I/O error may have rolled back the whole transaction behind our back;
        then the next statement would commit by itself. So after any error `in_transaction` is
        looked at, and the whole batch fails if it is gone.
        """
        tx.db.execute("SAVEPOINT command")
        try:
            result = command(tx)
        except Exception as error:
            if not tx.db.in_transaction:
                raise
            tx.db.execute("ROLLBACK TO command")
            tx.db.execute("RELEASE command")
            return None, _as_refusal(error)
        tx.db.execute("RELEASE command")
        return result, None

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _tell(self, told: list[Any]) -> None:
        if not told:
            return
        for listener in self._listeners:
            try:
                listener(told)
            except Exception:  # noqa: BLE001  what is committed stays committed, whoever could not listen
                _log.exception("a listener failed after a commit")


def _as_refusal(error: Exception) -> Exception:
    """Word the failures of the store itself for people; everything else stays what it is."""
    if isinstance(error, sqlite3.OperationalError):
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            return Refused("disk_full")
        if code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            _log.error("the store failed: %s", error)
            return Refused("store_busy")
    return error
