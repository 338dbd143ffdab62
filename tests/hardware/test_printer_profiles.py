"""Each kind of printer by its profile: what the simulated unit refuses, and how the driver copes with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hardware.devices import make_transport, open_ticket_printer, parse_url
from hardware.ticket_printer.dots import REAL_TIME, Dots, raster
from hardware.ticket_printer.drawing import draw_line
from hardware.ticket_printer.job import JobReport, JobState
from hardware.ticket_printer.profile import Profile, load_profile
from hardware.ticket_printer.protocol import CLEAR, build_job, filler
from hardware.ticket_printer.qr import modules, side
from hardware.ticket_printer.simulator import (
    PrintedSlip,
    SimulatorSettings,
    TicketPrinterSimulator,
    complete_unit,
)
from hardware.ticket_printer.slip import Align, Line, Picture, Qr, Slip, Text
from hardware.ticket_printer.status import Cover, Paper
from hardware.ticket_printer.survey import survey
from tests.hardware.design_slips import STANDARD
from tests.hardware.rig import QUICK, KeepAll, Served, tcp_printer, wait_for

CLONE, NARROW = load_profile("plain_clone"), load_profile("generic_58mm")
EPSON = load_profile("epson_tm_t88")
SMALL = Slip((Line.of("C007", 8),))


def unit(profile: Profile) -> tuple[TicketPrinterSimulator, list[PrintedSlip]]:
    slips: list[PrintedSlip] = []
    return TicketPrinterSimulator(slips.append, SimulatorSettings(profile)), slips


# -- what a unit refuses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "data", "refused"),
    [
        (CLONE, b"\x1d(k\x03\x001Q0", "GS ( k: no QR code of its own"),
        (CLONE, b"\x1d(H\x06\x0000abcd", "GS ( H: no answer when printed"),
        (CLONE, b"\x1da\x0f", "GS a: no automatic status"),
        (CLONE, b"\x1c!\x0c", "FS !: Hanzi grow by FS W alone"),
        (CLONE, b"\x10\x04\x01", "DLE EOT 1: no real-time status"),
        (CLONE, CLEAR, "DLE DC4 8: no way to clear the buffer"),
        (CLONE, "镕".encode("gb18030"), None),
        (replace(CLONE, charset="gbk"), "镕".encode("gbk"), "no glyph for U+9555"),
        (replace(CLONE, max_scale=4), b"\x1d!\x44", "GS ! 44: characters grow 4 times at most"),
        (replace(CLONE, status="none", fence="none"), b"\x1dr\x01", "GS r: no queued status"),
        (NARROW, b"\x1dV\x00", "GS V: no cutter"),
        (NARROW, b"\x1bi", "ESC i: no cutter"),
        (complete_unit(), "㙍𬭎䶮".encode("gb18030") + b"\x1d!\x77\x1da\x0f\x1dr\x01", None),
    ],
)
def test_what_a_unit_cannot_do_is_reported(profile: Profile, data: bytes, refused: str | None) -> None:
    printer, slips = unit(profile)
    printer.accept(data + (b"\x1bd\x05" if profile.cutter == "none" else b"\n\x1dV\x00"), 0.0)
    assert slips[0].refused == (() if refused is None else (refused,))
    if refused is not None:
        assert printer.collect(0.0) == b""


def test_characters_of_another_set_are_noise_for_a_plain_unit() -> None:
    printer, slips = unit(CLONE)
    printer.accept("镕A".encode("gb18030") + b"\n\x1dV\x00", 0.0)
    assert slips[0].unknown and "〓" in slips[0].piece.text[0]


def test_hanzi_grow_only_as_the_unit_can() -> None:
    heights = {}
    for profile in (CLONE, complete_unit()):
        printer, slips = unit(profile)
        printer.accept(b"\x1d!\x33" + "中".encode("gb2312") + b"\n\x1dV\x00", 0.0)
        heights[profile.hanzi_scale] = slips[0].piece.picture.height
    assert heights["gs_bang"] - heights["fs_w"] == 4 * 24 - 30


def test_a_unit_without_cutter_lets_go_when_it_is_torn_off() -> None:
    printer, slips = unit(NARROW)
    printer.accept(b"A\n\x1bd\x02B\n", 0.0)
    assert slips == []
    printer.accept(b"\x1bd\x05", 0.0)
    assert [slip.piece.text for slip in slips] == [["A", "B"]]
    assert slips[0].piece.picture.width == 384


def test_feeds_in_half_dots() -> None:
    heights = [
        next(iter(_printed(EPSON, b"A\n\x1bJ" + bytes((units,)) + b"\x1dV\x00"))).piece.picture.height
        for units in (0, 80)
    ]
    assert heights[1] - heights[0] == 40


def _printed(profile: Profile, data: bytes) -> list[PrintedSlip]:
    printer, slips = unit(profile)
    printer.accept(data, 0.0)
    return slips


def test_automatic_status_tells_what_was_asked_for() -> None:
    printer, _ = unit(complete_unit())
    printer.accept(b"\x1da\x08", 0.0)
    assert printer.collect(0.0) == b"\x10\x00\x00\x00"
    printer.set_fault("cover_open")
    assert printer.collect(0.0) == b""
    printer.set_fault("paper_near_end")
    assert printer.collect(0.0) == b"\x38\x00\x03\x00"
    printer.clear_fault(None)
    printer.accept(b"\x1da\x00", 0.0)
    printer.collect(0.0)
    printer.set_fault("paper_out")
    assert printer.collect(0.0) == b""


def test_a_cleared_buffer_prints_nothing_of_what_it_held() -> None:
    printer, slips = unit(complete_unit())
    printer.set_fault("paper_out")
    printer.accept(b"A012\n\x1dV\x00half a line", 0.0)
    printer.accept(CLEAR, 0.0)
    assert printer.collect(0.0) == b"\x37\x25\x00"
    printer.clear_fault(None)
    printer.accept(b"B013\n\x1dV\x00", 0.0)
    assert [slip.piece.text for slip in slips] == [["B013"]]


# -- pictures of lines -------------------------------------------------------------------------------------


def test_a_drawn_line_looks_as_the_unit_would_print_it() -> None:
    """The same cells: the picture of a line and the line itself differ in nothing but their way."""
    slip = Slip(
        (Line((Text("去 1楼", 2, 2), Text(" B区 ", 2, 2, reverse=True), Text("粗", 2, 2, bold=True))),)
    )
    native = _printed(complete_unit(), build_job(slip, replace(complete_unit(), fence="none"), "j"))[0]
    poor = replace(complete_unit(), font="gb2312", charset="gb18030", fence="none")
    rare = Slip((Line((*slip.items[0].spans, Text("㙍", 2, 2))),))  # type: ignore[union-attr]
    drawn = _printed(complete_unit(), build_job(rare, poor, "j", draw_line))[0]
    whole = _printed(complete_unit(), build_job(rare, replace(poor, font="all"), "j"))[0]
    assert drawn.piece.text == [] and native.piece.text == ["去 1楼 B区 粗"]
    # The picture is doubled by the printer and padded to bytes: it may stand up to 15 dots to the left.
    inked = [piece.piece.picture.crop(_black(piece.piece.picture)) for piece in (drawn, whole)]
    assert 0 <= _black(whole.piece.picture)[0] - _black(drawn.piece.picture)[0] <= 15
    assert inked[0].tobytes() == inked[1].tobytes()


def _black(picture: Image.Image) -> tuple[int, int, int, int]:
    box = picture.convert("L").point(lambda level: 255 - level).getbbox()
    assert box is not None
    return box


def test_a_rare_line_that_is_too_wide_becomes_several_pictures() -> None:
    slip = Slip((Line.of("㙍" * 30, align=Align.LEFT), Line.of("C007")))
    piece = _printed(NARROW, build_job(slip, NARROW, "j", draw_line))[0]
    assert (piece.refused, piece.piece.text) == ((), ["C007"])
    pictures = build_job(slip, NARROW, "j", draw_line).count(b"\x1d\x76\x30")
    assert pictures == 2


def test_without_a_font_to_draw_with_the_line_goes_out_as_text() -> None:
    slip = Slip((Line.of("㙍A"),))
    assert "〓A".encode("gb2312") in build_job(slip, CLONE, "j", lambda spans: None)


@given(st.lists(st.integers(0, 2**16 - 1), min_size=1, max_size=12))
def test_no_picture_holds_a_real_time_command(rows: list[int]) -> None:
    """A printer would obey it in the middle of the picture."""
    spoiled = Dots((*rows, 0x1004, 0x1014, 0x1005), 16)
    assert REAL_TIME.search(spoiled.packed()[1])
    command = raster(spoiled)
    assert not re.search(rb"\x10[\x04\x05\x14]", command[8:])


def test_a_picture_of_the_callers_own() -> None:
    slip = Slip((Picture(Dots((0b1111,) * 8, 4), align=Align.RIGHT),))
    piece = _printed(complete_unit(), build_job(slip, complete_unit(), "j"))[0].piece
    assert _black(piece.picture)[2] in range(569, 577)
    with pytest.raises(ValueError, match="dots wide"):
        Picture(Dots((), 0))


@pytest.mark.parametrize("length", [1, 14, 15, 60, 62, 63, 168, 331, 332, 512])
def test_how_wide_a_code_gets_is_known_without_making_it(length: int) -> None:
    assert side(b"x" * length, "M") == len(modules(b"x" * length, "M"))
    assert side(b"x" * 20, "H") == len(modules(b"x" * 20, "H"))


def test_a_code_shrinks_to_the_paper() -> None:
    long = Slip((Qr("https://hall.example.gov.cn/s/" + "x" * 200, 12),))
    piece = _printed(NARROW, build_job(long, NARROW, "j"))[0]
    left, _, right, _ = _black(piece.piece.picture)
    assert left >= 4 * 4 and right <= 384 - 4 * 4


# -- the driver --------------------------------------------------------------------------------------------


@pytest.fixture
def clone() -> Iterator[tuple[Served, str]]:
    with tcp_printer(profile=CLONE) as found:
        yield found


def test_a_unit_that_tells_of_paper_alone(clone: tuple[Served, str]) -> None:
    served, url = clone
    printer = open_ticket_printer(url, profile="plain_clone", timings=QUICK)
    status = printer.status()
    assert (status.ready, status.paper, status.cover) == (True, Paper.OK, Cover.UNKNOWN)
    served.type("fault paper_out")
    status = printer.status()
    # A unit that stopped may keep its queued answer back: then nobody knows, which is not fine either.
    assert not status.ready and status.trouble in ("paper_out", "no_answer")
    assert printer.print("j", SMALL).may_retry
    served.type("clear")
    wait_for(lambda: printer.status().ready)
    reports = [printer.print(f"k{number}", SMALL) for number in range(3)]
    assert [report.state for report in reports] == [JobState.CUT_CONFIRMED] * 3
    assert {report.evidence for report in reports} == {"gs_r"}
    assert served.device.slips == 3
    printer.close()


def test_late_answers_of_a_plain_unit_prove_nothing_for_another_job(clone: tuple[Served, str]) -> None:
    served, url = clone
    printer = open_ticket_printer(url, profile="plain_clone", timings=QUICK)
    assert printer.status().ready
    served.type("fault offline:20")
    first = printer.print("j", SMALL)
    assert (first.state, first.reason) == (JobState.UNKNOWN, "fence_timeout")
    assert not printer.status().ready
    served.type("clear")
    wait_for(lambda: printer.status().ready)
    assert printer.print("j", SMALL).state is JobState.UNKNOWN
    second = printer.print("k", SMALL)
    assert (second.state, second.evidence) == (JobState.CUT_CONFIRMED, "gs_r")
    printer.close()


def test_what_is_held_for_want_of_paper_is_thrown_away() -> None:
    jobs = KeepAll()
    with tcp_printer(profile=EPSON) as (served, url):
        printer = open_ticket_printer(url, store=jobs, profile="epson_tm_t88", timings=QUICK)
        assert not printer.discard_held()
        served.type("fault paper_out:100")
        report = printer.print("j", STANDARD)
        assert (report.state, report.reason) == (JobState.UNKNOWN, "paper_out")
        assert printer.discard_held() and not printer.discard_held()
        assert (jobs.saved[-1].state, jobs.saved[-1].reason) == (JobState.UNKNOWN, "discarded")
        served.type("clear")
        wait_for(lambda: printer.status().ready)
        assert printer.print("k", SMALL).state is JobState.CUT_CONFIRMED
        printer.close()
        assert served.device.picture().height < 400  # the newest paper holds C007 alone


def test_a_unit_that_cannot_clear_is_not_asked_to() -> None:
    with tcp_printer() as (served, url):
        printer = open_ticket_printer(url, timings=QUICK)
        served.type("fault paper_out:100")
        assert printer.print("j", STANDARD).reason == "paper_out"
        assert not printer.discard_held()
        printer.close()


def test_a_new_program_parts_the_paper_of_a_job_that_broke_off(tmp_path: Path) -> None:
    jobs = KeepAll()
    job = build_job(STANDARD, complete_unit(), "j")
    jobs.save(JobReport("j", JobState.UNKNOWN, "connection_lost", len(job), len(job)))
    with tcp_printer(tmp_path) as (served, url):
        transport = make_transport(*parse_url(url))
        transport.open(1.0)
        transport.write(job[:200], 1.0)  # in the middle of the QR code
        transport.close()
        printer = open_ticket_printer(url, store=jobs, timings=QUICK)
        assert printer.print("k", SMALL).state is JobState.CUT_CONFIRMED
        printer.close()
        assert served.device.slips == 2
    assert (
        '"C007"' in (tmp_path / "slip-0002.json").read_text()
        and "B126" in (tmp_path / "slip-0001.json").read_text()
    )


def test_the_filler_ends_the_longest_command() -> None:
    job = build_job(STANDARD, complete_unit(), "j")
    assert 60 < len(filler(job)) < 80 and set(filler(job)) == {0}
    raster_job = build_job(STANDARD, CLONE, "j", draw_line)
    assert len(filler(raster_job)) > 1000


# -- the survey --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "status", "fence", "model"),
    [
        (complete_unit(), "dle_eot", "gs_h", "SIM-80"),
        (CLONE, "gs_r", "gs_r", "SIM-80"),
        (NARROW, "dle_eot", "gs_r", "SIM-58"),
    ],
)
def test_a_survey_finds_what_a_unit_answers(profile: Profile, status: str, fence: str, model: str) -> None:
    with tcp_printer(profile=profile) as (served, url):
        transport = make_transport(*parse_url(url))
        transport.open(1.0)
        found = survey(transport, 0.15)
        transport.close()
        assert (found.status_choice, found.fence_choice, found.identity["model"]) == (status, fence, model)
        assert served.device.slips == 0


def test_a_survey_of_silence() -> None:
    with tcp_printer() as (served, url):
        served.type("fault silent")
        transport = make_transport(*parse_url(url))
        transport.open(1.0)
        found = survey(transport, 0.02)
        transport.close()
        assert (found.status_choice, found.fence_choice, found.identity) == ("none", "none", {})
