"""Every protocol of strips turns a StripShow into one exchange, and may know how to ask for a strip."""

from __future__ import annotations

from typing import Protocol

from hardware.bus.exchange import Exchange
from hardware.led_strip.show import StripShow


class StripProtocol(Protocol):
    """One kind of strip. Pure: bytes out, readers of replies beside them."""

    def show(self, address: int, show: StripShow) -> Exchange:
        """Return the frame that makes the strip at `address` show this."""
        ...

    def probe(self, address: int) -> Exchange | None:
        """Return a short question that changes nothing, None when the protocol knows none."""
        ...
