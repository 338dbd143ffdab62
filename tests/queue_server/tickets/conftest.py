"""Each test gets a queue of its own, with a clock moved by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_server.clock import ManualClock
from tests.queue_server.tickets.desk import MONDAY_9, Bench, make_queue


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    clock = ManualClock(MONDAY_9)
    made = Bench(make_queue(tmp_path, clock), clock)
    made.queue = dataclasses.replace(made.queue, open_now=lambda at_ms: made.open)
    yield made
    made.queue.database.close()
