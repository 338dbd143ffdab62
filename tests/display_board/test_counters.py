"""The bus of counters as real programs: a key calls, the strip shows, a rating arrives, once each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_server.wire import EventKind
from tests.display_board.bus_program import BusProgram, SimulatedLine, until
from tests.hall_process import HallProcess, hall

__all__ = ["hall"]


class Bench:
    """A hall, the simulated line of the bus 2F-a, and the program between them."""

    def __init__(self, hall: HallProcess, folder: Path) -> None:
        self.hall = hall
        self.line = SimulatedLine(folder / "line", "1-10", pty=True)
        self.beeps: dict[int, int] = {}
        self.program = BusProgram(hall, "counter-2F-a", self.line.url, "--away", "5")
        until(lambda: self.line.strip(10), "all strips show something")

    def press(self, address: int, key: str, beeps: int) -> None:
        """Press a key and wait for its beeps; too many make the next press fail."""
        self.beeps[address] = self.beeps.get(address, 0) + beeps
        self.line.type(f"key {address} {key}")
        until(lambda: self.line.beeps(address) == self.beeps[address], f"{beeps} beeps for {key}")

    def shows(self, address: int, text: str) -> None:
        """Wait until a strip shows a text."""
        until(lambda: self.line.strip(address) == text, f"strip {address}: {text}")

    def stop(self) -> None:
        assert self.program.stop() == 0
        self.line.stop()


@pytest.fixture(scope="module")
def bench(hall: HallProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(hall, tmp_path_factory.mktemp("bus"))
    yield bench
    bench.stop()


def test_a_counter_works_with_no_computer(bench: Bench) -> None:
    """From a closed counter to a rated service, with nothing but the pad and the evaluator."""
    line, hall = bench.line, bench.hall
    bench.shows(1, "25号窗口 未开|请看大屏 其他窗口")
    bench.press(1, "call", 2)  # nobody waits
    bench.shows(1, "25号窗口 公安|身份证 请先取号")
    number = hall.issue("Z3-001")["number"]
    until(lambda: f"等候 001  票号 {'---'}" in line.pad(1), "the pad counts who waits")
    bench.press(1, "call", 1)
    bench.shows(1, f"请 {number}|到 25号窗口 办理")
    until(lambda: f"等候 000  票号 {number[-3:]}" in line.pad(1), "the pad shows the ticket")
    bench.press(1, "call", 2)  # serve first
    bench.press(1, "rate", 2)  # not served yet
    bench.press(1, "ok", 1)
    bench.shows(1, f"{number}|正在办理")
    bench.press(1, "rate", 1)
    until(lambda: "请评价" in line.evaluator(1), "the evaluator asks")
    line.type("rate 1 2")
    until(lambda: hall.journal(EventKind.RATING_GIVEN), "the rating")
    (given,) = hall.journal(EventKind.RATING_GIVEN)
    (done,) = hall.journal(EventKind.TICKET_COMPLETED)
    assert given.counter == "Z3-01" and given.data["level"] == 2 and given.by == "device:counter-2F-a"
    assert done.ticket is not None and given.data["ticket"] == done.ticket.id
    line.type("rate 1 4")
    bench.press(1, "cancel", 2)  # a key without a use
    assert len(hall.journal(EventKind.RATING_GIVEN)) == 1, "a second press belongs to nobody"
