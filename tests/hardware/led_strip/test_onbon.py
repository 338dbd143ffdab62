"""ONBON frames are those of the manual; the reader finds each, whatever happens to the stream around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.bus.exchange import Reply, Verdict
from hardware.errors import DeviceError
from hardware.led_strip.frames import EVERYONE, HOST, MAX_DATA, Frame, FrameReader, crc16_arc
from hardware.led_strip.onbon import AckReader, Area, OnbonStrip, send_area, set_brightness
from hardware.led_strip.show import Colour, StripShow
from tests.hardware.led_strip.vectors import ESCAPED_END, ESCAPED_TEXT, ONBON, WRONG_CHECKSUM


@pytest.mark.parametrize("name", ONBON)
def test_frames_of_the_manual(name: str) -> None:
    frame, wire = ONBON[name]
    assert frame.to_bytes() == wire
    assert FrameReader().feed(wire) == [frame]


def test_a_printed_frame_with_a_stale_checksum_is_refused() -> None:
    reader = FrameReader()
    assert reader.feed(WRONG_CHECKSUM) == []
    assert reader.damaged == 1


def test_escapes_of_text_and_checksum() -> None:
    wire = Frame(3, HOST, send_area(Area(0x10, 0x10, speed=0), ESCAPED_TEXT)).to_bytes()
    assert wire.endswith(ESCAPED_END)


def test_crc_check_value() -> None:
    assert crc16_arc(b"123456789") == 0xBB3D  # the check value of CRC-16/ARC


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.binary(max_size=300), st.integers(0, 255))
def test_marks_stand_at_both_ends_only(dst: int, src: int, data: bytes, card: int) -> None:
    frame = Frame(dst, src, data, card)
    wire = frame.to_bytes()
    assert wire.count(0xA5) == 8
    assert wire.count(0x5A) == 1
    assert FrameReader().feed(wire) == [frame]


@given(
    st.builds(
        Area,
        *(st.integers(0, 0xFFFF) for _ in range(4)),
        *(st.integers(0, 255) for _ in range(2)),
        st.integers(0, 0xFFFF),
        *(st.integers(0, 255) for _ in range(5)),
    ),
    st.binary(max_size=100),
)
def test_area_round_trip(area: Area, text: bytes) -> None:
    assert Area.from_bytes(area.to_bytes(text)) == (area, text)


def test_a_frame_that_never_ends_costs_no_memory() -> None:
    reader = FrameReader()
    reader.feed(b"\xa5" + b"\x00" * 50_000)
    frame, wire = ONBON["ping 1"]
    assert reader.feed(wire) == [frame]
    assert reader.damaged == 1


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(DeviceError) as caught:
        Frame(1, HOST, bytes(MAX_DATA + 1)).to_bytes()
    assert (caught.value.reason, caught.value.permanent) == ("too_long", True)
    with pytest.raises(DeviceError) as caught:
        set_brightness(16)
    assert caught.value.reason == "bad_value"


def texts(exchange_data: bytes) -> tuple[Area, bytes]:
    """The area and the text of an encoded show."""
    [frame] = FrameReader().feed(exchange_data)
    parsed = Area.from_bytes(frame.data[9:])
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    ("strip", "show", "mode", "text"),
    [
        (OnbonStrip(), StripShow("3号窗口"), 1, "3号窗口"),
        (OnbonStrip(), StripShow("请A012号到3号窗口办理业务"), 3, "请A012号到3号窗口办理业务"),
        (OnbonStrip(), StripShow("x", colour=Colour.GREEN), 1, r"\C2x"),
        (OnbonStrip(), StripShow("x", blink=True), 1, r"x\n "),
        (OnbonStrip(), StripShow(number="A012"), 1, "A012"),
        (OnbonStrip(), StripShow(number="A012", paused=True), 1, "暂停服务"),
        (OnbonStrip(), StripShow("午休 13:30 开", paused=True), 1, "午休 13:30 开"),
        (OnbonStrip(), StripShow(r"a\C2b"), 1, "a/C2b"),
        (OnbonStrip(), StripShow("a\nb\0"), 1, "a b "),
        (OnbonStrip(), StripShow("镕"), 1, "?"),
        (OnbonStrip(charset="gbk"), StripShow("镕"), 1, "镕"),
        (OnbonStrip(font=r"\FO001"), StripShow("1"), 1, r"\FO0011"),
    ],
)
def test_what_a_strip_shows(strip: OnbonStrip, show: StripShow, mode: int, text: str) -> None:
    area, shown = texts(strip.show(3, show).data)
    assert (area.mode, shown.decode(strip.charset)) == (mode, text)


def test_cards_of_the_sixth_series_measure_in_pixels() -> None:
    assert texts(OnbonStrip(width_px=100).show(1, StripShow("1")).data)[0].width == 13
    assert texts(OnbonStrip(width_px=100, pixels=True).show(1, StripShow("1")).data)[0].width == 0x8000 | 100


def ack(code: int = 0, *, src: int = 3, dst: int = HOST, group: int = 0xA0) -> bytes:
    return Frame(dst, src, bytes((group, 1 if code else 0, code, 0, 0))).to_bytes()


@pytest.mark.parametrize(
    ("wire", "reply"),
    [
        (ack(), Reply(Verdict.DONE, "", bytes.fromhex("A0 00 00 00 00"))),
        (ack(3), Reply(Verdict.AGAIN, "busy", bytes.fromhex("A0 01 03 00 00"))),
        (ack(5), Reply(Verdict.AGAIN, "checksum", bytes.fromhex("A0 01 05 00 00"))),
        (ack(12), Reply(Verdict.REFUSED, "no_font", bytes.fromhex("A0 01 0C 00 00"))),
        (ack(99), Reply(Verdict.REFUSED, "error_99", bytes.fromhex("A0 01 63 00 00"))),
        (ack(src=4), None),
        (ack(dst=1), None),
        (ack(group=0xA2), None),
        (Frame(HOST, 3, b"\xa0").to_bytes(), Reply(Verdict.REFUSED, "error_0", b"\xa0")),
        (Frame(HOST, 3, b"").to_bytes(), None),
    ],
)
def test_acknowledgements(wire: bytes, reply: Reply | None) -> None:
    assert AckReader(3).feed(wire) == reply
    reader = AckReader(3)
    answers = [reader.feed(bytes((byte,))) for byte in b"\x00junk" + wire]
    assert [answer for answer in answers if answer] == ([reply] if reply else [])


def test_everyone_is_told_and_nobody_answers() -> None:
    assert OnbonStrip().show(EVERYONE, StripShow("x")).reader is None
    assert OnbonStrip().show(1, StripShow("x")).reader is not None
