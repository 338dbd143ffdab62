"""A hall and a browser for the tests of the pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from queue_server.settings import HALL_FILE
from tests.browser import Desk, chromium, desks
from tests.hall_process import HallProcess


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallProcess]:
    """The demo hall, where a number may be called twice and again at once, so that no test has to wait."""
    data = tmp_path_factory.mktemp("hall")
    plan = data / "hall.toml"
    example = HALL_FILE.read_text(encoding="utf-8")
    quick = re.sub(r"(?m)^recall_gap_s = \d+", "recall_gap_s = 0", example)
    quick = re.sub(r"(?m)^max_calls = \d+", "max_calls = 2", quick)
    assert quick != example
    plan.write_text(quick, encoding="utf-8")
    process = HallProcess(data, environ={"HALL_HALL": str(plan)})
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def desk(hall: HallProcess, browser: Browser) -> Iterator[Callable[..., Desk]]:
    with desks(browser, hall.url) as make:
        yield make
