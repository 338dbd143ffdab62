"""A LedStrip is one strip on a bus: callers say what it shall show and never see its protocol."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime

from hardware.bus.exchange import Reply
from hardware.bus.owner import Bus
from hardware.errors import DeviceError
from hardware.health import Health
from hardware.led_strip.onbon import OnbonStrip
from hardware.led_strip.protocol import StripProtocol
from hardware.led_strip.show import StripShow

TOPIC = "show"


class LedStrip:
    """One strip; every call returns at once, the bus does the rest. Safe from any thread."""

    def __init__(
        self,
        bus: Bus,
        address: int,
        protocol: StripProtocol,
        *,
        key: str = "",
        refresh_s: float = 60.0,
    ) -> None:
        self.key = key or f"strip {address}"
        self.address = address
        self._bus = bus
        self._protocol = protocol
        bus.attach(self.key, protocol.probe(address), refresh_s)

    @property
    def health(self) -> Health:
        """How the strip is."""
        return next(health for health in self._bus.health() if health.key == self.key)

    def show(self, show: StripShow) -> None:
        """Let the strip show this; unchanged shows cost nothing, a newer one replaces one not sent yet.

        Raises a permanent DeviceError `bad_value` or `too_long` when no frame can say it.
        """
        self._bus.put(self.key, TOPIC, self._protocol.show(self.address, show))

    def set_clock(self, at: datetime) -> Future[Reply | None]:
        """Set the strip's clock to a local time; raises a permanent DeviceError `unsupported`."""
        return self._bus.ask(self.key, self._card("clock").clock(self.address, at))

    def set_brightness(self, level: int) -> Future[Reply | None]:
        """Fix the brightness, 0 dark to 15; raises a permanent DeviceError `unsupported` or `bad_value`."""
        return self._bus.ask(self.key, self._card("brightness").brightness(self.address, level))

    def ping(self) -> Future[Reply | None]:
        """Ask whether the strip is there; raises a permanent DeviceError `unsupported`."""
        question = self._protocol.probe(self.address)
        if question is None:
            raise DeviceError(f"{self.key} knows no ping", reason="unsupported", permanent=True)
        return self._bus.ask(self.key, question)

    def _card(self, what: str) -> OnbonStrip:
        if not isinstance(self._protocol, OnbonStrip):
            raise DeviceError(f"{self.key} has no {what}", reason="unsupported", permanent=True)
        return self._protocol
