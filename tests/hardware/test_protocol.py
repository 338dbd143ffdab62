"""A slip's bytes are the golden ones, few, quick to build, and read back as the same text."""

from __future__ import annotations

import re
import timeit
from dataclasses import replace

import pytest
from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.ticket_printer.answers import Block, Queued, RealTime
from hardware.ticket_printer.job import JobEvent
from hardware.ticket_printer.profile import Profile, load_profile
from hardware.ticket_printer.protocol import (
    FenceWatch,
    build_job,
    cut_off,
    encode,
    fence_ids,
    filler,
    fit,
    will_cut,
)
from hardware.ticket_printer.slip import Align, Cut, Feed, Line, Qr, Slip, Text, columns
from tests.hardware.design_slips import LARGE_PRINT, SLIPS, STANDARD, URL
from tests.hardware.golden_files import printed

PROFILE = load_profile("generic_80mm")
PREFLIGHT_BYTES = 4 * 3


@pytest.mark.parametrize("name", sorted(SLIPS))
def test_a_slip_is_at_most_420_bytes_on_the_wire(name: str) -> None:
    assert len(URL) == 60
    assert len(build_job(SLIPS[name], PROFILE, "any job")) + PREFLIGHT_BYTES <= 420


def test_a_slip_is_built_in_less_than_a_millisecond() -> None:
    best = min(timeit.repeat(lambda: build_job(STANDARD, PROFILE, "job"), number=20, repeat=5)) / 20
    assert best < 0.001


def test_no_job_holds_a_real_time_command() -> None:
    """DLE EOT, DLE ENQ and DLE DC4 would be obeyed at once, even inside other data."""
    feeds = Slip((*map(Feed, range(1, 256)), Line((Text("A", 2, 1), Text("中", 2, 1)))))
    for slip in (*SLIPS.values(), feeds):
        assert not re.search(rb"\x10[\x04\x05\x14]", build_job(slip, PROFILE, "job"))


def test_the_qr_and_cut_bytes_are_those_of_python_escpos() -> None:
    theirs = Dummy()
    theirs.qr(URL, ec=QR_ECLEVEL_M, size=6, native=True)
    theirs.cut(mode="PART", feed=False)
    profile = replace(PROFILE, qr_model=True, fence="none")
    ours = build_job(Slip((Qr(URL),)), profile, "j")
    start = b"\x1b\x40\x1c\x26\x1b\x33\x20\x1b\x61\x01"
    assert ours == start + theirs.output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("，。！", "a3aca1a3a3a1"),
        ("：", "a3ba"),
        ("（A）", "a3a841a3a9"),
        ("①", "a2d9"),
        ("℃", "a1e6"),
        ("㐀", "8139ee39"),
        ("𠮷", "9534b235"),
        ("A012", "41303132"),
        ("㎡中", "a94fd6d0"),
    ],
)
def test_the_characters_that_break_elsewhere(text: str, expected: str) -> None:
    assert encode(text, "gb18030").hex() == expected


def test_a_small_character_set_shows_a_gap_and_not_a_question_mark() -> None:
    assert encode("镕A", "gb2312") == "〓A".encode("gb2312")
    assert encode("𠮷", "gbk") == "〓".encode("gbk")
    assert encode("𠮷", "utf8") == "𠮷".encode()


def test_fences_differ_by_job_and_are_printable() -> None:
    marks = [mark for number in range(500) for mark in fence_ids(f"job-{number}")]
    assert len(set(marks)) == len(marks)
    assert all(len(mark) == 4 and all(0x20 <= byte <= 0x7E for byte in mark) for mark in marks)
    assert fence_ids("job-1") == fence_ids("job-1")


def test_gs_h_watch_takes_only_its_own_fences() -> None:
    watch = FenceWatch("a", "gs_h", cut_expected=True)
    mine, other = fence_ids("a"), fence_ids("b")
    assert watch.event(Block(0x37, b"\x22" + other[0])) is None
    assert watch.event(Block(0x5F, b"\x22" + mine[0])) is None
    assert watch.event(RealTime(0x12)) is None
    assert watch.event(Queued(0)) is None
    assert watch.event(Block(0x37, b"\x22" + mine[0])) is JobEvent.PRINTED
    assert watch.event(Block(0x37, b"\x22" + mine[1])) is JobEvent.CUT


def test_gs_r_watch_counts() -> None:
    watch = FenceWatch("a", "gs_r", cut_expected=True)
    assert [watch.event(Queued(0)) for _ in range(3)] == [JobEvent.PRINTED, JobEvent.CUT, None]
    uncut = FenceWatch("a", "gs_r", cut_expected=False)
    assert [uncut.event(Queued(0)) for _ in range(2)] == [JobEvent.PRINTED, None]


