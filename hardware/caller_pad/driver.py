"""A CallerPad is one pad on a bus: presses come out once each, the display and the beep go in."""

from __future__ import annotations

import time
from collections.abc import Callable

from hardware.bus.exchange import Exchange
from hardware.bus.owner import Bus
from hardware.caller_pad.event import PadDisplay, PadEvent
from hardware.caller_pad.protocol import PadHearing, beep, display

TOPIC = "display"


class CallerPad:
    """One pad; every call returns at once. A pad alone on its port is a bus with one device.

    `on_event` is called on the bus's thread and must be quick: put the event into a queue. Pads never
    answer what they are shown, so the bus only knows that nobody contradicts; `heard_s` is the proof of
    life, the monotonic time of the last press.
    """

    def __init__(
        self,
        bus: Bus,
        address: int,
        on_event: Callable[[PadEvent], None],
        *,
        key: str = "",
        refresh_s: float = 60.0,
    ) -> None:
        self.key = key or f"pad {address}"
        self.address = address
        self.heard_s: float | None = None
        self._bus = bus
        self._on_event = on_event
        self._hearing = PadHearing(address)
        bus.attach(self.key, None, refresh_s)
        bus.listen(self)

    def show(self, shown: PadDisplay) -> None:
        """Let the pad show this; unchanged digits cost nothing, and are sent again every `refresh_s`."""
        self._bus.put(self.key, TOPIC, Exchange(display(self.address, shown)))

    def beep(self) -> None:
        """Let the pad beep once."""
        self._bus.ask(self.key, Exchange(beep(self.address)))

    def feed(self, data: bytes) -> tuple[bytes, ...]:
        """Take what the bus hears; returns acknowledgements. Only the bus calls this."""
        now_s = time.monotonic()
        heard = self._hearing.feed(data, now_s)
        for event in heard.events:
            self.heard_s = now_s
            self._on_event(event)
        return heard.replies
