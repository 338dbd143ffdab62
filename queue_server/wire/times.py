"""Times as everybody reads them: RFC 3339 on the wire, the hall's zone, and the business day."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

HALL_ZONE = ZoneInfo("Asia/Shanghai")
ROLLOVER_HOUR = 4
"""A business day begins at 04:00: a hall that works late still writes the same day."""


def parse_rfc3339(text: str) -> int:
    """Read a time of the wire as milliseconds UTC; raises ValueError without a zone."""
    at = datetime.datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"time without a zone: {text}")
    return round(at.timestamp() * 1000)


def local(at_ms: int) -> datetime.datetime:
    """The time as people in the hall read it (Asia/Shanghai, no daylight saving)."""
    return datetime.datetime.fromtimestamp(at_ms / 1000, HALL_ZONE)


def business_day(at_ms: int) -> str:
    """The business day (`2026-11-23`) that a time belongs to; it rolls over at 04:00."""
    return (local(at_ms) - datetime.timedelta(hours=ROLLOVER_HOUR)).date().isoformat()
