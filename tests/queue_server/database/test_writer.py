"""Group commit: one fsync for many, one refusal undoes one command, a full disk undoes all."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from queue_server.clock import SystemClock
from queue_server.database import Database, Tx
from queue_server.database.connections import open_writer
from queue_server.refusals import Refused


def add(text: str) -> Any:
    return lambda tx: tx.db.execute("INSERT INTO note (text) VALUES (?)", (text,)).lastrowid


def texts(database: Database) -> list[str]:
    return [row[0] for row in database.read().execute("SELECT text FROM note ORDER BY id").fetchall()]


def test_the_settings_that_keep_acknowledged_writes(tmp_path: Path) -> None:
    db = open_writer(tmp_path / "x.db", "FULL")
    assert db.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    assert db.execute("PRAGMA synchronous").fetchall() == [(2,)]
    assert db.execute("PRAGMA wal_autocheckpoint").fetchall() == [(0,)]
    assert db.execute("PRAGMA foreign_keys").fetchall() == [(1,)]
    with pytest.raises(ValueError, match="OFF"):
        open_writer(tmp_path / "y.db", "OFF")


def test_one_refusal_does_not_undo_its_batch(database: Database) -> None:
    """Commands queue up behind a held writer, so they meet in one transaction."""
    gate, entered = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        entered.set()
        gate.wait()

    threads = [threading.Thread(target=database.write, args=(hold,))]
    threads[0].start()
    entered.wait()
    outcomes: dict[str, object] = {}

    def attempt(text: str) -> None:
        try:
            outcomes[text + threading.current_thread().name] = database.write(add(text))
        except sqlite3.IntegrityError as error:
            outcomes[text + threading.current_thread().name] = error

    for number, text in enumerate(["a", "b", "a", "c"]):
        thread = threading.Thread(target=attempt, args=(text,), name=str(number))
        thread.start()
        threads.append(thread)
    while database._writer._queue.qsize() < 4:
        pass
    gate.set()
    for thread in threads:
        thread.join()
    assert sorted(texts(database)) == ["a", "b", "c"]
    assert sum(isinstance(outcome, sqlite3.IntegrityError) for outcome in outcomes.values()) == 1


def test_half_of_a_failing_command_is_undone(database: Database) -> None:
    def half(tx: Tx) -> None:
        add("first")(tx)
        raise Refused("hall_closed")

    with pytest.raises(Refused, match="hall_closed"):
        database.write(half)
    assert texts(database) == []


def test_listeners_hear_only_what_was_committed_and_in_order(database: Database) -> None:
    heard: list[object] = []
    database.subscribe(heard.extend)

    def tell(number: int, fail: bool = False) -> Any:
        def command(tx: Tx) -> None:
            tx.emit(number)
            if fail:
                raise Refused("hall_closed")

        return command

    database.write(tell(1))
    with pytest.raises(Refused):
        database.write(tell(2, fail=True))
    database.write(tell(3))
    assert heard == [1, 3]


def test_a_listener_that_fails_undoes_nothing(database: Database) -> None:
    def broken(_: list[Any]) -> None:
        raise RuntimeError("nobody home")

    database.subscribe(broken)

    def command(tx: Tx) -> None:
        tx.emit("x")
        add("kept")(tx)

    database.write(command)
    assert texts(database) == ["kept"]


def test_a_full_disk_is_refused_and_works_again_afterwards(database: Database) -> None:
    """The page limit of SQLite fails exactly as a full disk does (SQLITE_FULL)."""
    database.write(add("before"))
    pages = database.read().execute("PRAGMA page_count").fetchall()[0][0]
    database.write(lambda tx: tx.db.execute(f"PRAGMA max_page_count = {pages}").fetchall())
    with pytest.raises(Refused, match="disk_full"):
        database.write(add("x" * 100_000))
    assert texts(database) == ["before"]
    database.write(lambda tx: tx.db.execute("PRAGMA max_page_count = 1000000").fetchall())
    database.write(add("after"))
    assert texts(database) == ["before", "after"]
    assert database.read().execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_when_sqlite_gives_up_the_transaction_the_whole_batch_fails(database: Database) -> None:
    """As after a disk error that rolls back behind our back: nobody may be told "done"."""
    gate, entered = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        entered.set()
        gate.wait()

    def collapse(tx: Tx) -> None:
        tx.db.execute("ROLLBACK")
        raise sqlite3.OperationalError("disk I/O error")

    failures: list[Exception] = []

    def attempt(command: Any) -> None:
        try:
            database.write(command)
        except (Refused, sqlite3.Error) as error:
            failures.append(error)

    threads = [threading.Thread(target=attempt, args=(hold,))]
    threads[0].start()
    entered.wait()
    for command in (add("early"), collapse, add("late")):
        size = database._writer._queue.qsize()
        threads.append(threading.Thread(target=attempt, args=(command,)))
        threads[-1].start()
        while database._writer._queue.qsize() == size:
            pass
    gate.set()
    for thread in threads:
        thread.join()
    assert len(failures) == 3
    assert texts(database) == []
    database.write(add("works again"))
    assert texts(database) == ["works again"]


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.read().execute("INSERT INTO note (text) VALUES ('x')")


def test_closing_folds_the_log_into_the_file(tmp_path: Path) -> None:
    database = Database(tmp_path / "hall.db", SystemClock())
    database.write(lambda tx: tx.db.execute("CREATE TABLE note (text TEXT) STRICT"))
    database.close()
    assert not (tmp_path / "hall.db-wal").exists() or (tmp_path / "hall.db-wal").stat().st_size == 0


def test_a_closed_store_refuses_instead_of_hanging(tmp_path: Path) -> None:
    database = Database(tmp_path / "hall.db", SystemClock())
    database.close()
    with pytest.raises(Refused, match="store_busy"):
        database.write(add("too late"))
