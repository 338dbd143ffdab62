"""Self-service, where nobody is called: first come, first seated."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from queue_server.reports.fates import Visit


def at_seats(visits: Iterable[Visit], seats: int) -> list[tuple[float, float]]:
    """First come, first seated where no numbers are called: (wait, end) of each visit in seconds.

    The end counts from local midnight.
    """
    free = [0.0] * seats
    found = []
    for visit in visits:
        starts = max(visit.at_s, heapq.heappop(free))
        heapq.heappush(free, starts + visit.service_s)
        found.append((starts - visit.at_s, starts + visit.service_s))
    return found
