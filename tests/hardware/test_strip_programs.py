"""The programs for strips and pole displays, run as a person runs them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.buses import numbers, open_bus, open_pole_display, simulated
from hardware.errors import DeviceError
from hardware.led_strip.driver import LedStrip
from hardware.led_strip.onbon import OnbonStrip
from hardware.led_strip.show import StripShow
from hardware.pole_display.show import PoleShow
from tests.hardware.hosted import wait_for

PROGRAM = [sys.executable, "-m", "hardware"]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *words], capture_output=True, text=True, timeout=60)


class Running:
    """A simulator as a process of its own."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [*PROGRAM, "simulate", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = self.line().removeprefix("listening ")

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def type(self, line: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.line()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(20)


@pytest.fixture
def start() -> Iterator[type[Running]]:
    started: list[Running] = []

    class Kept(Running):
        def __init__(self, *words: str) -> None:
            super().__init__(*words)
            started.append(self)

    yield Kept
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
        running.process.communicate()


def state(folder: Path) -> dict[str, object]:
    found = json.loads((folder / "state.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def test_strips_over_tcp(start: type[Running], tmp_path: Path) -> None:
    line = start(
        "led_strip", "--tcp", "0", "--addresses", "1,3", "--fault", "dead@3", "--pictures", str(tmp_path)
    )
    answer = run("probe", line.url, "--strip", "onbon")
    assert (answer.returncode, answer.stdout) == (0, "strip 1 answers (ok)\n")
    dead = run("probe", line.url, "--strip", "onbon", "--address", "3")
    assert (dead.returncode, dead.stdout) == (1, "strip 3 does not answer (away)\n")
    before = (tmp_path / "show.png").read_bytes()
    assert run("print-test", line.url, "--strip", "onbon?width=192").returncode == 0
    wait_for(lambda: "测试 A012" in str(state(tmp_path)["strips"]))
    wait_for(lambda: (tmp_path / "show.png").read_bytes() != before)
    assert line.type("clear dead@3") == "faults: none"
    assert run("probe", line.url, "--strip", "onbon", "--address", "3").returncode == 0
    (tmp_path / "faults").write_text("busy\n")
    wait_for(lambda: state(tmp_path)["faults"] == ["busy"])
    (tmp_path / "faults").write_text("nothing\n")
    wait_for(lambda: "no fault" in str(state(tmp_path)["problem"]))
    assert "no fault" in line.type("fault nothing")
    assert "clear" in line.type("help")
    assert line.stop() == 0


def test_a_panel_and_a_display_on_ptys(start: type[Running], tmp_path: Path) -> None:
    panel = start("modbus_panel", "--pty", "--addresses", "3", "--pictures", str(tmp_path / "panel"))
    assert run("print-test", panel.url, "--strip", "number_panel", "--address", "3").returncode == 0
    wait_for(lambda: "  A012" in str(state(tmp_path / "panel")["panels"]))
    glass = start("pole_display", "--pty", "--dialect", "dmd", "--pictures", str(tmp_path / "glass"))
    assert run("print-test", f"{glass.url}&dialect=dmd", "--strip", "pole_display").returncode == 0
    wait_for(lambda: state(tmp_path / "glass")["rows"] == ["NOW SERVING  A012   ", "COUNTER 3           "])
    assert (panel.stop(), glass.stop()) == (0, 0)


def test_template_strips(start: type[Running], tmp_path: Path) -> None:
    line = start("led_strip", "--template", "kanban", "--tcp", "0", "--pictures", str(tmp_path))
    answer = run("print-test", line.url, "--strip", "template:kanban", "--address", "5")
    assert (answer.returncode, answer.stdout) == (
        0,
        "strip 5 takes frames but has no way to answer (unknown)\n",
    )
    wait_for(lambda: "'value': 12" in str(state(tmp_path)["strips"]))


@pytest.mark.parametrize(
    "words",
    [
        ("probe", "tcp://127.0.0.1:9", "--strip", "lisen"),
        ("probe", "tcp://127.0.0.1", "--strip", "template:nothing"),
        ("print-test", "sim://led_strip?fault=nothing", "--strip", "onbon"),
        ("print-test", "serial:///dev/ttyS0?dialect=braille", "--strip", "pole_display"),
        ("simulate", "led_strip"),
        ("simulate", "led_strip", "--tcp", "0", "--addresses", "one"),
        ("simulate", "led_strip", "--tcp", "0", "--fault", "nothing"),
        ("simulate", "pole_display", "--tcp", "0", "--dialect", "braille"),
    ],
)
def test_bad_use_costs_one_line(words: tuple[str, ...]) -> None:
    answer = run(*words)
    assert answer.returncode == 2
    assert len(answer.stderr.strip().splitlines()) == 1


def test_in_this_process(tmp_path: Path) -> None:
    bus = open_bus(f"sim://led_strip?addresses=1-2&fault=dead@2&pictures={tmp_path}")
    strips = [LedStrip(bus, address, OnbonStrip()) for address in (1, 2)]
    for strip in strips:
        strip.show(StripShow("A012"))
    bus.start()
    wait_for(lambda: [strip.health.state.value for strip in strips] == ["ok", "away"])
    wait_for(lambda: "A012" in str(state(tmp_path)["strips"]))
    bus.close()
    display = open_pole_display(f"sim://pole_display?pictures={tmp_path / 'glass'}")
    display.show(PoleShow("A012"))
    display.start()
    wait_for(lambda: display.settled)
    time.sleep(0.3)
    display.show(PoleShow("A013"))
    wait_for(lambda: "A013" in str(state(tmp_path / "glass")["rows"]))
    display.close()


def test_addresses() -> None:
    assert numbers("1-4,7,2") == (1, 2, 3, 4, 7)
    for wrong in ("", "a", "1-", "4-1", "1-65", "-1"):
        with pytest.raises(DeviceError) as caught:
            numbers(wrong)
        assert caught.value.reason == "bad_url"


@pytest.mark.parametrize(
    "url",
    ["sim://bus", "sim://pole_display", "tcp://h:1?baud=9", "tcp://h:1?width=3", "http://h", "udp://h"],
)
def test_bad_bus_urls(url: str) -> None:
    with pytest.raises(DeviceError) as caught:
        open_bus(url)
    assert (caught.value.reason, caught.value.permanent) == ("bad_url", True)
    with pytest.raises(DeviceError):
        simulated("printer")
