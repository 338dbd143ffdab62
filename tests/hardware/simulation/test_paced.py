"""A paced pseudo-terminal passes each byte when a line of that speed would, counted on a virtual clock."""

from __future__ import annotations

import array
import fcntl
import os
import termios

import pytest

from hardware.simulation.paced import PacedPty
from tests.hardware.rig import wait_for


@pytest.fixture
def line():
    made = PacedPty(9600)
    yield made
    made.close()


def client_of(line: PacedPty) -> int:
    return os.open(line.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)


def hand_over(line: PacedPty, client: int, data: bytes) -> None:
    """Write as a client; the kernel passes it on by a task of its own, in time that is not the line's."""
    os.write(client, data)
    wait_for(lambda: waiting_at(line.fileno()) == len(data))


def take(client: int, count: int) -> bytes:
    """Read as a client, once the kernel has passed on what was flushed."""
    wait_for(lambda: waiting_at(client) >= count)
    return os.read(client, 1000)


def waiting_at(end: int) -> int:
    """Bytes that can be read at one end of a terminal."""
    found = array.array("i", [0])
    fcntl.ioctl(end, termios.FIONREAD, found)
    return found[0]


def receive_all(line: PacedPty, now_s: float, count: int, step_s: float = 0.0005) -> tuple[bytes, float]:
    """Step a virtual clock until `count` bytes have come."""
    heard = b""
    while len(heard) < count:
        heard += line.receive(now_s)
        now_s += step_s
    return heard, now_s - step_s


@pytest.mark.parametrize("count", [1, 29, 78, 356, 2000])
def test_bytes_to_the_device_take_their_time(line: PacedPty, count: int) -> None:
    client = client_of(line)
    data = bytes(index % 251 for index in range(count))
    hand_over(line, client, data)
    heard, at_s = receive_all(line, 100.0, count)
    assert heard == data
    assert at_s - 100.0 == pytest.approx(count * 10 / 9600, rel=0.015, abs=0.001)
    os.close(client)


def test_a_pause_is_not_made_up_for(line: PacedPty) -> None:
    client = client_of(line)
    for begin_s in (100.0, 100.1, 100.13):
        hand_over(line, client, b"x" * 24)
        _, at_s = receive_all(line, begin_s, 24)
        assert at_s - begin_s == pytest.approx(0.025, abs=0.001)
    os.close(client)


def test_late_looks_do_not_add_up(line: PacedPty) -> None:
    client = client_of(line)
    hand_over(line, client, bytes(960))
    _, at_s = receive_all(line, 100.0, 960, step_s=0.007)
    assert at_s - 100.0 == pytest.approx(1.0, abs=0.02)
    os.close(client)


def test_bytes_from_the_device_take_their_time(line: PacedPty) -> None:
    client = client_of(line)
    line.send(bytes(48), 100.0)
    assert line.due_s(100.0) == pytest.approx(0.00104, abs=0.0001)
    assert line.flush(100.0) == 48
    assert line.flush(100.025) == 24
    assert len(take(client, 24)) == 24
    assert line.flush(100.0499) == 1
    assert line.flush(100.0501) == 0
    assert len(take(client, 24)) == 24
    assert line.due_s(100.06) == float("inf")
    os.close(client)


def test_no_pace_passes_everything_at_once() -> None:
    line = PacedPty(0)
    client = client_of(line)
    hand_over(line, client, bytes(500))
    assert len(line.receive(1.0)) == 500
    line.send(bytes(300), 1.0)
    line.flush(1.0)
    assert len(take(client, 300)) == 300
    os.close(client)
    line.close()
