"""Toy halls, started for a test and stopped after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from queue_server.serving import DEFAULT_LIMITS, Limits
from queue_server.stream.hub import Hub
from tests.queue_server.stream import toy

Start = Callable[..., toy.Toy]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a toy hall with a hub and limits of one's own."""
    running: list[toy.Toy] = []

    def begin(hub: Hub | None = None, limits: Limits = DEFAULT_LIMITS) -> toy.Toy:
        running.append(toy.start(tmp_path / str(len(running)), hub or Hub(), limits))
        return running[-1]

    yield begin
    for one in running:
        one.stop()


@pytest.fixture
def hall(start: Start) -> toy.Toy:
    """A toy hall with the settings of a real one."""
    return start()
