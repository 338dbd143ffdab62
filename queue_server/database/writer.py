"""The one writer thread: group commit, a SAVEPOINT for each command, answers after the fsync.

SQLite lets one connection write at a time, and its own waiting (busy_timeout) is an unfair
sleep-poll that starves. Here work queues up instead. The thread takes all that waits, runs it
in one transaction and commits once; so a hundred callers share one fsync, and nobody gets an
answer before it is on the disk.

Work is a command that another thread waits for, or a whole job that rides along: a job runs here
from its first line to its last, and what it writes on its way joins the transaction. That saves
the two hops between threads that a quick request would otherwise wait for.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NoReturn, Protocol, TypeVar

from queue_server.clock import Clock
from queue_server.database.transaction import Command, Transaction, as_refusal
from queue_server.refusals import Refused

Result = TypeVar("Result")
Listener = Callable[[list[Any]], None]
Job = Callable[[], Any]
Done = Callable[[Any, BaseException | None], None]
"""Told what a job returned, or what it raised, once both are safe to tell."""

BATCH_LIMIT = 256
"""Works in one transaction; enough for every caller, short enough to stay fair."""

_log = logging.getLogger(__name__)


class _Work(Protocol):
    """Something to do in a transaction. `run` raises only when the whole transaction is lost."""

    def run(self, transaction: Transaction) -> None: ...

    def answer(self) -> None: ...

    def fail(self, failure: Exception) -> None: ...


class _Order:
    """A command that another thread handed in and waits for."""

    def __init__(self, command: Command[Any]) -> None:
        self.future: Future[Any] = Future()
        self._command = command
        self._result: Any = None
        self._failure: Exception | None = None

    def run(self, transaction: Transaction) -> None:
        try:
            self._result = transaction.run(self._command)
        except Exception as error:
            if transaction.lost is not None:
                raise
            self._failure = error

    def answer(self) -> None:
        if self._failure is None:
            self.future.set_result(self._result)
        else:
            self.future.set_exception(self._failure)

    def fail(self, failure: Exception) -> None:
        self.future.set_exception(failure)


class _Ride:
    """A job that rides along: what it writes while it runs joins the transaction."""

    def __init__(self, job: Job, done: Done) -> None:
        self._job = job
        self._done = done
        self._result: Any = None
        self._failure: BaseException | None = None

    def run(self, transaction: Transaction) -> None:
        try:
            self._result = self._job()
        except Exception as error:  # noqa: BLE001  it is raised again where the answer is awaited
            self._failure = error
        if transaction.lost is not None:
            raise transaction.lost

    def answer(self) -> None:
        self._done(self._result, self._failure)

    def fail(self, failure: Exception) -> None:
        """Run the job once more while nothing can be written, so that it words the failure itself."""
        try:
            self._result, self._failure = self._job(), None
        except Exception as error:  # noqa: BLE001
            self._failure = error
        self.answer()


class _Shut:
    """Stands in for a transaction when nothing can be written."""

    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    def run(self, command: Command[Any]) -> NoReturn:
        raise self._failure


class Writer:
    """Owns the writing connection and its thread."""

    def __init__(self, db: sqlite3.Connection, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._listeners: list[Listener] = []
        self._closed = False
        self.rush = threading.Lock()
        """Held while nothing but quick jobs run: whoever brings more of them waits for its end with nothing
        in hand, since two threads at work would only fight for the interpreter."""
        self._now_open: Transaction | _Shut = _Shut(RuntimeError("a listener writes"))
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def run(self, command: Command[Result]) -> Result:
        """Run a command; returns after its COMMIT, or raises what it raised.

        Called by a job that rides along it returns at once: the job is answered after the COMMIT.
        Raises Refused("store_busy") once the writer is closed.
        """
        if threading.current_thread() is self._thread:
            return self._now_open.run(command)
        result: Result = self.submit(command).result()
        return result

    def submit(self, command: Command[Result]) -> Future[Result]:
        """Queue a command; the future answers after its COMMIT, or raises what it raised.

        Raises Refused("store_busy") once the writer is closed.
        """
        order = _Order(command)
        self._add(order)
        return order.future

    def ride(self, job: Job, done: Done) -> None:
        """Run a whole `job` on the writer's thread; `done` is told its end after the COMMIT, there.

        Everybody who writes waits meanwhile: so only for jobs of less than a millisecond. When the
        transaction is lost the job runs once more and then meets the refusal where it wanted to write.
        Raises Refused("store_busy") once the writer is closed.
        """
        self._add(_Ride(job, done))

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` on the writer thread after each commit with all that was emitted."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Finish what is queued, then end the thread and close the connection."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        self._db.close()

    def _add(self, work: _Work) -> None:
        if self._closed:
            raise Refused("store_busy")
        self._queue.put(work)

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
            self._commit([work for work in batch if work is not None])

    def _commit(self, batch: list[_Work]) -> None:
        """Do one batch: all that succeeds in it is committed together or not at all."""
        if not batch:
            return
        idle = self._now_open
        try:
            self._now_open = transaction = Transaction(self._db, self._clock.now_ms())
            quick = all(isinstance(work, _Ride) for work in batch)
            with self.rush if quick else contextlib.nullcontext():
                for work in batch:
                    work.run(transaction)
            transaction.commit()
        except Exception as error:  # noqa: BLE001  the edge: whatever failed, nobody may be told "done"
            self._roll_back()
            failure = as_refusal(error)
            self._now_open = _Shut(failure)
            for work in batch:
                work.fail(failure)
            return
        finally:
            self._now_open = idle
        self._tell(transaction.told)
        for work in batch:
            work.answer()

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
