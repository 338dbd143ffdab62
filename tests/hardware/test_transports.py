"""Transports over real sockets and pseudo-terminals say what left, what came, and when the line has gone."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time

import pytest

from hardware.errors import DeviceError, WriteStopped
from hardware.transports.serial import SerialSettings, SerialTransport
from hardware.transports.tcp import TcpTransport
from tests.hardware.rig import ScriptedPty


class Listener:
    """A bare TCP peer under the test's hand."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.transport = TcpTransport("127.0.0.1", self.socket.getsockname()[1])
        self.transport.open(2.0)
        self.peer, _ = self.socket.accept()

    def close(self) -> None:
        self.transport.close()
        self.peer.close()
        self.socket.close()


@pytest.fixture
def line():
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def pty():
    scripted = ScriptedPty()
    yield scripted
    scripted.pull()


def opened(pty: ScriptedPty, flow: str = "none") -> SerialTransport:
    transport = SerialTransport(SerialSettings(pty.path, 9600, flow=flow))
    transport.open(1.0)
    return transport


def test_tcp_both_ways(line: Listener) -> None:
    line.transport.write(b"abc", 1.0)
    assert line.peer.recv(10) == b"abc"
    line.peer.sendall(b"\x12")
    assert line.transport.read(1.0) == b"\x12"


def test_tcp_read_waits_no_longer_than_told(line: Listener) -> None:
    started = time.monotonic()
    assert line.transport.read(0.1) == b""
    assert 0.09 < time.monotonic() - started < 5


def test_tcp_peer_that_takes_nothing(line: Listener) -> None:
    data = bytes(30_000_000)
    with pytest.raises(WriteStopped) as caught:
        line.transport.write(data, 0.3)
    assert caught.value.reason == "write_timeout"
    assert 0 < caught.value.possible < len(data)
    assert caught.value.certain == 0


def test_tcp_reset_shows_in_write_and_read(line: Listener) -> None:
    line.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.peer.close()
    time.sleep(0.05)
    with pytest.raises(WriteStopped) as caught:
        line.transport.write(b"x", 0.5)
    assert (caught.value.reason, caught.value.possible) == ("connection_lost", 0)
    with pytest.raises(DeviceError, match=r"closed|reset"):
        line.transport.read(0.5)


def test_tcp_close_by_the_peer_is_not_silence(line: Listener) -> None:
    line.peer.close()
    with pytest.raises(DeviceError) as caught:
        line.transport.read(0.5)
    assert caught.value.reason == "connection_lost"


def test_tcp_nobody_listens() -> None:
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    transport = TcpTransport("127.0.0.1", port)
    with pytest.raises(DeviceError) as caught:
        transport.open(1.0)
    assert (caught.value.reason, caught.value.permanent) == ("cannot_open", False)
    assert not transport.is_open


def test_closed_transports_refuse(pty: ScriptedPty) -> None:
    for transport in (TcpTransport("127.0.0.1", 9), SerialTransport(SerialSettings(pty.path))):
        transport.close()
        with pytest.raises(DeviceError) as caught:
            transport.write(b"x", 0.1)
        assert caught.value.reason == "connection_lost"
        with pytest.raises(DeviceError):
            transport.read(0.1)


def test_serial_both_ways(pty: ScriptedPty) -> None:
    transport = opened(pty)
    transport.write(b"\x10\x04\x01", 1.0)
    assert os.read(pty.master, 10) == b"\x10\x04\x01"
    os.write(pty.master, b"\x12\x1e")
    time.sleep(0.02)
    started = time.monotonic()
    assert transport.read(1.0) == b"\x12\x1e"
    assert time.monotonic() - started < 0.9
    transport.close()


def test_serial_opening_drops_old_input(pty: ScriptedPty) -> None:
    os.write(pty.master, b"old")
    transport = opened(pty)
    assert transport.read(0.05) == b""
    transport.close()


def test_serial_is_exclusive(pty: ScriptedPty) -> None:
    first = opened(pty)
    with pytest.raises(DeviceError) as caught:
        opened(pty)
    assert caught.value.reason == "port_busy"
    first.close()
    opened(pty).close()


def test_serial_port_that_does_not_exist() -> None:
    with pytest.raises(DeviceError) as caught:
        SerialTransport(SerialSettings("/dev/ttyNOWHERE")).open(1.0)
    assert caught.value.reason == "cannot_open"


def test_serial_reader_that_stalls(pty: ScriptedPty) -> None:
    transport = opened(pty)
    started = time.monotonic()
    with pytest.raises(WriteStopped) as caught:
        transport.write(bytes(100_000), 0.3)
    assert 0.25 < time.monotonic() - started < 5
    assert caught.value.reason == "write_timeout"
    assert 0 < caught.value.possible < 100_000
    transport.close()


def test_serial_flow_control_holds_everything_back(pty: ScriptedPty) -> None:
    transport = opened(pty, flow="xonxoff")
    os.write(pty.master, b"\x13")
    time.sleep(0.05)
    with pytest.raises(WriteStopped) as caught:
        transport.write(b"slip", 0.2)
    assert (caught.value.reason, caught.value.possible) == ("write_timeout", 0)
    transport.close()


@pytest.mark.parametrize("call", ["read", "write", "open"])
def test_serial_adapter_pulled_out(pty: ScriptedPty, call: str) -> None:
    transport = opened(pty)
    pty.pull()
    with pytest.raises(DeviceError) as caught:
        if call == "read":
            transport.read(0.5)
        elif call == "write":
            transport.write(b"x", 0.5)
        else:
            transport.close()
            transport.open(0.5)
    assert caught.value.reason == ("cannot_open" if call == "open" else "connection_lost")
    transport.close()
    assert not transport.is_open


def test_serial_pulled_while_reading(pty: ScriptedPty) -> None:
    transport = opened(pty)
    threading.Timer(0.1, pty.pull).start()
    with pytest.raises(DeviceError) as caught:
        transport.read(5.0)
    assert caught.value.reason == "connection_lost"
    transport.close()
