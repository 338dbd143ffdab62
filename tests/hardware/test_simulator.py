"""The simulated printer draws what it is told, answers as the manuals say, and fails as real ones do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from escpos.printer import Dummy
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from hardware.errors import DeviceError
from hardware.ticket_printer.glyphs import Glyphs
from hardware.ticket_printer.misread import misread
from hardware.ticket_printer.profile import Profile, load_profile
from hardware.ticket_printer.protocol import build_job, fence_ids
from hardware.ticket_printer.simulator import (
    FAULTS,
    PrintedSlip,
    SimulatorSettings,
    TicketPrinterSimulator,
    complete_unit,
)
from hardware.ticket_printer.slip import Feed, Line, Slip
from tests.hardware.design_slips import STANDARD, URL

UNIT = complete_unit()
PROFILE = load_profile("generic_80mm")
JOB = build_job(STANDARD, PROFILE, "job")
P_FENCE, C_FENCE = (b"\x37\x22" + mark + b"\x00" for mark in fence_ids("job"))
QUERIES = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"


class Bench:
    """A simulator with its slips and a clock that stands at `now_s`."""

    def __init__(
        self, *, buffer_bytes: int = 4096, speed_mm_s: float = 0.0, profile: Profile | None = None
    ) -> None:
        self.slips: list[PrintedSlip] = []
        settings = SimulatorSettings(replace(profile or UNIT, buffer_bytes=buffer_bytes), speed_mm_s)
        self.printer = TicketPrinterSimulator(self.slips.append, settings)
        self.now_s = 0.0

    def send(self, data: bytes) -> bytes:
        self.printer.accept(data, self.now_s)
        return self.printer.collect(self.now_s)

    def fault(self, name: str) -> bytes:
        self.printer.set_fault(name)
        return self.printer.collect(self.now_s)

    def printed(self, data: bytes) -> PrintedSlip:
        self.send(data)
        return self.slips[-1]

    def clear(self, name: str | None = None) -> bytes:
        self.printer.clear_fault(name)
        return self.printer.collect(self.now_s)


def test_the_qr_on_the_picture_can_be_read() -> None:
    import zxingcpp

    bench = Bench()
    bench.send(JOB)
    found = zxingcpp.read_barcodes(bench.slips[0].piece.picture.convert("L"))
    assert [code.text for code in found] == [URL]
    assert bench.slips[0].piece.codes == [URL]


def test_a_job_is_answered_by_its_two_fences_and_leaves_nothing_unknown() -> None:
    bench = Bench()
    assert bench.send(JOB) == P_FENCE + C_FENCE
    slip = bench.slips[0]
    assert (slip.unknown, slip.ignored) == ((), ())
    assert slip.piece.text[:3] == ["上饶市行政服务中心", "B126", "去 1楼 B区 不动产登记"]
    assert slip.data_bytes == len(JOB) - len(C_FENCE) - 4  # the cut fence comes after the cut


@pytest.mark.parametrize("at", range(1, len(JOB)))
def test_every_split_prints_the_same_slip(at: int) -> None:
    bench = Bench()
    assert bench.send(JOB[:at]) + bench.send(JOB[at:]) == P_FENCE + C_FENCE
    assert bench.slips[0].piece.codes == [URL]
    assert bench.slips[0].piece.text[-1] == "2026-11-23 10:24  2F-03  咨询请到G区"


def test_byte_by_byte_prints_the_same_picture() -> None:
    whole, single = Bench(), Bench()
    whole.send(JOB)
    for byte in JOB:
        single.send(bytes((byte,)))
    assert whole.slips[0].piece.picture.tobytes() == single.slips[0].piece.picture.tobytes()


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        (None, "12121212"),
        ("paper_near_end", "1212121e"),
        ("paper_out", "1a32127e"),
        ("cover_open", "1a161212"),
        ("offline", "1a121212"),
        ("cut_error", "12121212"),  # nobody knows before the next cut
    ],
)
def test_real_time_status(fault: str | None, answers: str) -> None:
    bench = Bench()
    if fault:
        bench.fault(fault)
    assert bench.send(QUERIES).hex() == answers


def test_real_time_status_is_answered_inside_another_command() -> None:
    bench = Bench()
    bench.send(b"\x1d\x28\x6b\x50\x00\x31\x50\x30half a code")
    assert bench.send(b"\x10\x04") == b""
    assert bench.send(b"\x01") == b"\x12"


@pytest.mark.parametrize("fault", ["paper_out", "cover_open", "offline"])
def test_data_is_held_and_printed_after_the_fault(fault: str) -> None:
    bench = Bench()
    bench.fault(fault)
    assert bench.send(JOB) == b""
    assert bench.slips == []
    assert bench.clear(fault) == P_FENCE + C_FENCE
    assert bench.slips[0].piece.text[1] == "B126"


def test_paper_that_ends_in_mid_slip() -> None:
    bench = Bench()
    bench.fault("paper_out:120")
    assert bench.send(JOB) == b""
    assert bench.send(QUERIES).hex() == "1a32127e"
    assert bench.clear() == P_FENCE + C_FENCE
    assert len(bench.slips) == 1


def test_a_jammed_cutter() -> None:
    bench = Bench()
    bench.fault("cut_error")
    assert bench.send(JOB) == P_FENCE
    assert bench.send(QUERIES).hex() == "1a521a12"
    assert bench.send(JOB) == b""
    assert bench.clear("cut_error") == C_FENCE + P_FENCE + C_FENCE
    assert len(bench.slips) == 2


def test_a_stalled_printer_takes_no_more() -> None:
    bench = Bench()
    bench.fault("stall:100")
    assert bench.printer.accept(JOB, 0.0) == 100
    assert bench.printer.accept(JOB[100:], 0.0) == 0
    bench.clear()
    assert bench.printer.accept(JOB[100:], 0.0) == len(JOB) - 100
    assert len(bench.slips) == 1


def test_a_full_buffer_takes_no_more() -> None:
    bench = Bench(buffer_bytes=500)
    bench.fault("paper_out")
    taken = bench.printer.accept(JOB + JOB, 0.0)
    assert 500 <= taken < 520  # whole commands are counted
    bench.clear()
    assert bench.printer.accept((JOB + JOB)[taken:], 0.0) == 2 * len(JOB) - taken
    assert len(bench.slips) == 2


def test_silent_garbled_and_unplugged_lines() -> None:
    bench = Bench()
    bench.fault("silent")
    assert bench.send(QUERIES) == b""
    bench.clear()
    bench.fault("garbled")
    assert bench.send(b"\x10\x04\x01") not in (b"\x12", b"")
    bench.clear()
    bench.fault("unplugged:2")
    assert bench.printer.accept(QUERIES, 0.0) == 2
    assert not bench.printer.connected()
    assert bench.printer.accept(QUERIES, 0.0) == 0


def test_printing_takes_its_time() -> None:
    bench = Bench(speed_mm_s=100.0)
    assert bench.send(JOB) == b""
    bench.now_s = 0.2
    assert bench.send(b"") == b""
    assert 0 < bench.printer.next_due_s < 2.0
    bench.now_s = 2.0
    assert bench.send(b"") == P_FENCE + C_FENCE
    bench.fault("slow")
    bench.send(JOB)
    bench.now_s = 5.0
    assert bench.send(b"") == b""
    bench.now_s = 10.0
    assert bench.send(b"") == P_FENCE + C_FENCE


def test_queued_status_identity_and_automatic_status() -> None:
    bench = Bench()
    assert bench.send(b"\x1dr\x01\x1dr\x02") == b"\x00\x00"
    assert bench.send(b"\x1dI\x43") == b"\x5fSIM-80\x00"
    assert bench.send(b"\x1dI\x02") == b"\x02"
    assert bench.send(b"\x1da\x0f") == b"\x10\x00\x00\x00"
    assert bench.fault("paper_near_end") == b"\x10\x00\x03\x00"
    assert bench.send(b"\x1dr\x01") == b"\x03"
    assert bench.fault("cover_open") == b"\x38\x00\x03\x00"
    assert bench.clear() == b"\x10\x00\x00\x00"
    bench.send(b"\x1b@")
    assert bench.fault("paper_out") == b""


def test_unknown_bytes_are_reported_in_order() -> None:
    bench = Bench()
    bench.send(b"\x01A\x1b\x02\x1d\x28\x01\x02\x00ab\x81\x20B\n\x1dV\x00")
    assert bench.slips[0].unknown == ("01", "1b 02", "1d 28 01 02 00 61 62", "81 20")
    assert bench.slips[0].piece.text == ["A〓B"]


def test_noise_before_a_job_does_not_stand_in_its_first_line() -> None:
    bench = Bench()
    bench.send(misread(QUERIES, 9600, 19200))
    bench.send(JOB)
    assert bench.slips[0].piece.text[0] == Bench().printed(JOB).piece.text[0]


def test_a_wide_line_wraps_and_styles_show() -> None:
    bench = Bench()
    bench.send(("中" * 30).encode("gb18030") + b"\n\x1bE\x01B\x1bE\x00\x1b-\x01u\x1b-\x00\n\x1dV\x00")
    assert bench.slips[0].piece.text == ["中" * 24, "中" * 6, "Bu"]


def test_reverse_is_white_on_black_and_scale_is_whole_dots() -> None:
    bench = Bench()
    bench.send(b"\x1dB\x01\x1d!\x11 \n\x1dV\x00")
    picture = bench.slips[0].piece.picture
    black = ImageChops.invert(picture.convert("L")).getbbox()
    assert black == (0, 22, 24, 22 + 48)


def test_other_clients_pictures_and_codes() -> None:
    """What python-escpos sends is understood: rasters, columns, graphics, bar codes, buzzer, drawer, cut."""
    theirs = Dummy(profile="TM-T20II")
    square = Image.new("L", (48, 48), 0)
    for impl in ("bitImageRaster", "graphics", "bitImageColumn"):
        theirs.image(square, impl=impl)
    theirs.set(align="right", bold=True, underline=1, double_height=True)
    theirs.text("hello\n")
    theirs.set_with_default()
    theirs.barcode("123456789012", "EAN13")
    theirs.buzzer()
    theirs.cashdraw(2)
    theirs.print_and_feed(2)
    theirs.qr("other", native=True)
    theirs.cut()
    bench = Bench()
    bench.send(theirs.output)
    slip = bench.slips[0]
    assert slip.unknown == ()
    assert slip.piece.text == ["hello", "123456789012"]
    assert slip.piece.codes == ["123456789012", "other"]
    black = sum(1 for dot in slip.piece.picture.getdata() if not dot)
    assert black > 3 * 48 * 48


def test_code_pages_when_chinese_is_off() -> None:
    bench = Bench()
    bench.send(b"\x1c.\x1bt\x10caf\xe9\n\x1c&" + "中".encode("gb18030") + b"\n\x1dV\x00")
    assert bench.slips[0].piece.text == ["café", "中"]


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_noise_stops_the_printer(noise: bytes) -> None:
    """Whatever came before, status is answered."""
    bench = Bench(buffer_bytes=10**9)
    bench.send(noise)
    assert len(bench.send(QUERIES)) >= 4


@pytest.mark.parametrize("text", ["", "nonsense", "stall:x", "paper_out:-1", ":5"])
def test_unknown_faults_are_refused(text: str) -> None:
    with pytest.raises(DeviceError) as caught:
        Bench().fault(text)
    assert caught.value.reason == "bad_fault"


def test_every_fault_can_be_set_and_cleared() -> None:
    bench = Bench()
    for name in FAULTS:
        bench.fault(name)
    assert bench.printer.faults == tuple(FAULTS)
    bench.clear()
    assert bench.printer.faults == ()
    assert bench.send(QUERIES).hex() == "12121212"


def test_clients_get_their_own_answers() -> None:
    bench = Bench()
    bench.printer.accept(b"\x1dr\x01", 0.0, source=1)
    bench.printer.accept(b"\x10\x04\x01", 0.0, source=2)
    assert bench.printer.collect(0.0, source=1) == b"\x00"
    assert bench.printer.collect(0.0, source=2) == b"\x12"


@given(st.binary(max_size=40))
def test_the_right_speed_reads_what_was_sent(data: bytes) -> None:
    assert misread(data, 9600, 9600) == data


def test_a_wrong_speed_reads_something_else() -> None:
    # 12 hex at half the reader's speed: each sent bit is seen twice, the byte falls into two.
    assert misread(b"\x12", 9600, 19200) == b"\x18\x81"
    for byte in range(256):
        assert misread(bytes((byte,)), 9600, 19200) != bytes((byte,))


def test_glyph_cells_have_the_printers_sizes() -> None:
    glyphs = Glyphs()
    for char in "M@Wg1":
        assert glyphs.cell(char).size == (12, 24)
        assert glyphs.cell(char).getbbox() is not None
    assert glyphs.cell("中").size == (24, 24)
    assert glyphs.cell("é", narrow=True).size == (12, 24)
    plain, bold = (sum(1 for dot in glyphs.cell("中", bold=b).getdata() if dot) for b in (False, True))
    assert bold > plain


def test_no_font_is_a_clear_error() -> None:
    with pytest.raises(DeviceError, match="no CJK font") as caught:
        Glyphs(((Path("/nowhere/font.otf"), 0),))
    assert caught.value.reason == "no_font"


def test_feeds_add_exactly_their_dots() -> None:
    heights = []
    for items in ((Line.of("中"),), (Line.of("中"), Feed(77))):
        bench = Bench()
        bench.send(build_job(Slip(items), PROFILE, "j"))
        heights.append(bench.slips[0].piece.picture.height)
    assert heights[1] - heights[0] == 77
