"""A TCP proxy between a driver and its device that refuses, falls silent, resets, stalls, garbles and splits.

The fault may be changed while connections run; counts of bytes begin anew with each connection.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum

RESET = struct.pack("ii", 1, 0)
LOOK_S = 0.02


class Fault(StrEnum):
    """What goes wrong; `after` counts the bytes from the client that still pass well."""

    NONE = "none"
    REFUSE = "refuse"  # nobody listens
    SILENT = "silent"  # takes all, hands on nothing, answers nothing
    RESET = "reset"  # resets the connection
    STALL = "stall"  # takes no more bytes
    GARBLE = "garble"  # one bit of each byte flips, both ways
    SPLIT = "split"  # every byte by itself
    DELAY = "delay"  # everything `delay_s` late
    HALF_CLOSE = "half_close"  # the device's side ends, the client may go on talking


@dataclass(frozen=True)
class Plan:
    """A fault, from which byte of the client on, and by how much it delays."""

    fault: Fault = Fault.NONE
    after: int = 0
    delay_s: float = 0.05


@dataclass
class _Pair:
    client: socket.socket
    device: socket.socket
    passed: int = 0
    stalled: bool = False
    halved: bool = False
    queue: list[tuple[float, socket.socket, bytes]] = field(default_factory=list)


class FaultProxy:
    """Listens on a port of its own and passes to `port` on this machine."""

    def __init__(self, port: int, plan: Plan | None = None) -> None:
        self._device_port = port
        self._plan = plan or Plan()
        self._listener: socket.socket | None = None
        # Bound but not listening: the port stays ours while connections to it are refused.
        self._holder = socket.socket()
        self._holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._holder.bind(("127.0.0.1", 0))
        self._pairs: list[_Pair] = []
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self.port: int = self._holder.getsockname()[1]
        self.passed = 0
        self.connections = 0
        self._listen()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def set(self, plan: Plan) -> None:
        """Change the fault; refusing closes the door, the others open it again."""
        with self._lock:
            self._plan = plan
            if plan.fault is Fault.REFUSE:
                self._shut()
                self._break_all()
            elif self._listener is None:
                self._listen()

    def close(self) -> None:
        self._stopping.set()
        self._thread.join(5)
        with self._lock:
            self._shut()
            self._break_all()
        self._holder.close()

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _listen(self) -> None:
        if self._plan.fault is not Fault.REFUSE:
            self._listener = socket.create_server(("127.0.0.1", self.port), reuse_port=True)
            self._listener.setblocking(False)

    def _shut(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                ends = [pair.device for pair in self._pairs]
                ends += [pair.client for pair in self._pairs if not pair.stalled]
                ends += [self._listener] if self._listener else []
            if not ends:
                time.sleep(LOOK_S)
                continue
            with contextlib.suppress(OSError, ValueError):
                ready, _, _ = select.select(ends, [], [], self._pause_s())
                with self._lock:
                    self._turn(ready)

    def _pause_s(self) -> float:
        waiting = any(pair.queue for pair in self._pairs)
        return 0.002 if waiting else LOOK_S

    def _turn(self, ready: list[socket.socket]) -> None:
        if self._listener is not None and self._listener in ready:
            client, _ = self._listener.accept()
            device = socket.create_connection(("127.0.0.1", self._device_port), timeout=2)
            for end in (client, device):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pairs.append(_Pair(client, device))
            self.connections += 1
        for pair in list(self._pairs):
            self._late(pair)
            for end in (pair.client, pair.device):
                if end in ready and pair in self._pairs:
                    self._move(pair, end)

    def _late(self, pair: _Pair) -> None:
        now_s = time.monotonic()
        due = [entry for entry in pair.queue if entry[0] <= now_s]
        pair.queue = [entry for entry in pair.queue if entry[0] > now_s]
        for _, end, data in due:
            with contextlib.suppress(OSError):
                end.sendall(data)

    def _move(self, pair: _Pair, end: socket.socket) -> None:
        try:
            data = end.recv(65536 if end is pair.device else self._room(pair))
        except OSError:
            data = b""
        if not data:
            if not (end is pair.device and pair.halved):
                self._break(pair)
            return
        if end is pair.device:
            self._pass(pair, pair.client, data)
            return
        self._pass(pair, pair.device, data)
        pair.passed += len(data)
        self.passed += len(data)
        self._strike(pair)

    def _room(self, pair: _Pair) -> int:
        """Take no more than what still passes well, so that a fault begins at its byte."""
        left = self._plan.after - pair.passed
        return left if left > 0 else 65536

    def _strike(self, pair: _Pair) -> None:
        if pair.passed < self._plan.after:
            return
        if self._plan.fault is Fault.RESET:
            self._break(pair)
        elif self._plan.fault is Fault.STALL:
            pair.stalled = True
        elif self._plan.fault is Fault.HALF_CLOSE and not pair.halved:
            pair.halved = True
            pair.client.shutdown(socket.SHUT_WR)

    def _pass(self, pair: _Pair, end: socket.socket, data: bytes) -> None:
        plan = self._plan
        hit = pair.passed >= plan.after
        if hit and plan.fault is Fault.SILENT:
            return
        if hit and plan.fault is Fault.GARBLE:
            data = bytes(byte ^ 0x04 for byte in data)
        if hit and plan.fault is Fault.DELAY:
            pair.queue.append((time.monotonic() + plan.delay_s, end, data))
            return
        pieces = [data[at : at + 1] for at in range(len(data))] if plan.fault is Fault.SPLIT else [data]
        with contextlib.suppress(OSError):
            for piece in pieces:
                end.sendall(piece)

    def _break_all(self) -> None:
        for pair in list(self._pairs):
            self._break(pair)

    def _break(self, pair: _Pair) -> None:
        self._pairs.remove(pair)
        for end in (pair.client, pair.device):
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            end.close()
