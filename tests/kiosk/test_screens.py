"""Every screen in both languages and sizes, checked as data: nothing overlaps, overflows or is cut off."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from fontTools.ttLib import TTFont

from kiosk import symbols, typeset
from kiosk.scene import Act, Scene, Symbol, Target, Text
from kiosk.screens import draw
from kiosk.settings import BOLD, REGULAR
from kiosk.sheet import HEIGHT, WIDTH
from kiosk.theme import COLORS, PRESSED_PLAIN, SIZES
from tests.kiosk import samples
from tests.kiosk.gallery import views

MODES = list(itertools.product(("zh", "en"), (False, True)))
NAMES = list(views())
MAY_BE_CUT = {
    "正在取号…",
    "正在办…",
    "正在查…",
    "Please wait…",
    "正在读取材料清单…",
    "Loading the list of papers…",
    "正在叫导办员…",
    "Calling a guide…",
}
MIN_TARGET_PX = 80


def scenes(name: str) -> list[tuple[str, Scene]]:
    return [(f"{name}/{lang}/{large}", draw(views(lang, large)[name])) for lang, large in MODES]


def extent(item: Text) -> tuple[float, float]:
    width = typeset.width(item.text, item.px, item.bold)
    left = item.x - width * {"left": 0, "center": 0.5, "right": 1}[item.align]
    return left, left + width


@pytest.mark.parametrize("name", NAMES)
def test_no_text_leaves_the_screen_or_its_button(name: str) -> None:
    for where, scene in scenes(name):
        for item in scene.all_items():
            if isinstance(item, Text) and item.text.strip():
                left, right = extent(item)
                assert left >= 24 and right <= WIDTH - 24, (where, item)
                assert item.px / 2 < item.y < HEIGHT - item.px / 2, (where, item)
        for target in scene.targets + scene.veil_targets:
            for item in target.items:
                if isinstance(item, Text) and item.text.strip():
                    left, right = extent(item)
                    assert left >= target.x and right <= target.x + target.w, (where, target.id, item)
                    half = item.px * 0.6
                    assert target.y <= item.y - half and item.y + half <= target.y + target.h, (where, item)


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_cut_off_at_the_designed_size(name: str) -> None:
    for lang in ("zh", "en"):
        for item in draw(views(lang)[name]).all_items():
            if isinstance(item, Text) and item.text.endswith("…"):
                assert item.text in MAY_BE_CUT, (lang, item)


@pytest.mark.parametrize("name", NAMES)
def test_lines_of_text_do_not_lie_on_each_other(name: str) -> None:
    for where, scene in scenes(name):
        for group in (scene.items, *(target.items for target in scene.targets), scene.veil):
            texts = [item for item in group if isinstance(item, Text) and item.text.strip()]
            for one, two in itertools.combinations(texts, 2):
                (left, right), (left2, right2) = extent(one), extent(two)
                beside = right <= left2 or right2 <= left
                # Hanzi fill 0.92 of an em around the middle of their line, Latin letters less.
                below = abs(one.y - two.y) >= 0.46 * (one.px + two.px) - 4
                assert beside or below, (where, one, two)


@pytest.mark.parametrize("name", NAMES)
def test_no_text_lies_under_a_target(name: str) -> None:
    for where, scene in scenes(name):
        targets = [target for target in scene.targets if target.id != "anywhere"]
        for item in scene.items:
            if not isinstance(item, Text) or not item.text.strip():
                continue
            left, right = extent(item)
            top, low = item.y - 0.4 * item.px, item.y + 0.4 * item.px
            for target in targets:
                beside = right <= target.x or target.x + target.w <= left
                above = low <= target.y or target.y + target.h <= top
                assert beside or above, (where, item, target.id)


@pytest.mark.parametrize("name", NAMES)
def test_targets_are_large_enough_and_apart(name: str) -> None:
    for where, scene in scenes(name):
        for layer in (scene.targets, scene.veil_targets):
            targets = [target for target in layer if target.id != "anywhere"]
            for target in targets:
                assert min(target.w, target.h) >= MIN_TARGET_PX, (where, target.id)
                inside = target.x >= 0 and target.x + target.w <= WIDTH and target.y + target.h <= HEIGHT
                assert inside, (where, target.id)
            for one, two in itertools.combinations(targets, 2):
                assert _gap(one, two) >= 8, (where, one.id, two.id)


def _gap(one: Target, two: Target) -> float:
    across = max(two.x - one.x - one.w, one.x - two.x - two.w)
    down = max(two.y - one.y - one.h, one.y - two.y - two.h)
    return max(across, down)


@pytest.mark.parametrize("name", NAMES)
def test_only_sizes_colours_and_symbols_of_the_design(name: str) -> None:
    sizes = {size for pair in SIZES.values() for size in pair}
    for where, scene in scenes(name):
        for item in scene.all_items():
            if isinstance(item, Text):
                assert item.px in sizes, (where, item)
            if isinstance(item, Symbol):
                assert symbols.strokes(item.name), (where, item)
            for field in ("color", "fill", "border", "track"):
                token = getattr(item, field, "")
                assert not token or token in COLORS, (where, item)
    assert set(PRESSED_PLAIN) <= set(COLORS) and set(PRESSED_PLAIN.values()) <= set(COLORS)


def test_every_character_is_in_both_fonts() -> None:
    shown: dict[bool, set[str]] = {False: set(), True: set()}
    for name in NAMES:
        for _, scene in scenes(name):
            for item in scene.all_items():
                if isinstance(item, Text):
                    shown[item.bold] |= set(item.text)
    _, briefs, details = samples.hall_and_matters()
    texts = [brief.name_zh + brief.name_en for brief in briefs]
    texts += [line.name for matter in details.values() for line in matter.checklist]
    for path, bold in ((REGULAR, False), (BOLD, True)):
        known = TTFont(path, lazy=True).getBestCmap()
        missing = {char for char in shown[bold] | set("".join(texts)) if ord(char) not in known}
        assert not missing, (path.name, missing)


def test_every_matter_shows_whole_in_its_list_and_on_its_confirm_screen() -> None:
    _, briefs, _ = samples.hall_and_matters()
    for lang in ("zh", "en"):
        for brief in briefs:
            if not brief.issues:
                continue
            state = views(lang)["confirm"].state
            view = samples.view(type(state)(screen=state.screen, lang=lang, matter=brief.id, zone=brief.zone))
            texts = [item for item in draw(view).all_items() if isinstance(item, Text)]
            assert not [item for item in texts if item.text.endswith("…")], brief.id
            name = brief.name_zh if lang == "zh" else brief.name_en
            assert name in "".join(item.text for item in texts).replace("\n", ""), brief.id


def test_help_is_a_touch_away_on_every_open_screen() -> None:
    for name in NAMES:
        for where, scene in scenes(name):
            if name not in ("closed",):
                assert any(target.id == "help" for target in scene.targets), where


def test_zone_tiles_show_people_and_waits_and_grey_ones_their_reason() -> None:
    view = views()["home"]
    texts = {item.text for item in draw(view).all_items() if isinstance(item, Text)}
    assert {"14人", "约28–47分", "现在不用等"} <= texts
    hall = view.facts.hall
    assert hall is not None
    reserved = [
        msgspec.structs.replace(zone, mode="reserved") if zone.id == "Z3" else zone for zone in hall.zones
    ]
    known = samples.facts(hall=msgspec.structs.replace(hall, zones=reserved))
    scene = draw(samples.view(view.state, known))
    tile = next(target for target in scene.targets if target.id == "zone-Z3")
    assert tile.action is None
    assert "还没有开放" in {item.text for item in tile.items if isinstance(item, Text)}


def test_primary_button_says_what_happens_when_there_is_no_paper() -> None:
    scene = draw(views()["confirm-no-paper"])
    texts = {item.text for item in scene.all_items() if isinstance(item, Text)}
    assert {"这台机器没有纸", "在屏幕上取号", "换一台机器"} <= texts
    acts = {target.id: target.action.act for target in scene.targets if target.action}
    assert acts["take"] is Act.TAKE and acts["elsewhere"] is Act.DONE


def test_a_busy_button_takes_no_touch() -> None:
    take = next(target for target in draw(views()["confirm-busy"]).targets if target.id == "take")
    assert take.action is None


def test_the_confirm_screen_says_before_the_ticket_what_is_known_of_its_queue() -> None:
    def texts(name: str) -> set[str]:
        return {item.text for item in draw(views()[name]).all_items() if isinstance(item, Text)}

    assert {"9", "18–30"} <= texts("confirm")
    assert {"4", "8–14", "本时段还剩 12 个号"} <= texts("confirm-foreseen")
    late = draw(views()["confirm-too-late"])
    shown = "".join(item.text for item in late.all_items() if isinstance(item, Text))
    assert "现在取不了号" in shown and samples.TOO_LATE in shown
    acts = {target.id: target.action for target in late.targets}
    assert acts["take"] is None and acts["another"] is not None and acts["help"] is not None


def test_a_booking_code_is_asked_for_when_it_is_whole() -> None:
    for name, live in (("check-in-half", False), ("check-in", True), ("check-in-busy", False)):
        targets = {target.id: target for target in draw(views()[name]).targets}
        assert (targets["check-in"].action is not None) is live, name
    assert all(targets[f"sign-{sign}"].action is None for sign in "7QZ")
