"""The byte pipe that every driver talks through is the Transport protocol of this module."""

from __future__ import annotations

from typing import Protocol


class Transport(Protocol):
    """A byte pipe to one device. One thread uses it at a time; after an error call `close()`.

    All times are seconds. Failures are DeviceError with one of the reasons `cannot_open`,
    `port_busy`, `connection_lost`, `write_timeout`.
    """

    @property
    def url(self) -> str:
        """Where the pipe leads, for messages."""
        ...

    @property
    def is_open(self) -> bool:
        """True between a successful `open()` and `close()`; it does not prove that the device lives."""
        ...

    def open(self, timeout_s: float) -> None:
        """Open the pipe and drop what was waiting in it; opening an open pipe does nothing."""
        ...

    def write(self, data: bytes, timeout_s: float) -> None:
        """Hand over all of `data` or raise WriteStopped, which says how much may have left.

        Returning does not mean that the bytes have left the machine.
        """
        ...

    def read(self, timeout_s: float) -> bytes:
        """Return what has arrived, waiting at most `timeout_s` for the first byte; empty = nothing came."""
        ...

    def close(self) -> None:
        """Close the pipe; never raises, may be called twice."""
        ...
