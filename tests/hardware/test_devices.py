"""A URL gives the driver it names, and a wrong one says what is wrong before anything is opened."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from hardware.devices import make_transport, open_ticket_printer, parse_url
from hardware.errors import DeviceError
from hardware.simulation.desk import Desk
from hardware.ticket_printer.job import JobState
from hardware.ticket_printer.simulator import TicketPrinterSimulator
from hardware.ticket_printer.simulator_files import simulated_printer
from hardware.ticket_printer.slip import Line, Slip
from hardware.transports.serial import SerialTransport
from hardware.transports.sim import SimTransport
from hardware.transports.tcp import TcpTransport
from tests.hardware.rig import wait_for

SMALL = Slip((Line.of("C007", 8),))


@pytest.mark.parametrize(
    ("url", "kind", "shown"),
    [
        ("serial:///dev/ttyUSB0", SerialTransport, "serial:///dev/ttyUSB0?baud=9600"),
        ("serial:///dev/ttyS1?baud=115200&flow=rtscts", SerialTransport, "serial:///dev/ttyS1?baud=115200"),
        ("tcp://10.0.0.9", TcpTransport, "tcp://10.0.0.9:9100"),
        ("tcp://printer.hall:4001", TcpTransport, "tcp://printer.hall:4001"),
        ("sim://ticket_printer", SimTransport, "sim://ticket_printer"),
    ],
)
def test_good_urls(url: str, kind: type, shown: str) -> None:
    transport = make_transport(*parse_url(url))
    assert isinstance(transport, kind)
    assert transport.url == shown
    assert not transport.is_open


def test_a_printer_gets_the_patience_that_its_url_names() -> None:
    patient, usual = (open_ticket_printer(f"tcp://10.0.0.9{query}") for query in ("?patience=40", ""))
    assert (patient._timings.fence_s, usual._timings.fence_s) == (40, 15)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ticket_printer",
        "usb://0416:501",
        "http://10.0.0.9",
        "serial://dev/ttyUSB0",
        "serial:///",
        "serial:///dev/ttyUSB0?baud=fast",
        "serial:///dev/ttyUSB0?baud=1",
        "serial:///dev/ttyUSB0?flow=dtrdsr",
        "serial:///dev/ttyUSB0?parity=X",
        "serial:///dev/ttyUSB0?speed=9600",
        "tcp://",
        "tcp://h:70000",
        "tcp://h/path",
        "tcp://h:x",
        "tcp://h?baud=9600",
        "sim://",
        "sim://card_reader",
        "sim://ticket_printer?colour=red",
        "tcp://printer?patience=0",
        "tcp://printer?patience=long",
        "sim://ticket_printer?speed=fast",
        "tcp://[::1",
    ],
)
def test_bad_urls(url: str) -> None:
    with pytest.raises(DeviceError) as caught:
        open_ticket_printer(url)
    assert (caught.value.reason, caught.value.permanent) == ("bad_url", True)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("tcp://h?profile=nothing", "bad_profile"),
        ("sim://ticket_printer?fault=fire", "bad_fault"),
    ],
)
def test_other_bad_settings(url: str, reason: str) -> None:
    with pytest.raises(DeviceError) as caught:
        open_ticket_printer(url)
    assert (caught.value.reason, caught.value.permanent) == (reason, True)


def _pixels(picture: Path) -> tuple[tuple[int, int], bytes] | None:
    if not picture.exists():
        return None
    with Image.open(picture) as image:
        return image.size, image.convert("L").tobytes()


def test_simulated_printer_in_this_process(tmp_path: Path) -> None:
    printer = open_ticket_printer(f"sim://ticket_printer?pictures={tmp_path}")
    assert printer.status().ready
    assert printer.print("a", SMALL).state is JobState.CUT_CONFIRMED
    record = json.loads((tmp_path / "slip-0001.json").read_text("utf-8"))
    assert record["text"] == ["C007"]
    assert record["qr"] is None
    assert record["unknown"] == []
    assert datetime.fromisoformat(record["at"]).tzinfo is not None
    slip = tmp_path / "slip-0001.png"
    assert slip.stat().st_size > 100
    # State and picture are written a few times a second, when the line is used; the picture comes later.
    wait_for(lambda: printer.status().ready and state(tmp_path)["slips"] == 1)
    wait_for(lambda: printer.status().ready and _pixels(tmp_path / "show.png") == _pixels(slip))


def test_simulated_printer_starts_broken_and_is_mended_by_its_file(tmp_path: Path) -> None:
    printer = open_ticket_printer(f"sim://ticket_printer?fault=paper_out&pictures={tmp_path}")
    report = printer.print("a", SMALL)
    assert (report.state, report.reason) == (JobState.FAILED_KNOWN, "paper_out")


def files(folder: Path) -> TicketPrinterSimulator:
    return simulated_printer(lambda: datetime(2026, 11, 23, 2, 24, tzinfo=UTC), folder)


def state(folder: Path) -> dict:
    return json.loads((folder / "state.json").read_text("utf-8"))


def test_control_file_switches_faults(tmp_path: Path) -> None:
    device = files(tmp_path)
    desk = Desk(device, tmp_path)
    device.set_fault("offline")
    desk.look(1.0)
    assert device.faults == ("offline",)  # no file yet: nothing changes
    control = tmp_path / "faults"
    control.write_text("paper_out\n\ncover_open\n")
    desk.look(1.1)
    assert device.faults == ("offline",)  # looked at four times a second only
    desk.look(2.0)
    assert set(device.faults) == {"paper_out", "cover_open"}
    control.write_text("cover_open\nfire\n")
    desk.look(3.0)
    assert device.faults == ("cover_open",)
    assert "fire" in state(tmp_path)["problem"]
    control.write_text("")
    desk.look(4.0)
    assert state(tmp_path) == {"faults": [], "slips": 0, "listening": [], "problem": None}
    control.write_text("stall:500\n")
    desk.look(4.5)
    assert list(device.faults) == []
    control.write_text("silent\n")
    desk.look(5.0)
    device.accept(bytes(600), 5.0)
    assert list(device.faults) == ["silent"]  # a fault that had not begun went with its line
    device.set_fault("stall:500")
    control.unlink()
    desk.look(6.0)
    device.accept(bytes(600), 6.0)
    assert list(device.faults) == []


def test_slip_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    (tmp_path / "slip-0007.json").write_text("{}")
    (tmp_path / "slip-old.json").write_text("{}")
    device = files(tmp_path)
    device.accept(b"A\n\x1dV\x00", 0.0)
    assert json.loads((tmp_path / "slip-0008.json").read_text())["at"] == "2026-11-23T02:24:00+00:00"
