"""Boards in the hall file: what may be said of them, and that a number nobody can read is refused."""

from __future__ import annotations

import pytest

from queue_server.hall import rules
from queue_server.hall.located import BadFile
from queue_server.wire import sight
from queue_server.wire.board import BoardLook, Line, Orientation, Theme
from tests.queue_server.hall.test_plan_file import PLAN, SAMPLE

ZONE_3 = 'Z3 = { name = "公安", name_en = "Police", zones = ["Z3"] }'


def with_board(more: str) -> str:
    assert ZONE_3 in SAMPLE
    return SAMPLE.replace(ZONE_3, ZONE_3.replace(" }", f", {more} }}"))


def faults(more: str) -> list[tuple[str, str]]:
    with pytest.raises(BadFile) as caught:
        rules.parse(with_board(more))
    return [(fault.place, fault.text()) for fault in caught.value.faults]


def test_the_sample_has_a_board_for_each_floor_each_zone_and_all() -> None:
    zones = {zone for zone, plan in PLAN.zones.items() if plan.mode == "counters"}
    assert {board.zones for board in PLAN.boards.values()} >= {(zone,) for zone in zones}
    assert set(PLAN.boards["all"].zones) == zones
    floors = {frozenset(PLAN.zones[zone].floor for zone in PLAN.boards[f"{n}F"].zones) for n in (1, 2, 3)}
    assert floors == {frozenset({1}), frozenset({2}), frozenset({3})}


def test_what_is_left_out_is_plain() -> None:
    assert PLAN.boards["Z3"].look == BoardLook()


def test_everything_may_be_said() -> None:
    look = (
        rules.parse(
            with_board(
                'orientation = "portrait", theme = "light", lang = "en", diagonal_in = 75, distance_m = 12.5,'
                'ticker = [{ zh = "请带好身份证", en = "Keep your ID at hand" }], media = "z3",'
                'slides = [{ title = "甲", title_en = "A", text = "乙", text_en = "B" }]'
            )
        )
        .boards["Z3"]
        .look
    )
    assert (look.orientation, look.theme, look.lang) == (Orientation.PORTRAIT, Theme.LIGHT, "en")
    assert (look.diagonal_in, look.distance_m, look.media) == (75, 12.5, "z3")
    assert look.ticker == (Line("请带好身份证", "Keep your ID at hand"),)
    assert (look.slides[0].title, look.slides[0].text) == (Line("甲", "A"), Line("乙", "B"))


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ('orientation = "upside down"', "boards.Z3.orientation"),
        ('theme = "red"', "boards.Z3.theme"),
        ('lang = "fr"', "boards.Z3.lang"),
        ("diagonal_in = 9", "boards.Z3.diagonal_in"),
        ("distance_m = 0", "boards.Z3.distance_m"),
        ('media = "../keys"', "boards.Z3.media"),
        ('ticker = [{ zh = "只有中文" }]', "boards.Z3.ticker[1]"),
        ("names = true", "boards.Z3.names"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(more: str, place: str) -> None:
    assert [where for where, _ in faults(more)] == [place]


def test_a_panel_that_is_too_small_for_its_distance_is_refused() -> None:
    assert faults("diagonal_in = 43, distance_m = 20") == [
        ("boards.Z3.distance_m", faults("diagonal_in = 43, distance_m = 20")[0][1])
    ]
    assert (
        "43 英寸的屏最远看到 10.4 米，20 米处要 83 英寸以上的屏"
        in faults("diagonal_in = 43, distance_m = 20")[0][1]
    )
    rules.parse(with_board("diagonal_in = 83, distance_m = 20"))


@pytest.mark.parametrize(
    ("inches", "metres", "pixels"),
    [(55, 5.0, 54), (55, 13.3, 144), (75, 5.0, 40), (75, 18.2, 144), (43, 1.0, 14)],
)
def test_digits_are_a_two_hundredth_of_the_distance(inches: int, metres: float, pixels: int) -> None:
    look = BoardLook(diagonal_in=inches, distance_m=metres)
    assert sight.digits_px(look) == pixels
    # 16:9: the long side is 0.8716 of the diagonal; capitals and digits are 0.733 of the type size.
    height_mm = pixels * 0.733 * inches * 25.4 * 0.8716 / 1920
    assert height_mm >= metres * 1000 / 200 > height_mm * (pixels - 1) / pixels


def test_the_largest_distance_and_the_smallest_panel_agree() -> None:
    for inches in range(20, 120, 7):
        for orientation in Orientation:
            most = sight.farthest_m(BoardLook(orientation, diagonal_in=inches))
            assert sight.holds(BoardLook(orientation, diagonal_in=inches, distance_m=most))
            too_far = BoardLook(orientation, diagonal_in=inches, distance_m=most + 0.2)
            assert not sight.holds(too_far)
            enough = sight.least_inches(too_far)
            assert sight.holds(BoardLook(orientation, diagonal_in=enough, distance_m=most + 0.2))
