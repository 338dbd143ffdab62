"""The rules of booking, pure: slots, dates, early and late, codes, and who is blocked."""

from __future__ import annotations

import dataclasses
from datetime import date as Date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.appointments import rules
from queue_server.appointments.model import Arrival, Booking, BookingKind, BookingMove
from queue_server.hall import rules as hall_rules
from queue_server.hall.calendar import Calendar, LocalDay, LocalKind
from queue_server.hall.calendar_seed import announced
from queue_server.hall.planning import AppointmentRules
from queue_server.refusals import Refused
from queue_server.settings import HALL_FILE
from queue_server.wire.appointments import AppointmentState
from tests.queue_server.appointments.desk import at

TEXT = HALL_FILE.read_text(encoding="utf-8")
DAYS = {day.date: day for days in announced().values() for day in days}
PLAN = dataclasses.replace(hall_rules.parse(TEXT), calendar=Calendar(DAYS, {}))
BOOKING = Booking(
    1, "0" * 10, BookingKind.BOOKED, AppointmentState.BOOKED, None, "Z1-001", "Z1", "2026-11-24",
    at("2026-11-24T10:00"), at("2026-11-24T10:30"), "zh", 0, "nobody", None, None, 1,
)  # fmt: skip

ARRIVALS = [
    ("2026-11-24T09:44", Arrival.EARLY),
    ("2026-11-24T09:45", Arrival.IN_TIME),
    ("2026-11-24T10:00", Arrival.IN_TIME),
    ("2026-11-24T10:10", Arrival.IN_TIME),
    ("2026-11-24T10:11", Arrival.LATE),
    ("2026-11-24T16:59", Arrival.LATE),
    ("2026-11-23T10:00", Arrival.EARLY),
]


@pytest.mark.parametrize(("local", "expected"), ARRIVALS)
def test_early_in_time_late(local: str, expected: Arrival) -> None:
    assert rules.arrival(PLAN.appointments, BOOKING, at(local)) is expected


BOOKABLE = [
    ("2026-11-23", ["11-24", "11-25", "11-26", "11-27", "11-30"], "five working days over a weekend"),
    ("2026-11-28", ["11-30", "12-01", "12-02", "12-03", "12-04"], "from a Saturday"),
    ("2026-09-18", ["09-20", "09-21", "09-22", "09-23", "09-24"], "a Sunday that is worked"),
    ("2026-09-30", ["10-08", "10-09", "10-10", "10-12", "10-13"], "over the national day"),
]


@pytest.mark.parametrize(("today", "dates", "reason"), BOOKABLE, ids=[row[0] for row in BOOKABLE])
def test_what_can_be_booked_today(today: str, dates: list[str], reason: str) -> None:
    found = rules.bookable_dates(PLAN, Date.fromisoformat(today))
    assert [f"{date:%m-%d}" for date in found] == dates, reason


def test_an_opening_on_a_saturday_can_be_booked_and_counts_no_working_day() -> None:
    local = {Date(2026, 11, 28): LocalDay(Date(2026, 11, 28), LocalKind.OPEN, ("morning",), "")}
    plan = dataclasses.replace(PLAN, calendar=Calendar(DAYS, local))
    found = rules.bookable_dates(plan, Date(2026, 11, 23))
    assert [date.day for date in found] == [24, 25, 26, 27, 28, 30]
    assert len(rules.slots_on(plan, Date(2026, 11, 28))) == 6


@pytest.mark.parametrize(
    ("changes", "count", "last", "reason"),
    [
        ({}, 16, "16:30", "09:00 to 17:00 in half hours"),
        ({"slot_min = 30": "slot_min = 45"}, 10, "15:45", "none reaches over closing time"),
        ({'from = "12:00"': 'from = "13:15"'}, 13, "16:15", "the lunch break is closed"),
    ],
)
def test_slots_of_a_day(changes: dict[str, str], count: int, last: str, reason: str) -> None:
    text = TEXT
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    plan = dataclasses.replace(hall_rules.parse(text), calendar=Calendar(DAYS, {}))
    slots = rules.slots_on(plan, Date(2026, 11, 24))
    assert len(slots) == count, reason
    assert slots[0].starts_at == at("2026-11-24T09:00")
    assert slots[-1].starts_at == at(f"2026-11-24T{last}")
    assert all(slot.ends_at - slot.starts_at == plan.appointments.slot_min * 60_000 for slot in slots)


@pytest.mark.parametrize(
    ("local", "today"),
    [
        ("2026-11-23T10:00", "2026-11-23"),
        ("2026-11-24T10:01", "2026-11-23"),
        ("2026-11-24T17:00", "2026-11-23"),
        ("2026-11-28T10:00", "2026-11-23"),
        ("2026-12-01T10:00", "2026-11-23"),
        ("2026-11-20T10:00", "2026-11-23"),
    ],
)
def test_what_is_no_slot_is_refused(local: str, today: str) -> None:
    date = Date.fromisoformat(local[:10])
    with pytest.raises(Refused) as refused:
        rules.find_slot(PLAN, at(local), date, Date.fromisoformat(today))
    assert refused.value.code == "appointment_slot"


def test_the_virtual_arrival_does_not_depend_on_when_one_comes() -> None:
    assert rules.virtual_arrival(PLAN.appointments, BOOKING) == at("2026-11-24T09:50")


DAY = rules.DAY_MS
BLOCKS = [
    ([], None, "nobody missed anything"),
    ([0, 10], None, "two are not three"),
    ([0, 10, 20], 50, "the third within 30 days blocks from then on"),
    ([0, 10, 30], 60, "30 days apart is within 30 days"),
    ([0, 10, 31], None, "the first is too old"),
    ([0, 25, 40, 50], 80, "the last three"),
    ([0, 1, 2, 40], 32, "a later miss alone does not lengthen it"),
    ([0, 1, 2, 3], 33, "a fourth does"),
]


@pytest.mark.parametrize(("days", "until", "reason"), BLOCKS, ids=[row[2] for row in BLOCKS])
def test_who_is_blocked_and_until_when(days: list[int], until: int | None, reason: str) -> None:
    found = rules.blocked_until(AppointmentRules(), [day * DAY for day in days])
    assert found == (None if until is None else until * DAY), reason


@given(st.integers(0, 2**50 - 1))
def test_a_code_is_read_however_it_is_written(number: int) -> None:
    code = rules.code_text(number)
    assert len(code) == 10 and set(code) <= set(rules.CODE_SIGNS)
    shown = rules.shown_code(code)
    for written in (code, shown, shown.lower(), f" {shown} ", rules.QR_PREFIX + code, code.replace("1", "i")):
        assert rules.read_code(written) == code


@pytest.mark.parametrize(
    "text", ["", "ABC", "ABCDE-FGHJ", "UUUUU-UUUUU", "一二三四五六七八九十", "0" * 11, "YC-B:"]
)
def test_what_is_no_code_is_unknown(text: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.read_code(text)
    assert refused.value.code == "appointment_unknown"


@pytest.mark.parametrize("state", AppointmentState)
@pytest.mark.parametrize("move", BookingMove)
def test_every_pair_is_a_move_or_a_refusal(state: AppointmentState, move: BookingMove) -> None:
    booking = dataclasses.replace(BOOKING, state=state)
    allowed = {("booked", m.value) for m in BookingMove} | {("missed", "check-in")}
    if (state.value, move.value) in allowed:
        assert rules.after(booking, move) is not state
    else:
        with pytest.raises(Refused) as refused:
            rules.after(booking, move)
        assert refused.value.code == "appointment_state"
