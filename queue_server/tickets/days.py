"""The business day: which one it is, and how a new one begins.

The day is a mark in the database and only ever goes forward. Whoever writes first after 04:00
opens the new day inside that very write, so nothing can be issued under yesterday's numbers;
what is left of earlier days is closed afterwards, in small pieces (`rollover.py`).
"""

from __future__ import annotations

import datetime
import functools

from queue_server.clock import HALL_ZONE, business_day
from queue_server.database import Tx
from queue_server.journal.store import append
from queue_server.tickets import store
from queue_server.wire import EventKind

DAY_MARK = "business_day"


def today(tx: Tx) -> str:
    """The business day of this write; opens a new one when it is due.

    A clock behind the stored day does not bring the old day back. The first command of a
    transaction reads it for all of them.
    """
    stored = tx.carried.get(DAY_MARK) or store.mark(tx.db, DAY_MARK)
    if stored is None or tx.now >= day_end_ms(stored):
        stored = _open(tx, business_day(tx.now))
    tx.carried[DAY_MARK] = stored
    return str(stored)


@functools.lru_cache(maxsize=8)
def day_end_ms(day: str) -> int:
    """When a business day ends, in ms UTC: at 04:00 of the next date."""
    date = datetime.date.fromisoformat(day) + datetime.timedelta(days=1)
    end = datetime.datetime.combine(date, datetime.time(4), HALL_ZONE)
    return round(end.timestamp() * 1000)


def _open(tx: Tx, day: str) -> str:
    store.set_mark(tx, DAY_MARK, day)
    store.close_counters(tx)
    append(tx, EventKind.DAY_OPENED, "system", data={"day": day})
    return day
