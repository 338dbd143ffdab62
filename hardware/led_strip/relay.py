"""A Relay is one coil of a Modbus relay board on the line of the strips: it switches a lamp or a buzzer."""

from __future__ import annotations

from functools import partial

from hardware.bus.exchange import Exchange
from hardware.bus.owner import Bus
from hardware.led_strip.modbus import PanelReader, write_coil

TOPIC = "coil"


class Relay:
    """One coil; every call returns at once. It is told its state again every `refresh_s`, as strips are."""

    def __init__(self, bus: Bus, address: int, coil: int, *, key: str = "", refresh_s: float = 60.0) -> None:
        self.key = key or f"relay {address}.{coil}"
        self._bus = bus
        self._frames = {on: write_coil(address, coil, on=on) for on in (False, True)}
        bus.attach(self.key, None, refresh_s)
        self.switch(on=False)

    def switch(self, *, on: bool) -> None:
        """Close or open the contact; what it is already costs nothing."""
        frame = self._frames[on]
        self._bus.put(self.key, TOPIC, Exchange(frame, partial(PanelReader, frame)))
