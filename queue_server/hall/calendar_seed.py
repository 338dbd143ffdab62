"""The holidays that were announced up to now, out of the package `chinesecalendar`.

It is asked once for each year, to fill the hall's own table; nothing else ever asks it, since it
knows no year before its notice and fails for one.
"""

from __future__ import annotations

import importlib.metadata

from chinese_calendar.constants import Holiday, holidays, workdays

from queue_server.hall.calendar import CalendarDay, DayKind

_PACKAGE = "chinesecalendar"
_CHINESE = {holiday.value: holiday.chinese for holiday in Holiday}


def announced() -> dict[int, list[CalendarDay]]:
    """The days of every year that the package knows, in order; the name of a holiday is Chinese."""
    source = f"{_PACKAGE} {importlib.metadata.version(_PACKAGE)}"
    days = [
        CalendarDay(date, kind, _CHINESE.get(name, name), source, False, date.year)
        for kind, table in ((DayKind.HOLIDAY, holidays), (DayKind.MAKEUP, workdays))
        for date, name in table.items()
    ]
    years: dict[int, list[CalendarDay]] = {}
    for day in sorted(days, key=lambda day: day.date):
        years.setdefault(day.date.year, []).append(day)
    return years
