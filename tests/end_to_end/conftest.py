"""The whole hall as real programs: server, virtual printer, browser; each test adds its screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import browser, desk
from tests.hall_process import hall
from tests.virtual_printer import Printer

__all__ = ["browser", "desk", "hall"]


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[Printer]:
    made = Printer(tmp_path / "slips")
    yield made
    made.stop()
