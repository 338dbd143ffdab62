"""How devices are, on a real database: reported, silent, back, forgotten, and what the journal says of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_server.clock import ManualClock, parse_rfc3339, rfc3339
from queue_server.database import Database
from queue_server.devices.actions import DeviceBook
from queue_server.devices.damping import CHANGES, WITHIN_MS
from queue_server.journal.store import rows_after
from queue_server.people.actions import add_device, revoke_device
from queue_server.refusals import Refused
from queue_server.wire import Event
from queue_server.wire.devices import DeviceKind, DeviceReport, DeviceState

NINE = parse_rfc3339("2026-11-23T09:00:00+08:00")
AWAY_S = 90
PRINTER = "kiosk-1/ticket_printer"
COUNTERS = frozenset({"Z3-01"})


class Watch:
    """The book with a clock moved by hand, and the few words that these tests speak."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(NINE)
        self.database = Database(folder / "hall.db", self.clock)
        for name, role in (("kiosk-1", "kiosk"), ("board-1F", "board"), ("counter-Z3-01", "counter")):
            add_device(self.database, name, role, "system")
        self.book = DeviceBook(self.database, AWAY_S, lambda: COUNTERS)

    def printer(self, state: str, code: str = "", age_s: float = 0.0, reporter: str = "kiosk-1") -> None:
        told = DeviceReport(
            "ticket_printer", DeviceKind.TICKET_PRINTER, DeviceState(state), code, age_s=age_s
        )
        self.book.report(reporter, "kiosk", [told])

    def later(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.book.notice()

    def states(self) -> dict[str, tuple[str, str]]:
        return {name: (device.state.value, device.code) for name, device in self.book.all.items()}

    def news(self) -> list[Event]:
        return [
            row
            for row in rows_after(self.database.read(), 0, 1000)
            if row.kind in ("device.health_changed", "device.forgotten")
        ]

    def told(self) -> list[tuple[str, str | None, str, str]]:
        """Each change as (device, state before, state, code)."""
        return [
            (row.data["device"], row.data["was"], row.data["state"], row.data["code"])
            for row in self.news()
            if row.kind == "device.health_changed"
        ]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    made = Watch(tmp_path)
    yield made
    made.database.close()


def test_a_change_is_journaled_once_with_its_words(watch: Watch) -> None:
    watch.printer("ok")
    for _ in range(5):
        watch.clock.advance(30)
        watch.printer("ok")
    watch.printer("fault", "paper_out", age_s=12)
    watch.printer("fault", "paper_out", age_s=42)
    assert watch.told() == [
        ("kiosk-1", None, "ok", ""),
        (PRINTER, None, "ok", ""),
        (PRINTER, "ok", "fault", "paper_out"),
    ]
    last = watch.news()[-1]
    assert last.by == "device:kiosk-1"
    assert last.data["sentence"] == {"zh": "缺纸", "en": "Out of paper"}
    assert last.data["advice"]["zh"].startswith("请换一卷纸") and last.data["advice"]["en"]
    assert last.data["since"] == rfc3339(watch.clock.now_ms() - 12_000)


def test_another_reason_for_the_same_state_keeps_since_when(watch: Watch) -> None:
    watch.printer("fault", "cover_open", age_s=100)
    since = watch.book.all[PRINTER].since
    watch.clock.advance(60)
    watch.printer("fault", "paper_out")
    assert watch.book.all[PRINTER].since == since
    assert watch.told()[-1] == (PRINTER, "fault", "fault", "paper_out")


def test_who_says_nothing_is_away_once_and_back_at_the_first_word(watch: Watch) -> None:
    watch.printer("ok")
    heard = watch.clock.now_ms()
    watch.later(AWAY_S)
    assert watch.states() == {"kiosk-1": ("ok", ""), PRINTER: ("ok", "")}
    watch.later(1)
    watch.later(60)
    away = ("away", "not_heard")
    assert watch.states() == {"kiosk-1": away, PRINTER: away}
    assert {device.since for device in watch.book.all.values()} == {heard}
    assert len(watch.told()) == 4 and watch.news()[-1].by == "system"
    watch.printer("ok")
    assert watch.states() == {"kiosk-1": ("ok", ""), PRINTER: ("ok", "")}


def test_a_device_that_its_program_left_out_is_away_alone(watch: Watch) -> None:
    watch.printer("ok")
    for _ in range(4):
        watch.clock.advance(30)
        watch.book.report("kiosk-1", "kiosk", [])
        watch.book.notice()
    assert watch.states() == {"kiosk-1": ("ok", ""), PRINTER: ("away", "not_heard")}


def test_an_open_stream_is_a_sign_of_life_of_its_program(watch: Watch) -> None:
    here = ["board-1F", "counter-Z3-01", "nobody"]
    watch.book.present = lambda: here
    watch.book.notice()
    assert {name: device.kind for name, device in watch.book.all.items()} == {
        "board-1F": DeviceKind.BOARD,
        "counter-Z3-01": DeviceKind.COUNTER,
    }
    assert watch.book.all["counter-Z3-01"].counter == "Z3-01"
    for _ in range(10):
        watch.later(60)
    assert watch.states()["board-1F"] == ("ok", "")
    here.remove("board-1F")
    watch.later(AWAY_S + 1)
    assert watch.states() == {"board-1F": ("away", "not_heard"), "counter-Z3-01": ("ok", "")}


def test_a_program_of_a_bus_is_no_counter(watch: Watch) -> None:
    add_device(watch.database, "counter-2F-a", "counter", "system")
    watch.book.report("counter-2F-a", "counter", [])
    bus = watch.book.all["counter-2F-a"]
    assert (bus.kind, bus.counter) == (DeviceKind.BUS, None)


def test_a_loose_contact_does_not_fill_the_journal_and_its_last_state_arrives(watch: Watch) -> None:
    for turn in range(100):
        watch.printer("ok" if turn % 2 else "away", "" if turn % 2 else "connection_lost")
        watch.clock.advance(1)
    told = [row for row in watch.told() if row[0] == PRINTER]
    assert len(told) == CHANGES
    watch.printer("fault", "paper_out")
    held = watch.book.all[PRINTER]
    assert held.state is DeviceState.OK, "the last of the changes that were let through"
    for _ in range(WITHIN_MS // 30_000):
        watch.clock.advance(30)
        watch.printer("fault", "paper_out")
        watch.book.notice()
    told = [row for row in watch.told() if row[0] == PRINTER]
    assert told[CHANGES:] == [(PRINTER, "ok", "fault", "paper_out")]


def test_what_was_held_is_dropped_when_its_program_falls_silent(watch: Watch) -> None:
    for turn in range(CHANGES + 1):
        watch.printer("away" if turn % 2 else "ok", "no_answer" if turn % 2 else "")
    watch.printer("fault", "paper_out")
    watch.later(AWAY_S + 1)
    assert watch.book.all[PRINTER].code == "not_heard"
    watch.later(WITHIN_MS / 1000)
    assert watch.book.all[PRINTER].code == "not_heard"


def test_a_restart_keeps_the_states_and_gives_everybody_the_whole_time_again(watch: Watch) -> None:
    watch.printer("fault", "paper_out")
    watch.clock.advance(3600)
    again = DeviceBook(watch.database, AWAY_S, lambda: COUNTERS)
    assert dict(again.all) == dict(watch.book.all)
    again.notice()
    assert again.all[PRINTER].code == "paper_out"
    watch.clock.advance(AWAY_S + 1)
    again.notice()
    assert again.all[PRINTER].code == "not_heard"


def test_what_was_taken_away_is_forgotten_after_a_day(watch: Watch) -> None:
    watch.printer("ok")
    watch.later(AWAY_S + 1)
    watch.later(24 * 3600 - AWAY_S - 1)
    assert set(watch.states()) == {"kiosk-1", PRINTER}
    watch.later(2)
    assert watch.states() == {}
    assert [(row.kind, row.data["device"]) for row in watch.news()[-2:]] == [
        ("device.forgotten", "kiosk-1"),
        ("device.forgotten", PRINTER),
    ]


def test_what_was_away_for_days_is_not_forgotten_while_it_is_reported(watch: Watch) -> None:
    watch.printer("away", "no_answer")
    since = watch.book.all[PRINTER].since
    for _ in range(4):
        watch.clock.advance(12 * 3600)
        watch.printer("away", "no_answer", age_s=5)
    watch.later(AWAY_S + 1)
    assert (watch.book.all[PRINTER].code, watch.book.all[PRINTER].since) == ("not_heard", since)
    watch.printer("away", "no_answer")
    assert watch.book.all[PRINTER].since == since


def test_a_program_whose_key_is_void_is_forgotten_with_its_devices(watch: Watch) -> None:
    watch.printer("ok")
    revoke_device(watch.database, "kiosk-1", "system")
    watch.later(1)
    assert watch.states() == {}


def test_a_program_that_invents_names_is_stopped(watch: Watch) -> None:
    def told(turn: int) -> list[DeviceReport]:
        names = [f"x-{turn}-{place}" for place in range(250)]
        return [DeviceReport(name, DeviceKind.LED_STRIP, DeviceState.OK) for name in names]

    watch.book.report("kiosk-1", "kiosk", told(1))
    watch.book.report("kiosk-1", "kiosk", told(2))
    with pytest.raises(Refused, match="devices_full"):
        watch.book.report("kiosk-1", "kiosk", told(3))
    watch.book.report("kiosk-1", "kiosk", told(1))
    assert len(watch.book.all) == 501


def test_two_programs_may_name_their_devices_alike(watch: Watch) -> None:
    watch.printer("ok")
    watch.printer("away", "no_answer", reporter="board-1F")
    assert watch.states()["board-1F/ticket_printer"] == ("away", "no_answer")
    assert watch.states()[PRINTER] == ("ok", "")
