"""The figures of simulated days: waits, ends and overtime of each zone and each queue."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from queue_server.clock import parse_rfc3339
from queue_server.reports.places import Place
from queue_server.wire import EventKind

ENDS = {
    EventKind.TICKET_COMPLETED: "served",
    EventKind.TICKET_TRANSFERRED: "transferred",
    EventKind.TICKET_REQUEUED: "requeued",
    EventKind.TICKET_CANCELLED: "cancelled",
    EventKind.TICKET_ABANDONED: "abandoned",
    EventKind.TICKET_EXPIRED: "expired",
}
SERVED = {EventKind.TICKET_COMPLETED, EventKind.TICKET_TRANSFERRED, EventKind.TICKET_REQUEUED}


def waits(waited_s: Iterable[float]) -> dict[str, float]:
    """Mean and percentiles (nearest rank) of waits, in seconds; zeros without any."""
    sorted_s = sorted(waited_s)
    found = {f"p{share}_s": percentile(sorted_s, share / 100) for share in (50, 90, 99)}
    mean_s = sum(sorted_s) / len(sorted_s) if sorted_s else 0.0
    return {"mean_s": round(mean_s, 1), **{name: round(value, 1) for name, value in found.items()}}


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of sorted values; 0 without any."""
    if not sorted_values:
        return 0.0
    return sorted_values[max(0, math.ceil(share * len(sorted_values)) - 1)]


def of_places(places: Sequence[Place], closes_ms: dict[str, int]) -> dict[str, Any]:
    """Figures of places in queues.

    `places` counts all of them, `missed` absences, of which one ticket may have several; the ends
    add up to `places`. `overtime_s` is the mean over the days of how long after closing (`closes_ms`
    by day) the last one left, `overtime_max_s` the longest.
    """
    ends = Counter(ENDS.get(EventKind(place.ended), "open") if place.ended else "open" for place in places)
    overtime = _overtime(places, closes_ms)
    return {
        "places": len(places),
        "called": sum(1 for place in places if place.called_at),
        **waits(wait for place in places if (wait := place.wait_s) is not None),
        **{name: ends[name] for name in (*ENDS.values(), "open")},
        "missed": sum(place.missed for place in places),
        "parked": sum(place.parked for place in places),
        "overtime_s": round(sum(overtime) / len(overtime), 1) if overtime else 0.0,
        "overtime_max_s": round(max(overtime, default=0.0), 1),
    }


def of_seats(stays: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Figures of self-service, where no numbers are called: (wait, end) of each visit in seconds."""
    return {"places": len(stays), "served": len(stays), **waits(wait for wait, _ in stays)}


def _overtime(places: Sequence[Place], closes_ms: dict[str, int]) -> list[float]:
    """For each day, how long after closing the last one was served, in seconds."""
    last = dict.fromkeys(closes_ms, 0.0)
    for place in places:
        if place.ended in SERVED:
            late_s = (parse_rfc3339(place.finished_at) - closes_ms[place.day]) / 1000
            last[place.day] = max(last[place.day], late_s)
    return list(last.values())
