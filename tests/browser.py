"""A real Chromium, and members of staff who sit at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.hall_process import HallProcess

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000
"""For a machine with two busy cores; a page that works answers in a fraction of it."""
expect.set_options(timeout=PATIENCE_MS)


class Desk:
    """A member of staff at a browser; notes what the page complained about and which addresses it asked."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.url = url
        self.troubles: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", lambda said: self._heard(said.type, said.text))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def _heard(self, kind: str, text: str) -> None:
        # A refused or broken request is told by the browser too; the page says it in its own words.
        if kind in {"error", "warning"} and "Failed to load resource" not in text:
            self.troubles.append(text)

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def sign_in(self, name: str, password: str, to: str) -> Page:
        self.open(f"/login?next={to}")
        self.page.fill("[name=name]", name)
        self.page.fill("[name=password]", password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(f"**{to}*")
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each test file: while it runs, this thread's event loop is Playwright's alone."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def desk(hall: HallProcess, browser: Browser) -> Iterator[Callable[..., Desk]]:
    """Make desks, each with a browser profile of its own; at the end none may have had any trouble."""
    desks: list[Desk] = []

    def make(width: int = 1440, height: int = 900, locale: str = "zh-CN") -> Desk:
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
        desks.append(Desk(context, hall.url))
        return desks[-1]

    yield make
    for one in desks:
        one.context.close()
    assert [trouble for one in desks for trouble in one.troubles] == []
    assert [url for one in desks for url in one.asked if not url.startswith(hall.url)] == []
