"""What every simulated device has in common: faults that are switched while it runs, a count of changes."""

from __future__ import annotations

from hardware.simulation.answers import Answers
from hardware.simulation.faults import Faults

UNPLUGGED = "unplugged"


class Breakable:
    """The part of a HostedDevice that is the same for all; `known` names the faults of this one."""

    def __init__(self, known: dict[str, str]) -> None:
        self._faults = Faults(known)
        self._revision = 0

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults that hold."""
        return self._faults.names

    @property
    def revision(self) -> int:
        """Grows with each change that a picture or the state would show."""
        return self._revision

    def set_fault(self, text: str) -> None:
        """Switch on a fault, on a line for one unit with `@ADDRESS`; raises DeviceError `bad_fault`."""
        self._faults.set(text)
        self._revision += 1

    def clear_fault(self, text: str | None) -> None:
        """Switch off a fault, or all."""
        self._faults.clear(text)
        self._revision += 1

    def connected(self) -> bool:
        """False while the cable is pulled."""
        return not self._faults.has(UNPLUGGED)


class Listener(Breakable):
    """A device that only listens: nothing ever comes back from it."""

    next_due_s = float("inf")

    def collect(self, now_s: float, source: int = 0) -> bytes:
        """It never sends."""
        del now_s, source
        return b""


class Responder(Breakable):
    """A device that answers whoever asked, each after a time of its own."""

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__(known)
        self._answers = Answers()

    @property
    def next_due_s(self) -> float:
        """When the next answer leaves."""
        return self._answers.next_due_s

    def collect(self, now_s: float, source: int = 0) -> bytes:
        """Return the answers that have left by now."""
        return self._answers.collect(now_s, source)
