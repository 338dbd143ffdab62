"""From a call to the frame of a web board that shows it, in a real Chromium with other readers beside it."""

from __future__ import annotations

import statistics
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from playwright.sync_api import Page, sync_playwright

from bench.programs import HERE, Server, built, finish_load, hall, issue_script, start_load
from bench.report import Report

SECTION, ORDER, TITLE = (
    "web_board",
    8,
    "call-next sent to the web board's next frame; 18 more readers, 5 issues/s",
)
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
READERS = 18
CALLS = 24
PACE_S = 2.7
"""Slow enough that one of two bands is free for each call: what is measured is the way, not the turn."""
ZONE, COUNTERS, MATTER = "Z1", 6, "Z1-003"
SECONDS = CALLS * PACE_S * 1.5
NOTE_FRAMES = """() => {
    // A frame that shows a change has been handed to the screen when the next one begins.
    window.shown = {};
    const note = () => requestAnimationFrame(() => requestAnimationFrame(() => {
        const now = performance.timeOrigin + performance.now();
        const calls = document.querySelectorAll(".call[data-number]");
        for (const call of calls) shown[call.dataset.number] ??= now;
    }));
    new MutationObserver(note).observe(document.getElementById("bands"), { childList: true });
}"""


def run(report: Report) -> None:
    """Measure two sizes of the screen; the server writes each call to the disk before anybody hears of it."""
    for name, size in (("1080p", (1920, 1080)), ("4K", (3840, 2160))):
        took = _once(size)
        report.add(f"{name}: call to frame, p50", [statistics.median(took)], "ms")
        p95 = report.add(f"{name}: call to frame, p95", [took[int((len(took) - 1) * 0.95)]], "ms")
        report.add(f"{name}: call to frame, max", [took[-1]], "ms")
        shown = report.add(f"{name}: calls shown", [100 * len(took) / CALLS], "%")
        report.target(f"call to frame of the web board, {name}, p95 (ms)", p95, at_most=150)
        report.target(f"calls shown on the web board, {name} (%)", shown, at_least=100)


def _once(size: tuple[int, int]) -> list[float]:
    """Milliseconds from the request of each call to the frame that shows it, shortest first."""
    with hall() as server, browser(server, "1F", size) as page:
        fan = [
            str(built(HERE / "fan.c")),
            str(server.port),
            str(READERS),
            str(SECONDS),
            "/api/v1/stream?board=1F",
        ]
        readers = subprocess.Popen([*fan, server.keys()["board-all"]], stdout=subprocess.PIPE, text=True)
        load = start_load(server.port, 1, SECONDS / 1.5, [issue_script(server, "Z1-001")], 5)
        sent = _calls(server)
        shown = frames(page)
        finish_load(load)
        readers.terminate()
        readers.wait()
    return sorted(shown[number] - at_ms for number, at_ms in sent.items() if number in shown)


@contextmanager
def browser(server: Server, board: str, size: tuple[int, int] = (1920, 1080)) -> Iterator[Page]:
    """A browser that shows a board and notes which frame showed which call; see `frames`."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
        page.goto(f"http://127.0.0.1:{server.port}/board/{board}#key={server.keys()[f'board-{board}']}")
        page.wait_for_selector("#zones section")
        page.evaluate(NOTE_FRAMES)
        yield page
        chromium.close()


def frames(page: Page) -> dict[str, float]:
    """When the frame that shows each call was begun, in ms UTC, by number."""
    page.wait_for_timeout(2_000)
    shown: dict[str, float] = page.evaluate("shown")
    return shown


def _calls(server: Server) -> dict[str, float]:
    """Call somebody every `PACE_S`, counter by counter; returns when each request was sent, in ms UTC."""
    keys, sent = server.keys(), {}
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}/api/v1", trust_env=False) as http:

        def ask(path: str, device: str, body: dict[str, str] | None = None) -> httpx.Response:
            headers = {"Authorization": f"Bearer {keys[device]}", "Idempotency-Key": uuid.uuid4().hex}
            return http.post(path, headers=headers, json=body or {}).raise_for_status()

        for _ in range(CALLS):
            ask("/tickets", "kiosk-1", {"matter": MATTER})
        for place in range(CALLS):
            counter = f"{ZONE}-{place % COUNTERS + 1:02d}"
            ask(f"/counters/{counter}/{'open' if place < COUNTERS else 'serve'}", f"counter-{counter}")
            time.sleep(PACE_S)
            at_ms = time.time() * 1000
            called = ask(f"/counters/{counter}/call-next", f"counter-{counter}")
            sent[called.json()["ticket"]["number"]] = at_ms
    return sent
