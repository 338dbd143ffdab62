"""One transaction of the writer: its commands one after the other, each inside its own SAVEPOINT."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from queue_server.refusals import Refused

Result = TypeVar("Result")
Command = Callable[["Tx"], Result]

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


class Transaction:
    """BEGIN IMMEDIATE, then as many commands as there are, then COMMIT. On the writer's thread only."""

    def __init__(self, db: sqlite3.Connection, now: int) -> None:
        self.told: list[Any] = []
        """What the commands that succeeded emitted, in order."""
        self.lost: Exception | None = None
        """Why SQLite has undone everything; after that nothing of this transaction may be answered."""
        self._db = db
        self._now = now
        self._carried: dict[str, Any] = {}
        db.execute("BEGIN IMMEDIATE")

    def run(self, command: Command[Result]) -> Result:
        """Run one command and return its result; its failure undoes it alone and is raised.

        A full disk or an I/O error may have rolled back the whole transaction behind our back;
        then the next statement would commit by itself. So after any error `in_transaction` is
        looked at, and `lost` is set if it is gone.
        """
        db = self._db
        tx = Tx(db, self._now, self._carried.copy())
        db.execute("SAVEPOINT command")
        try:
            result = command(tx)
        except Exception as error:
            failure = as_refusal(error)
            if db.in_transaction:
                db.execute("ROLLBACK TO command")
                db.execute("RELEASE command")
            else:
                self.lost = failure
            if failure is error:
                raise
            raise failure from error
        db.execute("RELEASE command")
        self.told += tx.told
        self._carried = tx.carried
        return result

    def commit(self) -> None:
        """Make it durable."""
        self._db.execute("COMMIT")


def as_refusal(error: Exception) -> Exception:
    """Word the failures of the store itself for people; everything else stays what it is."""
    if isinstance(error, sqlite3.OperationalError):
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            return Refused("disk_full")
        if code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            _log.error("the store failed: %s", error)
            return Refused("store_busy")
    return error
