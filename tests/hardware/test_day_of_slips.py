"""A day of slips on a printer that fails at random: every number is printed, held or marked, none twice."""

from __future__ import annotations

import gc
import random
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from hardware.ticket_printer.driver import TicketPrinter, Timings
from hardware.ticket_printer.job import JobReport
from hardware.ticket_printer.profile import load_profile
from hardware.ticket_printer.simulator import PrintedSlip, TicketPrinterSimulator
from hardware.transports.sim import SimTransport
from kiosk.slip import build_slip
from kiosk.slip_preview import ZH
from kiosk.store import Job, Store

# The line is a function call, so silence needs no longer than this to be told from an answer.
SHORT = Timings(open_s=0.1, reply_s=0.02, write_s=0.02, fence_s=0.06, poll_s=0.02)
FAULTS = (
    "paper_out",
    "cover_open",
    "offline",
    "cut_error",
    "silent",
    "garbled",
    "unplugged",
    "stall",
    "wrong_baud",
)
PROFILE = load_profile("generic_80mm")
FAULTY, MENDED, AGAIN, RESTART = 0.12, 0.4, 0.5, 0.01
GROWTH_BYTES = 256 * 1024


class Day:
    """A printer, a disk, and what came out of the one and stands on the other."""

    def __init__(self, folder: Path, seed: int, count: int) -> None:
        self.chance = random.Random(seed)
        self.numbers = [f"N{ticket:06d}" for ticket in range(count)]
        # Filled beforehand, so that what grows over the day is not this test's own book.
        self.paper = Counter(dict.fromkeys(self.numbers, 0))
        self.copies = Counter(dict.fromkeys(self.numbers, 0))
        self.device = TicketPrinterSimulator(self._keep)
        self.store = Store(folder)
        self._transport = SimTransport(self.device)
        self.driver = self._start()

    def _start(self) -> TicketPrinter:
        return TicketPrinter(self._transport, PROFILE, self.store, SHORT)

    def _keep(self, slip: PrintedSlip) -> None:
        """Count the numbers on a piece of paper, whole or torn off by a fault; noise may stand above them."""
        above = ""  # as one line: noise before a word may have moved its end to the next
        for line in slip.piece.text:
            above += line
            if line[:1] == "N" and line[1:].isdecimal():
                (self.copies if "补打" in above else self.paper)[line] += 1
                above = ""

    def take(self, number: str) -> None:
        """A ticket is issued: something may break, its slip is printed, somebody may mend it."""
        if self.chance.random() < FAULTY:
            name = self.chance.choice(FAULTS)
            self.device.set_fault(
                name if self.chance.random() < 0.5 else f"{name}:{self.chance.randrange(1, 400)}"
            )
        if self.chance.random() < RESTART:
            self.driver.close()
            self.driver = self._start()
        report = self.print(number, 1)
        if self.device.faults and self.chance.random() < MENDED:
            self.mend()
        if not report.printed and self.chance.random() < AGAIN:
            self.print(number, 2)

    def print(self, number: str, copy: int) -> JobReport:
        facts = msgspec.structs.replace(ZH, number=number, copy=copy)
        job = f"{number}/{copy}"
        self.store.add_job(Job(job, int(number[1:]), copy, msgspec.json.encode(facts), int(number[1:])))
        report = self.driver.print(job, build_slip(facts))
        assert self.driver.print(job, build_slip(facts)).bytes_total in (0, report.bytes_total)
        return report

    def mend(self) -> None:
        """The roll is changed, the cable pushed in: what the printer held comes out."""
        self.device.clear_fault(None)
        self.driver.status()


@pytest.mark.timeout(3600)
def test_a_day_of_slips(tmp_path: Path, rounds: Callable[[int, int], int]) -> None:
    count = rounds(60, 4000)
    day = Day(tmp_path, 4, count)
    tracemalloc.start()
    settled = 0
    for ticket, number in enumerate(day.numbers):
        day.take(number)
        if ticket == count // 2:
            gc.collect()
            settled = tracemalloc.get_traced_memory()[0]
    day.mend()
    assert day.driver.status().ready
    gc.collect()
    growth = tracemalloc.get_traced_memory()[0] - settled
    tracemalloc.stop()
    ends = Counter(adds_up(day, number) for number in day.numbers)
    assert sum(ends.values()) == count
    assert ends["printed"] > count // 2 and ends["failed"] > 0 and ends["unknown"] > 0, ends
    assert growth < GROWTH_BYTES, f"the driver keeps {growth} bytes of a day"
    day.driver.close()
    day.store.close()


def adds_up(day: Day, number: str) -> str:
    """Compare what the disk says of a number with the paper; returns how its first slip ended."""
    report = day.store.load(f"{number}/1")
    assert report is not None
    on_paper = day.paper[number]
    assert on_paper <= 1, f"{number} came out {on_paper} times without being asked"
    assert day.copies[number] <= 1
    if report.printed:
        assert on_paper == 1, f"{number} is said to be printed"
        return "printed"
    if report.printed is None:
        return "unknown"
    assert on_paper == 0, f"{number} is said not to have been sent"
    return "failed"
