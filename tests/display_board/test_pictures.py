"""Every layout is drawn for real and measured in its pixels: contrast, room, rare signs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from display_board import glyphs
from display_board.look import PALETTES, Box
from tests.conftest import SOAK
from tests.display_board.board_program import ROOT
from tests.display_board.measuring import Written, contrast
from tests.display_board.samples import RARE, Sample, all_samples
from tests.x_server import x_server

SHORT = (
    "full-landscape-zh-dark", "notice-landscape-zh-dark", "full-landscape-en-light",
    "media-landscape-zh-dark",
    "rush18-landscape", "full-portrait-zh-light", "counters-portrait-en-dark", "empty-portrait-zh-dark",
)  # fmt: skip
"""What `make test` draws; `make soak` draws all."""
SAMPLES = {sample.name: sample for sample in all_samples() if SOAK or sample.name in SHORT}
LEAST_CONTRAST = 7.0


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("gallery")
    wanted = [] if SOAK else [*SAMPLES]
    with x_server(3840, 3840) as screen:
        subprocess.run(
            [sys.executable, "-m", "tests.display_board.gallery", str(folder), *wanted],
            cwd=ROOT, env={**os.environ, "DISPLAY": screen.display}, check=True, timeout=900,
        )  # fmt: skip
    yield folder


def written(drawn: Path, sample: Sample) -> list[Written]:
    """Every text of a scene with the place where it was drawn."""
    return Written.read(drawn / f"{sample.name}.json")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_text_stands_out_seven_to_one(drawn: Path, name: str) -> None:
    sample = SAMPLES[name]
    with Image.open(drawn / f"{name}.png") as picture:
        found = {text.text: contrast(picture, text) for text in written(drawn, sample)}
    assert len(found) > 12
    # On a board that may be old the counters are dimmed on purpose; what tells so is not.
    weak = {text: round(ratio, 2) for text, ratio in found.items() if ratio < LEAST_CONTRAST}
    assert not weak or name.startswith("lost"), weak
    if name.startswith("lost"):
        assert all(ratio >= 3 for ratio in found.values()), found


@pytest.mark.parametrize("name", SAMPLES)
def test_no_text_is_cut_or_squeezed_beyond_reading(drawn: Path, name: str) -> None:
    sample = SAMPLES[name]
    screen = Box(0, 0, *sample.size)
    for text in written(drawn, sample):
        assert text.box.x >= 4 and text.box.right <= screen.width - 4, text
        assert text.box.y >= 0 and text.box.bottom <= screen.height + 8, text
        assert text.squeezed >= 0.7, text


def test_rare_signs_are_drawn_and_not_an_empty_box(drawn: Path) -> None:
    sample = SAMPLES["notice-landscape-zh-dark"]
    (name,) = [text for text in written(drawn, sample) if text.text.startswith(RARE)]
    with Image.open(drawn / f"{sample.name}.png") as picture:
        box = name.box
        shown = picture.convert("L").crop((round(box.x), round(box.y), round(box.right), round(box.bottom)))
    width = shown.width / len(name.text)
    cut = [
        shown.crop((round(at * width), 0, round((at + 1) * width), shown.height)) for at in range(len(RARE))
    ]
    assert len({sign.tobytes() for sign in cut}) == len(RARE)  # empty boxes would all be alike
    assert all(max(sign.getdata()) > 200 for sign in cut)


@pytest.mark.parametrize("bold", [True, False])
def test_signs_that_are_taken_for_granted_are_in_the_font(bold: bool) -> None:
    known = glyphs.covered(glyphs.font(bold))
    granted = {point for low, high in glyphs._ALWAYS for point in range(low, high + 1)}
    assert granted <= known


def test_a_sign_that_no_font_has_becomes_the_mark_for_it() -> None:
    unknown = chr(0x3FFFD)
    pieces = list(glyphs.runs(f"张{unknown}芳", True))
    assert "".join(text for text, _ in pieces) == f"张{glyphs.MISSING}芳"
    assert {path for _, path in pieces} == {glyphs.font(True)}


def test_a_font_for_rare_signs_is_used_where_the_machine_has_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    rare = chr(0x3FFFC)
    pen = TTGlyphPen(None)
    for point in ((0, 0), (0, 900), (900, 900), (900, 0)):
        (pen.lineTo if point != (0, 0) else pen.moveTo)(point)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "rare"])
    builder.setupCharacterMap({ord(rare): "rare"})
    builder.setupGlyf({".notdef": pen.glyph(), "rare": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "rare": (1000, 0)})
    builder.setupHorizontalHeader(ascent=900, descent=0)
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "rare.ttf")
    monkeypatch.setattr(glyphs, "RARE_FONTS", (tmp_path / "rare.ttf",))
    assert list(glyphs.runs(f"a{rare}b", False)) == [
        ("a", glyphs.font(False)),
        (rare, tmp_path / "rare.ttf"),
        ("b", glyphs.font(False)),
    ]


def test_the_colours_of_each_theme_stand_out_on_their_grounds() -> None:
    for palette in PALETTES.values():
        for ink, ground in (
            (palette.ink, palette.page), (palette.ink, palette.surface), (palette.ink, palette.surface_2),
            (palette.ink_2, palette.page), (palette.ink_2, palette.surface_2),
            (palette.on_index, palette.index), (palette.on_plate, palette.plate),
            (palette.on_foot, palette.foot), (palette.on_foot_2, palette.foot),
            (palette.on_resting, palette.resting),
        ):  # fmt: skip
            assert Written.ratio(ink, ground) >= LEAST_CONTRAST, (ink, ground)
