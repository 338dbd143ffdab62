"""The whole process: its settings, and an end that answers what is asked and waits for no stream."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_server.clock import SystemClock
from queue_server.database import Database
from queue_server.journal.store import last_seq
from queue_server.serving import SWITCH_INTERVAL_S, bind
from tests.queue_server.stream.toy import KEY, Reader


class Program:
    """The toy hall as a program of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "tests.queue_server.stream.toy", str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def socket(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def ask(self, method: str, path: str) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        line.request(method, path)
        answer = line.getresponse()
        return answer.status, answer.read()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    started = Program(tmp_path)
    yield started
    started.process.kill()
    started.process.communicate()


@pytest.mark.parametrize(
    ("number", "path"),
    [(signal.SIGTERM, "/record"), (signal.SIGINT, "/record"), (signal.SIGTERM, "/ride/record")],
)
def test_the_end_answers_what_is_asked_and_waits_for_no_stream(
    program: Program, number: signal.Signals, path: str
) -> None:
    readers = [Reader(program.socket(), "", KEY).live() for _ in range(5)]
    deaf = program.socket()
    deaf.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer toy\r\n\r\n")
    idle = program.socket()
    answers: list[tuple[int, bytes]] = []
    asking = threading.Thread(
        target=lambda: answers.append(program.ask("POST", f"{path}?pause=1.5")), daemon=True
    )
    asking.start()
    time.sleep(0.8)
    begun = time.monotonic()
    program.process.send_signal(number)
    time.sleep(0.3)
    with pytest.raises(OSError):
        program.socket()
    out, errors = program.process.communicate(timeout=10)
    took = time.monotonic() - begun
    asking.join()
    assert answers == [(200, b'{"seq":1}\n')]
    assert all(list(reader.lines())[-1:] in ([], [""]) for reader in readers)
    assert took < 8
    assert (program.process.returncode, out, errors) == (0, "ended\n", "")
    for sock in (deaf, idle):
        sock.close()
    # The log is folded into the file, and the answered row is there.
    log = program.folder / "toy.db-wal"
    assert not log.exists() or log.stat().st_size == 0
    database = Database(program.folder / "toy.db", SystemClock())
    assert last_seq(database.read()) == 1
    database.close()


def test_a_stuck_reader_does_not_hold_up_the_end(program: Program) -> None:
    deaf = []
    for _ in range(3):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(("127.0.0.1", program.port))
        sock.sendall(
            b"GET /api/v1/stream?last_event_id=0 HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer toy\r\n\r\n"
        )
        deaf.append(sock)
    lines = http.client.HTTPConnection("127.0.0.1", program.port, timeout=10)
    for _ in range(1500):
        lines.request("POST", "/record")
        lines.getresponse().read()
    lines.close()
    begun = time.monotonic()
    program.process.send_signal(signal.SIGTERM)
    program.process.wait(10)
    assert time.monotonic() - begun < 8
    assert program.process.returncode == 0


def test_threads_change_over_quickly(program: Program) -> None:
    assert float(program.ask("GET", "/switch-interval")[1]) == pytest.approx(SWITCH_INTERVAL_S)


def test_connections_inherit_what_the_port_was_given() -> None:
    with bind("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 256 * 1024


def test_a_taken_port_is_an_error() -> None:
    with bind("127.0.0.1", 0) as first, pytest.raises(OSError):
        bind("127.0.0.1", first.getsockname()[1])
