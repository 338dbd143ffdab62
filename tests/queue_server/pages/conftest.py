"""A real server process with the demo hall, and a real Chromium that looks at it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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


class HallProcess:
    """`python -m queue_server serve` on a free port, with the demo hall unless told otherwise."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self.options = options or ("--demo",)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        self.http = httpx.Client(base_url=self.url, timeout=10, trust_env=False)

    def start(self) -> None:
        place = ("--data", str(self.data), "--port", str(self.port))
        process = subprocess.Popen(
            [sys.executable, "-m", "queue_server", "serve", *place, *self.options],
            stdout=subprocess.PIPE,
            stderr=(self.data / "server.log").open("a"),
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.process = process
        assert process.stdout is not None
        first = process.stdout.readline()
        assert "ready" in first, (self.data / "server.log").read_text()
        threading.Thread(target=process.stdout.read, daemon=True).start()

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        self.http.close()

    def keys(self, kind: str) -> dict[str, str]:
        """Device keys or staff passwords of the demo hall, by name."""
        found: dict[str, str] = json.loads((self.data / "demo-keys.json").read_text())[kind]
        return found

    def call(self, method: str, path: str, device: str, body: Any = None) -> Any:
        """Ask as a device; returns the JSON answer, fails on a refusal."""
        headers = {
            "Authorization": f"Bearer {self.keys('devices')[device]}",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        answer = self.http.request(method, f"/api/v1{path}", headers=headers, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def issue(self, matter: str, **more: Any) -> dict[str, Any]:
        """Take a ticket at the kiosk."""
        ticket: dict[str, Any] = self.call("POST", "/tickets", "kiosk-1", {"matter": matter, **more})[
            "ticket"
        ]
        return ticket

    def console(self, counter: str) -> dict[str, Any]:
        """What the server says of a counter."""
        state: dict[str, Any] = self.call("GET", f"/counters/{counter}", f"counter-{counter}")
        return state


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
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallProcess]:
    process = HallProcess(tmp_path_factory.mktemp("hall"))
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def desk(hall: HallProcess, chromium: Browser) -> Iterator[Callable[..., Desk]]:
    """Make desks, each with a browser profile of its own; at the end none may have had any trouble."""
    desks: list[Desk] = []

    def make(width: int = 1440, height: int = 900, locale: str = "zh-CN") -> Desk:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale=locale)
        desks.append(Desk(context, hall.url))
        return desks[-1]

    yield make
    for one in desks:
        one.context.close()
    assert [trouble for one in desks for trouble in one.troubles] == []
    assert [url for one in desks for url in one.asked if not url.startswith(hall.url)] == []
