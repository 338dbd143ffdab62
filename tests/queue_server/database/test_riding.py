"""Jobs that ride along: they run on the writer's thread, join its transaction, and are told after COMMIT."""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from queue_server.clock import SystemClock
from queue_server.database import Database, Tx
from queue_server.database.transaction import Transaction
from queue_server.refusals import Refused

Ends: TypeAlias = "queue.SimpleQueue[tuple[Any, BaseException | None]]"


def add(text: str) -> Callable[[Tx], Any]:
    return lambda tx: tx.db.execute("INSERT INTO note (text) VALUES (?)", (text,)).lastrowid


def texts(database: Database) -> list[str]:
    with closing(sqlite3.connect(database.path)) as db:
        return [row[0] for row in db.execute("SELECT text FROM note ORDER BY id").fetchall()]


def ride(database: Database, job: Callable[[], Any]) -> Any:
    """Ride and wait for the end; returns or raises what the job did."""
    ends: Ends = queue.SimpleQueue()
    database.ride(job, lambda result, error: ends.put((result, error)))
    result, error = ends.get(timeout=10)
    if error is not None:
        raise error
    return result


def worded(database: Database, text: str) -> Callable[[], str]:
    """A job as a view is one: it writes, and words a refusal itself."""

    def job() -> str:
        try:
            return f"row {database.write(add(text))}"
        except Refused as refused:
            return refused.code

    return job


class Held:
    """Holds the writer until told, so that what is queued meanwhile meets in one transaction."""

    def __init__(self, database: Database) -> None:
        self._gate, entered = threading.Event(), threading.Event()

        def hold(tx: Tx) -> None:
            entered.set()
            self._gate.wait()

        threading.Thread(target=database.write, args=(hold,)).start()
        entered.wait()

    def release(self) -> None:
        self._gate.set()


def test_the_end_is_told_after_the_commit_and_not_before(database: Database) -> None:
    seen: list[list[str]] = []
    ends: Ends = queue.SimpleQueue()

    def job() -> int:
        row = database.write(add("a"))
        seen.append(texts(database))
        return int(row)

    def done(result: Any, error: BaseException | None) -> None:
        seen.append(texts(database))
        ends.put((result, error))

    database.ride(job, done)
    assert ends.get(timeout=10) == (1, None)
    assert seen == [[], ["a"]], "what others saw inside the job, and when its end was told"


def test_rides_and_commands_share_one_commit_in_their_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(database)
    ends: Ends = queue.SimpleQueue()
    commits: list[int] = []
    plain = Transaction.commit

    def counted(own: Transaction) -> None:
        commits.append(1)
        plain(own)

    monkeypatch.setattr(Transaction, "commit", counted)
    orders = []
    for number in range(6):
        if number % 2:
            orders.append(database._writer.submit(add(f"note {number}")))
        else:
            database.ride(worded(database, f"note {number}"), lambda *end: ends.put(end))
    held.release()
    assert [order.result(10) for order in orders] == [2, 4, 6]
    assert [ends.get(timeout=10)[0] for _ in range(3)] == ["row 1", "row 3", "row 5"]
    assert len(commits) == 2, "the one that held, and one for all"


def test_riders_alone_are_a_rush_and_the_commit_is_not(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command may take long, and a disk too: nobody is made to wait for those."""
    commits: list[bool] = []
    plain = Transaction.commit

    def watched(own: Transaction) -> None:
        commits.append(database.rush.locked())
        plain(own)

    monkeypatch.setattr(Transaction, "commit", watched)
    assert ride(database, database.rush.locked) is True
    assert database.write(lambda tx: database.rush.locked()) is False
    held = Held(database)
    ends: Ends = queue.SimpleQueue()
    database.ride(database.rush.locked, lambda *end: ends.put(end))
    order = database._writer.submit(lambda tx: database.rush.locked())
    held.release()
    assert (ends.get(timeout=10)[0], order.result(10)) == (False, False)
    assert commits == [False] * 4


def test_a_refused_write_of_a_ride_undoes_that_write_alone(database: Database) -> None:
    def half(tx: Tx) -> None:
        add("half")(tx)
        raise Refused("hall_closed")

    def job() -> str:
        database.write(add("kept"))
        with pytest.raises(Refused, match="hall_closed"):
            database.write(half)
        return "went on"

    assert ride(database, job) == "went on"
    assert texts(database) == ["kept"]


def test_listeners_hear_what_a_ride_emitted_before_its_end_is_told(database: Database) -> None:
    heard: list[Any] = []
    database.subscribe(heard.extend)
    ends: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()
    database.ride(lambda: database.write(lambda tx: tx.emit("news")), lambda *end: ends.put(list(heard)))
    assert ends.get(timeout=10) == ["news"]


@pytest.mark.parametrize("failure", [ValueError("a bug"), StopIteration()])
def test_what_a_job_raises_is_its_end(database: Database, failure: Exception) -> None:
    def job() -> None:
        database.write(add("kept"))
        raise failure

    with pytest.raises(type(failure)):
        ride(database, job)
    assert texts(database) == ["kept"], "as in a thread: the write was done before the bug"
    assert ride(database, worded(database, "next")) == "row 2"


def test_a_full_disk_is_worded_by_the_job_itself(database: Database) -> None:
    pages = database.read().execute("PRAGMA page_count").fetchall()[0][0]
    database.write(lambda tx: tx.db.execute(f"PRAGMA max_page_count = {pages}").fetchall())
    assert ride(database, worded(database, "x" * 100_000)) == "disk_full"
    assert texts(database) == []
    database.write(lambda tx: tx.db.execute("PRAGMA max_page_count = 1000000").fetchall())
    assert ride(database, worded(database, "after")) == "row 1"


def test_when_the_transaction_is_lost_every_ride_in_it_is_refused(database: Database) -> None:
    """Also those that had written well before: their rows are gone, so nobody may be told of a row."""

    def collapse(tx: Tx) -> None:
        tx.db.execute("ROLLBACK")
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error

    def collapsing() -> str:
        try:
            database.write(collapse)
        except Refused as refused:
            return refused.code
        return "written"

    held = Held(database)
    ends: Ends = queue.SimpleQueue()
    for job in (worded(database, "early"), collapsing, worded(database, "late"), lambda: "only looked"):
        database.ride(job, lambda *end: ends.put(end))
    held.release()
    assert [ends.get(timeout=10) for _ in range(4)] == [
        ("store_busy", None),
        ("store_busy", None),
        ("store_busy", None),
        ("only looked", None),
    ]
    assert texts(database) == []
    assert ride(database, worded(database, "works again")) == "row 1"


def test_a_commit_that_fails_refuses_its_rides(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Transaction.commit
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR

    def broken(own: Transaction) -> None:
        raise error

    monkeypatch.setattr(Transaction, "commit", broken)
    assert ride(database, worded(database, "lost")) == "store_busy"
    monkeypatch.setattr(Transaction, "commit", plain)
    assert ride(database, worded(database, "kept")) == "row 1"
    assert texts(database) == ["kept"]


def test_a_listener_that_writes_is_a_bug_that_is_told_and_stops_nobody(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    database.subscribe(lambda told: database.write(add("from a listener")))
    database.write(lambda tx: tx.emit("news"))
    assert "a listener writes" in caplog.text
    assert ride(database, worded(database, "kept")) == "row 1"


def test_a_closed_store_takes_nobody_along(tmp_path: Path) -> None:
    database = Database(tmp_path / "hall.db", SystemClock())
    database.close()
    with pytest.raises(Refused, match="store_busy"):
        database.ride(lambda: None, lambda result, error: None)
