"""What people do with the working-day calendar: fill it, load a year's notice, decide for a date."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from queue_server.database import Database, Tx
from queue_server.hall import store
from queue_server.hall.calendar import Calendar, CalendarDay, Date, DayChange, dates_from, differences
from queue_server.hall.calendar_file import Wish
from queue_server.hall.calendar_seed import announced
from queue_server.hall.model import HallPlan
from queue_server.journal.store import append
from queue_server.refusals import Refused
from queue_server.wire import EventKind
from queue_server.wire.calendar import CalendarDate, CalendarDates, DateChange, LocalDecision

FIRST, LAST = Date(2004, 1, 1), Date(2099, 12, 31)
MOST_DAYS = 400
SHOWN_DAYS = 31


def seed(database: Database) -> None:
    """Load the years that were announced and that the hall's table does not hold yet.

    A year that was loaded from a notice is left alone; a provisional one gives way.
    """
    held = store.calendar(database.read())
    missing = {year: days for year, days in announced().items() if _is_missing(held, year)}
    if missing:
        database.write(lambda tx: _seed(tx, missing))


def change(database: Database, wish: Wish, by: str) -> list[DayChange]:
    """Store a notice or decisions of the hall; returns the dates that became something else.

    The journal holds what changed, so that every room counts its open time limits anew. What
    changes nothing is stored all the same: a draft that turns out right is settled by it.
    """

    def command(tx: Tx) -> list[DayChange]:
        before = store.calendar(tx.db)
        if wish.year is not None:
            store.put_notice(tx, wish.year, wish.days)
        store.drop_local(tx, wish.forget)
        store.put_local(tx, wish.local, by)
        changes = differences(before, store.calendar(tx.db), wish.dates)
        source = wish.days[0].source if wish.days else ""
        data = {
            "years": [wish.year] if wish.year is not None else [],
            "source": source,
            "dates": [pair.now.date.isoformat() for pair in changes],
        }
        append(tx, EventKind.CALENDAR_CHANGED, by, data=data)
        return changes

    return database.write(command)


def dates(plan: HallPlan, first: str, last: str, today: Date) -> CalendarDates:
    """What the dates from `first` to `last` are, both included; empty texts mean the next weeks.

    Raises Refused("bad_filter") for what is no date from 2004 to 2099, and for too many of them.
    """
    start = _asked("from", first, today)
    end = _asked("to", last, start + datetime.timedelta(days=SHOWN_DAYS - 1))
    if not 0 <= (end - start).days < MOST_DAYS:
        raise Refused("bad_filter", field="to", value=end.isoformat())
    found = [shown(plan, date) for date in dates_from(start, end)]
    return CalendarDates(found, any(one.provisional for one in found))


def shown(plan: HallPlan, date: Date) -> CalendarDate:
    """A date as it stands on the wire."""
    day = plan.calendar.day(date)
    local = day.local
    return CalendarDate(
        date=date,
        kind=day.kind.value,
        working=day.working,
        provisional=day.provisional,
        sessions=[session.id for session in plan.sessions_on(date)],
        name=day.name,
        source=day.source,
        local=LocalDecision(local.kind.value, list(local.sessions), local.reason) if local else None,
    )


def shown_changes(before: HallPlan, after: HallPlan, changes: Sequence[DayChange]) -> list[DateChange]:
    """Changes as they stand on the wire, under the plan before and after them."""
    dates_changed = [pair.now.date for pair in changes]
    return [DateChange(date, shown(before, date), shown(after, date)) for date in dates_changed]


def _is_missing(held: Calendar, year: int) -> bool:
    first = held.days.get(Date(year, 1, 1))
    return first is None or first.provisional


def _seed(tx: Tx, years: dict[int, list[CalendarDay]]) -> None:
    for year, days in years.items():
        store.put_notice(tx, year, days)
    source = next(iter(years.values()))[0].source
    append(
        tx, EventKind.CALENDAR_CHANGED, "system", data={"years": list(years), "source": source, "dates": []}
    )


def _asked(field: str, text: str, default: Date) -> Date:
    try:
        date = Date.fromisoformat(text) if text else default
    except ValueError:
        raise Refused("bad_filter", field=field, value=text) from None
    if not FIRST <= date <= LAST:
        raise Refused("bad_filter", field=field, value=date.isoformat())
    return date
