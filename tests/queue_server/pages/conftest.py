"""A hall and a browser for the tests of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import Desk, chromium, desks
from tests.hall_process import HallProcess


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallProcess]:
    process = HallProcess(tmp_path_factory.mktemp("hall"))
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
