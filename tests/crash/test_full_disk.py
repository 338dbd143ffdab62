"""The disk fills up while people take tickets: a clear refusal, nothing half done, and on it goes."""

from __future__ import annotations

import http.client
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crash.load import ask
from tests.hall_process import HallProcess


@pytest.fixture
def hall(tmp_path: Path, shim: Path) -> Iterator[HallProcess]:
    """A hall on a disk that is full while `full` exists."""
    environ = {
        "LD_PRELOAD": str(shim),
        "DISK_DIR": str(tmp_path / "hall.db"),
        "DISK_FULL": str(tmp_path / "full"),
    }
    started = HallProcess(tmp_path, environ=environ)
    started.start()
    yield started
    started.stop()


def take(hall: HallProcess, key: str, lang: str = "zh") -> tuple[int, Any]:
    line = http.client.HTTPConnection("127.0.0.1", hall.port, timeout=20)
    try:
        return ask(line, f"/tickets?lang={lang}", hall.keys("devices")["kiosk-1"], key, {"matter": "Z1-001"})
    finally:
        line.close()


def counts(hall: HallProcess) -> tuple[Any, ...]:
    """Rows of everything that a ticket is made of."""
    with sqlite3.connect(hall.data / "hall.db") as db:
        return db.execute(
            "SELECT (SELECT count(*) FROM ticket), (SELECT count(*) FROM visit),"
            " (SELECT sum(n) FROM series_counter), (SELECT count(*) FROM journal),"
            " (SELECT count(*) FROM idempotency)"
        ).fetchone()


def test_a_full_disk_is_said_and_survived(hall: HallProcess, tmp_path: Path) -> None:
    status, first = take(hall, "key-before")
    assert (status, first["ticket"]["number"][1:]) == (201, "001")
    before = counts(hall)
    (tmp_path / "full").touch()
    for lang in ("zh", "en"):
        status, problem = take(hall, "key-during", lang)
        assert (status, problem["code"]) == (507, "disk_full")
        assert problem["title"]
    # Reading goes on, and a repeated key still gets its ticket.
    assert hall.http.get("/healthz").status_code == 200
    status, again = take(hall, "key-before")
    assert (status, again["ticket"]["number"]) == (200, first["ticket"]["number"])
    assert counts(hall) == before
    (tmp_path / "full").unlink()
    status, second = take(hall, "key-during")
    assert (status, second["ticket"]["number"][1:]) == (201, "002")
    assert counts(hall)[0] == before[0] + 1


def test_many_at_once_on_a_disk_that_fills_up_and_empties(hall: HallProcess, tmp_path: Path) -> None:
    """In a group commit a full disk undoes the whole batch behind the savepoints: nobody is told "done"."""
    told: dict[str, tuple[int, Any]] = {}
    stop = threading.Event()

    def taker(index: int) -> None:
        for number in range(100_000):
            if stop.is_set():
                return
            key = f"key-{index:02d}-{number:06d}"
            told[key] = take(hall, key)

    threads = [threading.Thread(target=taker, args=(index,), daemon=True) for index in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        stop.wait(0.15)
        (tmp_path / "full").touch()
        stop.wait(0.15)
        (tmp_path / "full").unlink()
    stop.wait(0.2)
    stop.set()
    for thread in threads:
        thread.join(20)
    assert {status for status, _ in told.values()} == {201, 507}
    tickets, visits, numbers, _, keys = counts(hall)
    issued = [body["ticket"]["number"] for status, body in told.values() if status == 201]
    assert len(issued) == len(set(issued)) == tickets == visits == numbers == keys
    refused = next(key for key, (status, _) in told.items() if status == 507)
    status, body = take(hall, refused)
    assert (status, int(body["ticket"]["number"][1:])) == (201, len(issued) + 1)
