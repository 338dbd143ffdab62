"""A serial port of another box is reached over the network: an RFC 2217 server or a raw socket of one."""

from __future__ import annotations

import contextlib
import time

import serial

from hardware.errors import DeviceError, WriteStopped

# pyserial's own threads and queues let these through beside its own error.
LINE_ERRORS = (serial.SerialException, OSError, ValueError, AttributeError)
# One wait for a byte. It is set once: pyserial renegotiates the whole line when a time-out changes.
LOOK_S = 0.01


class SerialServerTransport:
    """A Transport over `rfc2217://HOST:PORT` (the server sets baud and parity) or `socket://HOST:PORT`.

    pyserial cannot limit a write to an RFC 2217 server and does not say how much of it left: a write
    that fails counts as possibly sent in whole.
    """

    def __init__(self, scheme: str, host: str, port: int, baud: int = 9600, parity: str = "N") -> None:
        self._link = f"{scheme}://{host}:{port}"
        self._baud = baud
        self._parity = parity
        self._port: serial.SerialBase | None = None

    @property
    def url(self) -> str:
        """The address with the speed, `rfc2217://host:port?baud=N`."""
        return f"{self._link}?baud={self._baud}"

    @property
    def is_open(self) -> bool:
        """True while a connection is held."""
        return self._port is not None

    def open(self, timeout_s: float) -> None:
        """Connect and set the line up; raises DeviceError `cannot_open`.

        pyserial waits up to 5 s for the connection and 3 s for the set-up, whatever `timeout_s` says.
        """
        del timeout_s
        if self._port is not None:
            return
        try:
            self._port = serial.serial_for_url(
                self._link, baudrate=self._baud, parity=self._parity, timeout=LOOK_S
            )
            self._port.reset_input_buffer()
        except LINE_ERRORS as error:
            self.close()
            raise DeviceError(f"{self.url}: {error}", reason="cannot_open") from error

    def write(self, data: bytes, timeout_s: float) -> None:
        """Hand over all of `data`; raises WriteStopped."""
        port = self._held()
        started_s = time.monotonic()
        try:
            port.write(data)
        except LINE_ERRORS as error:
            raise WriteStopped(
                f"{self.url}: {error}", reason="connection_lost", possible=len(data)
            ) from error
        if time.monotonic() - started_s > timeout_s:
            raise WriteStopped(f"{self.url}: too slow", reason="write_timeout", possible=len(data))

    def read(self, timeout_s: float) -> bytes:
        """Return what has come in, up to 10 ms late; raises DeviceError `connection_lost`."""
        port = self._held()
        deadline = time.monotonic() + timeout_s
        try:
            data = bytes(port.read(1)) if timeout_s > 0 else b""
            while not data and time.monotonic() < deadline:
                data = bytes(port.read(1))
            while waiting := port.in_waiting:
                data += bytes(port.read(waiting))
            return data
        except LINE_ERRORS as error:
            raise DeviceError(f"{self.url}: {error}", reason="connection_lost") from error

    def close(self) -> None:
        """Close the connection."""
        held, self._port = self._port, None
        if held is not None:
            with contextlib.suppress(*LINE_ERRORS):
                held.close()

    def _held(self) -> serial.SerialBase:
        if self._port is None:
            raise DeviceError(f"{self.url}: not open", reason="connection_lost")
        return self._port
