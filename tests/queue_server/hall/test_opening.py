"""Whether the hall is open: a table of instants, with the reason and the next change."""

from pathlib import Path

import pytest

from queue_server.clock import business_day, parse_rfc3339
from queue_server.hall import rules

SAMPLE = (Path(__file__).resolve().parents[3] / "config" / "hall.example.toml").read_text(encoding="utf-8")
PLAN = rules.parse(SAMPLE)
LUNCH_PLAN = rules.parse(SAMPLE.replace('from = "12:00"', 'from = "13:30"'))

TABLE = [
    # local time (Monday is 2026-11-23), open, reason, opens, closes
    ("2026-11-23T08:59:59", False, "before_hours", "2026-11-23T09:00", None),
    ("2026-11-23T00:00:00", False, "before_hours", "2026-11-23T09:00", None),
    ("2026-11-23T09:00:00", True, "", None, "2026-11-23T17:00"),
    ("2026-11-23T11:59:59", True, "", None, "2026-11-23T17:00"),
    ("2026-11-23T12:00:00", True, "", None, "2026-11-23T17:00"),
    ("2026-11-23T16:59:59", True, "", None, "2026-11-23T17:00"),
    ("2026-11-23T17:00:00", False, "after_hours", "2026-11-24T09:00", None),
    ("2026-11-23T23:59:59", False, "after_hours", "2026-11-24T09:00", None),
    ("2026-11-27T18:00:00", False, "after_hours", "2026-11-30T09:00", None),
    ("2026-11-28T10:00:00", False, "not_a_working_day", "2026-11-30T09:00", None),
    ("2026-11-29T23:00:00", False, "not_a_working_day", "2026-11-30T09:00", None),
    ("2026-11-30T03:00:00", False, "before_hours", "2026-11-30T09:00", None),
]

LUNCH = [
    ("2026-11-23T11:59:59", True, "", None, "2026-11-23T12:00"),
    ("2026-11-23T12:00:00", False, "between_sessions", "2026-11-23T13:30", None),
    ("2026-11-23T13:29:59", False, "between_sessions", "2026-11-23T13:30", None),
    ("2026-11-23T13:30:00", True, "", None, "2026-11-23T17:00"),
    ("2026-11-23T17:00:00", False, "after_hours", "2026-11-24T09:00", None),
]


def at(local: str) -> int:
    return parse_rfc3339(f"{local}+08:00")


@pytest.mark.parametrize(
    ("plan", "local", "is_open", "reason", "opens", "closes"),
    [(PLAN, *row) for row in TABLE] + [(LUNCH_PLAN, *row) for row in LUNCH],
    ids=[row[0] for row in TABLE] + [f"lunch {row[0]}" for row in LUNCH],
)
def test_opening(plan, local, is_open, reason, opens, closes):
    found = rules.opening(plan, at(local), False)
    assert (found.open, found.reason, found.always) == (is_open, reason, False)
    assert rules.is_open(plan, at(local), False) == is_open
    assert (found.opens_at and parse_rfc3339(found.opens_at)) == (opens and at(f"{opens}:00"))
    assert (found.closes_at and parse_rfc3339(found.closes_at)) == (closes and at(f"{closes}:00"))


def test_sessions_that_touch_are_one_opening():
    assert rules.opening(PLAN, at("2026-11-28T10:00:00"), False).sessions == [("09:00", "17:00")]
    assert rules.opening(LUNCH_PLAN, 0, False).sessions == [("09:00", "12:00"), ("13:30", "17:00")]
    assert rules.opening(PLAN, 0, False).open_days == [1, 2, 3, 4, 5]


def test_a_demo_hall_is_always_open():
    for local, *_ in TABLE:
        found = rules.opening(PLAN, at(local), True)
        assert (found.open, found.always, found.reason, found.closes_at) == (True, True, "", None)
        assert rules.is_open(PLAN, at(local), True)


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2026-11-23T04:00:00", "2026-11-23"),
        ("2026-11-24T00:00:00", "2026-11-23"),
        ("2026-11-24T03:59:59", "2026-11-23"),
        ("2026-11-24T04:00:00", "2026-11-24"),
        ("2027-01-01T03:59:59", "2026-12-31"),
        ("2026-11-23T07:59:59", "2026-11-23"),
        ("2026-11-23T08:00:00", "2026-11-23"),
    ],
)
def test_the_business_day_turns_at_four_in_the_morning(local, day):
    assert business_day(at(local)) == day
