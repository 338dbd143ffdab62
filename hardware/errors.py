"""The one error family of the hardware layer is defined here."""

from __future__ import annotations


class DeviceError(Exception):
    """A device, or the way to it, failed.

    `permanent` says whether trying again later can help (False) or a person must change something
    (True: a wrong URL, an unknown profile). `reason` is a stable code for tables and translations;
    the message is for the log.
    """

    def __init__(self, message: str, *, reason: str, permanent: bool = False) -> None:
        super().__init__(message)
        self.reason = reason
        self.permanent = permanent


class WriteStopped(DeviceError):
    """A write ended before all bytes were handed over.

    `certain` is how many bytes surely left this machine, `possible` how many may have left. No
    operating system tells what reached the other end, so `certain` is 0 unless the transport knows
    better; `possible == 0` is the only proof that nothing was sent.
    """

    def __init__(self, message: str, *, reason: str, possible: int, certain: int = 0) -> None:
        super().__init__(message, reason=reason)
        self.possible = possible
        self.certain = certain
