"""One hall and one virtual printer for the tests of a worker; each test has a kiosk disk of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hall_process import HallProcess
from tests.virtual_printer import Printer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallProcess]:
    made = HallProcess(tmp_path_factory.mktemp("hall"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[Printer]:
    made = Printer(tmp_path / "slips")
    yield made
    made.stop()
