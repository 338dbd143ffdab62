"""Simulated pads, evaluators, readers and scanners run as processes and obey what is typed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.__main__ import main
from hardware.buses import open_bus
from hardware.caller_pad.driver import CallerPad
from hardware.caller_pad.event import PadDisplay, PadEvent
from hardware.code_scanner.scan import Scan
from hardware.evaluator.driver import Evaluator
from hardware.evaluator.rating import Rating
from hardware.led_strip.driver import LedStrip
from hardware.led_strip.kinds import strip_protocol
from hardware.led_strip.show import StripShow
from hardware.peripherals import open_card_reader, open_code_scanner
from tests.hardware.hosted import wait_for

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "hardware", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


class Simulator:
    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hardware", "simulate", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip().removeprefix("listening ")

    def type(self, line: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(10)


@pytest.fixture
def started() -> Iterator[list[Simulator]]:
    simulators: list[Simulator] = []
    yield simulators
    for simulator in simulators:
        assert simulator.stop() == 0


def start(started: list[Simulator], *arguments: str) -> Simulator:
    started.append(Simulator(*arguments))
    return started[-1]


@pytest.mark.parametrize("line", [("--tcp", "0"), ("--pty", "--baud", "9600")], ids=["tcp", "pty"])
def test_a_whole_counter_on_one_line(started: list[Simulator], line: tuple[str, ...]) -> None:
    simulator = start(started, "counter_line", "--addresses", "5-6", *line)
    events: list[PadEvent] = []
    ratings: list[Rating] = []
    bus = open_bus(simulator.url)
    pad = CallerPad(bus, 5, events.append)
    evaluator = Evaluator(bus, 5, ratings.append)
    strip = LedStrip(bus, 5, strip_protocol("onbon"))
    bus.start()
    try:
        strip.show(StripShow(text="请A012号到5号窗口"))
        pad.show(PadDisplay(7, "A012"))
        wait_for(lambda: strip.health.reason == "")
        assert simulator.type("key 5 call") == "pressed call on 5"
        wait_for(lambda: [event.key.value for event in events] == ["call"])
        evaluator.start()
        assert simulator.type("rate 5 1") == "rated 1 on 5"
        wait_for(lambda: [rating.score for rating in ratings] == [1])
        assert simulator.type("rate 5 7") == "no key means 7"
        assert simulator.type("fault dead@5") == "faults: dead@5"
        assert simulator.type("key 5 recall") == "pressed recall on 5"
        assert simulator.type("clear") == "faults: none"
        simulator.type("key 5 pause")
        wait_for(lambda: [event.key.value for event in events] == ["call", "pause"])
    finally:
        bus.close()


def test_a_card(started: list[Simulator]) -> None:
    simulator = start(started, "card_reader", "--pty", "--baud", "115200", "--fault", "junk")
    cards: list[str] = []
    reader = open_card_reader(simulator.url)
    reader.watch(lambda card: cards.append(card.number))
    reader.start()
    try:
        assert simulator.type("card zhang") == "laid down zhang"
        wait_for(lambda: cards == ["11010519491231002X"])
        assert simulator.type("lift") == "lifted"
        assert simulator.type("card nobody").startswith("card zhang|li|")
        assert simulator.type("fault fire").startswith("no fault 'fire'")
        assert "fault NAME" in simulator.type("dance")
    finally:
        reader.close()


def test_a_code_with_spaces_and_chinese(started: list[Simulator]) -> None:
    simulator = start(started, "code_scanner", "--tcp", "0", "--make", "gm65", "--suffix", "crlf")
    scans: list[Scan] = []
    scanner = open_code_scanner(f"{simulator.url}?profile=gm65&suffix=crlf", scans.append)
    scanner.start()
    try:
        wait_for(lambda: scanner.health.reason == "listening")
        scanner.trigger()

        def scanned() -> bool:
            if not scans:
                simulator.type("scan 预约 A 012")
            return bool(scans)

        wait_for(scanned)
        assert scans[0] == Scan("预约 A 012", "utf-8")
        assert simulator.type("fault gbk") == "faults: gbk"
        simulator.type("scan 上饶")
        wait_for(lambda: scans[-1] == Scan("上饶", "gb18030"))
    finally:
        scanner.close()


def test_probes(started: list[Simulator]) -> None:
    reader = start(started, "card_reader", "--tcp", "0")
    done = run("probe", reader.url, "--device", "card_reader")
    assert (done.returncode, done.stdout) == (0, "card reader answers (ok)\n")
    reader.type("card zhang")
    done = run("probe", reader.url, "--device", "card_reader", "--seconds", "2")
    assert done.stdout.splitlines()[0] == "card read: citizen, a name of 2 characters, number checked"
    assert "张三" not in done.stdout + done.stderr
    pads = start(started, "caller_pad", "--tcp", "0", "--addresses", "3")
    done = run("probe", pads.url, "--device", "caller_pad", "--address", "3")
    assert (done.returncode, done.stdout) == (0, "sent; it never answers, press a key with --seconds 10\n")


@pytest.mark.parametrize("device", ["caller_pad", "evaluator"])
def test_probing_what_is_simulated_inside_the_program(device: str) -> None:
    done = run("probe", f"sim://{device}?addresses=1-4", "--address", "2")
    assert (done.returncode, done.stdout) == (0, "sent; it never answers, press a key with --seconds 10\n")


def test_probing_a_speaker() -> None:
    done = run("probe", "alsa://null", "--device", "speaker")
    assert (done.returncode, done.stdout) == (0, "speaker answers (ok)\n")
    done = run("probe", "alsa://nosuchcard", "--device", "speaker")
    assert (done.returncode, done.stdout) == (1, "speaker finds no sound device (away)\n")


def test_nobody_there() -> None:
    for device in ("card_reader", "caller_pad"):
        done = run("probe", "tcp://127.0.0.1:1", "--device", device)
        assert done.returncode == 1
        assert "cannot" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["simulate", "caller_pad"],
        ["simulate", "caller_pad", "--tcp", "0", "--addresses", "x"],
        ["simulate", "card_reader", "--tcp", "0", "--fault", "fire"],
        ["simulate", "code_scanner", "--tcp", "0", "--make", "zebra"],
        ["simulate", "code_scanner", "--tcp", "0", "--suffix", "tab"],
        ["probe", "tcp://h", "--device", "toaster"],
        ["probe", "nonsense", "--device", "card_reader"],
        ["probe", "nonsense", "--device", "speaker"],
    ],
)
def test_bad_use_costs_one_line_and_status_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("url", "says", "status"),
    [
        ("sim://card_reader", "card reader answers (ok)", 0),
        ("sim://card_reader?fault=self_test_failed", "its security module failed its self-test (fault)", 1),
        ("sim://code_scanner", "scanner is open", 0),
        ("sim://led_strip?addresses=1-3", "strip 1 answers (ok)", 0),
        ("sim://counter_line?fault=dead@1", "strip 1 does not answer (away)", 1),
        ("sim://modbus_panel", "strip 1 answers (ok)", 0),
        ("sim://pole_display", "sent; a pole display never answers", 0),
        ("sim://speaker", "speaker answers (ok)", 0),
        ("sim://ticket_printer", "ready", 0),
    ],
)
def test_a_url_that_names_its_device_is_enough(
    url: str, says: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["probe", url]) == status
    assert says in capsys.readouterr().out
