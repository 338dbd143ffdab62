"""The one clock of the server: milliseconds UTC that never go back.

Wall clocks of small servers jump: a dead battery, a first NTP answer, a hand on the wrong dialog.
A queue ordered by such a clock would let late people overtake. So time here is *steady* time:
anchored to the wall clock at start, carried on by the machine's uptime, and following the wall
clock only while both agree within a minute. When they disagree the clock goes on steadily and
says so; staff decide (a restart takes the wall clock's word).
"""

from __future__ import annotations

import functools
import threading
import time
from typing import Protocol

from queue_server.wire.times import HALL_ZONE, ROLLOVER_HOUR, business_day, local, parse_rfc3339

__all__ = [
    "HALL_ZONE",
    "ROLLOVER_HOUR",
    "Clock",
    "ManualClock",
    "SystemClock",
    "business_day",
    "local",
    "parse_rfc3339",
    "rfc3339",
]

TRUSTED_DRIFT_MS = 60_000


class Clock(Protocol):
    """Where all code gets the time from."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC; never smaller than an earlier answer."""

    def drift_ms(self) -> int:
        """How far the wall clock is from this clock; beyond a minute staff should be told."""


class SystemClock:
    """The clock of a running server.

    `not_before_ms` is the newest time that the journal knows: a server that starts with a wall
    clock behind it goes on from there.
    """

    def __init__(self, not_before_ms: int = 0) -> None:
        self._lock = threading.Lock()
        self._last = max(_wall_ms(), not_before_ms)
        self._up = _uptime_ms()

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC, steady."""
        with self._lock:
            up = _uptime_ms()
            steady = self._last + (up - self._up)
            wall = _wall_ms()
            trusted = abs(wall - steady) <= TRUSTED_DRIFT_MS
            self._last = max(self._last, wall if trusted else steady)
            self._up = up
            return self._last

    def drift_ms(self) -> int:
        """Wall clock minus this clock, in milliseconds."""
        return _wall_ms() - self.now_ms()

    def advance_to(self, floor_ms: int) -> None:
        """Go on from `floor_ms` if the clock is behind it: the journal's newest time at start."""
        with self._lock:
            self._last = max(self._last, floor_ms)


class ManualClock:
    """A clock that a test or a simulation moves by hand."""

    def __init__(self, start_ms: int) -> None:
        self._now = start_ms
        self._drift = 0

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self._now

    def drift_ms(self) -> int:
        """What `set_drift` set."""
        return self._drift

    def advance(self, seconds: float) -> None:
        """Move on; time never goes back."""
        if seconds < 0:
            raise ValueError("a clock does not go back")
        self._now += round(seconds * 1000)

    def set_drift(self, drift_ms: int) -> None:
        """Pretend that the wall clock differs by so much."""
        self._drift = drift_ms


@functools.lru_cache(maxsize=64)
def rfc3339(at_ms: int) -> str:
    """Write a time as RFC 3339 in UTC with milliseconds, as on the wire.

    >>> rfc3339(1_795_400_640_000)
    '2026-11-23T02:24:00.000Z'
    """
    seconds, ms = divmod(at_ms, 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{ms:03d}Z"


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _uptime_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