@pytest.mark.parametrize(
    ("wanted", "cutter", "cut", "tail"),
    [
        (Cut.PARTIAL, "partial", True, "1d564200"),
        (Cut.FULL, "partial", True, "1d564200"),
        (Cut.FULL, "full", True, "1d564100"),
        (Cut.PARTIAL, "none", False, "1b6405"),
        (Cut.NONE, "full", False, "0a"),
    ],
)
def test_cut_follows_the_profile(wanted: Cut, cutter: str, cut: bool, tail: str) -> None:
    profile = replace(PROFILE, cutter=cutter, fence="none")
    slip = Slip((Line.of("A"),), wanted)
    assert will_cut(slip, profile) is cut
    assert build_job(slip, profile, "j").hex().endswith(tail)


@pytest.mark.parametrize(
    ("hanzi_scale", "size", "command"),
    [("gs_bang", 4, "1d2133"), ("fs_bang", 4, "1c210c"), ("fs_w", 4, "1c5701")],
)
def test_hanzi_grow_the_way_the_printer_knows(hanzi_scale: str, size: int, command: str) -> None:
    profile = replace(PROFILE, hanzi_scale=hanzi_scale)
    data = build_job(Slip((Line.of("中", size), Line.of("文"))), profile, "j").hex()
    assert command in data
    assert data.index(command) < data.index("中".encode("gb18030").hex())
    # Latin runs keep their size on all of them.
    assert "1d2177" in build_job(Slip((Line.of("A012", 8),)), profile, "j").hex()


def test_too_wide_lines_shrink_until_they_fit() -> None:
    line = Line((Text("去 1楼", 4, 4), Text(" B区 ", 4, 4, reverse=True), Text("不动产登记", 2, 2)))
    spans = fit(line, PROFILE)
    assert sum(span.columns for span in spans) <= 48
    assert [span.width for span in spans] == [2, 2, 2]
    assert fit(Line.of("A" * 60), PROFILE)[0].width == 1
    assert fit(Line.of("A", 8), replace(PROFILE, max_scale=4))[0].width == 4


def test_raster_codes_are_the_same_picture() -> None:
    slip = Slip((Qr(URL, 6), Feed(8)))
    native = printed(build_job(slip, PROFILE, "j"))[0].piece.picture
    raster = printed(build_job(slip, replace(PROFILE, qr="raster"), "j"))[0].piece.picture
    odd = printed(build_job(Slip((Qr(URL, 5),)), replace(PROFILE, qr="raster"), "j"))[0]
    assert native.size == raster.size
    # The raster is padded to whole bytes and doubled, so it may stand some dots to the left.
    assert 0 <= _left(native) - _left(raster) <= 8
    assert sum(native.convert("L").getdata()) == sum(raster.convert("L").getdata())
    assert odd.unknown == ()


def _left(picture) -> int:
    return picture.convert("L").point(lambda level: 255 - level).getbbox()[0]


def test_feeds_follow_the_motion_unit() -> None:
    profile = replace(PROFILE, units_per_dot=2)
    assert b"\x1b\x4a\xff\x1b\x4a\x2d" in build_job(Slip((Feed(150),)), profile, "j")
    assert b"\x1b\x33\x40" in build_job(Slip(()), profile, "j")


@pytest.mark.parametrize("slip", [STANDARD, LARGE_PRINT], ids=["standard", "large"])
def test_a_slip_after_a_job_that_broke_anywhere_is_whole(slip: Slip) -> None:
    """Cut the first job at every byte: after the recovery the second slip holds only itself."""
    data = build_job(slip, PROFILE, "first")
    second = build_job(Slip((Line.of("C007", 8), Line.of("第二张"))), PROFILE, "second")
    for at in range(1, len(data)):
        slips = printed(data[:at] + filler(data) + cut_off(PROFILE) + second)
        assert slips[-1].piece.text == ["C007", "第二张"], at


HANZI = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
WORDS = st.text(
    st.one_of(st.characters(min_codepoint=0x21, max_codepoint=0x7E), HANZI), min_size=1, max_size=10
)
SPANS = st.builds(
    Text,
    WORDS,
    width=st.integers(1, 3),
    height=st.integers(1, 8),
    reverse=st.booleans(),
    bold=st.booleans(),
)
LINES = st.builds(
    Line,
    st.lists(SPANS, min_size=1, max_size=3).map(tuple),
    st.sampled_from(Align),
).filter(lambda line: columns(line.text) <= 48)
SCALES: st.SearchStrategy[Profile] = st.sampled_from(
    [
        PROFILE,
        replace(PROFILE, hanzi_scale="fs_bang"),
        replace(PROFILE, fence="gs_r"),
        replace(PROFILE, max_scale=2),
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(LINES, st.builds(Feed, st.integers(1, 60))), max_size=5), SCALES)
def test_round_trip_through_the_simulator(items: list, profile: Profile) -> None:
    slips = printed(build_job(Slip(tuple(items)), profile, "j"))
    assert len(slips) == 1
    assert slips[0].unknown == ()
    assert slips[0].ignored == ()
    assert slips[0].piece.text == [item.text for item in items if isinstance(item, Line)]
