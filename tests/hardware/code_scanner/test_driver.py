"""A code scanner over real lines: each code once, triggers go out, cables are pulled."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from hardware.code_scanner.driver import CodeScanner, ScannerSettings
from hardware.code_scanner.protocol import PROFILES, Suffix
from hardware.code_scanner.scan import Scan
from hardware.code_scanner.simulator import CodeScannerSimulator
from hardware.devices import make_transport, parse_url
from hardware.errors import DeviceError
from hardware.health import HealthState
from tests.hardware.hosted import hosted, wait_for


def counted(seen: list[Any], count: int) -> Callable[[], bool]:
    return lambda: len(seen) == count


@dataclass
class Rig:
    simulator: CodeScannerSimulator
    scanner: CodeScanner
    scans: list[Scan]
    trouble: list[str]

    def scan(self, text: str) -> None:
        self.simulator.command(f"scan {text}", time.monotonic())


@contextlib.contextmanager
def rig(
    *,
    baud: int | None = None,
    profile: str = "plain",
    sends: Suffix = Suffix.CR,
    suffix: Suffix = Suffix.AUTO,
    again_s: float = 1.5,
) -> Iterator[Rig]:
    simulator = CodeScannerSimulator(sends, PROFILES[profile])
    scans: list[Scan] = []
    trouble: list[str] = []
    with hosted(simulator, baud=baud) as url:
        scanner = CodeScanner(
            make_transport(*parse_url(url)),
            scans.append,
            settings=ScannerSettings(PROFILES[profile], suffix, again_s),
            on_trouble=trouble.append,
            delays_s=(0.05,),
        )
        scanner.start()
        try:
            wait_for(lambda: scanner.health.state is HealthState.OK)
            # The simulator knows its client once it has looked at it.
            time.sleep(0.3)
            yield Rig(simulator, scanner, scans, trouble)
        finally:
            scanner.close()


@pytest.mark.parametrize("baud", [None, 9600], ids=["tcp", "pty"])
@pytest.mark.parametrize("sends", list(Suffix))
def test_codes_come_out(baud: int | None, sends: Suffix) -> None:
    with rig(baud=baud, sends=sends) as here:
        here.scan("https://example.org/a?b=一窗")
        wait_for(lambda: len(here.scans) == 1)
        here.scan("A012")
        wait_for(lambda: len(here.scans) == 2)
        assert here.scans == [Scan("https://example.org/a?b=一窗", "utf-8"), Scan("A012", "utf-8")]


@pytest.mark.parametrize(
    ("fault", "charset"), [("gbk", "gb18030"), ("slow", "utf-8"), ("no_suffix", "utf-8"), ("twice", "utf-8")]
)
def test_weak_scanners(fault: str, charset: str) -> None:
    with rig() as here:
        here.simulator.set_fault(fault)
        here.scan("预约码 上饶")
        wait_for(lambda: len(here.scans) == 1)
        time.sleep(0.6)
        assert here.scans == [Scan("预约码 上饶", charset)]


def test_the_same_code_later_is_another_scan() -> None:
    with rig(again_s=0.2) as here:
        here.scan("A012")
        wait_for(lambda: len(here.scans) == 1)
        time.sleep(0.4)
        here.scan("A012")
        wait_for(lambda: len(here.scans) == 2)


def test_what_is_no_text_is_told() -> None:
    with rig() as here:
        here.simulator.set_fault("noise")
        here.scan("A012")
        wait_for(lambda: here.trouble == ["undecodable"])
        assert here.scans == []


@pytest.mark.parametrize("profile", ["honeywell", "gm65", "newland"])
def test_triggers(profile: str) -> None:
    with rig(profile=profile, suffix=Suffix.CR) as here:
        here.scanner.trigger()
        wait_for(lambda: here.simulator.triggers == 1)
        assert here.simulator.lit
        here.scan("A012")
        wait_for(lambda: here.scans == [Scan("A012", "utf-8")])
        here.scanner.trigger()
        here.scanner.stop()
        wait_for(lambda: here.simulator.triggers == 2 and not here.simulator.lit)


def test_beep() -> None:
    with rig(profile="honeywell") as here:
        here.scanner.beep()
        wait_for(lambda: here.simulator.beeps == 1)
        assert here.simulator.triggers == 0


@pytest.mark.parametrize(
    ("profile", "what"), [("plain", "trigger"), ("plain", "stop"), ("gm65", "beep"), ("newland", "beep")]
)
def test_what_a_make_cannot_do(profile: str, what: str) -> None:
    with rig(profile=profile) as here, pytest.raises(DeviceError) as caught:
        getattr(here.scanner, what)()
    assert (caught.value.reason, caught.value.permanent) == ("unsupported", True)


def test_pulled_in_the_middle_of_a_code() -> None:
    with rig() as here:
        here.simulator.set_fault("slow")
        here.scan("a long code that will not come through whole")
        time.sleep(0.05)
        here.simulator.set_fault("unplugged")
        wait_for(lambda: here.scanner.health.state is HealthState.AWAY)
        here.simulator.clear_fault(None)
        wait_for(lambda: here.scanner.health.state is HealthState.OK)
        time.sleep(0.3)
        here.scan("A013")
        wait_for(lambda: here.scans == [Scan("A013", "utf-8")])


def test_no_code_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    simulator = CodeScannerSimulator()
    with hosted(simulator) as url:
        seen: list[int] = []

        def fail(scan: Scan) -> None:
            seen.append(len(scan.text))
            raise ValueError(scan.text)

        scanner = CodeScanner(make_transport(*parse_url(url)), fail)
        scanner.start()
        try:
            wait_for(lambda: scanner.health.state is HealthState.OK)
            time.sleep(0.3)
            for count, text in enumerate(("11010519491231002X", "440524188001010014"), 1):
                simulator.command(f"scan {text}", time.monotonic())
                wait_for(counted(seen, count))
        finally:
            scanner.close()
    assert "ValueError" in caplog.text
    assert "110105" not in caplog.text


@pytest.mark.parametrize("line", ["scan", "scan ", "hex", "hex zz", "hex  "])
def test_commands_that_make_no_sense(line: str) -> None:
    with pytest.raises(DeviceError) as caught:
        CodeScannerSimulator().command(line, 0.0)
    assert caught.value.reason == "bad_command"


def test_the_simulated_scanner_shows_no_code() -> None:
    simulator = CodeScannerSimulator()
    assert simulator.command("hex 41 30", 0.0) == "scanned 2 bytes"
    assert simulator.state() == {"lit": False, "scans": 1, "triggers": 0, "beeps": 0}
