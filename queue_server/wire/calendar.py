"""The working-day calendar on the wire: what a date is, and how a year's notice is handed in."""

from __future__ import annotations

import datetime
from typing import Annotated

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=120)]


class LocalDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the hall decides for a date: `closed`, `typhoon`, `half_day` or `open`.

    `sessions` are the ids of the sessions in which it opens all the same.
    """

    kind: str
    sessions: list[str] = []
    reason: Text = ""


class CalendarDate(msgspec.Struct, frozen=True):
    """A date: `kind` workday, weekend, holiday or makeup (a weekend that is worked).

    `working` tells whether it counts for time limits, `sessions` in which sessions the hall opens.
    `provisional`: the notice of its year is still to come, so it may change.
    """

    date: datetime.date
    kind: str
    working: bool
    provisional: bool
    sessions: list[str]
    name: str = ""
    source: str = ""
    local: LocalDecision | None = None


class CalendarDates(msgspec.Struct, frozen=True):
    """The answer of `GET /calendar`; `provisional` if any of its dates is."""

    dates: list[CalendarDate]
    provisional: bool


class HolidaySpan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A holiday of a notice, first and last date included."""

    name: Text
    starts: datetime.date = msgspec.field(name="from")
    ends: datetime.date = msgspec.field(name="to")


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The holidays of a year and the weekends that are worked; `source` names the document."""

    year: Annotated[int, msgspec.Meta(ge=2004, le=2099)]
    source: Text
    holidays: list[HolidaySpan]
    workdays: list[datetime.date] = []
    provisional: bool = False


class ChangeCalendar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /calendar`: a notice, decisions of the hall by date, and dates to forget."""

    notice: Notice | None = None
    local: dict[datetime.date, LocalDecision] = {}
    forget: list[datetime.date] = []


class DateChange(msgspec.Struct, frozen=True):
    """A date that became something else."""

    date: datetime.date
    was: CalendarDate
    now: CalendarDate


class CalendarChanges(msgspec.Struct, frozen=True):
    """The answer of `POST /calendar`: what changed, in order of dates."""

    changes: list[DateChange]
