"""Device files and plain files as lines: what is written arrives, and each failure has its name."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from hardware.devices import open_ticket_printer
from hardware.errors import DeviceError, WriteStopped
from hardware.ticket_printer.job import JobState
from hardware.ticket_printer.slip import Line, Slip
from hardware.transports.files import FileTransport


@pytest.fixture
def device(tmp_path: Path) -> tuple[str, int]:
    """The path of a character device, as /dev/usb/lp0 is one, and the end of its printer."""
    import tty

    master, slave = os.openpty()
    tty.setraw(slave)
    return os.ttyname(slave), master


def test_a_plain_file_keeps_all_that_is_written(tmp_path: Path) -> None:
    path = tmp_path / "record.bin"
    line = FileTransport(str(path))
    for piece in (b"one", b"two"):
        line.open(1.0)
        line.write(piece, 1.0)
        assert line.read(0.0) == b""
        line.close()
    assert path.read_bytes() == b"onetwo"
    assert path.stat().st_mode & 0o007 == 0


def test_a_device_file_goes_both_ways(device: tuple[str, int]) -> None:
    path, printer = device
    line = FileTransport(path, "usb")
    line.open(1.0)
    assert line.url == f"usb://{path}"
    line.write(b"\x10\x04\x01", 1.0)
    assert os.read(printer, 10) == b"\x10\x04\x01"
    threading.Timer(0.05, os.write, (printer, b"\x16")).start()
    assert line.read(5.0) == b"\x16"
    assert line.read(0.0) == b""
    line.close()
    assert not line.is_open


def test_a_full_device_says_how_much_it_took(device: tuple[str, int]) -> None:
    line = FileTransport(device[0], "usb")
    line.open(1.0)
    with pytest.raises(WriteStopped) as caught:
        line.write(bytes(1_000_000), 0.2)
    assert caught.value.reason == "write_timeout"
    assert 0 < caught.value.possible < 1_000_000


def test_an_unplugged_device(device: tuple[str, int]) -> None:
    path, printer = device
    line = FileTransport(path, "usb")
    line.open(1.0)
    os.close(printer)
    with pytest.raises(DeviceError) as caught:
        line.write(b"x", 0.5)
    assert caught.value.reason == "connection_lost"
    with pytest.raises(DeviceError) as caught:
        line.read(0.5)
        line.read(0.5)
    assert caught.value.reason == "connection_lost"
    line.close()
    with pytest.raises(DeviceError) as caught:
        line.open(0.1)
    assert caught.value.reason == "cannot_open"


@pytest.mark.parametrize("path", ["/dev/usb/lp97", "/nowhere/file"])
def test_what_is_not_there(path: str) -> None:
    line = FileTransport(path)
    with pytest.raises(DeviceError) as caught:
        line.open(0.1)
    assert caught.value.reason == "cannot_open"
    assert not caught.value.permanent
    with pytest.raises(DeviceError):
        line.write(b"x", 0.1)


def test_a_slip_goes_into_a_file(tmp_path: Path) -> None:
    path = tmp_path / "slip.bin"
    printer = open_ticket_printer(f"file://{path}")
    report = printer.print("1", Slip((Line.of("A012", 8),)))
    printer.close()
    assert report.state is JobState.FAILED_KNOWN, (
        "a file answers nothing: the printer is not known to be ready"
    )
    assert report.may_retry
