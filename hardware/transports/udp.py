"""Datagrams carry the frames of network strips that take one frame a datagram and seldom answer."""

from __future__ import annotations

import contextlib
import select
import socket

from hardware.errors import DeviceError, WriteStopped

CHUNK = 4096


class UdpTransport:
    """A Transport over UDP: each write is one datagram. Nothing tells whether anybody is there."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._socket: socket.socket | None = None

    @property
    def url(self) -> str:
        """The address as `udp://host:port`."""
        return f"udp://{self._address[0]}:{self._address[1]}"

    @property
    def is_open(self) -> bool:
        """True while a socket is held."""
        return self._socket is not None

    def open(self, timeout_s: float) -> None:
        """Look the name up and take a socket; raises DeviceError `cannot_open`."""
        del timeout_s
        if self._socket is not None:
            return
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(*self._address, type=socket.SOCK_DGRAM)[0]
            opened = socket.socket(family, kind, protocol)
            opened.connect(address)
        except OSError as error:
            raise DeviceError(f"{self.url}: {error}", reason="cannot_open") from error
        opened.setblocking(False)
        self._socket = opened

    def write(self, data: bytes, timeout_s: float) -> None:
        """Send one datagram; raises WriteStopped, also when the last one met a closed port."""
        del timeout_s
        try:
            self._held().send(data)
        except OSError as error:
            raise WriteStopped(f"{self.url}: {error}", reason="connection_lost", possible=0) from error

    def read(self, timeout_s: float) -> bytes:
        """Return one datagram; raises DeviceError `connection_lost` when the other end refused ours."""
        held = self._held()
        try:
            ready, _, _ = select.select([held], [], [], max(0.0, timeout_s))
            return held.recv(CHUNK) if ready else b""
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceError(f"{self.url}: {error}", reason="connection_lost") from error

    def close(self) -> None:
        """Close the socket."""
        held, self._socket = self._socket, None
        if held is not None:
            with contextlib.suppress(OSError):
                held.close()

    def _held(self) -> socket.socket:
        if self._socket is None:
            raise DeviceError(f"{self.url}: not open", reason="connection_lost")
        return self._socket
