"""Real lines to a simulated printer: a TCP port or a paced pty served by a thread, and a line that breaks."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import threading
import time
import tty
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from hardware.simulation.desk import Desk
from hardware.simulation.host import Host
from hardware.ticket_printer.driver import Timings
from hardware.ticket_printer.job import JobReport, JobState
from hardware.ticket_printer.profile import Profile
from hardware.ticket_printer.simulator import SimulatorSettings, complete_unit
from hardware.ticket_printer.simulator_files import simulated_printer

QUICK = Timings(open_s=2.0, reply_s=1.0, write_s=1.0, fence_s=1.5, poll_s=0.2)


class Served:
    """A simulator with its host running in a thread; `change` is run inside that thread."""

    def __init__(
        self, pictures: Path | None = None, speed_mm_s: float = 0.0, profile: Profile | None = None
    ) -> None:
        settings = SimulatorSettings(profile or complete_unit(), speed_mm_s)
        self.device = simulated_printer(lambda: datetime.now(UTC), pictures, settings)
        self.said: list[str] = []
        self.host = Host(self.device, Desk(self.device, pictures), self.said.append)
        self._keyboard_out, self._keyboard = os.pipe()
        self.host.watch_keyboard(self._keyboard_out)
        self._stopping = False
        self._thread = threading.Thread(target=self.host.run, args=(lambda: self._stopping,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def type(self, line: str) -> None:
        """Type a command and wait until it was obeyed."""
        before = len(self.said)
        os.write(self._keyboard, line.encode() + b"\n")
        wait_for(lambda: len(self.said) > before)

    def stop(self) -> None:
        self._stopping = True
        with contextlib.suppress(OSError):
            os.write(self._keyboard, b"\n")
        self._thread.join(5)
        self.host.close()
        os.close(self._keyboard)
        os.close(self._keyboard_out)


@contextlib.contextmanager
def tcp_printer(
    pictures: Path | None = None, speed_mm_s: float = 0.0, profile: Profile | None = None
) -> Iterator[tuple[Served, str]]:
    served = Served(pictures, speed_mm_s, profile)
    url = served.host.listen_tcp(0)
    served.start()
    try:
        yield served, url
    finally:
        served.stop()


@contextlib.contextmanager
def pty_printer(baud: int = 0, pictures: Path | None = None) -> Iterator[tuple[Served, str]]:
    served = Served(pictures)
    url = served.host.open_pty(baud)
    served.start()
    try:
        yield served, url
    finally:
        served.stop()


class KeepAll:
    """A JobStore that remembers every report in order."""

    def __init__(self) -> None:
        self.saved: list[JobReport] = []

    def load(self, job_id: str) -> JobReport | None:
        return next((report for report in reversed(self.saved) if report.job_id == job_id), None)

    def save(self, report: JobReport) -> None:
        self.saved.append(report)

    def newest(self) -> JobReport | None:
        return next((report for report in reversed(self.saved) if report.begun), None)

    @property
    def states(self) -> list[JobState]:
        return [report.state for report in self.saved]


def wait_for(condition, seconds: float = 5.0) -> None:
    """Wait until `condition()` holds, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the awaited condition never came"
        time.sleep(0.005)


class BreakingLine:
    """A TCP line to a printer that breaks: `how` is `reset`, `half` (no more bytes, no word) or `close`.

    It breaks when `after` bytes have gone to the printer, counted from the first connection; later
    connections pass if `heals`. `seen` is what reached the printer.
    """

    def __init__(self, printer_url: str, after: int, how: str = "reset", heals: bool = True) -> None:
        host, _, port = printer_url.removeprefix("tcp://").partition(":")
        self._printer = (host, int(port))
        self._after, self._how, self._heals = after, how, heals
        self.seen = 0
        self.broken = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._stopping = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._thread.join(5)
        self._listener.close()

    def _run(self) -> None:
        while not self._stopping:
            ready, _, _ = select.select([self._listener], [], [], 0.05)
            if ready:
                client, _ = self._listener.accept()
                with client, socket.create_connection(self._printer) as printer:
                    self._carry(client, printer)

    def _carry(self, client: socket.socket, printer: socket.socket) -> None:
        while not self._stopping:
            ready, _, _ = select.select([client, printer], [], [], 0.05)
            if printer in ready:
                data = _received(printer)
                if not data:
                    return
                if not (self.broken and self._how == "half"):
                    client.sendall(data)
            if client in ready and not self._forward(client, printer):
                return

    def _forward(self, client: socket.socket, printer: socket.socket) -> bool:
        data = _received(client)
        if not data:
            return False
        if self.broken and self._heals and self._how != "half":
            printer.sendall(data)
            return True
        passed = data[: max(0, self._after - self.seen)]
        printer.sendall(passed)
        self.seen += len(passed)
        if len(passed) < len(data) or self.seen >= self._after:
            self.broken = True
            if self._how == "reset":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return self._how == "half"
        return True


def _received(line: socket.socket) -> bytes:
    """What came, or nothing when the line has gone."""
    try:
        return line.recv(4096)
    except OSError:
        return b""


class ScriptedPty:
    """A pty whose master side the test drives by hand; `answer` maps a query to its answer."""

    def __init__(self) -> None:
        self.master, slave = os.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._ends = [slave, self.master]

    @property
    def url(self) -> str:
        return f"serial://{self.path}?baud=9600"

    def pull(self) -> None:
        """Pull the adapter out, once: a descriptor closed twice may be somebody else's by then."""
        while self._ends:
            os.close(self._ends.pop())
