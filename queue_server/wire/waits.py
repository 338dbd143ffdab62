"""How long a queue lasts: the first estimate, shared by the server and by every board.

Queue length x rolling service time / open counters. The range is deliberately wide: it is shown
to people who plan their morning by it.
"""

from __future__ import annotations

from queue_server.wire.tickets import Wait

AHEAD_CAP = 200
"""Counting more than this many waiting people costs the writer time that nobody needs."""

LOW_SHARE, HIGH_SHARE = 0.75, 1.35
STEP_S = 60


def wait_range(ahead: int, service_s: float, servers: int, busy: bool = True) -> Wait | None:
    """Estimate the wait of somebody with `ahead` people before them.

    `service_s` is the mean service time in seconds, `servers` how many counters are open for the
    queue, `busy` whether all of them are taken. Returns None when no counter is open: then nobody
    can say. Seconds are whole minutes, the low end rounded down and the high end up.
    """
    if servers <= 0:
        return None
    if ahead == 0 and not busy:
        return Wait(0, 0, 0)
    likely = (ahead + 1) * service_s / servers if busy else ahead * service_s / servers
    low = int(likely * LOW_SHARE // STEP_S) * STEP_S
    high = -int(-likely * HIGH_SHARE // STEP_S) * STEP_S
    return Wait(low, round(likely), max(high, low + STEP_S))
