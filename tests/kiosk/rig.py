"""A kiosk as a program on an X server, and a kiosk's threads without a screen."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from display_board.look import Box
from kiosk.clocks import Clocks
from kiosk.conductor import Conductor, Stage
from kiosk.flow import DEBOUNCE_S, PAD_DEBOUNCE_S
from kiosk.scene import Act, Action, Scene
from kiosk.settings import Settings
from tests.hall_process import HallProcess
from tests.x_server import Screen

ROOT = Path(__file__).resolve().parents[2]

NUMBER, NUMBER_PX = Box(60, 430, 960, 195), 224
"""Where the number stands on the ticket screen at full size, and its type size, in pixels."""


def wait_until(found: Callable[[], object], within_s: float = 15.0, what: str = "") -> None:
    """Wait for an effect; fails with `what` if it does not come."""
    end = time.monotonic() + within_s
    while not found():
        assert time.monotonic() < end, f"not within {within_s} s: {what or found}"
        time.sleep(0.02)


ID_NUMBER, OTHER_ID = "11010519491231002X", "440524188001010014"
"""The examples of GB 11643: nobody's numbers."""


def booked(server: HallProcess, person: str = ID_NUMBER) -> str:
    """Book over HTTP the first free slot of a coming day; returns the code."""
    days = server.call("GET", "/appointments/slots?matter=Z3-004", "kiosk-1")["days"]
    starts = next(slot["starts_at"] for day in days for slot in day["slots"] if slot["free"])
    body = {"matter": "Z3-004", "starts_at": starts, "citizen": {"id_number": person}}
    code: str = server.call("POST", "/appointments", "kiosk-1", body)["appointment"]["code"]
    return code


def booked_for_now(server: HallProcess, person: str = ID_NUMBER) -> str:
    """Book, and move the booking to this minute: no test waits for a day."""
    code = booked(server, person)
    now = time.time_ns() // 1_000_000
    with sqlite3.connect(server.data / "hall.db", timeout=5) as db:
        today = db.execute("SELECT value FROM mark WHERE name = 'business_day'").fetchone()[0]
        db.execute(
            "UPDATE appointment SET day = ?, starts_at = ?, ends_at = ? WHERE code = ?",
            (today, now, now + 1_800_000, code.replace("-", "")),
        )
    return code


def traces(folder: Path, number: str) -> list[str]:
    """The files in which a number stands, in any of the ways in which a program may write it."""
    plain = number[:17].encode()
    spellings = [plain, number.encode("utf-16-le"), plain.hex().encode()]
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and any(spelling in path.read_bytes() for spelling in spellings):
            found.append(path.name)
    return found


class Desk:
    """A conductor without Kivy: the test is the screen's thread, the threads and the wires are real."""

    def __init__(
        self, server: HallProcess, data: Path, printer: str | None = None, key: str = "", reader: str = ""
    ) -> None:
        self.inbox: deque[Callable[[], None]] = deque()
        self.scene: Scene | None = None
        self.wiped = 0
        settings = Settings(
            server.url, key or server.key("kiosk-1"), data, printer, card_reader=reader or None
        )
        clocks = Clocks(time.monotonic, lambda: time.time_ns() // 1_000_000)
        self.conductor = Conductor(settings, clocks, Stage(self._show, self._wipe, self.inbox.append))

    def __enter__(self) -> Desk:
        self.conductor.start()
        return self

    def __exit__(self, *unused: object) -> None:
        self.conductor.stop()

    def _show(self, scene: Scene) -> None:
        self.scene = scene

    def _wipe(self) -> None:
        self.wiped += 1

    def pump(self) -> None:
        while self.inbox:
            self.inbox.popleft()()
        self.conductor.tick()

    def until(self, found: Callable[[], object], within_s: float = 15.0, what: str = "") -> None:
        def pumped() -> object:
            self.pump()
            return found()

        wait_until(pumped, within_s, f"{what}; the screen is {self.conductor.state}")

    def on(self, screen: str, within_s: float = 15.0) -> None:
        self.until(lambda: self.conductor.state.screen == screen, within_s, f"screen {screen}")

    def touch(self, act: Act, arg: str = "") -> None:
        pause = PAD_DEBOUNCE_S if act is Act.SIGN else DEBOUNCE_S
        time.sleep(pause + 0.01 if self.conductor.state.screen != "ticket" else 1.1)
        self.conductor.touch(Action(act, arg))

    def to_confirm(self, matter: str) -> None:
        self.touch(Act.START)
        self.touch(Act.ZONE, matter[:2])
        self.touch(Act.MATTER, matter)
        self.on("confirm")


class Kiosk:
    """The kiosk as people start it, on its own X server, touched with real X events."""

    def __init__(
        self, screen: Screen, server: HallProcess, folder: Path, printer: str | None, *more: str
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        key = folder / "kiosk-1.key"
        key.write_text(server.key("kiosk-1"), encoding="utf-8")
        self.screen, self.log = screen, folder / "kiosk.log"
        arguments = ["--server", server.url, "--key-file", str(key), *more]
        if printer is not None:
            arguments += ["--printer", printer]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kiosk", *arguments], cwd=ROOT, stdout=log, stderr=log,
                env={**os.environ, "DISPLAY": screen.display},
            )  # fmt: skip

    def __enter__(self) -> Kiosk:
        return self

    def __exit__(self, *unused: object) -> None:
        self.process.kill()
        self.process.wait(10)

    def do(self, *command: str) -> None:
        """Send real X events."""
        subprocess.run(["xdotool", *command], check=True, env={**os.environ, "DISPLAY": self.screen.display})

    def click(self, x: float, y: float) -> None:
        self.do("mousemove", str(round(x)), str(round(y)), "click", "1")

    def picture(self) -> Image.Image:
        """Return what stands on the screen now."""
        return self.screen.picture()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(10)
