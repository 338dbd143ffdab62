"""A broken line is tried again with growing pauses, told of once, and forgiven when it lives."""

from __future__ import annotations

import logging
import socket

import pytest

from hardware.errors import DeviceError
from hardware.transports.reopening import Reopening
from hardware.transports.tcp import TcpTransport


@pytest.fixture
def address() -> tuple[str, int]:
    """A port where nobody listens, held so that nobody else can."""
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    holder.bind(("127.0.0.1", 0))
    return ("127.0.0.1", holder.getsockname()[1])


def test_pauses_grow_to_the_last(address: tuple[str, int]) -> None:
    faults: list[str] = []
    line = Reopening(TcpTransport(*address), (1.0, 2.0, 5.0), faults.append)
    tries = [tenth / 10 for tenth in range(300) if _tried(line, tenth / 10)]
    assert tries == [0.0, 1.0, 3.0, 8.0, 13.0, 18.0, 23.0, 28.0]
    assert (line.fault, faults) == ("cannot_open", ["cannot_open"])


def _tried(line: Reopening, now_s: float) -> bool:
    before = line.tries
    assert not line.ready(now_s)
    return line.tries > before


def test_loud_once(address: tuple[str, int], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "hardware.line")
    line = Reopening(TcpTransport(*address), (1.0,))
    for second in range(5):
        line.ready(float(second))
    assert [record.levelno for record in caplog.records] == [logging.WARNING] + [logging.DEBUG] * 4
    listener = socket.create_server(address, reuse_port=True)
    assert line.ready(5.0)
    assert line.ready(5.1)
    assert caplog.records[-1].message.endswith("back after 5 s")
    assert line.fault is None
    line.proved()
    line.failed(DeviceError("gone", reason="connection_lost"), 9.0)
    assert caplog.records[-1].levelno == logging.WARNING
    assert not line.transport.is_open
    listener.close()
