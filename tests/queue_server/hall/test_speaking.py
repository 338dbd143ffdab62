"""Which board may speak where, and with which clips: by the plan of the sample hall."""

from __future__ import annotations

import dataclasses

import pytest

from queue_server.board import Call
from queue_server.board.speech import sentences
from queue_server.hall import rules
from queue_server.hall.model import HallPlan
from queue_server.hall.speaking import clips_of, spoken_by
from queue_server.settings import HALL_FILE
from queue_server.wire.hall import Voice


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


def test_a_call_is_said_as_it_is_worded_everywhere(plan: HallPlan) -> None:
    (sentence,) = sentences("B126", "7", voice=Voice(one=plan.voice.one))
    assert clips_of(plan, "1F", call()) == [[list(part.clips) for part in sentence.parts]]


def test_the_floor_is_said_where_people_of_several_floors_hear_it(plan: HallPlan) -> None:
    assert clips_of(plan, "all", call())[0][-1] == ["zh/floor-1"]


def test_english_follows_for_a_ticket_taken_in_english(plan: HallPlan) -> None:
    both = clips_of(plan, "1F", call(lang="en"))
    assert [sentence[0][0].split("/")[0] for sentence in both] == ["zh", "en"]


def test_a_board_that_must_not_speak_gets_no_clips(plan: HallPlan) -> None:
    assert clips_of(plan, "Z2", call()) == []
    quiet = dataclasses.replace(plan, audio_zones={})
    assert clips_of(quiet, "1F", call()) == []
