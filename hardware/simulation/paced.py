"""A pseudo-terminal that is as slow as a serial line: bytes pass at their baud rate, both ways."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sys
import termios
import tty

# How late a look may come before the schedule starts anew: the machine was busy, the sender did not pause.
SLACK_S = 0.05
# One look takes what 2 ms of the line carry, so that long frames keep their pace to the byte.
LOOK_S = 0.002


class PacedPty:
    """Both ends of a pseudo-terminal; clients open `path`. `baud` 0 passes everything at once.

    Schedules are absolute: late wake-ups of this process do not add up. The client's end stays open
    here, since without any the other end reads EIO.
    """

    def __init__(self, baud: int, bits: int = 10) -> None:
        self._byte_s = bits / baud if baud else 0.0
        self._in_free_s = self._out_free_s = float("-inf")
        self._late = b""
        self._more = False
        self._out = bytearray()
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)

    def fileno(self) -> int:
        """The simulator's end, for select."""
        return self._master

    def receive(self, now_s: float) -> bytes:
        """Return the bytes whose last bit has arrived by now."""
        arrived = b""
        while not self._late or self._in_free_s <= now_s:
            arrived, self._late = arrived + self._late, b""
            fresh = self._read(max(1, int(LOOK_S / self._byte_s)) if self._byte_s else 4096)
            if not fresh or not self._byte_s:
                return arrived + fresh
            following = self._more and now_s - self._in_free_s < SLACK_S
            self._in_free_s = (self._in_free_s if following else now_s) + len(fresh) * self._byte_s
            # What the client has handed over already follows without a gap.
            self._more = self._pending() > 0
            self._late = fresh
        return arrived

    def send(self, data: bytes, now_s: float) -> None:
        """Let bytes go to the client at the pace of the line."""
        if not self._out:
            self._out_free_s = now_s
        self._out += data

    def flush(self, now_s: float) -> int:
        """Pass on what the line has carried by now; returns the bytes that are still on it."""
        count = len(self._out)
        if self._byte_s and count:
            count = min(count, int((now_s - self._out_free_s) / self._byte_s + 1e-9))
        self._out_free_s += self._write(count) * self._byte_s
        return len(self._out)

    def due_s(self, now_s: float) -> float:
        """Seconds until `receive` or `flush` is worth calling, infinity when only the client can tell."""
        waits = [self._in_free_s - now_s] if self._late else []
        waits += [self._out_free_s + self._byte_s - now_s] if self._out else []
        return max(0.0, min(waits, default=float("inf")))

    @property
    def held_back(self) -> bool:
        """True while arrived bytes wait for their time: select would only spin."""
        return bool(self._late)

    def pull(self) -> bool:
        """Pull the serial cable: what is on the line is lost, the terminal stays and falls silent."""
        self._late = b""
        self._out.clear()
        return False

    def close(self) -> None:
        """Remove the terminal, as an adapter that is pulled out: whoever has it open gets an error."""
        for end in (self._master, self._slave):
            with contextlib.suppress(OSError):
                os.close(end)

    def _read(self, count: int) -> bytes:
        try:
            return os.read(self._master, count)
        except BlockingIOError:
            return b""
        except OSError as error:
            if error.errno == errno.EIO:
                return b""
            raise

    def _pending(self) -> int:
        """Bytes that the client has handed over and nobody has read."""
        return int.from_bytes(fcntl.ioctl(self._master, termios.FIONREAD, bytes(4)), sys.byteorder)

    def _write(self, count: int) -> int:
        try:
            written = os.write(self._master, self._out[:count]) if count else 0
        except BlockingIOError:
            written = 0
        del self._out[:written]
        return written
