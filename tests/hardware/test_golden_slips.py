"""Slips of every kind on every kind of printer, byte for byte and dot for dot."""

from __future__ import annotations

import msgspec
import pytest
import zxingcpp

from hardware.ticket_printer.drawing import draw_line
from hardware.ticket_printer.profile import known_profiles, load_profile
from hardware.ticket_printer.protocol import build_job
from kiosk.slip import STANDARD, SlipFacts, build_slip
from kiosk.slip_preview import SAMPLES, sample
from tests.hardware import golden_files
from tests.hardware.design_slips import SLIPS
from tests.kiosk import samples


def longest(lang: str) -> SlipFacts:
    """The sample slip of the matter with the longest name of the catalogue."""
    _, briefs, _ = samples.hall_and_matters()
    name = max((brief.name_zh if lang == "zh" else brief.name_en for brief in briefs), key=len)
    return msgspec.structs.replace(sample("plain", lang), matter=name)


KINDS = {
    "chinese": sample("plain", "zh"),
    "english": sample("plain", "en"),
    "longest-chinese": longest("zh"),
    "longest-english": longest("en"),
    "rare": sample("rare", "zh"),
    "priority": sample("priority", "zh"),
    "priority-large": sample("priority", "zh", large=True),
    "english-large": sample("plain", "en", large=True),
    "appointment": sample("appointment", "zh"),
    "several": sample("several", "zh"),
    "reprint": sample("reprint", "zh"),
}
GOLDEN = [
    *(("generic_80mm", kind) for kind in KINDS),
    *(("generic_58mm", kind) for kind in ("chinese", "several", "english-large")),
    *(("epson_tm_t88", kind) for kind in ("chinese", "rare")),
    *(("epson_tm_t20", kind) for kind in ("rare",)),
    *(("plain_clone", kind) for kind in ("chinese", "rare", "priority-large")),
]


@pytest.mark.parametrize(("name", "kind"), GOLDEN, ids=lambda part: part)
def test_golden_slips(name: str, kind: str) -> None:
    profile = load_profile(name)
    golden_files.check(f"{name}-{kind}", build_slip(KINDS[kind], STANDARD, profile.columns), profile)


@pytest.mark.parametrize("name", sorted(SLIPS))
def test_the_slips_of_the_design(name: str) -> None:
    golden_files.check(name, SLIPS[name], load_profile("generic_80mm"))


@pytest.mark.parametrize("name", known_profiles())
@pytest.mark.parametrize("kind", SAMPLES)
def test_every_printer_prints_every_slip_whole(name: str, kind: str) -> None:
    """Nothing unknown, nothing that the unit refuses, and a phone reads the code."""
    profile = load_profile(name)
    for lang in ("zh", "en"):
        facts = sample(kind, lang)
        slip = build_slip(facts, STANDARD, profile.columns)
        (piece,) = golden_files.printed(build_job(slip, profile, "j", draw_line), profile)
        assert (piece.unknown, piece.ignored, piece.refused) == ((), (), ())
        assert facts.number in piece.piece.text
        codes = zxingcpp.read_barcodes(piece.piece.picture.convert("L"))
        assert [code.text for code in codes] == [facts.url]
