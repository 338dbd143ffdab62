"""The driver of a pole display sends what has changed, from a thread that outlives pulled cables."""

from __future__ import annotations

import threading
import time

from hardware.errors import DeviceError
from hardware.pole_display.protocol import Dialect, show_bytes, start
from hardware.pole_display.show import PoleShow
from hardware.transports.pipe import Transport
from hardware.transports.reopening import DELAYS_S, Reopening

WRITE_S = 2.0
LOOK_S = 0.5


class PoleDisplay:
    """One display. `show` returns at once; the display never answers, so only the line's state is known."""

    def __init__(
        self,
        transport: Transport,
        dialect: Dialect,
        *,
        refresh_s: float = 60.0,
        delays_s: tuple[float, ...] = DELAYS_S,
    ) -> None:
        self._line = Reopening(transport, delays_s)
        self._dialect = dialect
        self._refresh_s = refresh_s
        self._wanted: PoleShow | None = None
        self._shown: PoleShow | None = None
        self._shown_s = 0.0
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pole {transport.url}", daemon=True)

    @property
    def line_fault(self) -> str | None:
        """The reason why the line is down, None while it is open or was not tried yet."""
        return self._line.fault

    @property
    def settled(self) -> bool:
        """True when what was wanted last has been handed to an open line."""
        return self._line.transport.is_open and self._shown == self._wanted

    def start(self) -> None:
        """Start the thread; it opens the line."""
        self._thread.start()

    def show(self, show: PoleShow) -> None:
        """Let the display show this; what it shows already is only refreshed now and then."""
        self._wanted = show
        self._news.set()

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop the thread and let go of the port."""
        self._stopping.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        self._line.transport.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            was_open = self._line.transport.is_open
            if self._line.ready(time.monotonic()):
                self._turn(fresh=not was_open)
            self._news.wait(LOOK_S)

    def _turn(self, *, fresh: bool) -> None:
        transport = self._line.transport
        try:
            if fresh:
                self._shown = None
                transport.write(start(self._dialect), WRITE_S)
            transport.read(0.0)  # nothing is said, but a pulled cable shows here
            wanted = self._wanted
            stale = time.monotonic() - self._shown_s > self._refresh_s
            if wanted is not None and (wanted != self._shown or stale):
                transport.write(show_bytes(self._dialect, wanted), WRITE_S)
                self._shown, self._shown_s = wanted, time.monotonic()
                self._line.proved()
        except DeviceError as error:
            self._line.failed(error, time.monotonic())
