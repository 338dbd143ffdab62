"""A simulated device is plugged into a TCP port or a paced pseudo-terminal here, and obeys typed commands."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Protocol

from hardware.errors import DeviceError
from hardware.simulation.desk import Desk
from hardware.simulation.device import Commanded, HostedDevice
from hardware.simulation.paced import PacedPty

IDLE_PAUSE_S = 0.2
FULL_PAUSE_S = 0.005
CHUNK = 4096
HELP = "fault NAME[:BYTES][@ADDRESS] | clear [NAME[@ADDRESS]]"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Plug(Protocol):
    """One client's end of a line; None from `receive` means that the client has gone.

    `pull` breaks the line as a pulled cable does, and returns whether this plug is gone by it.
    """

    def fileno(self) -> int: ...

    def receive(self, now_s: float) -> bytes | None: ...

    def send(self, data: bytes, now_s: float) -> None: ...

    def flush(self, now_s: float) -> int: ...

    def due_s(self, now_s: float) -> float: ...

    @property
    def held_back(self) -> bool: ...

    def pull(self) -> bool: ...

    def close(self) -> None: ...


class TcpPlug:
    """A client connected by TCP."""

    held_back = False

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = connection

    def fileno(self) -> int:
        """The socket, for select."""
        return self._connection.fileno()

    def receive(self, now_s: float) -> bytes | None:
        """Return what has arrived."""
        del now_s
        try:
            return self._connection.recv(CHUNK) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def send(self, data: bytes, now_s: float) -> None:
        """Send; what a slow client does not take is lost, as on a real line."""
        del now_s
        with contextlib.suppress(OSError):
            self._connection.send(data)

    def flush(self, now_s: float) -> int:
        """Nothing is kept."""
        del now_s
        return 0

    def due_s(self, now_s: float) -> float:
        """Only the client can tell."""
        del now_s
        return float("inf")

    def pull(self) -> bool:
        """Reset the connection, so that the client sees it at once; returns that the plug is gone."""
        with contextlib.suppress(OSError):
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._connection.close()
        return True

    def close(self) -> None:
        """Close the connection."""
        self.pull()


class Host:
    """Serves one simulated device; `step` is one look at everything, `run` many."""

    def __init__(
        self, device: HostedDevice, desk: Desk, say: Callable[[str], None] = lambda line: None
    ) -> None:
        self._device = device
        self._desk = desk
        self._say = say
        self._listener: socket.socket | None = None
        self._plugs: dict[int, Plug] = {}
        # What a device with a full buffer has not taken yet, by client.
        self._waiting: dict[int, bytes] = {}
        self._sources = 0
        self._keyboard: int | None = None
        self._typed = b""

    def listen_tcp(self, port: int, host: str = "127.0.0.1") -> str:
        """Listen on a TCP port (0: any free one) and return its URL; raises OSError."""
        self._listener = socket.create_server((host, port))
        self._listener.setblocking(False)
        return self._announce(f"tcp://{host}:{self._listener.getsockname()[1]}")

    def open_pty(self, baud: int) -> str:
        """Open a pseudo-terminal paced at `baud` and return its URL."""
        plug = PacedPty(baud)
        self._plug(plug)
        return self._announce(f"serial://{plug.path}?baud={baud or 115200}")

    def watch_keyboard(self, descriptor: int) -> None:
        """Obey lines from a file descriptor: `fault NAME[:BYTES][@ADDRESS]`, `clear [NAME[@ADDRESS]]`."""
        self._keyboard = descriptor

    def step(self, limit_s: float = IDLE_PAUSE_S) -> None:
        """Wait a little for bytes, move them, and look at the files."""
        now_s = time.monotonic()
        open_plugs = [
            plug for source, plug in self._plugs.items() if not (plug.held_back or self._waiting.get(source))
        ]
        extra = [entry for entry in (self._listener, self._keyboard) if entry is not None]
        ready, _, _ = select.select([*open_plugs, *extra], [], [], min(limit_s, self._pause_s(now_s)))
        if self._listener in ready:
            self._welcome()
        if self._keyboard in ready:
            self._obey()
        for source in list(self._plugs):
            self._serve(source, time.monotonic())
        self._desk.look(time.monotonic())

    def run(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Serve until `stop` says so."""
        while not stop():
            self.step()

    def close(self) -> None:
        """Close the port and every connection, and leave the last picture."""
        if self._listener is not None:
            self._listener.close()
        for plug in self._plugs.values():
            plug.close()
        self._plugs.clear()
        self._desk.draw()

    def _announce(self, url: str) -> str:
        self._desk.listening.append(url)
        self._desk.draw()
        return url

    def _plug(self, plug: Plug) -> None:
        self._sources += 1
        self._plugs[self._sources] = plug

    def _pause_s(self, now_s: float) -> float:
        waits = [plug.due_s(now_s) for plug in self._plugs.values()]
        waits += [FULL_PAUSE_S] if self._waiting else []
        return max(0.0, min([*waits, self._device.next_due_s - now_s, IDLE_PAUSE_S]))

    def _welcome(self) -> None:
        assert self._listener is not None
        with contextlib.suppress(OSError):
            self._plug(TcpPlug(self._listener.accept()[0]))

    def _serve(self, source: int, now_s: float) -> None:
        plug = self._plugs[source]
        waiting = self._waiting.pop(source, b"")
        data = waiting or plug.receive(now_s)
        if data is None or not self._device.connected():
            if plug.pull() or data is None:
                del self._plugs[source]
                self._device.forget(source)
            return
        if data:
            left = data[self._device.accept(data, now_s, source) :]
            if left:
                self._waiting[source] = left
        answer = self._device.collect(now_s, source)
        if answer:
            plug.send(answer, now_s)
        plug.flush(now_s)

    def _obey(self) -> None:
        assert self._keyboard is not None
        data = os.read(self._keyboard, CHUNK)
        if not data:
            self._keyboard = None  # the terminal has gone; the device stays
        self._typed += data
        *lines, self._typed = self._typed.split(b"\n")
        for line in lines:
            self._command(line.decode("utf-8", "replace"))

    def _command(self, line: str) -> None:
        words = line.split()
        try:
            if words[:1] == ["fault"] and len(words) == 2:
                self._device.set_fault(words[1])
            elif words[:1] == ["clear"] and len(words) <= 2:
                self._device.clear_fault(words[1] if len(words) == 2 else None)
            elif words:
                self._say(self._use(line))
                return
            self._say(f"faults: {' '.join(self._device.faults) or 'none'}")
        except DeviceError as error:
            self._say(str(error))

    def _use(self, line: str) -> str:
        """Hand a line to a device that a person can use; any other device only has faults."""
        if not isinstance(self._device, Commanded):
            return HELP
        if line.split()[0] in self._device.commands.split():
            return self._device.command(line.strip(), time.monotonic())
        return f"{self._device.commands} | {HELP}"
