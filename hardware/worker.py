"""A device with a port of its own is served by one thread, which keeps the line open and knows its health."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from hardware.errors import DeviceError
from hardware.health import BAD, Health, HealthState
from hardware.transports.pipe import Transport
from hardware.transports.reopening import DELAYS_S, Reopening

LOG = logging.getLogger("hardware.worker")
LOOK_S = 0.05
_T = TypeVar("_T")


class HealthRecord:
    """Keeps a Health and tells of each change, once. Safe from any thread."""

    def __init__(self, key: str, on_change: Callable[[Health], None] = lambda health: None) -> None:
        self._on_change = on_change
        self._lock = threading.Lock()
        self._health = Health(key, HealthState.UNKNOWN, "never_asked", time.monotonic())

    @property
    def now(self) -> Health:
        """The health as it is known."""
        return self._health

    def set(self, state: HealthState, reason: str = "") -> None:
        """Note a state; what is known already changes nothing."""
        with self._lock:
            old, self._health = self._health, self._health.becomes(state, reason, time.monotonic())
            if self._health is old:
                return
        LOG.log(logging.WARNING if state in BAD else logging.INFO, "%s", self._health.sentence)
        guarded(self._on_change)(self._health)


class LineWorker:
    """The thread of one device. `turn` is called again and again while the line is open.

    `turn(transport, fresh)` talks to the device for a moment and returns; `fresh` is True in the first
    turn after the line was opened. A DeviceError from it closes the line, which is opened again with
    growing pauses. `turn` must wait inside (a read with a time limit), or the thread spins.
    """

    def __init__(
        self,
        key: str,
        transport: Transport,
        turn: Callable[[Transport, bool], None],
        *,
        on_health: Callable[[Health], None] = lambda health: None,
        delays_s: tuple[float, ...] = DELAYS_S,
    ) -> None:
        self.health = HealthRecord(key, on_health)
        self.line = Reopening(transport, delays_s, self._line_broke)
        self._turn = turn
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{key} {transport.url}", daemon=True)

    def start(self) -> None:
        """Start the thread; it opens the line and does not end by itself."""
        self._thread.start()

    @property
    def stopping(self) -> bool:
        """True once close was called: a long turn should end."""
        return self._stopping.is_set()

    def wait(self, seconds: float) -> None:
        """Wait inside a turn, cut short by close."""
        self._stopping.wait(seconds)

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop the thread and let go of the port."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        self.line.transport.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            transport = self.line.transport
            was_open = transport.is_open
            if not self.line.ready(time.monotonic()):
                self._stopping.wait(LOOK_S)
                continue
            try:
                self._turn(transport, not was_open)
            except DeviceError as error:
                self.line.failed(error, time.monotonic())
            except Exception as error:  # noqa: BLE001 - the edge of the device worker
                # Only the kind is logged: a message may quote what was read.
                LOG.error("%s: bug in its driver (%s)", self.health.now.key, type(error).__name__)
                self._stopping.wait(1.0)

    def _line_broke(self, reason: str) -> None:
        self.health.set(HealthState.AWAY, reason)


def guarded(called: Callable[[_T], None]) -> Callable[[_T], None]:
    """Return `called` with its errors kept from the device's thread; only their kind is logged."""

    def safe(value: _T) -> None:
        try:
            called(value)
        except Exception as error:  # noqa: BLE001 - the edge of the device worker
            # Only the kind is logged: a message may quote what was read.
            LOG.error("the receiver of a device's news failed (%s)", type(error).__name__)

    return safe
