"""Simulated number panels and relays on one line: they take Modbus-RTU writes, show digits and break down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from hardware.led_strip.modbus import (
    BROADCAST,
    EXCEPTION,
    WRITE_COIL,
    WRITE_MANY,
    RtuReader,
    request_bytes,
    sealed,
)
from hardware.led_strip.number_panel import PLACES, TEXT, VALUE
from hardware.led_strip.picture import Shown, draw_all, draw_segments
from hardware.simulation.breakable import Responder

FAULTS = {
    "dead": "has no power: hears nothing, says nothing",
    "mute": "shows everything, never answers",
    "late": "answers after 400 ms",
    "garbled": "its answers are damaged on the way",
    "busy": "answers with exception 6",
    "unplugged": "the cable is pulled",
}
TURN_S, LATE_S = 0.004, 0.4
UNKNOWN_REGISTER, BAD_VALUE, BUSY = 2, 3, 6


@dataclass(slots=True)
class Panel:
    """The digits of one panel, or the coils of one relay board, by their number."""

    unit: int
    words: str = " " * PLACES
    updates: int = 0
    coils: dict[int, bool] = field(default_factory=dict)

    def switch(self, coil: int, values: bytes) -> int:
        """Close or open a contact; returns the code of the exception, 0 when all is well."""
        if values not in (b"\xff\x00", b"\x00\x00"):
            return BAD_VALUE
        self.coils[coil] = values[0] == 0xFF
        self.updates += 1
        return 0

    def write(self, register: int, values: bytes) -> int:
        """Carry out a write; returns the code of the exception, 0 when all is well."""
        if register == VALUE and len(values) == 2:
            value = int.from_bytes(values, signed=True)
            self.words = str(value).rjust(PLACES)
        elif register == TEXT and len(values) <= PLACES:
            if any(not 0x20 <= byte < 0x7F for byte in values):
                return BAD_VALUE
            self.words = values.decode("ascii").rjust(PLACES)
        else:
            return UNKNOWN_REGISTER
        self.updates += 1
        return 0


class PanelLine(Responder):
    """Some panels on one line: a HostedDevice."""

    def __init__(self, units: Iterable[int] = (1,)) -> None:
        super().__init__(FAULTS)
        self.panels = {unit: Panel(unit) for unit in units}
        self._readers: dict[int, RtuReader] = {}

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Let every panel hear the bytes."""
        for request in self._readers.setdefault(source, RtuReader(request_bytes)).feed(data):
            for panel in self.panels.values():
                if request[0] in (panel.unit, BROADCAST) and not self._faults.has("dead", panel.unit):
                    self._serve(panel, request, now_s, source)
        return len(data)

    def forget(self, source: int) -> None:
        """A client has gone."""
        self._readers.pop(source, None)
        self._answers.forget(source)

    def state(self) -> dict[str, Any]:
        """What the panels show."""
        panels = [
            {"unit": panel.unit, "digits": panel.words, "updates": panel.updates, "coils": panel.coils}
            for panel in self.panels.values()
        ]
        return {"damaged": sum(reader.damaged for reader in self._readers.values()), "panels": panels}

    def picture(self) -> Image.Image:
        """Draw all panels below each other."""
        return draw_all(
            [
                draw_segments(
                    Shown(
                        f"数码屏 {panel.unit}",
                        " " * PLACES if self._faults.has("dead", panel.unit) else panel.words,
                    )
                )
                for panel in self.panels.values()
            ]
        )

    def _serve(self, panel: Panel, request: bytes, now_s: float, source: int) -> None:
        register = int.from_bytes(request[2:4])
        values = request[7:] if request[1] == WRITE_MANY else request[4:6]
        act = panel.switch if request[1] == WRITE_COIL else panel.write
        code = BUSY if self._faults.has("busy", panel.unit) else act(register, values)
        self._revision += 1
        if request[0] == BROADCAST or self._faults.has("mute", panel.unit):
            return
        reply = sealed(bytes((panel.unit, request[1] | EXCEPTION, code)) if code else bytes(request[:6]))
        if self._faults.has("garbled", panel.unit):
            reply = reply[:2] + bytes((reply[2] ^ 0x24,)) + reply[3:]
        late_s = LATE_S if self._faults.has("late", panel.unit) else TURN_S
        self._answers.send(reply, now_s + late_s, source)
