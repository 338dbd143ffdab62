"""The business day: numbers begin anew, nothing is lost, whatever the clock did."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from queue_server.clock import rfc3339
from queue_server.database import Tx
from queue_server.journal import store as journal
from queue_server.tickets import actions, reading, rollover, store
from queue_server.tickets.days import DAY_MARK, day_end_ms
from queue_server.tickets.model import Move
from queue_server.wire import EventKind, IssueTicket, TicketState
from tests.queue_server.tickets.desk import KIOSK, Bench

HOUR_S = 3600


def day(bench: Bench) -> str | None:
    return store.mark(bench.queue.database.read(), DAY_MARK)


def kinds(bench: Bench) -> list[str]:
    return [row.kind for row in journal.rows_after(bench.queue.database.read(), 0, 10_000)]


def test_a_day_ends_at_four_in_the_morning() -> None:
    assert rfc3339(day_end_ms("2026-11-23")) == "2026-11-23T20:00:00.000Z"


def test_numbers_begin_anew_and_open_tickets_expire(bench: Bench) -> None:
    waiting, called, served = bench.issue(), bench.issue(), bench.issue()
    bench.call("Z1-01")
    bench.miss("Z1-01")
    bench.call("Z1-01")
    bench.call("Z1-02")
    bench.move(Move.SERVE, "Z1-02")
    bench.clock.advance(20 * HOUR_S)
    assert rollover.roll_over(bench.queue) == 3
    for ticket in (waiting, called, served):
        assert reading.ticket(bench.queue, ticket.id).state is TicketState.EXPIRED
    assert bench.issue().number == "A001"
    assert reading.console(bench.queue, "Z1-01").state == "closed"
    assert bench.queue.view.state.zones["Z1"].waiting == 1


def test_rolling_over_again_changes_nothing(bench: Bench) -> None:
    bench.issue()
    bench.clock.advance(24 * HOUR_S)
    rollover.roll_over(bench.queue)
    before = kinds(bench)
    assert rollover.roll_over(bench.queue) == 0
    assert kinds(bench) == before


def test_whoever_comes_first_after_four_opens_the_day(bench: Bench) -> None:
    """No thread has run yet: the issue itself must not use yesterday's numbers or queue."""
    old = bench.issue()
    bench.clock.advance(24 * HOUR_S)
    new = bench.issue()
    assert (new.number, new.ahead) == ("A001", 0)
    called = bench.call()
    assert called is not None and called.id == new.id
    rollover.roll_over(bench.queue)
    assert reading.ticket(bench.queue, old.id).state is TicketState.EXPIRED


def test_midnight_during_service_changes_nothing(bench: Bench) -> None:
    bench.clock.advance(14.9 * HOUR_S)
    bench.issue()
    bench.call()
    bench.move(Move.SERVE)
    bench.clock.advance(HOUR_S)
    rollover.roll_over(bench.queue)
    assert bench.issue().number == "A002"
    assert bench.move(Move.FINISH).ticket is not None


def test_two_nights_switched_off(bench: Bench) -> None:
    bench.issue()
    bench.clock.advance(50 * HOUR_S)
    rollover.roll_over(bench.queue)
    assert day(bench) == "2026-11-25"
    assert kinds(bench).count(EventKind.DAY_OPENED) == 2


def test_a_day_never_comes_back(bench: Bench) -> None:
    """A server whose clock starts in the past stays in the stored day and goes on counting."""
    bench.issue()
    bench.queue.database.write(lambda tx: store.set_mark(tx, DAY_MARK, "2026-11-30"))
    bench.queue.database.write(lambda tx: store.next_number(tx, "2026-11-30", "A"))
    assert bench.issue().number == "A002"
    rollover.roll_over(bench.queue)
    assert day(bench) == "2026-11-30"


def test_staff_are_told_once_that_the_clock_is_off(bench: Bench) -> None:
    rollover.roll_over(bench.queue)
    bench.clock.set_drift(3_600_000)
    rollover.roll_over(bench.queue)
    rollover.roll_over(bench.queue)
    assert kinds(bench).count(EventKind.DAY_HELD) == 1
    bench.clock.set_drift(0)
    rollover.roll_over(bench.queue)
    bench.clock.set_drift(-90_000)
    rollover.roll_over(bench.queue)
    assert kinds(bench).count(EventKind.DAY_HELD) == 2


def test_a_thousand_left_overs_expire_in_pieces(bench: Bench) -> None:
    for _ in range(130):
        bench.issue()
    bench.clock.advance(24 * HOUR_S)
    assert rollover.roll_over(bench.queue) == 130
    assert bench.queue.view.state.zones["Z1"].waiting == 0


def test_a_thousand_old_keys_are_forgotten_in_pieces(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(tx: Tx) -> None:
        for number in range(1_101):
            store.remember(tx, bench.once(f"key-{number:05}"), 1)

    bench.queue.database.write(keep)
    bench.clock.advance(8 * 24 * HOUR_S)
    actions.issue(bench.queue, KIOSK, IssueTicket("Z1-001"), recent := bench.once("key-new-001"))
    pieces: list[int] = []
    forget_keys = store.forget_keys

    def counted(tx: Tx, keys: Sequence[tuple[str, str]]) -> None:
        pieces.append(len(keys))
        forget_keys(tx, keys)

    monkeypatch.setattr(store, "forget_keys", counted)
    rollover.forget(bench.queue)
    assert pieces == [500, 500, 101]
    db = bench.queue.database.read()
    assert store.keys_before(db, 2**62) == [(recent.caller, recent.key)]
    rollover.forget(bench.queue)
    assert len(pieces) == 3


def test_old_keys_and_old_people_are_forgotten(bench: Bench) -> None:
    once = bench.once("key-old-001")
    actions.issue(bench.queue, KIOSK, IssueTicket("Z1-001"), once, b"hash of a person")
    bench.clock.advance(8 * 24 * HOUR_S)
    recent = bench.once("key-new-001")
    actions.issue(bench.queue, KIOSK, IssueTicket("Z1-001"), recent, b"hash of a person")
    rollover.forget(bench.queue)
    db = bench.queue.database.read()
    assert store.remembered(db, once) is None
    assert store.remembered(db, recent) is not None
    assert db.execute("SELECT count(person) FROM visit").fetchall() == [(2,)]
    bench.clock.advance(40 * 24 * HOUR_S)
    rollover.forget(bench.queue)
    assert db.execute("SELECT count(person) FROM visit").fetchall() == [(0,)]
