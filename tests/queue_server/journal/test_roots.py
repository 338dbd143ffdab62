"""The journal's hash is made public each full hour at which the hall has been at work."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from queue_server import board
from queue_server.clock import ManualClock
from queue_server.database import Database, Tx
from queue_server.journal import roots, store
from queue_server.stream import topics
from queue_server.wire import Event, EventKind
from tests.queue_server.tickets.desk import MONDAY_9, Bench, make_queue

MINUTE_S = 60
PATIENCE_S = 20


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MONDAY_9)


@pytest.fixture
def database(tmp_path: Path, clock: ManualClock) -> Iterator[Database]:
    opened = Database(tmp_path / "hall.db", clock)
    yield opened
    opened.close()


def work(database: Database) -> Event:
    return database.write(lambda tx: store.append(tx, EventKind.DAY_HELD, "system"))


def test_there_is_none_before_a_full_hour_and_one_after_it(database: Database, clock: ManualClock) -> None:
    assert roots.publish(database) is None
    row = work(database)
    clock.advance(59 * MINUTE_S)
    assert roots.publish(database) is None
    clock.advance(MINUTE_S)
    root = roots.publish(database)
    assert root is not None
    assert (root.kind, root.data["hour"]) == ("chain.root", "2026-11-23T02:00:00.000Z")
    assert root.data["upto"] == row.seq
    assert root.data["root"] == store.link_at(database.read(), row.seq).chain.hex()
    assert root.data["algorithm"] == "sha256"
    work(database)
    assert roots.publish(database) is None, "only one an hour"


def test_a_hall_at_rest_has_none_and_the_night_is_covered_in_the_morning(
    database: Database, clock: ManualClock
) -> None:
    work(database)
    clock.advance(60 * MINUTE_S)
    assert roots.publish(database) is not None
    for _ in range(9):
        clock.advance(60 * MINUTE_S)
        assert roots.publish(database) is None
    row = work(database)
    morning = roots.publish(database)
    assert morning is not None and morning.data["upto"] == row.seq
    assert morning.data["hour"] == "2026-11-23T11:00:00.000Z"
    assert store.check_chain(database.read()).seq == morning.seq


def test_two_in_one_transaction_cover_what_came_before_them(database: Database, clock: ManualClock) -> None:
    work(database)
    clock.advance(60 * MINUTE_S)

    def both(tx: Tx) -> tuple[Event, Event | None]:
        return store.append(tx, EventKind.DAY_HELD, "system"), roots._publish(tx)

    row, root = database.write(both)
    assert root is not None and root.data["upto"] == row.seq
    assert store.check_chain(database.read()).seq == root.seq


def test_the_thread_publishes_by_itself_and_survives_a_failure(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roots, "EVERY_S", 0.02)
    work(database)
    database.write(lambda tx: tx.db.execute("ALTER TABLE journal RENAME TO away"))
    clock.advance(60 * MINUTE_S)
    thread = roots.HourlyRoot(database)
    thread.start()
    time.sleep(0.2)
    database.write(lambda tx: tx.db.execute("ALTER TABLE away RENAME TO journal"))
    until = time.monotonic() + PATIENCE_S
    while store.last_root(database.read())[0] == 0 and time.monotonic() < until:
        time.sleep(0.02)
    thread.stop()
    assert store.last_root(database.read())[0] == 2


def test_boards_show_it_until_the_day_is_over(tmp_path: Path, clock: ManualClock) -> None:
    bench = Bench(make_queue(tmp_path, clock), clock)
    bench.issue()
    clock.advance(60 * MINUTE_S)
    root = roots.publish(bench.queue.database)
    assert root is not None
    assert topics.in_zones(lambda: {"Z1"})(root), "the stream of every board carries it"
    shown = bench.queue.view.board("1F")
    assert (shown.root, shown.root_hour) == (root.data["root"][:16], "2026-11-23T02:00:00.000Z")
    again = msgspec.json.decode(msgspec.json.encode(shown), type=board.BoardState)
    assert again == shown
    clock.advance(24 * 60 * MINUTE_S)
    bench.issue()
    assert bench.queue.view.board("1F").root == ""
    bench.queue.database.close()
