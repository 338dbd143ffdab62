"""Decisions about the hall: reading its file, whether it is open, where a matter is handled.

Pure: the plan and the time come in, an answer goes out.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from queue_server.clock import HALL_ZONE, local, rfc3339
from queue_server.hall import calendar
from queue_server.hall.located import Fault
from queue_server.hall.model import REST, HallPlan, MatterSite, Placement, ZoneMode
from queue_server.hall.plan_file import parse
from queue_server.wire import Opening

__all__ = [
    "Due",
    "at_minute",
    "closes_ms",
    "due",
    "is_open",
    "opening",
    "parse",
    "placement",
    "uncovered",
    "unknown_matters",
]

Spans = tuple[tuple[int, int], ...]

DAYS_AHEAD = 60
"""How far the next opening is looked for; the longest holiday has nine days, a closed hall more."""


MIDNIGHT = 24 * 60


class Due(NamedTuple):
    """When a time limit ends: `date`, at closing time (`ends_ms`, UTC).

    `received` is the day that counts as the day of receipt. `provisional`: a year on the way is not
    announced yet, so the date may still change.
    """

    received: datetime.date
    date: datetime.date
    ends_ms: int
    provisional: bool


def opening(plan: HallPlan, now_ms: int, always: bool) -> Opening:
    """Tell whether tickets are issued at `now_ms`, and when that changes.

    `always` is the demo: open at any time. `reason` is empty while open, else `before_hours`,
    `between_sessions`, `after_hours` or `not_a_working_day`.
    """
    spans = plan.spans
    sessions = [(hh_mm(starts), hh_mm(ends)) for starts, ends in spans]
    days = sorted(plan.open_days)
    if always:
        return Opening(open=True, always=True, sessions=sessions, open_days=days)
    now = local(now_ms)
    minute = now.hour * 60 + now.minute
    today = plan.spans_on(now.date())
    for starts, ends in today:
        if starts <= minute < ends:
            closes = rfc3339(at_minute(now.date(), ends))
            return Opening(open=True, closes_at=closes, sessions=sessions, open_days=days)
    return Opening(
        open=False,
        opens_at=_next_opening(plan, now),
        sessions=sessions,
        open_days=days,
        reason=_reason(today, minute),
    )


def is_open(plan: HallPlan, now_ms: int, always: bool) -> bool:
    """Tell whether tickets are issued at `now_ms`: what `opening` says, without wording it."""
    if always:
        return True
    now = local(now_ms)
    minute = now.hour * 60 + now.minute
    return any(starts <= minute < ends for starts, ends in plan.spans_on(now.date()))


def closes_ms(plan: HallPlan, now_ms: int) -> int | None:
    """When the last session of the day of `now_ms` ends, in ms UTC; None on a day without sessions."""
    date = local(now_ms).date()
    spans = plan.spans_on(date)
    return at_minute(date, spans[-1][1]) if spans else None


def due(plan: HallPlan, at_ms: int, days: int, count_first_day: bool | None = None) -> Due:
    """Tell when a limit of so many working days ends that begins with a receipt at `at_ms` (ms UTC).

    `count_first_day` overrides the hall's own rule. A limit of 0 days ends with the day of receipt.
    """
    first = plan.counting.count_first_day if count_first_day is None else count_first_day
    dates = plan.calendar

    def closes(date: datetime.date) -> int:
        spans = plan.spans_on(date) or plan.spans
        return spans[-1][1] if spans else MIDNIGHT

    received = calendar.day_received(dates, local(at_ms), closes)
    date = calendar.add_working_days(dates, received, days, count_first_day=first)
    unsure = any(dates.day(one).provisional for one in calendar.dates_from(received, date))
    return Due(received, date, at_minute(date, closes(date)), unsure)


def placement(plan: HallPlan, matter: MatterSite) -> Placement:
    """Tell where people with a matter go: a queue, a seat, the internet, or nowhere yet.

    A matter whose zone or queue the plan does not know counts as `reserved`: the hall does not
    offer it.
    """
    zone = plan.zones.get(matter.zone)
    if zone is None or zone.mode is ZoneMode.RESERVED:
        return Placement(False, zone.floor if zone else None, why_not="reserved")
    if zone.mode is ZoneMode.SELF_SERVICE:
        place = plan.self_service.get(matter.id)
        if place is None:
            return Placement(False, zone.floor, why_not="self_service")
        return Placement(False, zone.floor, None, "self_service", place.opens, place.seat, place.seat_en)
    if not matter.window:
        return Placement(False, zone.floor, why_not="online_only")
    group = plan.group_of(matter.id, zone.id)
    if group is None:
        return Placement(False, zone.floor, why_not="reserved")
    return Placement(True, zone.floor, group)


def uncovered(plan: HallPlan, matters: Iterable[MatterSite]) -> list[Fault]:
    """List every matter that the hall takes on and that nobody would handle.

    The faults bear no line: the file names a matter nowhere, and that is what is wrong.
    """
    faults = []
    for matter in matters:
        zone = plan.zones.get(matter.zone)
        facts = {"matter": matter.id, "zone": matter.zone}
        if zone is None:
            faults.append(Fault(0, "zones", "matter_zone", facts))
        elif zone.mode is ZoneMode.SELF_SERVICE and matter.id not in plan.self_service:
            faults.append(Fault(0, "self_service", "matter_no_seat", facts))
        elif zone.mode is ZoneMode.COUNTERS and matter.window and plan.group_of(matter.id, zone.id) is None:
            faults.append(Fault(0, "groups", "matter_not_served", facts))
    return faults


def unknown_matters(plan: HallPlan, matters: Iterable[MatterSite]) -> list[Fault]:
    """List every matter that the plan names, in a queue or a seat, and that is not among `matters`."""
    known = {matter.id for matter in matters}
    named = [
        ("groups", group.id, matter)
        for group in plan.groups.values()
        if group.matters != REST
        for matter in sorted(group.matters)
    ]
    named += [("self_service", matter, matter) for matter in plan.self_service]
    return [
        Fault(0, f"{section}.{key}", "unknown_matter", {"value": matter})
        for section, key, matter in named
        if matter not in known
    ]


def _reason(today: Spans, minute: int) -> str:
    if not today:
        return "not_a_working_day"
    if minute < today[0][0]:
        return "before_hours"
    return "after_hours" if minute >= today[-1][1] else "between_sessions"


def _next_opening(plan: HallPlan, now: datetime.datetime) -> str | None:
    minute = now.hour * 60 + now.minute
    for ahead in range(DAYS_AHEAD):
        day = now.date() + datetime.timedelta(days=ahead)
        for starts, _ in plan.spans_on(day):
            if ahead or starts > minute:
                return rfc3339(at_minute(day, starts))
    return None


def at_minute(day: datetime.date, minute: int) -> int:
    """The time in ms UTC of a local minute of a day."""
    midnight = datetime.datetime.combine(day, datetime.time(), HALL_ZONE)
    return round(midnight.timestamp() * 1000) + minute * 60_000


def hh_mm(minute: int) -> str:
    """Write a minute after local midnight as `HH:MM`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
