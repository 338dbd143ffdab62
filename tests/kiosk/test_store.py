"""The kiosk's disk: touches, jobs and notes survive, slips are blanked, outcomes reach the server."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from hardware.ticket_printer.job import JobReport, JobState
from kiosk.store import KEEP_MS, Job, Store, Touch


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "disk")


def test_a_touch_survives_a_restart_until_its_job_is_in(store: Store, tmp_path: Path) -> None:
    store.begin_touch(Touch("k1", "Z1-001", "zh", 10))
    store.begin_touch(Touch("k1", "Z1-001", "zh", 99))
    store.begin_touch(Touch("k2", "Z1-002", "en", 20))
    again = Store(tmp_path / "disk")
    assert [touch.key for touch in again.open_touches()] == ["k2", "k1"]
    assert again.open_touches()[1].at == 10
    again.add_job(Job("7/1", 7, 1, b"{}", 30), "k1")
    again.end_touch("k2")
    assert store.open_touches() == [] and [job.id for job in store.open_jobs()] == ["7/1"]


def test_a_job_is_blanked_when_it_is_through_and_reported_once(store: Store) -> None:
    store.add_job(Job("7/1", 7, 1, b"says", 30))
    store.add_job(Job("7/1", 7, 1, b"other", 30))
    assert store.open_jobs()[0].says == b"says"
    store.save(JobReport("7/1", JobState.SEND_STARTED, None, 300, 0))
    assert store.unreported() == []
    store.save(JobReport("7/1", JobState.UNKNOWN, "no_fence", 300, 300))
    (result,) = store.unreported()
    assert (result.ticket, result.state, result.reason) == (7, "unknown", "no_fence")
    store.reported(result)
    assert store.unreported() == [] and store.open_jobs() == []
    assert store.load("7/1") == JobReport("7/1", JobState.UNKNOWN, "no_fence", 300, 300)


def test_a_late_confirmation_is_reported_again(store: Store) -> None:
    store.add_job(Job("7/1", 7, 1, b"says", 30))
    store.save(JobReport("7/1", JobState.UNKNOWN, "no_fence"))
    (unknown,) = store.unreported()
    store.save(JobReport("7/1", JobState.PRINT_CONFIRMED))
    store.reported(unknown)
    (result,) = store.unreported()
    assert result.state == "printed"
    store.reported(result)
    store.save(JobReport("7/1", JobState.PRINT_CONFIRMED))
    assert store.unreported() == []


def test_old_jobs_go_and_notes_stay(store: Store) -> None:
    store.add_job(Job("1/1", 1, 1, b"says", 0))
    store.add_job(Job("2/1", 2, 1, b"says", KEEP_MS + 1))
    assert [job.id for job in store.open_jobs()] == ["2/1"]
    assert store.read_note("catalogue") is None
    store.write_note("catalogue", b"one", 5)
    store.write_note("catalogue", b"two", 6)
    assert store.read_note("catalogue") == (b"two", 6)


def test_a_check_in_is_kept_too_and_a_disk_of_an_older_program_learns_it(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    with sqlite3.connect(tmp_path / "old" / "kiosk.sqlite3") as db:
        db.execute(
            "CREATE TABLE touches (key TEXT PRIMARY KEY, matter TEXT NOT NULL, lang TEXT NOT NULL, "
            "at INTEGER NOT NULL) STRICT"
        )
        db.execute("INSERT INTO touches VALUES ('k1', 'Z1-001', 'zh', 10)")
    for _ in range(2):
        store = Store(tmp_path / "old")
        store.begin_touch(Touch("k2", "", "en", 20, "J68PQHAV5B"))
        assert store.open_touches() == [
            Touch("k2", "", "en", 20, "J68PQHAV5B"),
            Touch("k1", "Z1-001", "zh", 10),
        ]
        store.close()
