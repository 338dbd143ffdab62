"""A USB printer through real pyusb, on a simulated bus: found, claimed, printed on, pulled, handed back."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hardware.devices import make_transport, parse_url
from hardware.errors import DeviceError, WriteStopped
from hardware.ticket_printer.driver import TicketPrinter, Timings
from hardware.ticket_printer.job import JobState
from hardware.ticket_printer.profile import load_profile
from hardware.ticket_printer.simulator import PrintedSlip, TicketPrinterSimulator
from hardware.transports.usb import PIECE, UsbTransport
from kiosk.slip import build_slip
from kiosk.slip_preview import sample
from tests.hardware.transports.usb_bus import OUT, PRODUCT, VENDOR, Setting, UsbBus

SHORT = Timings(open_s=0.5, reply_s=0.1, write_s=0.3, fence_s=1.0, poll_s=0.1)
SAMPLE = sample("plain", "zh")
SLIP = build_slip(SAMPLE)


class Plugged:
    """A simulated printer on a simulated bus, and a driver that reaches it through pyusb."""

    def __init__(self, *settings: Setting) -> None:
        self.slips: list[PrintedSlip] = []
        self.printer = TicketPrinterSimulator(self.slips.append)
        self.bus = UsbBus(self.printer, settings or (Setting(),))
        self.line = UsbTransport(VENDOR, PRODUCT, self.bus)
        self.driver = TicketPrinter(self.line, load_profile("generic_80mm"), timings=SHORT)


def test_a_slip_is_printed_and_proved_and_the_kernel_gets_its_printer_back() -> None:
    here = Plugged()
    report = here.driver.print("one", SLIP)
    assert (report.state, len(here.slips)) == (JobState.CUT_CONFIRMED, 1)
    assert SAMPLE.number in here.slips[0].piece.text
    assert here.bus.claimed and not here.bus.driver
    here.driver.close()
    assert not here.bus.claimed and here.bus.driver


def test_one_that_can_answer_only_in_another_setting_is_asked_there() -> None:
    here = Plugged(Setting((OUT,)), Setting())
    assert here.driver.print("one", SLIP).state is JobState.CUT_CONFIRMED
    assert here.bus.chosen == 1


def test_one_that_was_never_configured_is() -> None:
    here = Plugged()
    here.bus.configured = 0
    assert here.driver.print("one", SLIP).state is JobState.CUT_CONFIRMED
    assert here.bus.configured == 1


def test_one_that_has_no_way_to_answer_proves_nothing() -> None:
    here = Plugged(Setting((OUT,)))
    here.line.open(0.5)
    here.line.write(b"\x10\x04\x01", 0.5)
    assert here.line.read(0.05) == b""


@pytest.mark.parametrize("after", [0, 1, PIECE - 1, PIECE, PIECE + 1, 1400])
def test_pulled_in_the_middle_it_never_claims_less_than_may_have_left(after: int) -> None:
    here = Plugged()
    here.line.open(0.5)
    here.printer.set_fault(f"unplugged:{after}" if after else "unplugged")
    with pytest.raises(WriteStopped) as stopped:
        here.line.write(b"A" * 1500, 0.5)
    assert stopped.value.reason == "connection_lost"
    assert after <= stopped.value.possible <= after + PIECE
    with pytest.raises(DeviceError) as lost:
        here.line.read(0.05)
    assert lost.value.reason == "connection_lost"
    here.line.close()
    with pytest.raises(DeviceError) as away:
        here.line.open(0.5)
    assert away.value.reason == "cannot_open" and not away.value.permanent
    here.printer.clear_fault(None)
    here.line.open(0.5)
    here.line.write(b"A", 0.5)


def test_one_that_takes_no_more_is_told_in_time() -> None:
    here = Plugged()
    here.line.open(0.5)
    here.printer.set_fault("stall:700")
    with pytest.raises(WriteStopped) as stopped:
        here.line.write(b"A" * 1500, 0.1)
    assert stopped.value.reason == "write_timeout"
    assert 700 <= stopped.value.possible <= 700 + PIECE


def test_what_it_said_before_is_dropped() -> None:
    here = Plugged()
    here.printer.accept(b"\x10\x04\x01", 0.0)
    here.line.open(0.5)
    assert here.line.read(0.05) == b""
    here.line.write(b"\x10\x04\x04", 0.5)
    assert here.line.read(0.5) == b"\x12"


@pytest.mark.parametrize(
    ("trouble", "reason", "permanent"),
    [("held", "port_busy", False), ("forbidden", "cannot_open", False)],
)
def test_who_cannot_have_it_is_told_why(trouble: str, reason: str, permanent: bool) -> None:
    here = Plugged()
    setattr(here.bus, trouble, True)
    with pytest.raises(DeviceError) as caught:
        here.line.open(0.5)
    assert (caught.value.reason, caught.value.permanent) == (reason, permanent)
    setattr(here.bus, trouble, False)
    here.line.open(0.5)


def test_a_device_that_is_no_printer_is_left_alone() -> None:
    here = Plugged(Setting(kind=3))
    with pytest.raises(DeviceError) as caught:
        here.line.open(0.5)
    assert (caught.value.reason, caught.value.permanent) == ("cannot_open", True)
    assert here.bus.driver, "the kernel keeps it"


def test_the_url_names_it_as_lsusb_does() -> None:
    line = make_transport(*parse_url("usb://0416:5011?profile=generic_58mm"))
    assert isinstance(line, UsbTransport) and line.url == "usb://0416:5011"


WITHOUT = """
import sys
sys.modules["usb"] = None
from hardware.__main__ import main
sys.exit(main(["probe", "usb://0416:5011"]))
"""


def test_without_pyusb_one_line_says_what_is_missing() -> None:
    ended = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1 and "pip install pyusb" in ended.stderr
