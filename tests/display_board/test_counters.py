"""The bus of counters as real programs: a key calls, the strip shows, a rating arrives, once each."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from display_board.pads import BEEP_S
from hardware.caller_pad.protocol import REPEAT_S
from queue_server.wire import EventKind
from queue_server.wire.board import CounterCell
from queue_server.wire.buses import BusUnits
from tests.display_board.bus_program import BusProgram, SimulatedLine, until
from tests.hall_process import HallProcess, hall

__all__ = ["hall"]


class Bench:
    """A hall, the simulated line of the bus 2F-a, and the program between them."""

    def __init__(self, hall: HallProcess, folder: Path) -> None:
        self.hall = hall
        self.line = SimulatedLine(folder / "line", "1-10", pty=True)
        self.beeps: dict[int, int] = {}
        self.calls = folder / "calls"
        self.buzzer = folder / "buzzer"
        self.buzzer.write_text(f'#!/bin/sh\necho "$CALL_COUNTER $CALL_LABEL $CALL_NUMBER" >> {self.calls}\n')
        self.buzzer.chmod(0o755)
        self.program = self.start()
        until(lambda: self.line.strip(10), "all strips show something")

    def start(self) -> BusProgram:
        return BusProgram(
            self.hall, "counter-2F-a", self.line.url, "--away", "5", "--on-call", str(self.buzzer)
        )

    def press(self, address: int, key: str, beeps: int) -> None:
        """Press a key and wait for its beeps, and for the silence in which no further one comes."""
        self.beeps[address] = self.beeps.get(address, 0) + beeps
        time.sleep(REPEAT_S)  # the same key sooner counts as the pad's own repetition
        self.line.type(f"key {address} {key}")
        try:
            until(lambda: self.line.beeps(address) >= self.beeps[address], f"{beeps} beeps for {key}")
            time.sleep(2 * BEEP_S)
            assert self.line.beeps(address) == self.beeps[address], f"more than {beeps} beeps for {key}"
        except AssertionError as error:
            raise AssertionError(f"{error}; {self.line.pad(address)}, wanted {self.beeps[address]}") from None

    def shows(self, address: int, text: str) -> None:
        """Wait until a strip shows a text."""
        try:
            until(lambda: self.line.strip(address) == text, f"strip {address}: {text}")
        except AssertionError as error:
            raise AssertionError(f"{error}; it shows {self.line.strip(address)}") from None

    def restart(self) -> None:
        """Kill the program as a power cut would, and start it again."""
        self.program.process.kill()
        self.program.process.wait()
        self.program = self.start()

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
    until(lambda: bench.calls.exists() and bench.calls.read_text() == f"Z3-01 25 {number}\n", "the buzzer")
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


def test_a_server_that_dies_is_told_at_the_strip_and_no_press_is_done_twice(bench: Bench) -> None:
    line, hall = bench.line, bench.hall
    number = hall.issue("Z3-008")["number"]
    bench.press(5, "call", 1)
    bench.shows(5, f"请 {number}|到 29号窗口 办理")
    called = len(hall.journal(EventKind.TICKET_CALLED))
    second = hall.issue("Z3-008")["number"]
    hall.kill()
    bench.press(6, "call", 3)  # the server is away, and nothing is kept for later
    bench.shows(5, "29号窗口|请听广播 看大屏")
    hall.start()
    bench.shows(5, f"请 {number}|到 29号窗口 办理")
    until(lambda: "等候 001" in line.pad(6), "the pad is told again who waits")
    assert len(hall.journal(EventKind.TICKET_CALLED)) == called, "the press from before was not kept"
    bench.press(6, "call", 1)
    bench.shows(6, f"请 {second}|到 30号窗口 办理")
    assert len(hall.journal(EventKind.TICKET_CALLED)) == called + 1


def test_a_rating_outlives_a_server_that_is_away_and_a_program_that_is_killed(bench: Bench) -> None:
    line, hall = bench.line, bench.hall
    before = len(hall.journal(EventKind.RATING_GIVEN))
    number = hall.issue("Z3-012")["number"]
    bench.press(8, "call", 1)
    bench.shows(8, f"请 {number}|到 32号窗口 办理")
    bench.press(8, "ok", 1)
    bench.press(8, "rate", 1)
    until(lambda: "请评价" in line.evaluator(8), "the evaluator asks")
    hall.kill()
    line.type("rate 8 3")
    kept = hall.data / "counter-2F-a.ratings"
    until(lambda: list(kept.glob("rating-*.json")), "the rating lies on the disk")
    bench.restart()
    hall.start()
    until(lambda: len(hall.journal(EventKind.RATING_GIVEN)) > before, "the rating is brought")
    until(lambda: not list(kept.glob("rating-*")), "nothing is left to bring")
    *_, given = hall.journal(EventKind.RATING_GIVEN)
    assert (given.counter, given.data["level"]) == ("Z3-08", 3)
    assert len(hall.journal(EventKind.RATING_GIVEN)) == before + 1
    bench.shows(9, "33号窗口 未开|请看大屏 其他窗口")  # its line to the server pauses longer than a rating's


def test_a_program_that_starts_without_the_server_says_so_and_goes_on_when_it_is_there(bench: Bench) -> None:
    hall = bench.hall
    number = hall.issue("Z3-006")["number"]
    bench.press(2, "call", 1)
    bench.shows(2, f"请 {number}|到 26号窗口 办理")
    assert bench.program.stop() == 0
    hall.kill()
    bench.program = bench.start()
    for address in range(1, 11):
        bench.shows(address, f"{address + 24}号窗口|请听广播 看大屏")
    bench.press(2, "recall", 3)
    hall.start()
    bench.shows(2, f"请 {number}|到 26号窗口 办理")
    bench.press(2, "ok", 1)
    bench.shows(2, f"{number}|正在办理")


def test_a_press_whose_answer_is_late_is_done_once(bench: Bench) -> None:
    """The server is frozen while the key is pressed, and thaws before the repetition gives up."""
    hall = bench.hall
    number = hall.issue("Z3-013")["number"]
    before = len(hall.journal(EventKind.TICKET_CALLED))
    hall.tell(signal.SIGSTOP)
    bench.line.type("key 10 call")
    time.sleep(3.6)  # longer than one try takes, shorter than two
    hall.tell(signal.SIGCONT)
    bench.shows(10, f"请 {number}|到 34号窗口 办理")
    until(lambda: bench.line.beeps(10) == 1, "one beep: done")
    bench.beeps[10] = 1
    assert len(hall.journal(EventKind.TICKET_CALLED)) == before + 1


def test_a_dead_strip_delays_nobody_and_is_told_what_it_missed(bench: Bench) -> None:
    hall, line = bench.hall, bench.line
    line.type("fault dead@8")
    for _ in range(2):
        hall.issue("Z3-011")
    with hall.client("counter-2F-a") as client:
        first, second = client.counter("Z3-08", "call-next"), client.counter("Z3-09", "call-next")
    assert first is not None and second is not None
    bench.shows(9, f"请 {second.number}|到 33号窗口 办理")
    assert line.strip(8) == ""
    line.type("clear dead@8")
    bench.shows(8, f"请 {first.number}|到 32号窗口 办理")
    devices = {device["device"]: device for device in devices_of(hall)}
    assert devices["counter-2F-a/led_strip-Z3-01"]["state"] == "ok"
    assert devices["counter-2F-a/led_strip-Z3-01"]["counter"] == "Z3-01"
    assert "counter-2F-a/caller_pad-Z3-01" in devices and "counter-2F-a/evaluator-Z3-01" in devices


def test_pause_and_english_and_a_recalled_number(bench: Bench) -> None:
    hall = bench.hall
    bench.press(7, "call", 2)  # opens the counter; nobody waits
    bench.press(7, "pause", 1)
    bench.shows(7, "31号窗口 暂停服务|请看大屏 其他窗口")
    bench.press(7, "call", 2)  # paused
    bench.press(7, "pause", 1)
    number = hall.issue("Z3-008", lang="en")["number"]
    bench.press(7, "call", 1)
    bench.shows(7, f"请 {number} 到 31号窗口|{number}: to counter 31")
    until(lambda: not any(strip["blinks"] for strip in bench.line.state()[0]["strips"]), "blinking ends")


def devices_of(hall: HallProcess) -> list[dict[str, Any]]:
    """The devices as the supervisor's page is told them."""
    login = {"name": "supervisor", "password": hall.keys("staff")["supervisor"]}
    assert hall.http.post("/api/v1/session", json=login).is_success
    found: list[dict[str, Any]] = hall.http.get("/api/v1/devices").json()["devices"]
    return found


