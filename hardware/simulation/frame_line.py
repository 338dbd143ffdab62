"""A line of simulated devices that speak FT1.2-like frames when a person presses a key."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PIL import Image

from hardware.errors import DeviceError
from hardware.ft12 import Frame, FrameReader
from hardware.simulation.breakable import Breakable
from hardware.simulation.broadcast import Broadcast
from hardware.simulation.panel import draw_panel

FAULTS = {
    "dead": "has no power: hears nothing, says nothing",
    "deaf": "never hears an acknowledgement and repeats itself",
    "garbled": "its frames are damaged on the way",
    "junk": "noise stands before and behind its frames",
    "stutter": "sends each frame twice without a gap",
    "unplugged": "the cable is pulled",
}
# A device waits this long for its acknowledgement, and says its frame this often.
ACKNOWLEDGED_S, TRIES = 0.5, 3
NOISE = b"\x68\x05\x05\x68\x00\xff"


@dataclass(slots=True)
class _Saying:
    frame: Frame
    answer: Frame
    tries: int
    again_s: float


class FrameLine(Breakable, ABC):
    """The other end of the wire for devices at some addresses: a HostedDevice and Commanded."""

    def __init__(self, addresses: Iterable[int]) -> None:
        super().__init__(FAULTS)
        self.addresses = tuple(addresses)
        self.acknowledged = 0
        self.unheard = 0
        self._readers: dict[int, FrameReader] = {}
        self._saying: dict[int, _Saying] = {}
        self._out = Broadcast()

    @abstractmethod
    def hear(self, frame: Frame) -> None:
        """Take a frame of the host for a device that stands here."""

    @abstractmethod
    def lines(self) -> list[str]:
        """What a person sees, one line a device."""

    def say(self, frame: Frame, answer: Frame, now_s: float) -> None:
        """Let a device say a frame until it hears its answer; raises DeviceError `bad_command`."""
        if frame.address not in self.addresses:
            raise DeviceError(f"no device has the address {frame.address}", reason="bad_command")
        self._revision += 1
        if not self._faults.has("dead", frame.address):
            self._saying[frame.address] = _Saying(frame, answer, 0, now_s)
            self._repeat(now_s)

    # -- HostedDevice ----------------------------------------------------------------------------------

    @property
    def next_due_s(self) -> float:
        """When the next frame leaves or is said again."""
        again = [saying.again_s for saying in self._saying.values()]
        return min([self._out.next_due_s, *again])

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Let every device hear the bytes."""
        del now_s
        for frame in self._readers.setdefault(source, FrameReader()).feed(data):
            if frame.address in self.addresses and not self._faults.has("dead", frame.address):
                self._revision += 1
                if not self._is_answer(frame):
                    self.hear(frame)
        return len(data)

    def collect(self, now_s: float, source: int = 0) -> bytes:
        """Return what the devices have said by now."""
        self._repeat(now_s)
        return self._out.collect(now_s, source)

    def forget(self, source: int) -> None:
        """A client has gone."""
        self._readers.pop(source, None)
        self._out.forget(source)

    def state(self) -> dict[str, Any]:
        """What the devices show and have said."""
        return {"devices": self.lines(), "acknowledged": self.acknowledged, "unheard": self.unheard}

    def picture(self) -> Image.Image:
        """Draw what a person sees."""
        return draw_panel(self.lines())

    # -- speaking --------------------------------------------------------------------------------------

    def _repeat(self, now_s: float) -> None:
        for address, saying in list(self._saying.items()):
            if now_s < saying.again_s:
                continue
            if saying.tries == TRIES:
                self.unheard += 1
                del self._saying[address]
                continue
            saying.tries += 1
            saying.again_s = now_s + ACKNOWLEDGED_S
            self._out.send(self._wire(saying.frame), now_s)

    def _wire(self, frame: Frame) -> bytes:
        wire = frame.to_bytes()
        if self._faults.has("garbled", frame.address):
            wire = wire[:6] + bytes((wire[6] ^ 0x04,)) + wire[7:]
        if self._faults.has("stutter", frame.address):
            wire += wire
        return NOISE + wire + NOISE if self._faults.has("junk", frame.address) else wire

    def _is_answer(self, frame: Frame) -> bool:
        saying = self._saying.get(frame.address)
        if saying is None or saying.answer != frame:
            return False
        if not self._faults.has("deaf", frame.address):
            self.acknowledged += 1
            del self._saying[frame.address]
        return True
