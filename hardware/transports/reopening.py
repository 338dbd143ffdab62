"""A broken line is opened again with growing pauses; the log hears of the first failure and the return."""

from __future__ import annotations

import logging
from collections.abc import Callable

from hardware.errors import DeviceError
from hardware.transports.pipe import Transport

LOG = logging.getLogger("hardware.line")
DELAYS_S = (1.0, 2.0, 5.0, 10.0, 30.0)


class Reopening:
    """Keeps one Transport open as well as the world allows. Times are seconds of one monotonic clock.

    `fault` is the reason why the line is down, `tries` counts attempts to open it.
    """

    def __init__(
        self,
        transport: Transport,
        delays_s: tuple[float, ...] = DELAYS_S,
        on_fault: Callable[[str], None] = lambda reason: None,
    ) -> None:
        self.transport = transport
        self.fault: str | None = None
        self.tries = 0
        self._delays_s = delays_s
        self._on_fault = on_fault
        self._failures = 0
        self._next_try_s = float("-inf")
        self._broke_s = 0.0

    def ready(self, now_s: float, timeout_s: float = 3.0) -> bool:
        """Return whether the line is open, opening it when a try is due. Never raises DeviceError."""
        if self.transport.is_open:
            return True
        if now_s < self._next_try_s:
            return False
        self.tries += 1
        try:
            self.transport.open(timeout_s)
        except DeviceError as error:
            self.failed(error, now_s)
            return False
        if self.fault is not None:
            LOG.info("%s: back after %.0f s", self.transport.url, now_s - self._broke_s)
        self.fault = None
        return True

    def proved(self) -> None:
        """Something came over the line: the next failure starts with the shortest pause again."""
        self._failures = 0

    def failed(self, error: DeviceError, now_s: float) -> None:
        """Close the broken line; the first failure is loud, the same one again is quiet."""
        self.transport.close()
        first = self.fault is None
        delay_s = self._delays_s[min(self._failures, len(self._delays_s) - 1)]
        self._failures += 1
        self._next_try_s = now_s + delay_s
        if first:
            self._broke_s = now_s
        LOG.log(logging.WARNING if first else logging.DEBUG, "%s (next try in %.0f s)", str(error), delay_s)
        if error.reason != self.fault:
            self.fault = error.reason
            self._on_fault(error.reason)
