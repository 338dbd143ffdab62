"""The owner of a bus is the one thread that uses its line; all others leave their wishes with it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from hardware.bus.engine import BusEngine, BusSettings
from hardware.bus.exchange import Exchange, Listener, Reply
from hardware.bus.schedule import Schedule
from hardware.errors import DeviceError
from hardware.health import BAD, Health, HealthState
from hardware.transports.pipe import Transport
from hardware.transports.reopening import DELAYS_S, Reopening

LOG = logging.getLogger("hardware.bus")
# A wish of another thread waits at most this long for the owner to look up from an idle line.
LOOK_UP_S = 0.01
WRITE_S = 1.0
# The line itself has told this already, once for all its units.
LINE_REASONS = frozenset({"cannot_open", "port_busy", "connection_lost", "write_timeout"})
_T = TypeVar("_T")


class Bus:
    """One RS-485 line, or one port with one strip. Methods return at once and may be called from any thread.

    `on_change` is called on the owner's thread, as are the callbacks of `poll`, `ask` and `listen`:
    they must be quick. An error in one of them is logged and the bus goes on. A line on which nothing
    was heard for `reopen_s` while units are away is opened anew: a dead network peer is not told by TCP.
    """

    def __init__(
        self,
        transport: Transport,
        settings: BusSettings | None = None,
        *,
        on_change: Callable[[Health], None] = lambda health: None,
        probe_every_s: float = 10.0,
        delays_s: tuple[float, ...] = DELAYS_S,
        reopen_s: float = 30.0,
    ) -> None:
        schedule = Schedule(probe_every_s=probe_every_s, on_change=self._tell)
        self._engine = BusEngine(settings or BusSettings(), schedule)
        self._line = Reopening(transport, delays_s)
        self._reopen_s = reopen_s
        self._heard_s = time.monotonic()
        self._on_change = _guarded(on_change)
        self._news: list[Health] = []
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"bus {transport.url}", daemon=True)

    @property
    def url(self) -> str:
        """Where the line is."""
        return self._line.transport.url

    @property
    def line_fault(self) -> str | None:
        """The reason why the line is down, None while it is open or was not tried yet."""
        return self._line.fault

    # -- wishes ----------------------------------------------------------------------------------------

    def attach(self, key: str, probe: Exchange | None = None, refresh_s: float = 60.0) -> None:
        """Make a unit known under `key`; `probe` is a short question that a unit which is back answers."""
        with self._lock:
            self._engine.schedule.attach(key, probe, refresh_s, time.monotonic())

    def put(self, key: str, topic: str, exchange: Exchange) -> None:
        """Set what a unit shall have for `topic`; it is sent when it differs, and refreshed."""
        with self._lock:
            self._engine.schedule.put(key, topic, exchange, time.monotonic())

    def ask(self, key: str, exchange: Exchange) -> Future[Reply | None]:
        """Send a frame once; the future holds the reply, or None when the unit does not answer."""
        future: Future[Reply | None] = Future()
        with self._lock:
            self._engine.schedule.ask(key, exchange, future.set_result, time.monotonic())
        return future

    def poll(
        self,
        key: str,
        topic: str,
        exchange: Exchange,
        *,
        every_s: float,
        answered: Callable[[Reply | None], None],
    ) -> None:
        """Repeat a question; `answered` gets each reply, None once when the unit goes away."""
        guarded = _guarded(answered)
        with self._lock:
            self._engine.schedule.poll(key, topic, exchange, every_s, guarded, time.monotonic())

    def listen(self, listener: Listener) -> None:
        """Let `listener` hear all that comes over the line, and send what it answers before all else."""
        with self._lock:
            self._engine.listen(_GuardedListener(listener))

    def health(self) -> tuple[Health, ...]:
        """How each unit is."""
        with self._lock:
            return self._engine.schedule.health()

    # -- the thread ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the owner's thread; it opens the line and never ends by itself."""
        self._thread.start()

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop the thread and let go of the port."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        self._line.transport.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            now_s = time.monotonic()
            fault = self._line.fault
            if not self._line.ready(now_s):
                if self._line.fault != fault:
                    self._broke(self._line.fault or "cannot_open", now_s)
                self._stopping.wait(LOOK_UP_S * 5)
                continue
            try:
                self._turn()
            except DeviceError as error:
                self._line.failed(error, time.monotonic())
                self._broke(error.reason, time.monotonic())
            self._publish()
            self._doubt()

    def _doubt(self) -> None:
        """Close a line that has been silent for long while its units are away; the next turn opens it."""
        now_s = time.monotonic()
        if now_s - self._heard_s < self._reopen_s:
            return
        self._heard_s = now_s
        with self._lock:
            states = {health.state for health in self._engine.schedule.health()}
        if HealthState.AWAY in states:
            self._line.transport.close()
            with self._lock:
                self._engine.renewed()

    def _turn(self) -> None:
        """Write what is due, then hear what comes until something may be due."""
        transport = self._line.transport
        with self._lock:
            data = self._engine.write(time.monotonic())
        if data:
            transport.write(data, WRITE_S + self._engine.settings.wire_s(len(data)))
        with self._lock:
            wait_s = self._engine.wait_s(time.monotonic())
        heard = transport.read(min(wait_s, LOOK_UP_S))
        if heard:
            self._heard_s = time.monotonic()
            self._line.proved()
            with self._lock:
                self._engine.received(heard, time.monotonic())

    def _broke(self, reason: str, now_s: float) -> None:
        with self._lock:
            self._engine.lost(reason, now_s)
        self._publish()

    def _tell(self, health: Health) -> None:
        self._news.append(health)

    def _publish(self) -> None:
        """Report changes outside the lock: whoever hears of one may ask the bus something."""
        with self._lock:
            news, self._news = self._news, []
        for health in news:
            LOG.log(_loudness(health), "%s", health.sentence)
            self._on_change(health)


def _loudness(health: Health) -> int:
    if health.reason in LINE_REASONS:
        return logging.DEBUG
    return logging.WARNING if health.state in BAD else logging.INFO


class _GuardedListener:
    """A Listener whose errors do not stop the bus."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def feed(self, data: bytes) -> tuple[bytes, ...]:
        """Hand on; an error counts as nothing to say."""
        try:
            return self._listener.feed(data)
        except Exception:  # the device worker's edge: a bug of one device, not of the bus
            LOG.exception("a listener of the bus failed")
            return ()


def _guarded(called: Callable[[_T], None]) -> Callable[[_T], None]:
    """Return `called` with its errors logged instead of raised."""

    def safe(value: _T) -> None:
        try:
            called(value)
        except Exception:  # the device worker's edge: a bug of one caller, not of the bus
            LOG.exception("a caller of the bus failed")

    return safe
