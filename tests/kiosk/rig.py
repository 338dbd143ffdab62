"""Real processes around a kiosk: server with the sample hall, virtual printer, X server, the kiosk itself."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from PIL import Image, ImageGrab

from kiosk.conductor import Conductor, Stage
from kiosk.link import Clocks
from kiosk.scene import Act, Action, Scene
from kiosk.settings import Settings
from queue_server.client import Client
from queue_server.journal.store import rows_after
from queue_server.wire import Event

ROOT = Path(__file__).resolve().parents[2]


def wait_until(found: Callable[[], object], within_s: float = 15.0, what: str = "") -> None:
    """Wait for an effect; fails with `what` if it does not come."""
    end = time.monotonic() + within_s
    while not found():
        assert time.monotonic() < end, f"not within {within_s} s: {what or found}"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Server:
    """`serve --demo` on one port, which can be stopped, killed, frozen and started again."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "queue_server", "serve", "--data", str(self.data), "--demo",
                 "--port", str(self.port)],
                cwd=ROOT, stdout=log, stderr=log,
            )  # fmt: skip
        wait_until(self._ready, 30, "the server is ready")

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", trust_env=False, timeout=1).status_code == 200
        except httpx.HTTPError:
            return False

    def tell(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait(10)

    def key(self, device: str) -> str:
        keys = json.loads((self.data / "demo-keys.json").read_text(encoding="utf-8"))
        return str(keys["devices"][device])

    def client(self, device: str) -> Client:
        return Client(self.url, self.key(device))

    def journal(self, *kinds: str) -> list[Event]:
        """Return the rows of these kinds so far, read from the database file itself."""
        db = sqlite3.connect(f"file:{self.data / 'hall.db'}?mode=ro", uri=True)
        try:
            return [event for event in rows_after(db, 0, 100_000) if event.kind in kinds]
        finally:
            db.close()


class Printer:
    """The virtual ticket printer over TCP; its faults are switched by a file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hardware", "simulate", "ticket_printer", "--tcp", "0",
             "--pictures", str(folder), "--speed", "0"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        found = re.match(r"listening (\S+)", self.process.stdout.readline())
        assert found is not None
        self.url = found[1]

    def faults(self, *names: str) -> None:
        (self.folder / "faults").write_text("\n".join(names), encoding="utf-8")
        wait_until(lambda: self._state()["faults"] == list(names), 5, f"faults {names}")

    def _state(self) -> dict[str, object]:
        try:
            return dict(json.loads((self.folder / "state.json").read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {"faults": None}

    def slips(self) -> list[dict[str, Any]]:
        found = sorted(self.folder.glob("slip-*.json"))
        return [json.loads(path.read_text(encoding="utf-8")) for path in found]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(10)


class Desk:
    """A conductor without Kivy: the test is the screen's thread, the threads and the wires are real."""

    def __init__(self, server: Server, data: Path, printer: str | None = None, key: str = "") -> None:
        self.inbox: deque[Callable[[], None]] = deque()
        self.scene: Scene | None = None
        self.wiped = 0
        settings = Settings(server.url, key or server.key("kiosk-1"), data, printer)
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
        time.sleep(0.31 if self.conductor.state.screen != "ticket" else 1.1)
        self.conductor.touch(Action(act, arg))

    def to_confirm(self, matter: str) -> None:
        self.touch(Act.START)
        self.touch(Act.ZONE, matter[:2])
        self.touch(Act.MATTER, matter)
        self.on("confirm")


@contextmanager
def x_server(width: int = 1080, height: int = 1920) -> Iterator[str]:
    """Run an X server of this size and give its display's name; it must not start over when a client goes."""
    number, write = os.pipe()
    screen = ["-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"]
    command = ["Xvfb", "-displayfd", str(write), *screen]
    process = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        # The pipe stays open until the line is complete: closing it earlier kills the server.
        with os.fdopen(number) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        process.terminate()
        process.wait(10)


class Kiosk:
    """The kiosk as people start it, on its own X server, touched with real X events."""

    def __init__(self, display: str, server: Server, folder: Path, printer: str | None, *more: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        key = folder / "kiosk-1.key"
        key.write_text(server.key("kiosk-1"), encoding="utf-8")
        self.display, self.log = display, folder / "kiosk.log"
        arguments = ["--server", server.url, "--key-file", str(key), *more]
        if printer is not None:
            arguments += ["--printer", printer]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kiosk", *arguments], cwd=ROOT, stdout=log, stderr=log,
                env={**os.environ, "DISPLAY": display},
            )  # fmt: skip

    def __enter__(self) -> Kiosk:
        return self

    def __exit__(self, *unused: object) -> None:
        self.process.kill()
        self.process.wait(10)

    def do(self, *command: str) -> None:
        """Send real X events."""
        subprocess.run(["xdotool", *command], check=True, env={**os.environ, "DISPLAY": self.display})

    def click(self, x: float, y: float) -> None:
        self.do("mousemove", str(round(x)), str(round(y)), "click", "1")

    def picture(self) -> Image.Image:
        """Return what stands on the screen now."""
        return ImageGrab.grab(xdisplay=self.display)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(10)
