"""FT1.2-like frames are the worked ones; the reader finds each, whatever happens to the stream around it."""

from __future__ import annotations

import pytest

from hardware.errors import DeviceError
from hardware.ft12 import Frame, FrameReader
from tests.hardware.stream_rules import found
from tests.hardware.streams.pads import FT12, PARSERS


@pytest.mark.parametrize("name", FT12)
def test_worked_frames(name: str) -> None:
    frame, wire = FT12[name]
    assert frame.to_bytes() == bytes.fromhex(wire)
    assert FrameReader().feed(bytes.fromhex(wire)) == [frame]


def test_a_wrong_bit_behind_the_wake_up_byte_is_never_accepted() -> None:
    for frame, text in FT12.values():
        wire = bytes.fromhex(text)
        for bit in range(8, len(wire) * 8):
            bent = bytearray(wire)
            bent[bit // 8] ^= 1 << bit % 8
            reader = FrameReader()
            assert reader.feed(bytes(bent)) + reader.silence() == [], f"{frame}: bit {bit}"


def test_a_frame_without_its_wake_up_byte_counts() -> None:
    assert FrameReader().feed(bytes.fromhex("68 03 03 68 05 01 0C 12 16")) == [FT12["call from 5"][0]]


def test_silence_ends_what_was_begun_and_shows_what_hid_in_it() -> None:
    reader = FrameReader()
    hidden = FT12["beep"][0]
    assert reader.feed(b"\x68\x08\x08\x68" + hidden.to_bytes()) == []
    assert reader.silence() == [hidden]
    assert reader.feed(hidden.to_bytes()) == [hidden]
    assert reader.damaged >= 1


def test_a_truncated_key_costs_only_itself() -> None:
    frame, text = FT12["call from 5"]
    wire = bytes.fromhex(text)
    for cut in range(1, len(wire)):
        assert found(PARSERS["ft12"], [wire[:cut], wire]) == [frame], f"cut at {cut}"


@pytest.mark.parametrize("frame", [Frame(256, 1), Frame(-1, 1), Frame(1, 300), Frame(1, 1, bytes(7))])
def test_what_no_frame_can_say_is_refused(frame: Frame) -> None:
    with pytest.raises(DeviceError) as caught:
        frame.to_bytes()
    assert (caught.value.reason, caught.value.permanent) == ("bad_value", True)
