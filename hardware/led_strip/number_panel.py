"""Number panels of the LED-485 class show six digits, told by Modbus-RTU.

Source: register list of the LED-485 panels as used by their set-up tool: 0x0000 value, 0x0002 unit,
0x0003 speed, 0x0004 decimal point, 0x0070 text of six characters, two in a register.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from hardware.bus.exchange import Exchange
from hardware.errors import DeviceError
from hardware.led_strip.modbus import BROADCAST, PanelReader, write_register, write_registers
from hardware.led_strip.show import StripShow

VALUE, TEXT = 0x0000, 0x0070
PLACES = 6
DASHES = "----"
LETTERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ- ")


def digits(show: StripShow) -> str:
    """Return the at most six characters for seven segments; what they cannot show becomes a dash."""
    wanted = DASHES if show.paused else show.number.upper()
    return "".join(char if char in LETTERS else "-" for char in wanted)[-PLACES:]


@dataclass(frozen=True, slots=True)
class NumberPanel:
    """The protocol of one kind of panel; `numeric`: it has no letters, so A012 is shown as 12."""

    numeric: bool = False

    def show(self, address: int, show: StripShow) -> Exchange:
        """Write the number: as text, or on a numeric panel its digits as a value, 0 for none."""
        if not 0 <= address <= 247:
            raise DeviceError(f"unit {address} is not 0 to 247", reason="bad_value", permanent=True)
        if self.numeric:
            value = int("".join(char for char in show.number if char in "0123456789")[-4:] or "0")
            return self._exchange(address, write_register(address, VALUE, 0 if show.paused else value))
        text = digits(show).rjust(PLACES).encode("ascii")
        pairs = [int.from_bytes(text[at : at + 2]) for at in range(0, PLACES, 2)]
        return self._exchange(address, write_registers(address, TEXT, pairs))

    def probe(self, address: int) -> Exchange | None:
        """The panels have no question; the bus asks with the value itself, which is 17 bytes at most."""
        return None

    @staticmethod
    def _exchange(address: int, frame: bytes) -> Exchange:
        return Exchange(frame, None if address == BROADCAST else partial(PanelReader, frame))
