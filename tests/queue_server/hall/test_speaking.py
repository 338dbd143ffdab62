"""Which board may speak where, and with which clips: by the plan of the sample hall."""

from __future__ import annotations

import dataclasses

import pytest

from queue_server.board import Call
from queue_server.hall import rules
from queue_server.hall.model import HallPlan
from queue_server.hall.speaking import clips_of, spoken_by
from queue_server.settings import HALL_FILE


@pytest.fixture(scope="module")
def plan() -> HallPlan:
    return rules.parse(HALL_FILE.read_text(encoding="utf-8"))


def call(number: str = "B126", zone: str = "Z2", floor: int = 1, lang: str = "zh") -> Call:
    return Call(number, f"{zone}-01", "7", zone, floor, "2026-11-23T01:00:00.000Z", lang=lang)


@pytest.mark.parametrize(
    ("board", "area"),
    [("1F", "1F"), ("2F", "2F"), ("all", "all"), ("Z2", None), ("Z5", "3F")],
    ids=["its floor", "its floor too", "the whole hall", "a part of a floor", "the only zone of a floor"],
)
def test_a_board_speaks_where_it_shows_every_call(plan: HallPlan, board: str, area: str | None) -> None:
    found = spoken_by(plan, board)
    assert (found and found.id) == area


def test_a_call_is_said_in_parts(plan: HallPlan) -> None:
    please = ["zh/please", "zh/letter-B", "zh/digit-1-yao", "zh/digit-2", "zh/digit-6", "zh/hao"]
    assert clips_of(plan, "1F", call()) == [please, ["zh/counter-7"]]


def test_the_floor_is_said_where_people_of_several_floors_hear_it(plan: HallPlan) -> None:
    assert clips_of(plan, "all", call())[-1] == ["zh/floor-1"]


def test_english_follows_for_a_ticket_taken_in_english(plan: HallPlan) -> None:
    parts = clips_of(plan, "1F", call(lang="en"))
    assert [part[0].split("/")[0] for part in parts] == ["zh", "zh", "en", "en"]


def test_a_board_that_must_not_speak_gets_no_clips(plan: HallPlan) -> None:
    assert clips_of(plan, "Z2", call()) == []
    quiet = dataclasses.replace(plan, audio_zones={})
    assert clips_of(quiet, "1F", call()) == []
