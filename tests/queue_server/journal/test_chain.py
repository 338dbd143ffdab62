"""No row of the journal can be changed, taken out, put in or moved without being named."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlite_utils
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Migrations

from queue_server.clock import ManualClock
from queue_server.database import Database, Reading, Tx
from queue_server.database.migrations import m0001_journal
from queue_server.journal import chain, roots, store
from queue_server.journal.chain import Fault
from queue_server.refusals import Refused
from queue_server.wire import Event, EventKind
from tests.queue_server.tickets.desk import MONDAY_9, Bench, make_queue

COLUMNS = ("seq", "at", "kind", "by", "ticket", "visit", "counter", "zone", "body", "chain")
HOUR_S = 3600


def open_at(path: Path, at_ms: int = MONDAY_9) -> Database:
    return Database(path, ManualClock(at_ms))


def note(text: str) -> Callable[[Tx], Event]:
    return lambda tx: store.append(tx, EventKind.DAY_HELD, "system", data={"text": text})


def fault_of(path: Path) -> Fault | None:
    database = Reading(path)
    try:
        store.check_chain(database.read())
    except Fault as fault:
        return fault
    finally:
        database.read().close()
    return None


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hall's journal after two hours: tickets, moves, two public hashes, Chinese and English."""
    folder = tmp_path_factory.mktemp("hall")
    clock = ManualClock(MONDAY_9)
    bench = Bench(make_queue(folder, clock), clock)
    for matter in ("Z1-001", "Z3-004", "Z5-001", "Z1-003"):
        bench.issue(matter, lang="en" if matter == "Z5-001" else "zh")
    bench.serve_all("Z1-01")
    for _ in range(2):
        clock.advance(HOUR_S)
        assert roots.publish(bench.queue.database) is not None
        bench.issue("Z1-001")
    bench.queue.database.close()
    with sqlite3.connect(folder / "hall.db") as db:
        db.execute(f"VACUUM INTO '{folder / 'whole.db'}'")
    return folder / "whole.db"


@pytest.fixture(scope="module")
def count(hall: Path) -> int:
    with sqlite3.connect(hall) as db:
        return int(db.execute("SELECT max(seq) FROM journal").fetchall()[0][0])


