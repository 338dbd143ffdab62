"""A URL gives the reader, scanner or speaker it names, and a wrong one says so before anything is opened."""

from __future__ import annotations

import pytest

from hardware.card_reader.samples import SAMPLES
from hardware.code_scanner.scan import Scan
from hardware.errors import DeviceError
from hardware.peripherals import (
    SIMULATED,
    open_card_reader,
    open_code_scanner,
    open_speaker,
    simulated_peripheral,
)
from hardware.simulation.device import Commanded
from tests.hardware.hosted import hosted, wait_for


def drop(scan: Scan) -> None:
    del scan


@pytest.mark.parametrize(
    "url",
    [
        "",
        "card_reader",
        "sim://code_scanner",
        "sim://card_reader/x",
        "sim://card_reader?profile=gm65",
        "sim://card_reader?colour=red",
        "serial://dev/ttyUSB0",
        "serial:///dev/ttyUSB0?baud=fast",
        "tcp://",
        "http://h",
    ],
)
def test_bad_card_reader(url: str) -> None:
    with pytest.raises(DeviceError) as caught:
        open_card_reader(url)
    assert (caught.value.reason, caught.value.permanent) == ("bad_url", True)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sim://card_reader", "bad_url"),
        ("serial:///dev/ttyACM0?suffix=tab", "bad_url"),
        ("serial:///dev/ttyACM0?trigger=xyz", "bad_url"),
        ("serial:///dev/ttyACM0?profile=zebra", "bad_profile"),
        ("sim://code_scanner?fault=fire", "bad_fault"),
        ("sim://code_scanner?log=x", "bad_url"),
    ],
)
def test_bad_scanner(url: str, reason: str) -> None:
    with pytest.raises(DeviceError) as caught:
        open_code_scanner(url, drop)
    assert (caught.value.reason, caught.value.permanent) == (reason, True)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "bad_url"),
        ("alsa://", "bad_url"),
        ("alsa://default?volume=3", "bad_url"),
        ("alsa://default/x", "bad_url"),
        ("sim://speaker/x", "bad_url"),
        ("sim://card_reader", "bad_url"),
        ("sim://speaker?loud=1", "bad_url"),
        ("sim://speaker?log", "bad_url"),
        ("sim://speaker?fault=fire", "bad_fault"),
        ("alsa://[::1", "bad_url"),
    ],
)
def test_bad_speaker(url: str, reason: str) -> None:
    with pytest.raises(DeviceError) as caught:
        open_speaker(url)
    assert (caught.value.reason, caught.value.permanent) == (reason, True)


def test_a_simulated_reader_inside_this_process() -> None:
    reader = open_card_reader("sim://card_reader?fault=not_authorised")
    reader.start()
    try:
        wait_for(lambda: reader.health.reason == "not_authorised")
    finally:
        reader.close()


def test_a_reader_behind_a_port() -> None:
    simulator = simulated_peripheral("card_reader")
    assert isinstance(simulator, Commanded)
    simulator.command("card smith", 0.0)
    cards: list[str] = []
    with hosted(simulator, baud=115200) as url:
        reader = open_card_reader(url)
        reader.watch(lambda card: cards.append(card.name))
        reader.start()
        try:
            wait_for(lambda: cards == [SAMPLES["smith"].name])
        finally:
            reader.close()


@pytest.mark.parametrize("options", ["", "&trigger=015404&stop=015004"], ids=["by profile", "by hand"])
def test_a_scanner_behind_a_port(options: str) -> None:
    simulator = simulated_peripheral("code_scanner", suffix="lf", profile="honeywell")
    scans: list[Scan] = []
    with hosted(simulator, baud=9600) as url:
        scanner = open_code_scanner(f"{url}&profile=honeywell&suffix=lf{options}", scans.append)
        scanner.start()
        try:
            wait_for(lambda: scanner.health.reason == "listening")
            scanner.trigger()
            # The simulated one knows Honeywell's commands; a trigger given by hand goes out in its place.
            if not options:
                wait_for(lambda: simulator.state()["lit"])
            else:
                scanner.beep()
                wait_for(lambda: simulator.state()["beeps"] == 1)
                assert simulator.state()["triggers"] == 0
        finally:
            scanner.close()


@pytest.mark.parametrize("device", SIMULATED)
def test_every_simulated_device_can_be_used_and_drawn(device: str) -> None:
    simulator = simulated_peripheral(device, "1-2")
    assert isinstance(simulator, Commanded)
    assert simulator.picture().width >= 400
    assert simulator.state()
    with pytest.raises(DeviceError) as caught:
        simulator.command(simulator.commands.split()[0], 0.0)
    assert caught.value.reason == "bad_command"
    with pytest.raises(DeviceError) as caught:
        simulator.set_fault("fire")
    assert caught.value.reason == "bad_fault"
    simulator.set_fault("dead")
    assert list(simulator.faults) == ["dead"]
    simulator.clear_fault(None)
    assert list(simulator.faults) == []


def test_an_unknown_simulated_device() -> None:
    with pytest.raises(DeviceError):
        simulated_peripheral("toaster")
