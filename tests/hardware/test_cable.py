"""The cable is pulled at 200 points of a job: the state is right every time, and nothing is printed twice."""

from __future__ import annotations

import contextlib
import os
import random
import select
import socket
import struct
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.devices import open_ticket_printer
from hardware.ticket_printer.driver import Timings
from hardware.ticket_printer.job import JobState
from hardware.ticket_printer.profile import load_profile
from hardware.ticket_printer.protocol import build_job
from hardware.ticket_printer.simulator import PrintedSlip, TicketPrinterSimulator
from hardware.ticket_printer.slip import Line, Slip
from tests.hardware.design_slips import STANDARD
from tests.hardware.rig import KeepAll

QUESTIONS = 12
JOB = len(build_job(STANDARD, load_profile("generic_80mm"), "j"))
POINTS = 200
SEED = 20261123
WAYS = ("pty", "reset", "close")
# Only the end of a line ends a wait here: these are for a machine that is busy.
PATIENT = Timings(reply_s=5.0, fence_s=10.0, poll_s=5.0)
NEXT = Slip((Line.of("C007", 8),))
NUMBER = "B126"


class Cable:
    """A printer behind lines that are pulled: the first after `pulled_at` bytes, later ones never."""

    def __init__(self, folder: Path, way: str, pulled_at: int) -> None:
        self.slips: list[PrintedSlip] = []
        self.printer = TicketPrinterSimulator(self.slips.append)
        self.heard = 0
        self._way, self._pulled_at = way, pulled_at
        self._tty = folder / "tty"
        self._stop, self._stopping = os.pipe()
        self._listener = None if way == "pty" else socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._line: int | socket.socket = self._plug() if self._listener is None else -1
        self._thread.start()

    @property
    def url(self) -> str:
        if self._listener is None:
            return f"serial://{self._tty}?baud=115200"
        return f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"

    def stop(self) -> None:
        os.write(self._stopping, b"x")
        self._thread.join(20)
        for end in (self._stop, self._stopping):
            os.close(end)
        if self._listener is not None:
            self._listener.close()

    def _plug(self) -> int:
        """Another adapter is plugged in under the same name."""
        master, self._slave = os.openpty()
        tty.setraw(self._slave)
        draft = self._tty.with_suffix(".new")
        draft.symlink_to(os.ttyname(self._slave))
        draft.replace(self._tty)
        return master

    def _serve(self) -> None:
        left = self._pulled_at
        while self._next_line():
            left = self._carry(left)

    def _next_line(self) -> bool:
        if self._listener is None:
            return not self._told_to_stop(0.0)
        ready, _, _ = select.select([self._listener.fileno(), self._stop], [], [])
        if self._stop in ready:
            return False
        self._line = self._listener.accept()[0]
        return True

    def _told_to_stop(self, wait_s: float) -> bool:
        return bool(select.select([self._stop], [], [], wait_s)[0])

    def _carry(self, left: int) -> int:
        """Carry bytes until the line ends, or is pulled after `left` of them; returns what is left."""
        while True:
            ready, _, _ = select.select([self._line, self._stop], [], [])
            if self._stop in ready:
                os.write(self._stopping, b"x")
                self._end(pulled=False)
                return left
            data = self._read(min(4096, left))
            if not data:
                self._end(pulled=False)
                return left
            self.heard += len(data)
            self.printer.accept(data, 0.0)
            left -= len(data)
            if not left:
                # What the printer says now is lost with the line.
                self.printer.collect(0.0)
                self._end(pulled=True)
                return 1 << 30
            self._write(self.printer.collect(0.0))

    def _read(self, count: int) -> bytes:
        with contextlib.suppress(OSError):
            return (
                self._line.recv(count)
                if isinstance(self._line, socket.socket)
                else os.read(self._line, count)
            )
        return b""

    def _write(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            if isinstance(self._line, socket.socket):
                self._line.sendall(data)
            else:
                os.write(self._line, data)

    def _end(self, *, pulled: bool) -> None:
        if isinstance(self._line, socket.socket):
            if pulled and self._way == "reset":
                self._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._line.close()
            return
        before = (self._line, self._slave)
        if pulled:
            self._line = self._plug()
        for end in before:
            os.close(end)


@contextlib.contextmanager
def cable(folder: Path, way: str, pulled_at: int) -> Iterator[Cable]:
    made = Cable(folder, way, pulled_at)
    try:
        yield made
    finally:
        made.stop()


def points() -> list[tuple[str, int]]:
    """200 points, the edges among them."""
    chance = random.Random(SEED)
    edges = [1, 3, QUESTIONS - 1, QUESTIONS, QUESTIONS + 1, QUESTIONS + JOB - 1]
    found = [(way, at) for way in WAYS for at in edges]
    while len(found) < POINTS:
        found.append((chance.choice(WAYS), chance.randrange(1, QUESTIONS + JOB)))
    return found


@pytest.mark.parametrize("part", range(10))
def test_a_pulled_cable_leaves_the_truth_and_one_slip(tmp_path: Path, part: int) -> None:
    for way, pulled_at in points()[part::10]:
        (tmp_path / "tty").unlink(missing_ok=True)
        with cable(tmp_path, way, pulled_at) as line:
            pull_in_mid_job(line, way, pulled_at)


def pull_in_mid_job(line: Cable, way: str, pulled_at: int) -> None:
    what, jobs = f"{way} pulled at {pulled_at}", KeepAll()
    printer = open_ticket_printer(line.url, store=jobs, timings=PATIENT)
    first = printer.print("j", STANDARD)
    arrived = pulled_at - QUESTIONS
    if arrived < 0:
        assert (first.state, first.bytes_sent) == (JobState.FAILED_KNOWN, 0), what
    elif arrived > 0:
        assert first.state in (JobState.UNKNOWN, JobState.PRINT_CONFIRMED), what
        assert not first.may_retry and first.bytes_sent >= arrived, what
    if first.state is JobState.PRINT_CONFIRMED:
        assert arrived >= JOB - 4 - 11, what  # the fence behind the text is through
    if pulled_at % 2:  # the program was restarted too; the disk remembers
        printer.close()
        printer = open_ticket_printer(line.url, store=jobs, timings=PATIENT)
    again = printer.print("j", STANDARD)
    if first.may_retry:
        assert again.state is JobState.CUT_CONFIRMED, what
    else:
        assert (again.state, again.bytes_sent) == (first.state, first.bytes_sent), what
    assert printer.print("k", NEXT).state is JobState.CUT_CONFIRMED, what
    printer.close()
    texts = [slip.piece.text for slip in line.slips]
    assert texts[-1] == ["C007"], what
    whole = sum(text[-1:] == ["2026-11-23 10:24  2F-03  咨询请到G区"] for text in texts)
    assert whole <= 1 and sum(NUMBER in text for text in texts) <= 1, what
    if first.may_retry:
        assert whole == 1, what


def test_the_points_are_two_hundred_and_reach_everywhere() -> None:
    found = points()
    assert len(found) == POINTS and {way for way, _ in found} == set(WAYS)
    reached = {at for _, at in found}
    assert min(reached) == 1 and max(reached) == QUESTIONS + JOB - 1
