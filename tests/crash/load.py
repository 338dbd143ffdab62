"""Callers of a hall under test: they take tickets, counters call and serve, each notes what it was told."""

from __future__ import annotations

import dataclasses
import http.client
import itertools
import json
import threading
import time
import uuid
from typing import Any

from tests.hall_process import HallProcess

MATTERS = ("Z1-001", "Z2-001", "Z3-004", "Z4-001", "Z6-001")


@dataclasses.dataclass
class Noted:
    """What callers were told: the ticket of each key, and keys whose answer never came."""

    tickets: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)
    unanswered: dict[str, str] = dataclasses.field(default_factory=dict)
    refused: list[tuple[int, str]] = dataclasses.field(default_factory=list)


class Load:
    """Threads that take tickets with a key each, and threads that call next and serve at a counter.

    `pause_s` is slept between two requests of one caller.
    """

    def __init__(self, hall: HallProcess, *, takers: int, counters: int = 0, pause_s: float = 0.0) -> None:
        self.noted = Noted()
        self._hall = hall
        self._pause_s = pause_s
        self._stop = threading.Event()
        keys = hall.keys("devices")
        names = [name for name in keys if name.startswith("counter-Z")][:counters]
        self._threads = [
            threading.Thread(target=self._take, args=(keys["kiosk-1"], index), daemon=True)
            for index in range(takers)
        ]
        self._threads += [
            threading.Thread(
                target=self._serve, args=(keys[name], name.removeprefix("counter-")), daemon=True
            )
            for name in names
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(20)
            assert not thread.is_alive()

    def _take(self, secret: str, index: int) -> None:
        line = self._line()
        for matter in itertools.islice(itertools.cycle(MATTERS), index, None):
            if self._stop.wait(self._pause_s):
                return
            key = uuid.uuid4().hex
            try:
                status, body = ask(line, "/tickets", secret, key, {"matter": matter})
            except (OSError, http.client.HTTPException, ValueError):
                self.noted.unanswered[key] = matter
                return
            if status == 201:
                self.noted.tickets[key] = body["ticket"]
            else:
                self.noted.refused.append((status, body["code"]))

    def _serve(self, secret: str, counter: str) -> None:
        line = self._line()
        try:
            ask(line, f"/counters/{counter}/open", secret, uuid.uuid4().hex, {})
            while not self._stop.wait(self._pause_s):
                status, _ = ask(line, f"/counters/{counter}/call-next", secret, uuid.uuid4().hex, {})
                if status == 200:
                    ask(line, f"/counters/{counter}/serve", secret, uuid.uuid4().hex, {})
        except (OSError, http.client.HTTPException, ValueError):
            return

    def _line(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._hall.port, timeout=10)


def ask(line: http.client.HTTPConnection, path: str, secret: str, key: str, body: Any) -> tuple[int, Any]:
    """Post to the hall; returns status and JSON (None when there is no body)."""
    headers = {
        "Authorization": f"Bearer {secret}",
        "Idempotency-Key": key,
        "Content-Type": "application/json",
    }
    line.request("POST", f"/api/v1{path}", json.dumps(body), headers)
    answer = line.getresponse()
    content = answer.read()
    return answer.status, json.loads(content) if content else None


def run_for(load: Load, seconds: float) -> None:
    """Let callers work for a while, then let each finish its last request."""
    load.start()
    time.sleep(seconds)
    load.stop()
