"""Datagrams, RFC 2217 servers and raw serial servers as lines, over real sockets."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
import serial
import serial.rfc2217

from hardware.bus.owner import Bus
from hardware.devices import make_transport, parse_url
from hardware.errors import DeviceError
from hardware.health import HealthState
from hardware.led_strip.driver import LedStrip
from hardware.led_strip.onbon import OnbonStrip
from hardware.led_strip.show import StripShow
from hardware.led_strip.simulator import OnbonLine
from hardware.transports.pipe import Transport
from hardware.transports.serial import SerialSettings, SerialTransport
from hardware.transports.serial_server import SerialServerTransport
from hardware.transports.udp import UdpTransport
from tests.hardware.hosted import hosted, wait_for


class _PortWithModemLines(serial.Serial):
    """A pseudo-terminal has no modem lines; the protocol half asks for them."""

    cts = dsr = cd = True
    ri = False
    dtr = rts = True  # settable like any attribute, without an effect


class Rfc2217Server:
    """A serial server of one port: pyserial's own protocol half in front of a real pseudo-terminal."""

    def __init__(self, path: str) -> None:
        self.port = _PortWithModemLines(path, timeout=0.01)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.address: tuple[str, int] = self._listener.getsockname()
        self._client: socket.socket | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """The protocol half answers through this."""
        if self._client is not None:
            with contextlib.suppress(OSError):
                self._client.sendall(data)

    def hang_up(self) -> None:
        """The server restarts."""
        if self._client is not None:
            self._client.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._stopping.set()
        self._thread.join(5)
        self._listener.close()
        self.port.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                self._client, _ = self._listener.accept()
                self._client.settimeout(0.005)
                self._serve(self._client)

    def _serve(self, client: socket.socket) -> None:
        manager = serial.rfc2217.PortManager(self.port, self)
        while not self._stopping.is_set():
            try:
                data = client.recv(1024)
                if not data:
                    break
                self.port.write(b"".join(manager.filter(data)))
            except TimeoutError:
                pass
            except OSError:
                break
            heard = self.port.read(max(1, self.port.in_waiting))
            if heard:
                self.write(b"".join(manager.escape(heard)))
        client.close()
        self._client = None


@pytest.fixture
def strip_server() -> Iterator[tuple[Rfc2217Server, OnbonLine]]:
    device = OnbonLine([1])
    with hosted(device, baud=57600) as url:
        server = Rfc2217Server(url.removeprefix("serial://").partition("?")[0])
        yield server, device
        server.close()


def test_a_strip_behind_an_rfc2217_server(strip_server: tuple[Rfc2217Server, OnbonLine]) -> None:
    server, device = strip_server
    transport = make_transport(*parse_url(f"rfc2217://127.0.0.1:{server.address[1]}?baud=19200"))
    bus = Bus(transport, delays_s=(0.1,))
    strip = LedStrip(bus, 1, OnbonStrip())
    strip.show(StripShow("Z[请A012"))
    bus.start()
    wait_for(lambda: strip.health.state is HealthState.OK)
    assert device.cards[1].words == "Z[请A012"
    assert server.port.baudrate == 19200
    server.hang_up()
    wait_for(lambda: strip.health.state is HealthState.AWAY)
    strip.show(StripShow("A013"))
    wait_for(lambda: strip.health.state is HealthState.OK and device.cards[1].words == "A013")
    bus.close()


def test_bytes_that_telnet_would_eat_come_through(strip_server: tuple[Rfc2217Server, OnbonLine]) -> None:
    server, _ = strip_server
    line = SerialServerTransport("rfc2217", "127.0.0.1", server.address[1], 57600)
    line.open(1.0)
    exchange = OnbonStrip().brightness(1, 15)
    line.write(b"\xff\xff" + exchange.data, 1.0)
    assert exchange.reader is not None
    reader, reply = exchange.reader(), None
    for _ in range(200):
        reply = reply or reader.feed(line.read(0.05))
        if reply is not None:
            break
    assert reply is not None
    assert line.read(0.0) == b""
    line.close()


def test_a_raw_serial_server_by_pyserial_url() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    line: Transport = SerialServerTransport("socket", "127.0.0.1", listener.getsockname()[1])
    line.open(1.0)
    peer, _ = listener.accept()
    line.write(b"abc", 1.0)
    assert peer.recv(10) == b"abc"
    peer.sendall(b"defg")
    heard = b""
    while len(heard) < 4:
        heard += line.read(1.0)
    assert heard == b"defg"
    assert line.read(0.02) == b""
    peer.close()
    with pytest.raises(DeviceError) as caught:
        for _ in range(10):
            line.read(0.1)
    assert caught.value.reason == "connection_lost"
    line.close()
    listener.close()
    with pytest.raises(DeviceError) as caught:
        line.open(0.5)
    assert caught.value.reason == "cannot_open"
    with pytest.raises(DeviceError):
        line.write(b"x", 0.1)


def test_datagrams() -> None:
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.bind(("127.0.0.1", 0))
    peer.settimeout(5)
    line = UdpTransport("127.0.0.1", peer.getsockname()[1])
    line.open(1.0)
    line.write(b"!!U\xaa", 1.0)
    data, sender = peer.recvfrom(100)
    assert data == b"!!U\xaa"
    peer.sendto(b"ok", sender)
    assert line.read(5.0) == b"ok"
    assert line.read(0.0) == b""
    peer.close()
    line.write(b"nobody", 1.0)
    with pytest.raises(DeviceError) as caught:
        for _ in range(20):
            line.read(0.1)
    assert caught.value.reason == "connection_lost"
    line.close()
    assert not line.is_open


def test_a_name_that_does_not_exist() -> None:
    line = UdpTransport("no-such-host.invalid", 8453)
    with pytest.raises(DeviceError) as caught:
        line.open(0.5)
    assert caught.value.reason == "cannot_open"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("udp://10.0.0.7:8453", UdpTransport),
        ("rfc2217://10.0.0.7:4001?baud=57600&parity=E", SerialServerTransport),
        ("socket://10.0.0.7:4001", SerialServerTransport),
        ("serial:///dev/ttyS0?baud=57600", SerialTransport),
    ],
)
def test_urls(url: str, kind: type) -> None:
    transport = make_transport(*parse_url(url))
    assert isinstance(transport, kind)
    assert not transport.is_open


@pytest.mark.parametrize(
    "url",
    [
        "udp://h",
        "udp://h:1/path",
        "udp://h:1?baud=1",
        "rfc2217://h",
        "rfc2217://h:x",
        "rfc2217://h:1?baud=fast",
        "rfc2217://h:1?parity=X",
        "usb://04b8",
        "usb://04b8:0202/path",
        "usb:///",
        "file://name",
    ],
)
def test_bad_urls(url: str) -> None:
    with pytest.raises(DeviceError) as caught:
        make_transport(*parse_url(url))
    assert (caught.value.reason, caught.value.permanent) == ("bad_url", True)


def test_a_port_is_held_by_one() -> None:
    device = OnbonLine([1])
    with hosted(device, baud=0) as url:
        path = url.removeprefix("serial://").partition("?")[0]
        first, second = SerialTransport(SerialSettings(path)), SerialTransport(SerialSettings(path))
        first.open(1.0)
        with pytest.raises(DeviceError) as caught:
            second.open(1.0)
        assert caught.value.reason == "port_busy"
        first.close()
        second.open(1.0)
        second.close()
