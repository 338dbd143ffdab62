"""A real server process with the demo hall, for every test that talks to it from outside."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from queue_server.app import build
from queue_server.client import Client
from queue_server.journal.store import rows_after
from queue_server.settings import HALL_FILE, Settings
from queue_server.wire import Event


@functools.cache
def _seeded(plan: Path) -> Path:
    """A data folder as the first start of a demo makes it; seeding is a third of the cost of a start."""
    folder = Path(tempfile.mkdtemp(prefix="seeded-hall-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    build(Settings(folder, hall=plan, demo=True)).database.close()
    return folder


class HallProcess:
    """`python -m queue_server serve --demo` on a free port; it can be killed and started again there.

    A demo begins with a copy of a seeded folder, unless `environ` asks for something special: then
    the server itself makes everything in the folder. `plan` is the hall file of a demo.
    """

    def __init__(
        self,
        data: Path,
        *,
        demo: bool = True,
        plan: Path = HALL_FILE,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.data = data
        self.environ = dict(environ or {})
        self.demo = demo
        self.plan = plan
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        self.http = self._caller()

    def _caller(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=10, trust_env=False)

    def start(self) -> None:
        if self.http.is_closed:
            self.http = self._caller()
        command = ["-m", "queue_server", "serve", "--data", str(self.data), "--port", str(self.port)]
        command += ["--demo", "--hall", str(self.plan)] if self.demo else []
        if self.demo and not self.environ and not (self.data / "hall.db").exists():
            shutil.copytree(_seeded(self.plan), self.data, dirs_exist_ok=True)
        process = subprocess.Popen(
            [sys.executable, *command],
            stdout=subprocess.PIPE,
            stderr=(self.data / "server.log").open("a"),
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environ},
        )
        self.process = process
        assert process.stdout is not None
        first = process.stdout.readline()
        assert "ready" in first, (self.data / "server.log").read_text()
        threading.Thread(target=process.stdout.read, daemon=True).start()

    def kill(self) -> None:
        assert self.process is not None
        self.tell(signal.SIGKILL)
        self.process.wait(10)

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal: SIGSTOP freezes it, SIGCONT thaws it."""
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.tell(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(20)
        self.http.close()

    def keys(self, kind: str) -> dict[str, str]:
        """Device keys or staff passwords of the demo hall, by name."""
        found: dict[str, str] = json.loads((self.data / "demo-keys.json").read_text())[kind]
        return found

    def key(self, device: str) -> str:
        """The key of one device of the demo hall."""
        return self.keys("devices")[device]

    def client(self, device: str) -> Client:
        """The typed client, as a device."""
        return Client(self.url, self.key(device))

    def journal(self, *kinds: str) -> list[Event]:
        """The journal's rows of these kinds so far, read from the database file itself."""
        db = sqlite3.connect(f"file:{self.data / 'hall.db'}?mode=ro", uri=True)
        try:
            return [event for event in rows_after(db, 0, 100_000) if event.kind in kinds]
        finally:
            db.close()

    def call(self, method: str, path: str, device: str, body: Any = None) -> Any:
        """Ask as a device; returns the JSON answer, fails on a refusal."""
        headers = {
            "Authorization": f"Bearer {self.key(device)}",
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


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallProcess]:
    """A demo hall for one test file."""
    process = HallProcess(tmp_path_factory.mktemp("hall"))
    process.start()
    yield process
    process.stop()
