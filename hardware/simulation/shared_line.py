"""Several simulated devices stand on one line here, as strips, pads and evaluators do on a real bus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PIL import Image

from hardware.errors import DeviceError
from hardware.simulation.device import Commanded, HostedDevice


class SharedLine:
    """All devices hear what the host sends; their answers follow each other. A HostedDevice and Commanded.

    A fault goes to every device that knows it; one that nobody knows is refused.
    """

    def __init__(self, devices: Sequence[HostedDevice]) -> None:
        self._devices = tuple(devices)

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults that hold anywhere, each once."""
        return tuple(dict.fromkeys(name for device in self._devices for name in device.faults))

    @property
    def revision(self) -> int:
        """Grows with each change of any device."""
        return sum(device.revision for device in self._devices)

    @property
    def next_due_s(self) -> float:
        """When the first of them has something new."""
        return min(device.next_due_s for device in self._devices)

    @property
    def commands(self) -> str:
        """The commands of all that can be used."""
        return " | ".join(device.commands for device in self._usable())

    def connected(self) -> bool:
        """False while the cable of any is pulled: they hang on one."""
        return all(device.connected() for device in self._devices)

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Let all hear the bytes."""
        for device in self._devices:
            device.accept(data, now_s, source)
        return len(data)

    def collect(self, now_s: float, source: int = 0) -> bytes:
        """Return what any of them has sent by now."""
        return b"".join(device.collect(now_s, source) for device in self._devices)

    def forget(self, source: int) -> None:
        """A client has gone."""
        for device in self._devices:
            device.forget(source)

    def set_fault(self, text: str) -> None:
        """Switch a fault on wherever it is known; raises DeviceError `bad_fault` when it is nowhere."""
        refused: DeviceError | None = None
        taken = 0
        for device in self._devices:
            try:
                device.set_fault(text)
                taken += 1
            except DeviceError as error:
                refused = error
        if not taken and refused is not None:
            raise refused

    def clear_fault(self, text: str | None) -> None:
        """Switch off a fault, or all."""
        for device in self._devices:
            device.clear_fault(text)

    def command(self, line: str, now_s: float) -> str:
        """Hand a line to the first device that knows its first word; raises DeviceError `bad_command`."""
        word = line.split()[0]
        for device in self._usable():
            if word in device.commands.split():
                return device.command(line, now_s)
        raise DeviceError(self.commands, reason="bad_command")

    def state(self) -> dict[str, Any]:
        """The states of all."""
        return {"line": [device.state() for device in self._devices]}

    def picture(self) -> Image.Image:
        """Draw all below each other."""
        pictures = [device.picture() for device in self._devices]
        size = (max(picture.width for picture in pictures), sum(picture.height for picture in pictures))
        whole = Image.new("RGB", size)
        top = 0
        for picture in pictures:
            whole.paste(picture, (0, top))
            top += picture.height
        return whole

    def _usable(self) -> list[Commanded]:
        return [device for device in self._devices if isinstance(device, Commanded)]
