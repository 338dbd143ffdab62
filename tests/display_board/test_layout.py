"""Where zones and counters go, for the sample hall and for any other."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFont

from display_board.frame import WANDER, Frame, wander, wanders_in_s
from display_board.grid import Grid, pages
from display_board.layout import BLEED, LABEL_EM, MARGIN, NUMBER_EM, Layout, layout_of, number_px
from display_board.look import DARK, META, Box
from display_board.showing import LEVELS
from queue_server.wire import sight
from queue_server.wire.board import BoardLook, Orientation
from tests.conftest import SOAK
from tests.reading import FONT

SOAK_EXAMPLES = 200 if SOAK else 25
FLOORS = {
    "1F": (("Z1", 6), ("Z2", 18), ("Z7", 6)),
    "2F": (("Z3", 10), ("Z4", 6), ("Z6", 4)),
    "3F": (("Z5", 16),),
    "all": (("Z1", 6), ("Z2", 18), ("Z3", 10), ("Z4", 6), ("Z5", 16), ("Z6", 4), ("Z7", 6)),
}

PLAIN = layout_of(BoardLook(), False)
LOOKS = [
    BoardLook(orientation, diagonal_in=inches, distance_m=metres)
    for orientation in Orientation
    for inches, metres in ((55, 4.0), (55, 7.0), (75, 10.0), (75, 18.0))
]


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.right - 0.01
        and other.x < one.right - 0.01
        and one.y < other.bottom - 0.01
        and other.y < one.bottom - 0.01
    )


def inside(box: Box, outer: Box) -> bool:
    return (
        box.x >= outer.x - 0.01
        and box.y >= outer.y - 0.01
        and box.right <= outer.right + 0.01
        and box.bottom <= outer.bottom + 0.01
    )


@pytest.mark.parametrize(("board", "count"), [("1F", 1), ("2F", 1), ("3F", 1), ("all", 3)])
def test_the_floors_of_the_sample_hall(board: str, count: int) -> None:
    assert len(pages(PLAIN.grid, FLOORS[board])) == count


def test_the_second_floor_is_laid_out_as_drawn() -> None:
    """Police over the whole width in two lines of five; construction and intake below, 3 and 2 wide."""
    (page,) = pages(PLAIN.grid, FLOORS["2F"])
    police, construction, intake = page
    assert (police.wide, construction.wide, intake.wide) == (True, False, False)
    assert len({cell.y for cell in police.cells}) == 2
    assert [len({cell.x for cell in section.cells}) for section in page] == [5, 3, 2]
    assert construction.head.y == intake.head.y > police.cells[-1].bottom


def parts(plan: Layout, zones: int) -> list[Box]:
    """What stands on a board at the same time."""
    lists = plan.lists(zones)
    below = [plan.grid.box, lists.recent] if plan.beside else [lists.recent, lists.waiting]
    media = [plan.media] if plan.beside else []
    bands = [plan.band(place, LEVELS[0]) for place in range(LEVELS[0])]
    return [box for box in (plan.header, *bands, *below, *media, plan.ticker) if box is not None]


@pytest.mark.parametrize("zones", [1, 3, 7])
@pytest.mark.parametrize("media", [False, True])
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_parts_of_the_screen_do_not_touch(look: BoardLook, media: bool, zones: int) -> None:
    plan = layout_of(look, media)
    boxes = parts(plan, zones)
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
    screen = Box(0, 0, plan.width, plan.height)
    assert all(inside(box, screen) and box.height > 80 for box in boxes)
    assert plan.lists(zones).rows >= 1


@pytest.mark.parametrize("count", LEVELS)
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_call_bands_stand_beside_each_other_between_header_and_foot(look: BoardLook, count: int) -> None:
    plan = layout_of(look, False)
    bands = [plan.band(place, count) for place in range(count)]
    assert not [pair for pair in combinations(bands, 2) if overlap(*pair)]
    assert all(inside(band, plan.wall) for band in bands)
    assert not overlap(plan.wall, plan.header) and not overlap(plan.wall, plan.ticker)
    assert all(band.height >= number_px(plan.upright, count) for band in bands)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_number_can_be_read_from_the_boards_distance(look: BoardLook) -> None:
    plan, least = layout_of(look, False), sight.digits_px(look)
    assert plan.grid.label >= least and plan.grid.number >= least and plan.digits >= least
    assert all(number_px(plan.upright, level) >= least for level in plan.levels)
    assert plan.levels[0] == LEVELS[0]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_small_band_has_room_for_number_and_label_in_their_full_size(look: BoardLook) -> None:
    plan = layout_of(look, False)
    size = number_px(plan.upright, LEVELS[-1])
    font = ImageFont.truetype(str(FONT), size)
    assert font.getlength("G888") <= NUMBER_EM * size and font.getlength("88") <= LABEL_EM * size
    sign, unit, gaps = 64, 2 * META, 44
    assert sign + (NUMBER_EM + LABEL_EM) * size + unit + gaps <= plan.band(0, LEVELS[-1]).width


def test_a_zone_without_counters_takes_no_room() -> None:
    assert pages(PLAIN.grid, (("Z8", 0), ("Z1", 2))) == pages(PLAIN.grid, (("Z1", 2),))
    assert pages(PLAIN.grid, ()) == ()


@given(st.lists(st.integers(0, 45), max_size=6), st.sampled_from(LOOKS))
@settings(max_examples=SOAK_EXAMPLES, deadline=None)
def test_every_counter_of_any_hall_has_its_place(sizes: list[int], look: BoardLook) -> None:
    grid: Grid = layout_of(look, False).grid
    counts = tuple((f"Z{place}", size) for place, size in enumerate(sizes))
    seen: dict[str, list[int]] = {zone: [] for zone, _ in counts}
    for page in pages(grid, counts):
        boxes = [box for section in page for box in (section.head, *section.cells)]
        assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
        assert all(inside(box, grid.box) for box in boxes)
        for section in page:
            assert all(cell.height >= grid.least_cell for cell in section.cells)
            assert all(cell.width >= grid.index + 2.3 * grid.number for cell in section.cells)
            seen[section.zone] += range(section.first, section.first + len(section.cells))
    assert {zone: sorted(places) for zone, places in seen.items()} == {
        zone: list(range(size)) for zone, size in counts
    }


@pytest.mark.parametrize(
    ("size", "fitted"),
    [
        ((1920, 1080), (1.0, 0.0, 0.0)),
        ((3840, 2160), (2.0, 0.0, 0.0)),
        ((1280, 800), (2 / 3, 0.0, 40.0)),
        ((1080, 1920), (0.5625, 0.0, 656.25)),
    ],
)
def test_other_screens_scale_by_one_factor(size: tuple[int, int], fitted: tuple[float, float, float]) -> None:
    frame = Frame.fit(PLAIN, DARK, "zh", size)
    assert (frame.scale, frame.left, frame.bottom) == fitted


def test_the_picture_wanders_and_never_so_far_that_text_is_cut() -> None:
    at_s, places = 0.0, []
    for _ in range(len(WANDER) + 1):
        places.append(wander(at_s))
        assert wander(at_s + wanders_in_s(at_s) - 1) == places[-1]
        at_s += wanders_in_s(at_s)
    assert places == [*WANDER, WANDER[0]] and len(set(WANDER)) == len(WANDER)
    farthest = max(abs(step) for place in WANDER for step in place)
    assert 0 < farthest < min(BLEED, MARGIN)
