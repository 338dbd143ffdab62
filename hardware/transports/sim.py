"""A simulated device in this process takes the bytes, so that a hall runs with no device at all."""

from __future__ import annotations

import time
from typing import Protocol

from hardware.errors import DeviceError, WriteStopped


class SimulatedDevice(Protocol):
    """The far end of a SimTransport; `now_s` is a monotonic time in seconds."""

    def connected(self) -> bool:
        """False while the cable is pulled."""
        ...

    def accept(self, data: bytes, now_s: float) -> int:
        """Take bytes from the line; returns how many were taken (fewer when the device is full)."""
        ...

    def collect(self, now_s: float) -> bytes:
        """Return the bytes that the device has sent by `now_s`."""
        ...


class SimTransport:
    """A Transport whose other end is a simulator in the same process."""

    PACE_S = 0.005

    def __init__(self, device: SimulatedDevice, url: str = "sim://") -> None:
        self._device = device
        self._url = url
        self._open = False

    @property
    def url(self) -> str:
        """The URL that the device was made from."""
        return self._url

    @property
    def is_open(self) -> bool:
        """True between open and close."""
        return self._open

    def open(self, timeout_s: float) -> None:
        """Plug in; raises DeviceError `cannot_open` while the simulated cable is pulled."""
        del timeout_s
        if not self._device.connected():
            raise DeviceError(f"{self._url}: simulated cable is pulled", reason="cannot_open")
        if not self._open:
            self._device.collect(time.monotonic())
        self._open = True

    def write(self, data: bytes, timeout_s: float) -> None:
        """Hand the bytes to the simulator as fast as it takes them; raises WriteStopped."""
        deadline = time.monotonic() + timeout_s
        taken = 0
        while taken < len(data):
            now_s = time.monotonic()
            if not (self._open and self._device.connected()):
                raise WriteStopped(
                    f"{self._url}: cable pulled after {taken} bytes", reason="connection_lost", possible=taken
                )
            taken += self._device.accept(data[taken:], now_s)
            if taken < len(data):
                if now_s >= deadline:
                    raise WriteStopped(
                        f"{self._url}: full after {taken} bytes", reason="write_timeout", possible=taken
                    )
                time.sleep(self.PACE_S)

    def read(self, timeout_s: float) -> bytes:
        """Wait at most `timeout_s` for bytes; raises DeviceError `connection_lost`."""
        deadline = time.monotonic() + timeout_s
        while True:
            now_s = time.monotonic()
            if not (self._open and self._device.connected()):
                raise DeviceError(f"{self._url}: cable pulled", reason="connection_lost")
            data = self._device.collect(now_s)
            if data or now_s >= deadline:
                return data
            time.sleep(min(self.PACE_S, deadline - now_s))

    def close(self) -> None:
        """Unplug."""
        self._open = False
