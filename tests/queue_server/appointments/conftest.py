"""Each test gets a booking desk of its own, on a Monday at nine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.queue_server.appointments.desk import Counter, make_counter


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = make_counter(tmp_path)
    yield made
    made.desk.queue.database.close()
