"""The simulated printer is plugged into a TCP port or a pseudo-terminal here, and obeys typed commands."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hardware.errors import DeviceError
from hardware.ticket_printer.simulator_files import SimulatorFiles

BUSY_PAUSE_S = 0.005
IDLE_PAUSE_S = 0.2
CHUNK = 1024
HELP = "fault NAME[:BYTES] | clear [NAME]"


class Plug(Protocol):
    """One client's end of a line."""

    source: int
    inbox: bytes

    def fileno(self) -> int: ...

    def receive(self, now_s: float) -> bytes | None:
        """Return bytes, empty when none are due yet, None when the client has gone."""
        ...

    def send(self, data: bytes) -> None: ...

    def due_s(self, now_s: float) -> float:
        """Seconds until `receive` is worth calling."""
        ...

    def pull(self) -> bool:
        """The cable is pulled: break the connection; returns whether this plug is gone."""
        ...


@dataclass(slots=True)
class TcpPlug:
    """A client connected by TCP."""

    connection: socket.socket
    source: int
    inbox: bytes = b""

    def fileno(self) -> int:
        """The socket, for select."""
        return self.connection.fileno()

    def receive(self, now_s: float) -> bytes | None:
        """Return what has arrived."""
        try:
            return self.connection.recv(CHUNK) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def send(self, data: bytes) -> None:
        """Send; what a slow client does not take is lost, as on a real line."""
        with contextlib.suppress(OSError):
            self.connection.send(data)

    def due_s(self, now_s: float) -> float:
        """TCP bytes are due when they are there."""
        return 0.0

    def pull(self) -> bool:
        """Reset the connection, so that the client sees it at once."""
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        return True


