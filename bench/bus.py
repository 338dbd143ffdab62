"""Times a bus of sixteen strips, one of them dead, on a paced line: the first filling, and single changes.

Run alone: python -m bench.bus
"""

from __future__ import annotations

import json
import os
import random
import statistics
import threading
import time
from typing import Any

from hardware.buses import open_bus
from hardware.led_strip.driver import LedStrip
from hardware.led_strip.onbon import OnbonStrip
from hardware.led_strip.show import StripShow
from hardware.led_strip.simulator import OnbonLine
from hardware.simulation.desk import Desk
from hardware.simulation.host import Host
from hardware.simulation.paced import PacedPty

STRIPS, DEAD = 16, 7
CHANGES = 60
FILL_LIMIT_S = 20.0
SEED = 4


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


def refresh(baud: int = 9600, changes: int = CHANGES) -> dict[str, Any]:
    """Return the times of one bus, in seconds from the wish to the last byte at the strip."""
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
        return {
            "baud": baud,
            "all_updated_s": round(filled_s, 3),
            "changed_p50_ms": round(statistics.median(delays) * 1000, 1),
            "changed_max_ms": round(max(delays) * 1000, 1),
            "collisions": line.device.collisions,
            "dead_is": strips[DEAD].health.reason,
        }
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


def run() -> dict[str, Any]:
    """Return the figures: bus times at 9600 and 57600 baud, and how true the paced line is."""
    return {
        "pace_error_percent": {
            str(baud): round(100 * pace_error(baud, count), 2)
            for baud, count in ((9600, 356), (57600, 2000), (115200, 5213))
        },
        "refresh": [refresh(9600), refresh(57600)],
        "goal": {"all_updated_s": 2.5, "changed_ms": 250},
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
