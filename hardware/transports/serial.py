"""A serial line carries the bytes to RS-232 and USB-serial devices; pyserial is used only here."""

from __future__ import annotations

import contextlib
import errno
import select
import termios
import time
from dataclasses import dataclass

import serial

from hardware.errors import DeviceError, WriteStopped

# A pulled cable shows as any of these: flush and reset_input_buffer raise termios.error, which is
# not an OSError, and in_waiting raises a bare OSError.
LINE_ERRORS = (serial.SerialException, OSError, termios.error)


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """How the line is set: `baud` in bit/s, 8 data bits; `flow` is `none`, `rtscts` or `xonxoff`."""

    port: str
    baud: int = 9600
    parity: str = "N"
    flow: str = "none"


class SerialTransport:
    """A Transport over one serial port, opened exclusively, with a deadline on every call."""

    def __init__(self, settings: SerialSettings) -> None:
        self._settings = settings
        self._port: serial.Serial | None = None

    @property
    def url(self) -> str:
        """The port as `serial://PORT?baud=N`."""
        return f"serial://{self._settings.port}?baud={self._settings.baud}"

    @property
    def is_open(self) -> bool:
        """True while the port is held; stays true when the cable is pulled."""
        return self._port is not None

    def open(self, timeout_s: float) -> None:
        """Open the port and throw away old input; raises DeviceError `cannot_open` or `port_busy`.

        Opening a port does not block on Linux, so `timeout_s` is not needed. DTR/DSR flow control is
        not offered: pyserial ignores it on Linux and the printer would overrun silently.
        """
        del timeout_s
        if self._port is not None:
            return
        chosen = self._settings
        try:
            # write_timeout=0 makes write() return the number of bytes that the kernel took; with a
            # time-out pyserial raises without telling how many had gone.
            self._port = serial.Serial(
                chosen.port,
                baudrate=chosen.baud,
                parity=chosen.parity,
                timeout=0,
                write_timeout=0,
                exclusive=True,
                rtscts=chosen.flow == "rtscts",
                xonxoff=chosen.flow == "xonxoff",
            )
            self._port.reset_input_buffer()
        except (*LINE_ERRORS, ValueError) as error:
            self.close()
            busy = getattr(error, "errno", None) in (errno.EBUSY, errno.EAGAIN) or "lock" in str(error)
            raise DeviceError(
                f"{self.url}: {error}", reason="port_busy" if busy else "cannot_open"
            ) from error

    def write(self, data: bytes, timeout_s: float) -> None:
        """Write all of `data`, counting what the kernel took; raises WriteStopped."""
        deadline = time.monotonic() + timeout_s
        port = self._held()
        taken = 0
        try:
            while taken < len(data):
                left_s = max(0.0, deadline - time.monotonic())
                _, ready, _ = select.select([], [port.fileno()], [], left_s)
                if not ready:
                    # What the kernel still holds must not come out later, behind another job; and
                    # closing a port that flow control has stopped would wait 30 s for it.
                    port.reset_output_buffer()
                    raise WriteStopped(
                        f"{self.url}: full after {taken} bytes", reason="write_timeout", possible=taken
                    )
                taken += port.write(data[taken:]) or 0
        except LINE_ERRORS as error:
            raise WriteStopped(f"{self.url}: {error}", reason="connection_lost", possible=taken) from error

    def read(self, timeout_s: float) -> bytes:
        """Return what has come in; raises DeviceError `connection_lost` when the port has gone."""
        port = self._held()
        try:
            ready, _, _ = select.select([port.fileno()], [], [], max(0.0, timeout_s))
            # Asking for one byte more than is there would wait out the whole time-out.
            return bytes(port.read(max(1, port.in_waiting))) if ready else b""
        except LINE_ERRORS as error:
            raise DeviceError(f"{self.url}: {error}", reason="connection_lost") from error

    def close(self) -> None:
        """Close the port."""
        held, self._port = self._port, None
        if held is not None:
            with contextlib.suppress(*LINE_ERRORS):
                held.close()

    def _held(self) -> serial.Serial:
        if self._port is None:
            raise DeviceError(f"{self.url}: not open", reason="connection_lost")
        return self._port
