"""The clock never goes back, whatever the wall clock does."""

from __future__ import annotations

import pytest

from queue_server import clock
from queue_server.clock import SystemClock, business_day, parse_rfc3339, rfc3339

HOUR_MS = 3_600_000


class Machine:
    """A machine whose wall clock and uptime a test sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall, self.up = 1_795_400_640_000, 5_000
        monkeypatch.setattr(clock, "_wall_ms", lambda: self.wall)
        monkeypatch.setattr(clock, "_uptime_ms", lambda: self.up)

    def pass_time(self, ms: int) -> None:
        self.wall += ms
        self.up += ms


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_it_follows_the_wall_clock_while_both_agree(machine: Machine) -> None:
    steady = SystemClock()
    machine.pass_time(10_000)
    machine.wall += 900
    assert steady.now_ms() == machine.wall


@pytest.mark.parametrize("jump_ms", [-HOUR_MS, 24 * HOUR_MS, -90_000, 61_000])
def test_a_jump_of_the_wall_clock_does_not_move_it(machine: Machine, jump_ms: int) -> None:
    steady = SystemClock()
    before = steady.now_ms()
    machine.pass_time(1_000)
    machine.wall += jump_ms
    assert steady.now_ms() == before + 1_000
    assert steady.drift_ms() == jump_ms
    machine.pass_time(60_000)
    assert steady.now_ms() == before + 61_000


def test_small_steps_back_of_the_wall_clock_hold_it_still(machine: Machine) -> None:
    steady = SystemClock()
    before = steady.now_ms()
    machine.wall -= 5_000
    assert steady.now_ms() == before
    machine.pass_time(6_000)
    assert steady.now_ms() == before + 1_000


def test_a_server_that_starts_in_the_past_goes_on_from_its_journal(machine: Machine) -> None:
    newest = machine.wall + 2 * HOUR_MS
    steady = SystemClock(newest)
    machine.pass_time(500)
    assert steady.now_ms() == newest + 500
    assert steady.drift_ms() == -2 * HOUR_MS


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2026-11-23T03:59:59.999+08:00", "2026-11-22"),
        ("2026-11-23T04:00:00+08:00", "2026-11-23"),
        ("2026-11-23T23:59:59+08:00", "2026-11-23"),
        ("2026-11-24T00:00:00+08:00", "2026-11-23"),
        ("2027-01-01T03:00:00+08:00", "2026-12-31"),
    ],
)
def test_a_business_day_begins_at_four(local: str, day: str) -> None:
    assert business_day(parse_rfc3339(local)) == day


def test_times_of_the_wire_come_back(machine: Machine) -> None:
    assert parse_rfc3339(rfc3339(machine.wall + 7)) == machine.wall + 7
    with pytest.raises(ValueError, match="without a zone"):
        parse_rfc3339("2026-11-23T10:00:00")
