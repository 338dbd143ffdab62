"""The engine of a bus keeps the rules of the wire: one frame at a time, silence between, a time to answer.

It is sans-IO: the owner hands in what was heard and the time, and writes what comes out. So the timing
of a whole bus is proved on a virtual clock.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from hardware.bus.exchange import Listener, Reply, ReplyReader
from hardware.bus.schedule import Job, Kind, Schedule

# Modbus over Serial Line V1.02, 2.5.1.1: frames stand 3.5 characters of 11 bits apart, above 19200
# baud a fixed 1.75 ms.
SILENT_CHARS, CHAR_BITS = 3.5, 11
FAST_BAUD, FAST_SILENCE_S = 19_200, 0.00175


@dataclass(frozen=True, slots=True)
class BusSettings:
    """The wire: speed in bit/s, bits of a character on it (8N1: 10), and the times of the bus in seconds.

    `reply_s` runs from the last bit of the request. `yield_s` is how long a probe still waits when a
    change is pressing. `echo`: the adapter hands back what was sent, as some two-wire ones do.
    """

    baud: int = 9600
    bits: int = 10
    reply_s: float = 0.2
    yield_s: float = 0.06
    echo: bool = False

    @property
    def silence_s(self) -> float:
        """The silence between two frames: 4.0 ms at 9600."""
        return SILENT_CHARS * CHAR_BITS / self.baud if self.baud <= FAST_BAUD else FAST_SILENCE_S

    def wire_s(self, count: int) -> float:
        """Seconds that `count` bytes take on the wire."""
        return count * self.bits / self.baud


@dataclass(slots=True)
class _Flight:
    """The request that is out: its reader, when its last bit left and whether any byte came back."""

    job: Job
    reader: ReplyReader
    sent_s: float
    noise: bool = False


class BusEngine:
    """Decides at each moment whether a frame goes out. Times are seconds of one monotonic clock."""

    def __init__(self, settings: BusSettings, schedule: Schedule) -> None:
        self.settings = settings
        self.schedule = schedule
        self._listeners: list[Listener] = []
        self._urgent: deque[bytes] = deque()
        self._flight: _Flight | None = None
        self._quiet_s = float("-inf")
        self._echo = b""

    def listen(self, listener: Listener) -> None:
        """Let a listener hear all that comes."""
        self._listeners.append(listener)

    def write(self, now_s: float) -> bytes:
        """Return the frame that must be written now, empty when the line must stay quiet."""
        self._expire(now_s)
        if self._flight is not None or now_s < self._quiet_s:
            return b""
        if self._urgent:
            return self._sent(self._urgent.popleft(), now_s)
        job = self.schedule.next(now_s)
        if job is None:
            return b""
        data = self._sent(job.exchange.data, now_s)
        end_s = now_s + self.settings.wire_s(len(data))
        if job.exchange.reader is None:
            self.schedule.finish(job, None, end_s)
        else:
            self._flight = _Flight(job, job.exchange.reader(), end_s)
        return data

    def received(self, data: bytes, now_s: float) -> None:
        """Take bytes from the line: for the reply that is waited for, and for whoever listens."""
        data = self._without_echo(data)
        if not data:
            return
        self._quiet_s = max(self._quiet_s, now_s + self.settings.silence_s)
        flight = self._flight
        if flight is not None:
            flight.noise = True
            reply = flight.reader.feed(data)
            if reply is not None:
                self._land(reply, now_s)
        for listener in self._listeners:
            self._urgent.extend(listener.feed(data))

    def wait_s(self, now_s: float) -> float:
        """Return how long nothing can be due, if nothing is heard and nobody wants anything new."""
        if self._flight is not None:
            until_s = self._deadline_s(now_s)
        elif self._urgent:
            until_s = self._quiet_s
        else:
            until_s = max(self._quiet_s, self.schedule.next_due_s())
        return max(0.0, until_s - now_s)

    def renewed(self) -> None:
        """The line was opened: what was on its way is void, and nobody is to blame."""
        self._flight, self._echo = None, b""

    def lost(self, reason: str, now_s: float) -> None:
        """The line broke: what was out is void, every unit is away until the line is back."""
        self.renewed()
        self._urgent.clear()
        self.schedule.line_lost(reason, now_s)

    def _sent(self, data: bytes, now_s: float) -> bytes:
        self._quiet_s = now_s + self.settings.wire_s(len(data)) + self.settings.silence_s
        self._echo = data if self.settings.echo else b""
        return data

    def _without_echo(self, data: bytes) -> bytes:
        """Drop our own frame as the adapter heard it; the first byte that differs ends the echo."""
        same = 0
        while same < len(data) and same < len(self._echo) and data[same] == self._echo[same]:
            same += 1
        self._echo = self._echo[same:] if same == len(data) else b""
        return data[same:]

    def _deadline_s(self, now_s: float) -> float:
        assert self._flight is not None
        flight = self._flight
        if flight.job.kind is Kind.PROBE and self.schedule.pressing(now_s):
            return flight.sent_s + self.settings.yield_s
        return flight.sent_s + self.settings.reply_s

    def _expire(self, now_s: float) -> None:
        flight = self._flight
        if flight is None or now_s < self._deadline_s(now_s):
            return
        self._flight = None
        if now_s < flight.sent_s + self.settings.reply_s:
            self.schedule.give_up(flight.job, now_s)
        else:
            self.schedule.finish(flight.job, None, now_s, noise=flight.noise)

    def _land(self, reply: Reply, now_s: float) -> None:
        assert self._flight is not None
        flight, self._flight = self._flight, None
        self.schedule.finish(flight.job, reply, now_s)
