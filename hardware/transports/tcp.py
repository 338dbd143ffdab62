"""A TCP socket carries the bytes to network printers and serial servers (usually port 9100)."""

from __future__ import annotations

import contextlib
import select
import socket
import time

from hardware.errors import DeviceError, WriteStopped

CHUNK = 4096


class TcpTransport:
    """A Transport over one TCP connection, with a deadline on every call."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._socket: socket.socket | None = None

    @property
    def url(self) -> str:
        """The address as `tcp://host:port`."""
        return f"tcp://{self._address[0]}:{self._address[1]}"

    @property
    def is_open(self) -> bool:
        """True while a socket is held."""
        return self._socket is not None

    def open(self, timeout_s: float) -> None:
        """Connect within `timeout_s`; raises DeviceError `cannot_open`."""
        if self._socket is not None:
            return
        try:
            connection = socket.create_connection(self._address, timeout=timeout_s)
        except OSError as error:
            raise DeviceError(f"{self.url}: {error}", reason="cannot_open") from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self._socket = connection

    def write(self, data: bytes, timeout_s: float) -> None:
        """Send all of `data`, counting what the kernel took; raises WriteStopped."""
        deadline = time.monotonic() + timeout_s
        taken = 0
        while taken < len(data):
            try:
                taken += self._held().send(data[taken:])
            except BlockingIOError:
                self._wait_writable(deadline, taken)
            except OSError as error:
                raise WriteStopped(
                    f"{self.url}: {error}", reason="connection_lost", possible=taken
                ) from error

    def read(self, timeout_s: float) -> bytes:
        """Return up to 4096 bytes; raises DeviceError `connection_lost` when the other end is gone."""
        held = self._held()
        try:
            ready, _, _ = select.select([held], [], [], max(0.0, timeout_s))
            if not ready:
                return b""
            data = held.recv(CHUNK)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceError(f"{self.url}: {error}", reason="connection_lost") from error
        if not data:
            raise DeviceError(f"{self.url}: closed by the other end", reason="connection_lost")
        return data

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

    def _wait_writable(self, deadline: float, taken: int) -> None:
        left_s = deadline - time.monotonic()
        _, ready, _ = select.select([], [self._held()], [], max(0.0, left_s))
        if not ready:
            raise WriteStopped(
                f"{self.url}: full after {taken} bytes", reason="write_timeout", possible=taken
            )
