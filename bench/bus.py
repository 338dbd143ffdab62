"""A bus of sixteen strips, one of them dead, on a paced line: the first filling, and single changes.

Times run from the wish to the last byte at the simulated strip. How true the paced line is to its baud
rate is measured too.
"""

from __future__ import annotations

import logging
import os
import random
import threading
import time

from bench.report import Report
from hardware.buses import open_bus
from hardware.led_strip.driver import LedStrip
from hardware.led_strip.onbon import OnbonStrip
from hardware.led_strip.show import StripShow
from hardware.led_strip.simulator import OnbonLine
from hardware.simulation.desk import Desk
from hardware.simulation.host import Host
from hardware.simulation.paced import PacedPty

SECTION, ORDER, TITLE = "bus", 5, "Sixteen strips on one line, one of them dead"
STRIPS, DEAD = 16, 7
CHANGES = 40
FILL_LIMIT_S = 20.0
SEED = 4
ALL_S, CHANGED_MS = 2.5, 250.0
"""The goals at 9600 baud: all strips told, and the one that changed."""

PACES = {9600: 356, 57600: 2000, 115200: 5213}
"""Speed of a line, and bytes to measure it with."""


def pace_error(baud: int, count: int) -> float:
    """Return by how much a pseudo-terminal misses its baud rate over `count` bytes, 0.01 is 1 %."""
    line = PacedPty(baud)
    client = os.open(line.path, os.O_RDWR | os.O_NOCTTY)
    wanted_s = count * 10 / baud
    os.write(client, bytes(count))
    started_s = time.monotonic()
    got = 0
    while got < count:
        now_s = time.monotonic()
        got += len(line.receive(now_s))
        if got < count:
            time.sleep(min(line.due_s(time.monotonic()), 0.001))
    taken_s = time.monotonic() - started_s
    os.close(client)
    line.close()
    return taken_s / wanted_s - 1


class _Line:
    """The simulated strips on a paced pseudo-terminal, served by a thread."""

    def __init__(self, baud: int) -> None:
        self.device = OnbonLine(range(1, STRIPS + 1), baud)
        self.device.set_fault(f"dead@{DEAD}")
        self._host = Host(self.device, Desk(self.device, None))
        self.url = self._host.open_pty(baud)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._host.run, args=(self._stopping.is_set,))
        self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()
        self._host.close()


def _text(number: int, counter: int) -> StripShow:
    return StripShow(text=f"请A{number % 1000:03d}号到{counter}号窗口", number=f"A{number % 1000:03d}")


def _until_updates(line: _Line, address: int, count: int, limit_s: float) -> None:
    deadline = time.monotonic() + limit_s
    while line.device.cards[address].updates < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"strip {address} was not updated within {limit_s} s")
        time.sleep(0.001)


def refresh(baud: int, changes: int = CHANGES) -> tuple[float, list[float]]:
    """Return in seconds until all strips were told, and for each of some single changes."""
    line = _Line(baud)
    bus = open_bus(line.url)
    strips = {address: LedStrip(bus, address, OnbonStrip()) for address in range(1, STRIPS + 1)}
    alive = [address for address in strips if address != DEAD]
    for address, strip in strips.items():
        strip.show(_text(address, address))
    started_s = time.monotonic()
    bus.start()
    try:
        for address in alive:
            _until_updates(line, address, 1, FILL_LIMIT_S)
        filled_s = max(line.device.cards[address].updated_s for address in alive) - started_s
        deadline = time.monotonic() + FILL_LIMIT_S
        while strips[DEAD].health.reason != "no_answer" and time.monotonic() < deadline:
            time.sleep(0.01)
        delays = _changes(line, strips, alive, changes)
        if line.device.collisions or strips[DEAD].health.reason != "no_answer":
            raise RuntimeError(f"{line.device.collisions} collisions; {strips[DEAD].health.sentence}")
        return filled_s, delays
    finally:
        bus.close()
        line.close()


def _changes(line: _Line, strips: dict[int, LedStrip], alive: list[int], changes: int) -> list[float]:
    """Change one strip after another at odd moments, so that some meet the probe of the dead one."""
    lots = random.Random(SEED)
    delays = []
    for turn in range(changes):
        time.sleep(lots.uniform(0.05, 0.4))
        address = lots.choice(alive)
        before = line.device.cards[address].updates
        wished_s = time.monotonic()
        strips[address].show(_text(100 + turn, address))
        _until_updates(line, address, before + 1, 5.0)
        delays.append(line.device.cards[address].updated_s - wished_s)
    return delays


def run(report: Report) -> None:
    """Measure how true the line is, then how soon strips are told."""
    logging.getLogger("hardware.bus").setLevel(logging.ERROR)  # the dead strip is meant to be dead
    for baud, count in PACES.items():
        errors = [abs(pace_error(baud, count)) * 100 for _ in range(report.repeats)]
        report.add(f"the paced line at {baud} is off by", errors, "%")
    for baud in (9600, 57600):
        rounds = [refresh(baud) for _ in range(report.repeats)]
        all_s = report.add(f"all told, {baud}", [filled_s for filled_s, _ in rounds], "s")
        for name, share in (("p50", 0.5), ("p95", 0.95), ("most", 1.0)):
            values = [_share(delays, share) * 1000 for _, delays in rounds]
            changed_ms = report.add(f"one changed, {baud}, {name}", values, "ms")
        if baud == min(PACES):
            report.target(f"all told, {baud}", all_s, at_most=ALL_S)
            report.target(f"one changed, {baud}, most", changed_ms, at_most=CHANGED_MS)


def _share(values: list[float], share: float) -> float:
    """Return the value that so large a share of them does not exceed."""
    return sorted(values)[max(0, round(share * len(values)) - 1)]
