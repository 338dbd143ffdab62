"""Turns a calendar file (TOML), or the same thing as JSON, into what it says about dates.

A file holds the notice of a year, decisions of the hall for single dates, or both:

    [notice]
    year = 2027
    source = "…"
    holidays = [{ name = "元旦", from = 2027-01-01, to = 2027-01-03 }]
    workdays = [2027-01-09]

    [local]
    2027-02-01 = { kind = "half_day", sessions = ["morning"], reason = "…" }

Every fault is reported with its line; nothing of a file with a fault is used.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from queue_server.hall.calendar import (
    SATURDAY,
    CalendarDay,
    Date,
    DayKind,
    LocalDay,
    LocalKind,
    dates_from,
)
from queue_server.hall.located import (
    BROKEN,
    Check,
    Row,
    Sink,
    Spot,
    flag,
    keyed,
    list_of,
    one_of,
    table,
    text,
    whole,
)
from queue_server.hall.toml_lines import read_toml

LONGEST_HOLIDAY_DAYS = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be stored: the days of a year's notice (no year: no notice) and local decisions."""

    year: int | None
    days: tuple[CalendarDay, ...]
    local: tuple[LocalDay, ...]
    forget: tuple[Date, ...] = ()

    @property
    def dates(self) -> list[Date]:
        """All dates that may change by it, in order."""
        found = {day.date for day in self.local} | set(self.forget)
        if self.year is not None:
            found.update(dates_from(_first(self.year), Date(self.year, 12, 31)))
        return sorted(found)


def read_file(content: str, sessions: Iterable[str]) -> Wish:
    """Read a calendar file; `sessions` are the ids that the hall knows. Raises `BadFile`."""
    return _read(read_toml(content), sessions)


def read_plain(value: dict[str, Any], sessions: Iterable[str]) -> Wish:
    """Read the same from plain values, dates as texts; raises `BadFile` without lines."""
    return _read(_spots(value), sessions)


def _date(spot: Spot, place: str, sink: Sink) -> Any:
    value = spot.value
    if isinstance(value, Date) and not isinstance(value, datetime.datetime):
        return value
    try:
        return Date.fromisoformat(value)
    except (TypeError, ValueError):
        return sink.add(spot.line, place, "form", value=value, example="2027-01-01")


_HOLIDAY = table({"name": text(1, 40), "from": _date, "to": _date}, {})
_NOTICE: Check = table(
    {"year": whole(2004, 2099), "source": text(1, 120), "holidays": list_of(_HOLIDAY, 1)},
    {"workdays": (list_of(_date), []), "provisional": (flag, False)},
)
_LOCAL = table(
    {"kind": one_of(*LocalKind)}, {"sessions": (list_of(text()), []), "reason": (text(0, 120), "")}
)
_FILE = table(
    {},
    {
        "notice": (_NOTICE, None),
        "local": (keyed(_LOCAL, r"\d{4}-\d\d-\d\d", "2027-02-01"), {}),
        "forget": (list_of(_date), []),
    },
)


def _read(spot: Spot, sessions: Iterable[str]) -> Wish:
    sink = Sink()
    file = _FILE(spot, "", sink)
    if file is BROKEN:
        sink.settle()
    notice: Row | None = file["notice"] or None
    days = _days(notice, sink) if notice is not None else []
    local = [_local(key, row, frozenset(sessions), sink) for key, row in (file["local"] or {}).items()]
    sink.settle()
    return Wish(notice["year"] if notice else None, tuple(days), tuple(local), tuple(file["forget"]))


def _days(notice: Row, sink: Sink) -> list[CalendarDay]:
    """The days of a notice, each checked against its year and the others."""
    year, spans, workdays = notice["year"], notice["holidays"] or [], notice["workdays"] or []
    kept = (notice["source"] or "", bool(notice["provisional"]), year or 0)
    found: dict[Date, CalendarDay] = {}
    for span in spans:
        for date in _span(span, sink):
            _put(found, CalendarDay(date, DayKind.HOLIDAY, span["name"] or "", *kept), notice, sink)
    for date in workdays:
        if date.isoweekday() < SATURDAY:
            notice.fault(sink, "workdays", "makeup_weekday", value=date)
        _put(found, CalendarDay(date, DayKind.MAKEUP, "", *kept), notice, sink)
    if year and spans and Date(year, 1, 1) not in found:
        notice.fault(sink, "holidays", "no_new_year", value=Date(year, 1, 1))
    return sorted(found.values(), key=lambda day: day.date)


def _span(span: Row, sink: Sink) -> list[Date]:
    first, last = span["from"], span["to"]
    if not first or not last:
        return []
    if not 0 <= (last - first).days < LONGEST_HOLIDAY_DAYS:
        span.fault(sink, "to", "holiday_span", high=LONGEST_HOLIDAY_DAYS)
        return []
    return dates_from(first, last)


def _put(found: dict[Date, CalendarDay], day: CalendarDay, notice: Row, sink: Sink) -> None:
    """Take in one day. The holidays of a year may begin in the last week of the year before."""
    key = "holidays" if day.kind is DayKind.HOLIDAY else "workdays"
    if day.year and not _first(day.year) <= day.date <= Date(day.year, 12, 31):
        notice.fault(sink, key, "date_other_year", value=day.date, year=day.year)
    if day.date in found:
        notice.fault(sink, key, "date_twice", value=day.date)
    found[day.date] = day


def _local(key: str, row: Row, sessions: frozenset[str], sink: Sink) -> LocalDay:
    date = _date(Spot(key, row.line), row.place, sink)
    named = row["sessions"] or []
    for session in named:
        if session not in sessions:
            row.fault(sink, "sessions", "unknown_session", value=session)
    if row["kind"] in (LocalKind.HALF_DAY, LocalKind.OPEN) and not named:
        sink.add(row.line, row.place, "sessions_needed")
    if not date or not row["kind"]:
        return LocalDay(Date.min, LocalKind.CLOSED, (), "")
    return LocalDay(date, LocalKind(row["kind"]), tuple(named), row["reason"] or "")


def _first(year: int) -> Date:
    """The first date that a notice may speak of: its first holiday may begin in the old year."""
    return Date(year - 1, 12, 25)


def _spots(value: Any) -> Spot:
    if isinstance(value, dict):
        return Spot({key: _spots(item) for key, item in value.items() if item is not None}, 0)
    if isinstance(value, list):
        return Spot([_spots(item) for item in value], 0)
    return Spot(value, 0)