class PtyPlug:
    """A pseudo-terminal that takes bytes no faster than a serial line of `baud` bit/s would (0: at once)."""

    def __init__(self, source: int, baud: int = 0) -> None:
        self.source = source
        self.inbox = b""
        self._baud = baud
        self._line_free_s = 0.0
        self._queued = False
        self._master, self._slave = os.openpty()  # the slave stays open: without it the master reads EIO
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)

    def fileno(self) -> int:
        """The master side, for select."""
        return self._master

    def receive(self, now_s: float) -> bytes | None:
        """Return the bytes that the line has carried by now: 2 ms of it, at least one byte."""
        count = max(1, self._baud // 5000) if self._baud else CHUNK
        try:
            data = os.read(self._master, count)
        except BlockingIOError:
            return b""
        except OSError:
            return None
        if self._baud:
            # While bytes queue up the schedule is absolute, so that late wake-ups do not add up.
            start_s = self._line_free_s if self._queued else max(now_s, self._line_free_s)
            self._line_free_s = start_s + len(data) * 10 / self._baud
            self._queued = bool(select.select([self._master], [], [], 0)[0])
        return data

    def send(self, data: bytes) -> None:
        """Send to whoever has the terminal open."""
        with contextlib.suppress(OSError):
            os.write(self._master, data)

    def due_s(self, now_s: float) -> float:
        """Seconds until the line is free for the next byte."""
        return max(0.0, self._line_free_s - now_s)

    def pull(self) -> bool:
        """A pulled serial cable is silence: the terminal stays, bytes are lost."""
        self.inbox = b""
        return False

    def close(self) -> None:
        """Remove the terminal, as a USB adapter that is pulled out; clients get EIO."""
        os.close(self._master)
        os.close(self._slave)


class SimulatorHost:
    """Serves one simulated printer to any number of clients; `say` prints a line for people."""

    def __init__(self, device: SimulatorFiles, say: Callable[[str], None]) -> None:
        self._device = device
        self._say = say
        self._listener: socket.socket | None = None
        self._plugs: list[Plug] = []
        self._sources = 0
        self._keyboard: int | None = None
        self._typed = b""

    def listen_tcp(self, port: int, host: str = "127.0.0.1") -> str:
        """Listen on a TCP port (0: any free one) and return its URL; raises OSError."""
        listener = socket.create_server((host, port))
        listener.setblocking(False)
        self._listener = listener
        return self._announce(f"tcp://{host}:{listener.getsockname()[1]}")

    def open_pty(self, baud: int) -> str:
        """Open a pseudo-terminal paced at `baud` and return its URL."""
        self._sources += 1
        plug = PtyPlug(self._sources, baud)
        self._plugs.append(plug)
        return self._announce(f"serial://{plug.path}?baud={baud or 115200}")

    def watch_keyboard(self, descriptor: int) -> None:
        """Obey lines from a file descriptor: `fault NAME[:BYTES]`, `clear [NAME]`."""
        self._keyboard = descriptor

    def step(self, now_s: float) -> None:
        """Wait a little for bytes, move them, and let the paper go on."""
        waiting = [plug for plug in self._plugs if not plug.inbox and plug.due_s(now_s) <= 0]
        extra = [entry for entry in (self._listener, self._keyboard) if entry is not None]
        ready, _, _ = select.select([*waiting, *extra], [], [], self._pause_s(now_s))
        now_s = time.monotonic()
        if self._listener in ready:
            self._welcome()
        if self._keyboard in ready:
            self._obey(now_s)
        for plug in list(self._plugs):
            self._serve(plug, plug in ready, now_s)
        self._device.look(now_s)

    def run(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Serve until `stop` says so."""
        while not stop():
            self.step(time.monotonic())

    def close(self) -> None:
        """Close the port and every connection."""
        if self._listener is not None:
            self._listener.close()
        for plug in self._plugs:
            if isinstance(plug, PtyPlug):
                plug.close()
            else:
                plug.pull()
        self._plugs.clear()

    def _announce(self, url: str) -> str:
        self._device.listening = url
        self._device.write_state()
        return url

    def _pause_s(self, now_s: float) -> float:
        if self._device.busy or any(plug.inbox for plug in self._plugs):
            return BUSY_PAUSE_S
        soonest = min(
            [plug.due_s(now_s) for plug in self._plugs if plug.due_s(now_s) > 0], default=IDLE_PAUSE_S
        )
        return min(soonest, IDLE_PAUSE_S)

    def _welcome(self) -> None:
        assert self._listener is not None
        with contextlib.suppress(OSError):
            connection, _ = self._listener.accept()
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sources += 1
            self._plugs.append(TcpPlug(connection, self._sources))

    def _serve(self, plug: Plug, ready: bool, now_s: float) -> None:
        if not self._device.connected():
            if ready:
                plug.receive(now_s)
            if plug.pull():
                self._forget(plug)
            return
        if ready:
            data = plug.receive(now_s)
            if data is None:
                self._forget(plug)
                return
            plug.inbox += data
        if plug.inbox:
            plug.inbox = plug.inbox[self._device.accept(plug.inbox, now_s, plug.source) :]
        answer = self._device.collect(now_s, plug.source)
        if answer:
            plug.send(answer)

    def _forget(self, plug: Plug) -> None:
        plug.pull()
        self._plugs.remove(plug)
        self._device.forget(plug.source)

    def _obey(self, now_s: float) -> None:
        assert self._keyboard is not None
        data = os.read(self._keyboard, CHUNK)
        if not data:
            self._keyboard = None  # the terminal has gone; the printer stays
        self._typed += data
        *lines, self._typed = self._typed.split(b"\n")
        for line in lines:
            self._command(line.decode("utf-8", "replace").split(), now_s)

    def _command(self, words: list[str], now_s: float) -> None:
        try:
            if words[:1] == ["fault"] and len(words) == 2:
                self._device.set_fault(words[1], now_s)
            elif words[:1] == ["clear"] and len(words) <= 2:
                self._device.clear_fault(words[1] if len(words) == 2 else None, now_s)
            elif words:
                self._say(HELP)
                return
            self._say(f"faults: {' '.join(self._device.faults) or 'none'}")
        except DeviceError as error:
            self._say(str(error))