@pytest.fixture(scope="module")
def copy(hall: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    path = tmp_path_factory.mktemp("copy") / "hall.db"

    def fresh() -> Path:
        for left in path.parent.iterdir():
            left.unlink()
        return Path(shutil.copy(hall, path))

    return fresh


def tampered(path: Path, *statements: tuple[str, tuple[object, ...]]) -> Fault | None:
    with sqlite3.connect(path) as db:
        for statement, values in statements:
            db.execute(statement, values)
    db.close()
    return fault_of(path)


def test_an_honest_journal_holds_and_says_how_far(hall: Path, count: int) -> None:
    database = Reading(hall)
    end = store.check_chain(database.read())
    assert (end.seq, len(end.chain)) == (count, 32)
    assert end == store.newest(database.read())
    kinds = {row[0] for row in database.read().execute("SELECT DISTINCT kind FROM journal").fetchall()}
    assert {"ticket.issued", "ticket.completed", "chain.root", "policy.changed"} <= kinds


@given(data=st.data())
def test_any_byte_of_any_column_of_any_row(data: st.DataObject, copy: Callable[[], Path], count: int) -> None:
    seq = data.draw(st.integers(1, count), label="row")
    column = data.draw(st.sampled_from(COLUMNS[1:]), label="column")
    path = copy()
    with sqlite3.connect(path) as db:
        old = db.execute(f"SELECT {column} FROM journal WHERE seq = ?", (seq,)).fetchall()[0][0]
    db.close()
    new: object
    if old is None:
        new = data.draw(st.integers(0, 2**40) if column in {"ticket", "visit"} else st.text(max_size=3))
    elif isinstance(old, int):
        new = old ^ (1 << data.draw(st.integers(0, 47), label="bit"))
    else:
        raw = bytearray(old if isinstance(old, bytes) else old.encode())
        raw[data.draw(st.integers(0, len(raw) - 1), label="byte")] ^= data.draw(st.integers(1, 255))
        new = bytes(raw)
    cast = "CAST(? AS TEXT)" if isinstance(old, str) else "?"
    fault = tampered(path, (f"UPDATE journal SET {column} = {cast} WHERE seq = ?", (new, seq)))
    assert fault is not None and fault.seq == seq
    assert fault.how in {"changed", "unreadable"}


@given(data=st.data())
def test_any_row_taken_out(data: st.DataObject, copy: Callable[[], Path], count: int) -> None:
    first = data.draw(st.integers(1, count), label="first")
    last = data.draw(st.integers(first, count), label="last")
    fault = tampered(copy(), ("DELETE FROM journal WHERE seq BETWEEN ? AND ?", (first, last)))
    assert fault is not None and fault.seq == first
    assert fault.how == ("cut_off" if last == count else "missing")


@given(data=st.data())
def test_a_row_put_in_and_the_others_moved_up(
    data: st.DataObject, copy: Callable[[], Path], count: int
) -> None:
    at = data.draw(st.integers(1, count + 1), label="before row")
    model = data.draw(st.integers(1, count), label="copied from")
    rest = ", ".join(COLUMNS[1:])
    fault = tampered(
        copy(),
        (f"CREATE TEMP TABLE kept AS SELECT {rest} FROM journal WHERE seq = ?", (model,)),
        ("UPDATE journal SET seq = -seq - 1 WHERE seq >= ?", (at,)),
        ("UPDATE journal SET seq = -seq WHERE seq < 0", ()),
        (f"INSERT INTO journal (seq, {rest}) SELECT ?, {rest} FROM kept", (at,)),
    )
    # A copy of a row right before it is that row; then the original is the one too many.
    assert fault is not None and (fault.seq, fault.how) == (at + (model == at), "changed")


@given(data=st.data())
def test_two_rows_in_each_others_place(data: st.DataObject, copy: Callable[[], Path], count: int) -> None:
    one, other = sorted(data.draw(st.lists(st.integers(1, count), min_size=2, max_size=2, unique=True)))
    fault = tampered(
        copy(),
        ("UPDATE journal SET seq = -1 WHERE seq = ?", (one,)),
        ("UPDATE journal SET seq = ? WHERE seq = ?", (one, other)),
        ("UPDATE journal SET seq = ? WHERE seq = -1", (other,)),
    )
    assert fault is not None and (fault.seq, fault.how) == (one, "changed")


@given(data=st.data())
def test_any_byte_of_a_row_in_the_file_itself(
    data: st.DataObject, copy: Callable[[], Path], count: int
) -> None:
    """Without SQLite's help: a bit flipped on the disk, in the record of a row that fits on its page."""
    path = copy()
    whole = bytearray(path.read_bytes())
    seq = data.draw(st.integers(1, count), label="row")
    start, end = record_of(path, bytes(whole), seq)
    at = data.draw(st.integers(start, end - 1), label="byte")
    whole[at] ^= 1 << data.draw(st.integers(0, 7), label="bit")
    path.write_bytes(whole)
    fault = fault_of(path)
    assert fault is not None and fault.seq == seq


def record_of(path: Path, whole: bytes | bytearray, seq: int) -> tuple[int, int]:
    """Where the values of a row stand in the file: from `at` to the last byte of `chain`."""
    with sqlite3.connect(path) as db:
        row = db.execute(f"SELECT {', '.join(COLUMNS)} FROM journal WHERE seq = ?", (seq,)).fetchall()[0]
    db.close()
    values = b"".join(value.encode() for value in row[2:4])  # kind and by follow `at`, 6 bytes
    end = whole.index(row[9]) + 32
    start = whole.rindex(values, 0, end) - 6
    assert int.from_bytes(whole[start : start + 6], "big") == row[1]
    return start, end


def test_who_computes_the_whole_chain_anew_is_betrayed_by_a_public_hash(copy: Callable[[], Path]) -> None:
    path = copy()
    with sqlite3.connect(path) as db:
        first_root = db.execute("SELECT seq FROM journal WHERE kind = 'chain.root'").fetchall()[0][0]
        db.execute("UPDATE journal SET at = at - 60000 WHERE seq = 5")
        rows = db.execute(f"SELECT {chain.COLUMNS} FROM journal ORDER BY seq").fetchall()
        before = chain.START
        for row in rows:
            before = chain.link(before, row)
            db.execute("UPDATE journal SET chain = ? WHERE seq = ?", (before, row[0]))
    db.close()
    fault = fault_of(path)
    assert fault is not None and (fault.seq, fault.how) == (first_root - 1, "unlike")


def test_an_end_that_was_cut_off_is_missed_even_after_more_was_written(
    copy: Callable[[], Path], count: int
) -> None:
    path = copy()
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM journal WHERE seq = ?", (count,))
    db.close()
    database = open_at(path, MONDAY_9 + 9 * HOUR_S * 1000)
    assert database.write(note("later")).seq == count + 1
    database.close()
    fault = fault_of(path)
    assert fault is not None and (fault.seq, fault.how) == (count, "missing")


def test_commands_that_are_undone_leave_no_gap(tmp_path: Path) -> None:
    database = open_at(tmp_path / "hall.db")

    def half(tx: Tx) -> None:
        note("never")(tx)
        raise Refused("hall_closed")

    for number in range(20):
        if number % 3 == 1:
            with pytest.raises(Refused):
                database.write(half)
        else:
            database.write(note(str(number)))
    # The same in one transaction: the writer is held up until all of them wait.
    gate, entered = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        entered.set()
        gate.wait()
        note("held")(tx)

    first = database._writer.submit(hold)
    entered.wait()
    futures = [database._writer.submit(half if n % 2 else note(f"b{n}")) for n in range(10)]
    gate.set()
    assert first.result() is None
    assert [future.exception() is None for future in futures] == [n % 2 == 0 for n in range(10)]
    end = store.check_chain(database.read())
    assert end.seq == 13 + 1 + 5
    database.close()


def test_a_batch_that_fails_leaves_no_gap(tmp_path: Path) -> None:
    database = open_at(tmp_path / "hall.db")
    database.write(note("before"))

    def collapse(tx: Tx) -> None:
        note("lost")(tx)
        tx.db.execute("ROLLBACK")
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(sqlite3.OperationalError):
        database.write(collapse)
    assert database.write(note("after")).seq == 2
    assert store.check_chain(database.read()).seq == 2
    database.close()


def test_the_chain_goes_on_after_a_restart(tmp_path: Path) -> None:
    for number in range(4):
        database = open_at(tmp_path / "hall.db")
        assert database.write(note(str(number))).seq == number + 1
        database.close()
    assert fault_of(tmp_path / "hall.db") is None


WRITER = """
import sys
from pathlib import Path
from queue_server.clock import SystemClock
from queue_server.database import Database
from queue_server.journal.store import append
database = Database(Path(sys.argv[1]), SystemClock())
for number in range(int(sys.argv[2])):
    database.write(lambda tx: append(tx, "day.held", sys.argv[3], data={"n": number}))
database.close()
"""


def test_two_processes_write_one_chain(tmp_path: Path, rounds: Callable[[int, int], int]) -> None:
    path, each = tmp_path / "hall.db", rounds(150, 5_000)
    open_at(path).close()
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(each), name]) for name in ("a", "b")
    ]
    assert [process.wait(100) for process in processes] == [0, 0]
    database = Reading(path)
    assert store.check_chain(database.read()).seq == 2 * each
    writers = database.read().execute('SELECT "by", count(*) FROM journal GROUP BY "by"').fetchall()
    assert writers == [("a", each), ("b", each)]


