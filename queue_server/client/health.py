"""Tells the server how the devices of a program are: each change at once, everything twice a minute."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

import msgspec

from queue_server.client.calls import Client, Refusal, ServerAway
from queue_server.wire.devices import DeviceKind, DeviceReport, DeviceState

EVERY_S = 30.0
AGAIN_S = 5.0
"""Pause after a report that did not arrive."""

log = logging.getLogger(__name__)


class Said(Protocol):
    """What a driver says of its device: a state in the wire's words, a reason, since when (monotonic)."""

    @property
    def state(self) -> str: ...

    @property
    def reason(self) -> str: ...

    @property
    def since_s(self) -> float: ...


class HealthReporter:
    """One thread that reports. A report that does not arrive is made anew later; nothing piles up.

    It reports without devices too, since that is how the server knows that the program lives.
    """

    def __init__(self, client: Callable[[], Client], every_s: float = EVERY_S) -> None:
        self._make_client, self._every_s = client, every_s
        self._lock = threading.Lock()
        self._known: dict[str, tuple[DeviceReport, float]] = {}
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="device health", daemon=True)

    def start(self) -> None:
        """Begin, with a first report at once."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what was not reported stays unsaid."""
        self._stopping.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(timeout=3)

    def note(self, device: str, kind: DeviceKind, said: Said, counter: str | None = None) -> None:
        """Take in how a device is, under its name within this program. Never blocks; from any thread."""
        report = DeviceReport(device, kind, DeviceState(said.state), said.reason, counter=counter)
        with self._lock:
            before = self._known.get(device)
            self._known[device] = (report, said.since_s)
        if before is None or before[0] != report:
            self._news.set()

    def _run(self) -> None:
        arrived = True
        with self._make_client() as client:
            while not self._stopping.is_set():
                self._news.clear()
                arrived = self._report(client, logging.WARNING if arrived else logging.DEBUG)
                self._news.wait(self._every_s if arrived else AGAIN_S)

    def _report(self, client: Client, loudness: int) -> bool:
        """Report everything; the first failure is loud, the same again is quiet."""
        now_s = time.monotonic()
        with self._lock:
            known = list(self._known.values())
        try:
            client.report_health([_aged(report, now_s - since_s) for report, since_s in known])
        except (ServerAway, Refusal) as error:
            log.log(loudness, "the devices could not be reported: %s", error)
            return False
        return True


def _aged(report: DeviceReport, age_s: float) -> DeviceReport:
    return msgspec.structs.replace(report, age_s=max(0.0, round(age_s, 1)))
