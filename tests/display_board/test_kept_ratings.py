"""Ratings on the disk: whole or not at all, once a ticket, with their age, and not for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from display_board.kept_ratings import KEEP_MS, KeptRatings


class Clock:
    now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_rating_outlives_a_restart_with_its_age_until_it_is_done(tmp_path: Path, clock: Clock) -> None:
    KeptRatings(tmp_path / "kept", clock).keep("Z1-01", 7, 2)
    clock.now_ms += 90_000
    again = KeptRatings(tmp_path / "kept", clock)
    again.keep("Z1-01", 7, 5)
    again.keep("Z1-02", 3, 1)
    first, second = again.all()
    assert (first.ticket, first.level, again.ago_s(first)) == (7, 2, 90), "the first press counts"
    assert (second.ticket, again.ago_s(second)) == (3, 0)
    again.done(first)
    assert [one.ticket for one in KeptRatings(tmp_path / "kept", clock).all()] == [3]


def test_a_clock_that_was_set_back_makes_no_rating_younger_than_now(tmp_path: Path, clock: Clock) -> None:
    kept = KeptRatings(tmp_path, clock)
    kept.keep("Z1-01", 7, 2)
    clock.now_ms -= 500_000
    (rating,) = kept.all()
    assert kept.ago_s(rating) == 0


def test_what_is_spoilt_or_a_week_old_is_removed(tmp_path: Path, clock: Clock) -> None:
    kept = KeptRatings(tmp_path, clock)
    kept.keep("Z1-01", 7, 2)
    (tmp_path / "rating-8.json").write_bytes(b"{")
    assert [one.ticket for one in kept.all()] == [7]
    clock.now_ms += KEEP_MS + 1
    assert kept.all() == [] and list(tmp_path.iterdir()) == []


def test_what_cannot_be_read_just_now_is_kept(tmp_path: Path, clock: Clock) -> None:
    kept = KeptRatings(tmp_path, clock)
    kept.keep("Z1-01", 7, 2)
    stored = tmp_path / "rating-7.json"
    content = stored.read_bytes()
    stored.unlink()
    stored.mkdir()
    assert kept.all() == []
    stored.rmdir()
    stored.write_bytes(content)
    assert [one.ticket for one in kept.all()] == [7]


def test_a_disk_that_takes_nothing_costs_only_the_restart(tmp_path: Path, clock: Clock) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    kept = KeptRatings(blocked, clock)
    kept.keep("Z1-01", 7, 2)
    (rating,) = kept.all()
    assert rating.ticket == 7
    kept.done(rating)
    assert kept.all() == []
