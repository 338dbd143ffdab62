"""A bus on a virtual clock: bytes take their time on the wire, and no test waits for it."""

from __future__ import annotations

from collections.abc import Callable

from hardware.bus.engine import BusEngine, BusSettings
from hardware.bus.exchange import Exchange, Reply, ReplyReader, Verdict
from hardware.bus.schedule import Schedule
from hardware.health import Health, HealthState
from hardware.simulation.device import HostedDevice

STEP_S = 1e-4


class EndsWith:
    """A reply reader for tests: done when `mark` has come, to be repeated when `again` has."""

    def __init__(self, mark: bytes, again: bytes = b"?", refused: bytes = b"!") -> None:
        self._marks = {mark: Verdict.DONE, again: Verdict.AGAIN, refused: Verdict.REFUSED}
        self._heard = b""

    def feed(self, data: bytes) -> Reply | None:
        self._heard += data
        for mark, verdict in self._marks.items():
            if self._heard.endswith(mark):
                return Reply(verdict, "" if verdict is Verdict.DONE else "said_no", self._heard)
        return None


def exchange(data: bytes, mark: bytes = b".") -> Exchange:
    """An exchange whose reply ends with `mark`."""

    def reader() -> ReplyReader:
        return EndsWith(mark)

    return Exchange(data, reader)


class VirtualLine:
    """A bus engine and a simulated line, joined by a wire of `settings.baud`."""

    def __init__(
        self,
        device: HostedDevice,
        settings: BusSettings | None = None,
        probe_every_s: float = 10.0,
        on_change: Callable[[Health], None] = lambda health: None,
    ) -> None:
        self.device = device
        self.schedule = Schedule(probe_every_s=probe_every_s, on_change=on_change)
        self.engine = BusEngine(settings or BusSettings(), self.schedule)
        self.now_s = 0.0
        self.sent: list[tuple[float, bytes]] = []
        self._arriving: list[tuple[float, bool, bytes]] = []

    def states(self) -> list[HealthState]:
        """The state of each unit in the order of attaching."""
        return [health.state for health in self.schedule.health()]

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            self._write()
            moments = [moment for moment, _, _ in self._arriving]
            moments += [self.device.next_due_s, self.now_s + max(self.engine.wait_s(self.now_s), STEP_S)]
            self.now_s = min(until_s, max(self.now_s, min(moments)))
            self._deliver()

    def _write(self) -> None:
        data = self.engine.write(self.now_s)
        if data:
            self.sent.append((self.now_s, data))
            self._arriving.append((self.now_s + self.engine.settings.wire_s(len(data)), True, data))
            if self.engine.settings.echo:
                self._arriving.append((self.now_s + self.engine.settings.wire_s(len(data)), False, data))

    def _deliver(self) -> None:
        for entry in sorted(self._arriving):
            moment, outward, data = entry
            if moment <= self.now_s:
                self._arriving.remove(entry)
                if outward:
                    self.device.accept(data, self.now_s)
                else:
                    self.engine.received(data, self.now_s)
        answer = self.device.collect(self.now_s)
        if answer:
            self._arriving.append((self.now_s + self.engine.settings.wire_s(len(answer)), False, answer))
