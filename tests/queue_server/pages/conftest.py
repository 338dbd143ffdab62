"""A browser for the tests of the pages, and a hall in which no call has to wait."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_server.settings import HALL_FILE
from tests.browser import browser, desk
from tests.hall_process import HallProcess

__all__ = ["browser", "desk", "hall"]


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hall file of the demo, where a number is called twice at most and again at once."""
    path = tmp_path_factory.mktemp("plan") / "hall.toml"
    example = HALL_FILE.read_text(encoding="utf-8")
    quick = re.sub(r"(?m)^recall_gap_s = \d+", "recall_gap_s = 0", example)
    quick = re.sub(r"(?m)^max_calls = \d+", "max_calls = 2", quick)
    assert quick != example
    path.write_text(quick, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory, plan: Path) -> Iterator[HallProcess]:
    process = HallProcess(tmp_path_factory.mktemp("hall"), plan=plan)
    process.start()
    yield process
    process.stop()
