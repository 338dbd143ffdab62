"""A device file or a plain file carries the bytes: /dev/usb/lp* of USB printers, file:// for records."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import stat
import time

from hardware.errors import DeviceError, WriteStopped

CHUNK = 4096
# Linux Documentation/usb: usblp gives EBUSY to a second opener, ENODEV when the printer was unplugged.
BUSY = (errno.EBUSY, errno.EAGAIN)


class FileTransport:
    """A Transport over one path. A device file is read and written, a plain file only appended to.

    What a plain file was given counts as sent; nothing ever comes back from it.
    """

    def __init__(self, path: str, scheme: str = "file") -> None:
        self._path = path
        self._scheme = scheme
        self._descriptor: int | None = None
        self._plain = False

    @property
    def url(self) -> str:
        """The path as `file://PATH` or `usb://PATH`."""
        return f"{self._scheme}://{self._path}"

    @property
    def is_open(self) -> bool:
        """True while the file is held."""
        return self._descriptor is not None

    def open(self, timeout_s: float) -> None:
        """Open the path and drop what waits in a device; raises DeviceError `cannot_open` or `port_busy`."""
        del timeout_s
        if self._descriptor is not None:
            return
        try:
            self._plain = not _is_device(self._path)
            self._descriptor = os.open(self._path, _flags(self._plain), 0o640)
        except OSError as error:
            reason = "port_busy" if error.errno in BUSY else "cannot_open"
            raise DeviceError(f"{self.url}: {error}", reason=reason) from error
        if not self._plain:
            with contextlib.suppress(OSError):
                while os.read(self._descriptor, CHUNK):
                    pass

    def write(self, data: bytes, timeout_s: float) -> None:
        """Write all of `data`, counting what the kernel took; raises WriteStopped."""
        deadline = time.monotonic() + timeout_s
        descriptor = self._held()
        taken = 0
        try:
            while taken < len(data):
                left_s = max(0.0, deadline - time.monotonic())
                _, ready, _ = select.select([], [descriptor], [], left_s)
                if not ready:
                    raise WriteStopped(
                        f"{self.url}: full after {taken} bytes", reason="write_timeout", possible=taken
                    )
                with contextlib.suppress(BlockingIOError):
                    taken += os.write(descriptor, data[taken:])
        except OSError as error:
            raise WriteStopped(f"{self.url}: {error}", reason="connection_lost", possible=taken) from error

    def read(self, timeout_s: float) -> bytes:
        """Return what the device has said; raises DeviceError `connection_lost` when it was unplugged."""
        descriptor = self._held()
        if self._plain:
            time.sleep(max(0.0, timeout_s))
            return b""
        try:
            events = _events(descriptor, timeout_s)
            data = os.read(descriptor, CHUNK) if events & select.POLLIN else b""
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceError(f"{self.url}: {error}", reason="connection_lost") from error
        if not data and events & (select.POLLHUP | select.POLLERR):
            raise DeviceError(f"{self.url}: unplugged", reason="connection_lost")
        if not data and events:
            # usblp lets a read return nothing while its printer has nothing to say; do not spin on it.
            time.sleep(max(0.0, timeout_s))
        return data

    def close(self) -> None:
        """Close the file."""
        held, self._descriptor = self._descriptor, None
        if held is not None:
            with contextlib.suppress(OSError):
                os.close(held)

    def _held(self) -> int:
        if self._descriptor is None:
            raise DeviceError(f"{self.url}: not open", reason="connection_lost")
        return self._descriptor


def _events(descriptor: int, timeout_s: float) -> int:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    found = poll.poll(max(0.0, timeout_s) * 1000)
    return found[0][1] if found else 0


def _is_device(path: str) -> bool:
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        return path.startswith("/dev/")


def _flags(plain: bool) -> int:
    return os.O_WRONLY | os.O_APPEND | os.O_CREAT if plain else os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY
