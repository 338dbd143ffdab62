"""The process is killed under load, again and again, and started on the same files."""

from __future__ import annotations

import collections
import http.client
import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SOAK
from tests.crash.load import Load, ask
from tests.hall_process import HallProcess


@pytest.mark.timeout(4000 if SOAK else 400)
def test_kill_9_under_load(tmp_path: Path, rounds: Callable[[int, int], int]) -> None:
    """Every acknowledged ticket is there, a repeated key returns it, and no number is skipped or doubled."""
    dice = random.Random(9)
    hall = HallProcess(tmp_path)
    told: dict[str, dict[str, Any]] = {}
    hall.start()
    for _ in range(rounds(20, 200)):
        load = Load(hall, takers=6, counters=3)
        load.start()
        time.sleep(dice.uniform(0.1, 0.5))
        hall.kill()
        load.stop()
        told |= load.noted.tickets
        hall.start()
        _nothing_is_lost(hall, load.noted.tickets, told, dice)
        _unanswered_keys_get_one_ticket(hall, load.noted.unanswered, told)
    hall.stop()
    assert len(told) > 200
    _numbers_are_whole(tmp_path / "hall.db", told)


def _repeat(hall: HallProcess, key: str, matter: str) -> tuple[int, Any]:
    line = http.client.HTTPConnection("127.0.0.1", hall.port, timeout=10)
    try:
        return ask(line, "/tickets", hall.keys("devices")["kiosk-1"], key, {"matter": matter})
    finally:
        line.close()


def _nothing_is_lost(
    hall: HallProcess, fresh: dict[str, dict[str, Any]], told: dict[str, dict[str, Any]], dice: random.Random
) -> None:
    """All tickets of this round, and some of all rounds, are returned for their key."""
    older = dice.sample(sorted(told), min(10, len(told)))
    for key in [*list(fresh)[-15:], *older]:
        status, body = _repeat(hall, key, told[key]["matter"]["id"])
        assert status == 200
        assert (body["ticket"]["id"], body["ticket"]["number"]) == (told[key]["id"], told[key]["number"])
    with sqlite3.connect(hall.data / "hall.db") as db:
        rows = db.execute("SELECT ticket.id, number FROM ticket JOIN visit ON visit.id = visit").fetchall()
    stored = dict(rows)
    assert [ticket for ticket in told.values() if stored.get(ticket["id"]) != ticket["number"]] == []


def _unanswered_keys_get_one_ticket(
    hall: HallProcess, unanswered: dict[str, str], told: dict[str, dict[str, Any]]
) -> None:
    """Whoever got no answer asks again with the same key: one ticket, whether it was stored or not."""
    for key, matter in unanswered.items():
        first = _repeat(hall, key, matter)
        again = _repeat(hall, key, matter)
        assert first[0] in {200, 201}
        assert again[0] == 200
        assert again[1]["ticket"]["id"] == first[1]["ticket"]["id"]
        told[key] = first[1]["ticket"]


def _numbers_are_whole(path: Path, told: dict[str, dict[str, Any]]) -> None:
    """In each series the numbers run from 1 without a gap, each once: the next one was always right."""
    with sqlite3.connect(path) as db:
        numbers = [row[0] for row in db.execute("SELECT number FROM visit").fetchall()]
    assert len({ticket["number"] for ticket in told.values()}) == len(told)
    series = collections.defaultdict(list)
    for number in numbers:
        series[number[0]].append(int(number[1:]))
    for letter, drawn in series.items():
        assert sorted(drawn) == list(range(1, len(drawn) + 1)), letter