def test_rows_from_before_the_chain_are_chained_by_the_migration(tmp_path: Path) -> None:
    path = tmp_path / "hall.db"
    old = Migrations("yichuang")
    old(name="m0001_journal")(m0001_journal.apply)
    db = sqlite3.connect(path)
    old.apply(sqlite_utils.Database(db))
    insert = 'INSERT INTO journal (at, kind, "by", body) VALUES (?, ?, ?, ?)'
    for number in range(2_500):
        db.execute(insert, (MONDAY_9 + number, "day.held", "系统", f'{{"n":{number}}}'))
    db.commit()
    db.close()
    with pytest.raises(Refused, match="chain_missing"):
        store.check_chain(Reading(path).read())
    database = open_at(path, MONDAY_9 + HOUR_S * 1000)
    assert database.write(note("new")).seq == 2_501
    assert store.check_chain(database.read()).seq == 2_501
    database.close()


def test_the_content_is_canonical_json() -> None:
    """RFC 8785 for what stands in a row: no spaces, short escapes, UTF-8 as it is."""
    content = (1, 2, 'k"\\', "\x01\n\x1f é 中", None, None, None, None, "{}")
    assert chain._encode(content).decode() == (
        '[1,2,"k\\"\\\\","\\u0001\\n\\u001f é 中",null,null,null,null,"{}"]'
    )


def test_looking_at_a_file_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Reading(tmp_path / "hall.db")
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_are_no_text_are_named_as_such(copy: Callable[[], Path]) -> None:
    fault = tampered(copy(), ("UPDATE journal SET kind = CAST(x'ff' AS TEXT) WHERE seq = 3", ()))
    assert fault is not None and (fault.seq, fault.how) == (3, "unreadable")
