"""A HostedDevice is the other end of a wire, as a port or a file switch needs to see it."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from PIL import Image


class HostedDevice(Protocol):
    """One simulated device or line of devices. Times are monotonic seconds, handed in."""

    @property
    def faults(self) -> tuple[str, ...]:
        """Names of the faults that hold."""
        ...

    @property
    def revision(self) -> int:
        """Grows with each change that a picture or the state would show."""
        ...

    @property
    def next_due_s(self) -> float:
        """When `collect` will have something new, infinity when nothing waits."""
        ...

    def connected(self) -> bool:
        """False while the cable is pulled."""
        ...

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Take bytes from a client; returns how many."""
        ...

    def collect(self, now_s: float, source: int = 0) -> bytes:
        """Return the bytes for a client that have left by now."""
        ...

    def forget(self, source: int) -> None:
        """A client has gone."""
        ...

    def set_fault(self, text: str) -> None:
        """Switch on a fault; raises a permanent DeviceError `bad_fault`."""
        ...

    def clear_fault(self, text: str | None) -> None:
        """Switch off a fault, or all."""
        ...

    def state(self) -> dict[str, Any]:
        """What the device shows and has heard, for `state.json`."""
        ...

    def picture(self) -> Image.Image:
        """What a person would see."""
        ...


@runtime_checkable
class Commanded(Protocol):
    """A HostedDevice that a person can use: press a key, lay down a card, hold up a code."""

    @property
    def commands(self) -> str:
        """The commands it knows, in one line."""
        ...

    def command(self, line: str, now_s: float) -> str:
        """Carry out a typed line and return one line of answer; raises DeviceError `bad_command`."""
        ...
