"""Where zones and counters go, for the sample hall and for any other."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display_board.layout import BANDS, COLUMNS, LEAST_CELL, RECENT, TICKER, ZONES, half, pages
from display_board.look import Box, Frame

FLOORS = {
    "1F": (("Z1", 6), ("Z2", 18), ("Z7", 6)),
    "2F": (("Z3", 10), ("Z4", 6), ("Z6", 4)),
    "3F": (("Z5", 16),),
    "all": (("Z1", 6), ("Z2", 18), ("Z3", 10), ("Z4", 6), ("Z5", 16), ("Z6", 4), ("Z7", 6)),
}


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
    assert len(pages(FLOORS[board])) == count


def test_the_second_floor_is_laid_out_as_drawn() -> None:
    """Police over the whole width in two lines of five; construction and intake below, 3 and 2 wide."""
    (page,) = pages(FLOORS["2F"])
    police, construction, intake = page
    assert (police.wide, construction.wide, intake.wide) == (True, False, False)
    assert len({cell.y for cell in police.cells}) == 2
    assert [len({cell.x for cell in section.cells}) for section in page] == [5, 3, 2]
    assert construction.head.y == intake.head.y > police.cells[-1].bottom


def test_the_parts_of_the_screen_do_not_touch() -> None:
    parts = [half(BANDS, 0), half(BANDS, 1), ZONES, RECENT, TICKER]
    assert not [pair for pair in combinations(parts, 2) if overlap(*pair)]


def test_a_zone_without_counters_takes_no_room() -> None:
    assert pages((("Z8", 0), ("Z1", 2))) == pages((("Z1", 2),))
    assert pages(()) == ()


@given(st.lists(st.integers(0, 45), max_size=8))
def test_every_counter_of_any_hall_has_its_place(sizes: list[int]) -> None:
    counts = tuple((f"Z{place}", size) for place, size in enumerate(sizes))
    seen: dict[str, list[int]] = {zone: [] for zone, _ in counts}
    for page in pages(counts):
        boxes = [box for section in page for box in (section.head, *section.cells)]
        assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
        assert all(inside(box, ZONES) for box in boxes)
        for section in page:
            assert all(cell.height >= LEAST_CELL for cell in section.cells)
            assert all(cell.width >= ZONES.width / COLUMNS - 20 for cell in section.cells)
            seen[section.zone] += range(section.first, section.first + len(section.cells))
    assert {zone: sorted(places) for zone, places in seen.items()} == {
        zone: list(range(size)) for zone, size in counts
    }


@pytest.mark.parametrize(
    ("size", "frame"),
    [
        ((1920, 1080), Frame(1.0, 0.0, 0.0)),
        ((3840, 2160), Frame(2.0, 0.0, 0.0)),
        ((1280, 800), Frame(2 / 3, 0.0, 40.0)),
        ((1080, 1920), Frame(0.5625, 0.0, 656.25)),
    ],
)
def test_other_screens_scale_by_one_factor(size: tuple[int, int], frame: Frame) -> None:
    assert Frame.fit(*size) == frame
