"""Working days: which dates count, which do not, and when so many of them are over.

Three layers decide about a date. What the State Council announced for its year (holidays, and
weekends that are worked to make up for them) stands in the hall's own table. A year whose notice is
not loaded yet follows a provisional rule: Monday to Friday but for the holidays whose date the
regulation itself fixes; such answers are marked provisional and may change. What the hall decided
for itself (closed, typhoon, half a day, open on a day off) comes on top. That the hall opens on a
Saturday does not make it a working day; half a day is a whole working day that ends earlier.

Pure: a calendar and a date come in. Dates are local (Asia/Shanghai).
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Date = datetime.date
ONE_DAY = datetime.timedelta(days=1)
SATURDAY = 6
LONGEST_PAUSE_DAYS = 400
"""More days off in a row than this are a mistake in the table, not a holiday."""

FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""(month, day) of the solar holidays of 全国年节及纪念日放假办法 as revised for 2025."""


class DayKind(enum.StrEnum):
    """What a date is for everybody in the country."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


class LocalKind(enum.StrEnum):
    """What the hall decided about a date: `closed` and `typhoon` may leave some sessions open."""

    CLOSED = "closed"
    TYPHOON = "typhoon"
    HALF_DAY = "half_day"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A date of a notice that differs from its weekday: a holiday, or a weekend that is worked.

    `year` is the year of the notice; it may name the last days of the December before.
    """

    date: Date
    kind: DayKind
    name: str
    source: str
    provisional: bool
    year: int


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A date that the hall treats in its own way; `sessions` are those in which it opens."""

    date: Date
    kind: LocalKind
    sessions: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Day:
    """All that is known of a date; `provisional` means that its year's notice is still to come."""

    date: Date
    kind: DayKind
    working: bool
    provisional: bool
    name: str = ""
    source: str = ""
    local: LocalDay | None = None


@dataclass(frozen=True)
class Calendar:
    """The hall's table in memory: `days` of the notices, `local` decisions.

    A notice counts as loaded when it names 1 January, which is a holiday in every year.
    """

    days: Mapping[Date, CalendarDay] = field(default_factory=lambda: MappingProxyType({}))
    local: Mapping[Date, LocalDay] = field(default_factory=lambda: MappingProxyType({}))

    def day(self, date: Date) -> Day:
        """Say what a date is; never fails, whatever the year."""
        told, local = self.days.get(date), self.local.get(date)
        if told is not None:
            kind, provisional = told.kind, told.provisional
        else:
            kind, provisional = self._plain(date)
        working = kind in (DayKind.WORKDAY, DayKind.MAKEUP)
        if local is not None and local.kind in (LocalKind.CLOSED, LocalKind.TYPHOON):
            working = working and bool(local.sessions)
        name, source = (told.name, told.source) if told else ("", "")
        return Day(date, kind, working, provisional, name, source, local)

    def _plain(self, date: Date) -> tuple[DayKind, bool]:
        first = self.days.get(Date(date.year, 1, 1))
        if first is None and is_fixed_holiday(date):
            return DayKind.HOLIDAY, True
        weekend = date.isoweekday() >= SATURDAY
        return DayKind.WEEKEND if weekend else DayKind.WORKDAY, first is None or first.provisional


@dataclass(frozen=True, slots=True)
class DayChange:
    """A date that a notice changed: what it was, and what it is now."""

    was: Day
    now: Day


def is_fixed_holiday(date: Date) -> bool:
    """Tell whether the regulation makes a date a holiday by the solar calendar alone.

    清明 counts among them: it is the day on which the sun reaches 15 degrees of longitude, in this
    century 4 or 5 April by the usual formula. Lunar holidays are left to the notice.
    """
    return (date.month, date.day) in FIXED_HOLIDAYS or (date.month, date.day) == (4, _qingming(date.year))


def _qingming(year: int) -> int:
    """The day in April; 0 outside the century for which the formula holds."""
    if not 2000 <= year <= 2099:
        return 0
    short = year - 2000
    return int(short * 0.2422 + 4.81) - short // 4


def is_working_day(calendar: Calendar, date: Date) -> bool:
    """Tell whether a date counts for time limits."""
    return calendar.day(date).working


def next_working_day(calendar: Calendar, date: Date) -> Date:
    """The first working day after a date; ValueError where the table leaves none."""
    for _ in range(LONGEST_PAUSE_DAYS):
        date += ONE_DAY
        if is_working_day(calendar, date):
            return date
    raise ValueError(f"no working day in the {LONGEST_PAUSE_DAYS} days before {date}")


def previous_working_day(calendar: Calendar, date: Date) -> Date:
    """The last working day before a date, for reminders; ValueError where the table leaves none."""
    for _ in range(LONGEST_PAUSE_DAYS):
        date -= ONE_DAY
        if is_working_day(calendar, date):
            return date
    raise ValueError(f"no working day in the {LONGEST_PAUSE_DAYS} days after {date}")


def add_working_days(calendar: Calendar, start: Date, days: int, *, count_first_day: bool = False) -> Date:
    """The last day of a limit of so many working days that begins at `start`.

    `start` is the day of receipt. It does not count (民法典 art. 201) unless `count_first_day`; one
    that is no working day stands for the next one. 0 days end on the day of receipt itself.
    """
    if days < 0:
        raise ValueError(f"a limit of {days} working days")
    date = start if is_working_day(calendar, start) else next_working_day(calendar, start)
    for _ in range(days - 1 if count_first_day and days else days):
        date = next_working_day(calendar, date)
    return date


def day_received(calendar: Calendar, at: datetime.datetime, closes: Callable[[Date], int]) -> Date:
    """The day on which something counts as received: after closing, or on a day off, the next one.

    `at` is local; `closes` gives the closing time of a date in minutes after midnight.
    """
    date = at.date()
    in_time = at.hour * 60 + at.minute < closes(date)
    return date if in_time and is_working_day(calendar, date) else next_working_day(calendar, date)


def differences(before: Calendar, after: Calendar, dates: list[Date]) -> list[DayChange]:
    """List the dates that became something else; that a day is settled now is no change by itself."""
    pairs = [DayChange(before.day(date), after.day(date)) for date in dates]
    return [pair for pair in pairs if _meaning(pair.was) != _meaning(pair.now)]


def dates_from(first: Date, last: Date) -> list[Date]:
    """All dates from `first` to `last`, both included."""
    return [first + ONE_DAY * ahead for ahead in range((last - first).days + 1)]


def _meaning(day: Day) -> tuple[DayKind, bool, LocalDay | None]:
    return day.kind, day.working, day.local