STORM = {"counter-1F-b": 10, "counter-3F-a": 16, "counter-1F-a": 12, "counter-2F-b": 10, "counter-1F-c": 8}
MATTERS = {
    "Z1": "Z1-001", "Z2": "Z2-001", "Z4": "Z4-001", "Z5": "Z5-001", "Z6": "Z6-001", "Z7": "Z7-001",
}  # fmt: skip


def test_a_storm_of_calls_leaves_every_strip_right(
    hall: HallProcess, bench: Bench, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    """Counters of several buses call and serve at once, again and again; all 66 of them in the long run."""
    devices = list(STORM)[: rounds(1, len(STORM))]
    lines = {device: SimulatedLine(tmp_path / device, f"1-{STORM[device]}") for device in devices}
    programs = [BusProgram(hall, device, line.url) for device, line in lines.items()]
    try:
        with ThreadPoolExecutor(len(devices)) as pool:
            list(pool.map(lambda device: storm(hall, device, rounds(3, 10)), devices))
        for device, line in lines.items():
            with hall.client(device) as client:
                bus = client.bus()
            for units in bus.counters:
                until_right(line, units, bus.state.counters[units.counter])
    finally:
        for program in programs:
            assert program.stop() == 0
        for line in lines.values():
            line.stop()


def until_right(line: SimulatedLine, units: BusUnits, cell: CounterCell) -> None:
    """Wait until the strip of a counter shows the number that the server has there, if it has one."""
    number = cell.number
    if number is None:
        return  # its queue was drained by the others
    wanted = (f"请 {number}|", f"{number}|正在办理")[not cell.called]
    until(lambda: line.strip(units.strip or 0).startswith(wanted), f"{units.counter}: {wanted}")


def storm(hall: HallProcess, device: str, turns: int) -> None:
    """Let all counters of a bus work at once; each ends with a ticket in service or called."""
    with hall.client(device) as client:
        counters = [units.counter for units in client.bus().counters]
        for zone in {counter[:2] for counter in counters}:
            for _ in range(turns * sum(counter.startswith(zone) for counter in counters)):
                hall.issue(MATTERS[zone])

        def work(counter: str) -> None:
            for _ in range(turns):
                if client.counter(counter, "call-next") is None:
                    return
                client.counter(counter, "serve")

        with ThreadPoolExecutor(len(counters)) as pool:
            list(pool.map(work, counters))


def test_a_changed_plan_moves_the_devices(hall: HallProcess, bench: Bench, tmp_path: Path) -> None:
    """Two counters swap their addresses in the hall file while everything runs."""
    plan = tmp_path / "hall.toml"
    command = [sys.executable, "-m", "queue_server", "hall"]
    subprocess.run([*command, "export", str(plan), "--data", str(hall.data)], check=True)
    text = plan.read_text("utf-8")
    for counter, address in (("Z3-03", 4), ("Z3-04", 3)):
        before = f"{counter} = {{ strip = {7 - address}, pad = {7 - address}, evaluator = {7 - address} }}"
        assert before in text
        text = text.replace(before, before.replace(f"= {7 - address}", f"= {address}"))
    plan.write_text(text, "utf-8")
    bench.shows(3, "27号窗口 未开|请看大屏 其他窗口")
    subprocess.run([*command, "import", str(plan), "--data", str(hall.data)], check=True)
    bench.shows(3, "28号窗口 未开|请看大屏 其他窗口")
    bench.shows(4, "27号窗口 未开|请看大屏 其他窗口")
    bench.press(4, "call", 2)  # nobody waits
    bench.shows(4, "27号窗口 公安|户籍 请先取号")
