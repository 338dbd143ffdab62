"""Working days: a table of dates and of time limits, each with its reason, on the seeded calendar."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date as Date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queue_server.clock import ManualClock, parse_rfc3339, rfc3339
from queue_server.database import Database
from queue_server.hall import actions, calendar_actions, calendar_file, rules
from queue_server.hall.calendar import (
    Calendar,
    DayKind,
    LocalDay,
    LocalKind,
    add_working_days,
    is_working_day,
    next_working_day,
    previous_working_day,
)
from queue_server.hall.calendar_seed import announced
from queue_server.hall.located import BadFile
from queue_server.hall.model import HallPlan
from queue_server.journal.store import rows_of_kind_after
from queue_server.refusals import Refused
from queue_server.settings import HALL_FILE
from queue_server.wire import EventKind

ANNOUNCED = {day.date: day for days in announced().values() for day in days}
LOCAL = {
    day.date: day
    for day in (
        LocalDay(Date(2026, 11, 24), LocalKind.TYPHOON, (), "台风"),
        LocalDay(Date(2026, 11, 25), LocalKind.TYPHOON, ("morning",), "台风"),
        LocalDay(Date(2026, 11, 26), LocalKind.HALF_DAY, ("morning",), "培训"),
        LocalDay(Date(2026, 11, 28), LocalKind.OPEN, ("morning",), "周末延时"),
        LocalDay(Date(2026, 12, 31), LocalKind.CLOSED, (), "搬迁"),
    )
}
PLAN = dataclasses.replace(
    rules.parse(HALL_FILE.read_text(encoding="utf-8")), calendar=Calendar(ANNOUNCED, LOCAL)
)

DATES = [
    # date, working, provisional, sessions in which the hall opens, reason
    ("2026-11-23", True, False, 2, "a Monday"),
    ("2026-11-21", False, False, 0, "a Saturday"),
    ("2026-11-22", False, False, 0, "a Sunday"),
    ("2026-01-01", False, False, 0, "new year"),
    ("2026-01-02", False, False, 0, "a Friday moved to the new year"),
    ("2026-01-04", True, False, 2, "a Sunday worked for 2 January"),
    ("2026-02-14", True, False, 2, "a Saturday worked for the spring festival"),
    ("2026-02-28", True, False, 2, "a Saturday worked for the spring festival"),
    ("2026-05-09", True, False, 2, "a Saturday worked for Labour Day"),
    ("2026-09-20", True, False, 2, "a Sunday worked for the national day"),
    ("2026-10-10", True, False, 2, "a Saturday worked for the national day"),
    ("2026-02-17", False, False, 0, "spring festival, a Tuesday"),
    ("2026-04-06", False, False, 0, "the Monday after Qingming"),
    ("2026-06-19", False, False, 0, "dragon boat festival"),
    ("2026-09-25", False, False, 0, "mid-autumn festival, a Friday"),
    ("2026-10-08", True, False, 2, "the first day after the national day"),
    ("2015-09-03", False, False, 0, "a holiday of that year alone"),
    ("2018-12-29", True, False, 2, "a Saturday worked for the new year of 2019"),
    ("2004-01-17", True, False, 2, "the first weekend that is known to be worked"),
    ("2027-01-01", False, True, 0, "new year, by the rule alone"),
    ("2027-01-04", True, True, 2, "a Monday of a year without a notice"),
    ("2027-01-09", False, True, 0, "a Saturday: nobody knows yet whether it is worked"),
    ("2027-02-08", True, True, 2, "probably spring festival, but the rule knows solar dates only"),
    ("2027-04-05", False, True, 0, "Qingming by the sun"),
    ("2027-05-02", False, True, 0, "the second Labour Day, since 2025"),
    ("2027-10-01", False, True, 0, "national day by the rule"),
    ("2027-10-04", True, True, 2, "no holiday by the regulation itself"),
    ("2099-12-31", True, True, 2, "far away is answered too"),
    ("1999-10-01", False, True, 0, "before the table begins"),
    ("2026-11-24", False, False, 0, "typhoon"),
    ("2026-11-25", True, False, 1, "a typhoon in the afternoon: half a day is a working day"),
    ("2026-11-26", True, False, 1, "half a day"),
    ("2026-11-28", False, False, 1, "open on a Saturday, which does not make it a working day"),
    ("2026-12-31", False, False, 0, "closed by the hall"),
]

LIMITS = [
    # received, working days, ends (17:00 unless said), counts as received on, reason
    ("2026-11-16T10:00", 3, "2026-11-19", "2026-11-16", "the day of receipt does not count"),
    ("2026-11-16T10:00", 0, "2026-11-16", "2026-11-16", "on the spot: the same day"),
    ("2026-11-16T16:59", 1, "2026-11-17", "2026-11-16", "a minute before closing"),
    ("2026-11-16T17:00", 1, "2026-11-18", "2026-11-17", "at closing it is the next day's"),
    ("2026-11-16T03:00", 1, "2026-11-17", "2026-11-16", "at night before opening it is that day's"),
    ("2026-11-20T10:00", 1, "2026-11-23", "2026-11-20", "over a weekend"),
    ("2026-11-20T18:00", 1, "2026-11-25T12:00", "2026-11-23", "after closing on Friday, then a typhoon"),
    ("2026-11-21T10:00", 2, "2026-11-26T12:00", "2026-11-23", "on a Saturday; ends with half a day"),
    ("2026-11-26T12:30", 1, "2026-11-30", "2026-11-27", "after half a day closed"),
    ("2026-11-28T10:00", 1, "2026-12-01", "2026-11-30", "handed in while open on a Saturday"),
    ("2026-09-18T10:00", 1, "2026-09-20", "2026-09-18", "the next working day is a Sunday"),
    ("2026-09-30T10:00", 3, "2026-10-10", "2026-09-30", "over the national day, a Saturday counts"),
    ("2026-02-13T10:00", 2, "2026-02-24", "2026-02-13", "over the spring festival"),
    ("2025-12-31T10:00", 1, "2026-01-04", "2025-12-31", "over the new year, Sunday worked"),
    ("2026-12-30T10:00", 1, "2027-01-04", "2026-12-30", "into a year without a notice"),
    ("2026-12-20T10:00", 20, "2027-01-20", "2026-12-21", "20 days into it"),
]


def at(local: str) -> int:
    return parse_rfc3339(f"{local}:00+08:00")


@pytest.mark.parametrize(
    ("date", "working", "provisional", "sessions", "reason"), DATES, ids=[row[0] for row in DATES]
)
def test_what_a_date_is(date: str, working: bool, provisional: bool, sessions: int, reason: str) -> None:
    day = PLAN.calendar.day(Date.fromisoformat(date))
    found = day.working, day.provisional, len(PLAN.sessions_on(day.date))
    assert found == (working, provisional, sessions), reason
    assert is_working_day(PLAN.calendar, day.date) == working
    noon = at(f"{date}T11:00")
    assert rules.is_open(PLAN, noon, False) == bool(sessions), reason
    assert (rules.closes_ms(PLAN, noon) is not None) == bool(sessions)
    opening = rules.opening(PLAN, noon, False)
    assert opening.open == bool(sessions)
    assert opening.reason == ("" if sessions else "not_a_working_day")


@pytest.mark.parametrize(
    ("received", "days", "ends", "counts_from", "reason"), LIMITS, ids=[f"{r[0]}+{r[1]}" for r in LIMITS]
)
def test_when_a_limit_ends(received: str, days: int, ends: str, counts_from: str, reason: str) -> None:
    due = rules.due(PLAN, at(received), days)
    assert due.received.isoformat() == counts_from, reason
    assert rfc3339(due.ends_ms) == rfc3339(at(ends if "T" in ends else f"{ends}T17:00")), reason
    assert due.provisional == (due.date.year > 2026)


def test_the_day_of_receipt_counts_where_the_policy_says_so() -> None:
    received = at("2026-11-16T10:00")
    assert rules.due(PLAN, received, 3, count_first_day=True).date == Date(2026, 11, 18)
    assert rules.due(PLAN, received, 0, count_first_day=True).date == Date(2026, 11, 16)
    text = HALL_FILE.read_text(encoding="utf-8")
    text = text.replace("count_first_day = false", "count_first_day = true")
    plan = dataclasses.replace(rules.parse(text), calendar=PLAN.calendar)
    assert rules.due(plan, received, 3).date == Date(2026, 11, 18)
    assert rules.due(plan, received, 3, count_first_day=False).date == Date(2026, 11, 19)


def test_the_next_opening_is_found_over_the_longest_holiday() -> None:
    opening = rules.opening(PLAN, at("2026-02-14T18:00"), False)
    assert opening.opens_at == rfc3339(at("2026-02-24T09:00"))
    opening = rules.opening(PLAN, at("2026-11-25T12:30"), False)
    assert (opening.reason, opening.opens_at) == ("after_hours", rfc3339(at("2026-11-26T09:00")))


def test_every_announced_year_has_about_250_working_days() -> None:
    for year in range(2004, 2027):
        days = [
            Date.fromordinal(n) for n in range(Date(year, 1, 1).toordinal(), Date(year + 1, 1, 1).toordinal())
        ]
        seeded = Calendar(ANNOUNCED, {})
        assert 246 <= sum(is_working_day(seeded, day) for day in days) <= 256, year
        assert not any(seeded.day(day).provisional for day in days)


@given(st.dates(Date(2003, 1, 1), Date(2090, 12, 31)), st.integers(0, 60), st.booleans())
def test_a_limit_holds_exactly_its_working_days(start: Date, days: int, first: bool) -> None:
    end = add_working_days(PLAN.calendar, start, days, count_first_day=first)
    between = [Date.fromordinal(n) for n in range(start.toordinal(), end.toordinal() + 1)]
    worked = sum(is_working_day(PLAN.calendar, day) for day in between)
    assert is_working_day(PLAN.calendar, end) and end >= start
    assert worked == (max(days, 1) if first else days + 1)
    assert previous_working_day(PLAN.calendar, next_working_day(PLAN.calendar, end)) == end


def test_a_hall_that_never_works_again_is_a_fault_not_a_loop() -> None:
    closed = {
        Date.fromordinal(Date(2026, 1, 1).toordinal() + n): LocalDay(
            Date.fromordinal(Date(2026, 1, 1).toordinal() + n), LocalKind.CLOSED, (), ""
        )
        for n in range(500)
    }
    with pytest.raises(ValueError, match="no working day"):
        next_working_day(Calendar({}, closed), Date(2026, 1, 1))
    with pytest.raises(ValueError, match="no working day"):
        previous_working_day(Calendar({}, closed), Date(2027, 5, 1))
    with pytest.raises(ValueError, match="-1 working days"):
        add_working_days(Calendar(), Date(2026, 1, 1), -1)


# ---- the table in the database --------------------------------------------------------------------------

NOTICE = """
[notice]
year = 2027
source = "国办发明电〔2026〕7号"
workdays = [2027-01-09, "2027-02-20"]
holidays = [
    { name = "元旦", from = 2026-12-31, to = 2027-01-03 },
    { name = "春节", from = 2027-02-05, to = 2027-02-12 },
]
"""
SESSIONS = ("morning", "afternoon")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "hall.db", ManualClock(at("2026-11-23T09:00")))
    actions.seed(database, HALL_FILE, "system")
    yield database
    database.close()


def plan_of(database: Database) -> HallPlan:
    return actions.current(database)


def test_seeding_fills_the_known_years_once(database: Database) -> None:
    assert dict(plan_of(database).calendar.days) == ANNOUNCED
    told = rows_of_kind_after(database.read(), EventKind.CALENDAR_CHANGED, 0)
    assert [event.data["years"] for event in told] == [list(range(2004, 2027))]
    calendar_actions.seed(database)
    assert len(rows_of_kind_after(database.read(), EventKind.CALENDAR_CHANGED, 0)) == 1


def test_a_notice_settles_its_year_and_tells_what_changed(database: Database) -> None:
    before = plan_of(database)
    changes = calendar_actions.change(database, calendar_file.read_file(NOTICE, SESSIONS), "staff:admin")
    after = plan_of(database)
    changed = {pair.now.date.isoformat(): (pair.was.kind, pair.now.kind) for pair in changes}
    assert changed["2026-12-31"] == (DayKind.WORKDAY, DayKind.HOLIDAY)
    assert changed["2027-01-02"] == (DayKind.WEEKEND, DayKind.HOLIDAY)
    assert changed["2027-01-09"] == (DayKind.WEEKEND, DayKind.MAKEUP)
    assert changed["2027-02-08"] == (DayKind.WORKDAY, DayKind.HOLIDAY)
    assert changed["2027-05-01"] == (DayKind.HOLIDAY, DayKind.WEEKEND), "this notice says nothing of May"
    assert "2027-01-01" not in changed and "2027-01-05" not in changed
    assert not after.calendar.day(Date(2027, 6, 1)).provisional
    assert after.calendar.day(Date(2028, 1, 3)).provisional
    received = at("2026-12-30T10:00")
    assert (rules.due(before, received, 1).date, rules.due(after, received, 1).date) == (
        Date(2026, 12, 31),
        Date(2027, 1, 4),
    )
    event = rows_of_kind_after(database.read(), EventKind.CALENDAR_CHANGED, 0)[-1]
    assert (event.by, event.data["years"]) == ("staff:admin", [2027])
    assert event.data["dates"] == sorted(changed)


def test_a_corrected_notice_takes_the_place_of_the_first(database: Database) -> None:
    calendar_actions.change(database, calendar_file.read_file(NOTICE, SESSIONS), "staff:admin")
    corrected = NOTICE.replace("2026-12-31, to", "2027-01-01, to").replace("2027-01-09, ", "")
    changes = calendar_actions.change(database, calendar_file.read_file(corrected, SESSIONS), "staff:admin")
    assert [pair.now.date for pair in changes] == [Date(2026, 12, 31), Date(2027, 1, 9)]
    assert is_working_day(plan_of(database).calendar, Date(2026, 12, 31))


def test_a_draft_stays_provisional_until_it_is_settled(database: Database) -> None:
    draft = NOTICE.replace("year = 2027", "year = 2027\nprovisional = true")
    calendar_actions.change(database, calendar_file.read_file(draft, SESSIONS), "staff:admin")
    assert plan_of(database).calendar.day(Date(2027, 2, 8)).provisional
    assert plan_of(database).calendar.day(Date(2027, 6, 1)).provisional
    assert calendar_actions.change(database, calendar_file.read_file(NOTICE, SESSIONS), "staff:admin") == []
    assert not plan_of(database).calendar.day(Date(2027, 6, 1)).provisional


def test_the_hall_decides_for_a_date_and_takes_it_back(database: Database) -> None:
    book = actions.HallBook(database, database.clock)
    wish = calendar_file.read_plain(
        {"local": {"2026-11-24": {"kind": "typhoon", "sessions": ["morning"], "reason": "台风"}}}, SESSIONS
    )
    changes = calendar_actions.change(database, wish, "staff:admin")
    assert [pair.now.date for pair in changes] == [Date(2026, 11, 24)]
    book.refresh()
    assert [one.id for one in book.plan.sessions_on(Date(2026, 11, 24))] == ["morning"]
    assert not rules.is_open(book.plan, at("2026-11-24T14:00"), False)
    back = calendar_file.read_plain({"forget": ["2026-11-24"]}, SESSIONS)
    assert len(calendar_actions.change(database, back, "staff:admin")) == 1
    book.refresh()
    assert rules.is_open(book.plan, at("2026-11-24T14:00"), False)


FAULTS = [
    ("[notice]\nyear = 2027\n", {"missing"}),
    (NOTICE.replace("2027-01-03", "2026-01-03"), {"holiday_span", "no_new_year"}),
    (NOTICE.replace("2027-02-12", "2027-03-12"), {"holiday_span"}),
    (NOTICE.replace("2027-01-09", "2027-01-08"), {"makeup_weekday"}),
    (NOTICE.replace("2027-01-09", "2027-02-06"), {"date_twice"}),
    (NOTICE.replace("2027-01-09", "2028-01-09"), {"date_other_year"}),
    (NOTICE.replace("from = 2026-12-31", "from = 2027-01-02"), {"no_new_year"}),
    (NOTICE.replace("year = 2027", "year = 1999"), {"range"}),
    (NOTICE.replace("2027-01-09", '"9.1.2027"'), {"form"}),
    (NOTICE.replace("2027-01-09", "2027-01-09T00:00:00"), {"form"}),
    ('[local]\n2027-01-05 = { kind = "half_day" }\n', {"sessions_needed"}),
    ('[local]\n2027-01-05 = { kind = "open", sessions = ["night"] }\n', {"unknown_session"}),
    ('[local]\n2027-13-05 = { kind = "closed" }\n', {"form"}),
    ('[local]\n2027-01-05 = { kind = "party" }\n', {"choice"}),
    ("holidays = 3\n", {"unknown_key"}),
    ("[notice\n", {"syntax"}),
]


@pytest.mark.parametrize(("content", "codes"), FAULTS, ids=[str(sorted(row[1])) for row in FAULTS])
def test_a_wrong_file_changes_nothing_and_names_every_fault(
    database: Database, content: str, codes: set[str]
) -> None:
    with pytest.raises(BadFile) as refused:
        calendar_file.read_file(content, SESSIONS)
    assert {fault.code for fault in refused.value.faults} == codes
    assert all(fault.line for fault in refused.value.faults)


@pytest.mark.parametrize(
    ("first", "last"),
    [("x", ""), ("2003-12-31", ""), ("2027-01-02", "2027-01-01"), ("2026-01-01", "2027-12-31")],
)
def test_odd_ranges_are_refused(first: str, last: str) -> None:
    with pytest.raises(Refused) as refused:
        calendar_actions.dates(PLAN, first, last, Date(2026, 11, 23))
    assert refused.value.code == "bad_filter"


def test_a_range_is_told_date_by_date() -> None:
    found = calendar_actions.dates(PLAN, "2026-11-24", "2026-11-28", Date(2026, 11, 23))
    assert [(day.working, day.sessions) for day in found.dates] == [
        (False, []),
        (True, ["morning"]),
        (True, ["morning"]),
        (True, ["morning", "afternoon"]),
        (False, ["morning"]),
    ]
    assert found.dates[0].local is not None and found.dates[0].local.reason == "台风"
    assert not found.provisional
    assert calendar_actions.dates(PLAN, "", "2027-01-01", Date(2026, 12, 30)).provisional
    assert len(calendar_actions.dates(PLAN, "", "", Date(2026, 11, 23)).dates) == 31
