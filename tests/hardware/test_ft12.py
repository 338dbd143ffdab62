"""FT1.2-like frames are the worked ones; the reader finds each, whatever happens to the stream around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.errors import DeviceError
from hardware.ft12 import MAX_LENGTH, Frame, FrameReader
from tests.hardware.stream_rules import Stream, check_bit_flips, check_cuts, check_junk, found, fuzz

FRAMES = {
    "call from 5": (Frame(5, 0x01, b"\x0c"), "FF 68 03 03 68 05 01 0C 12 16"),
    "give up": (Frame(5, 0x01, b"\x06\x0f"), "FF 68 04 04 68 05 01 06 0F 1B 16"),
    "ticket 012": (
        Frame(5, 0x02, bytes((10, 10, 10, 0, 1, 2))),
        "FF 68 08 08 68 05 02 0A 0A 0A 00 01 02 28 16",
    ),
    "waiting 007": (
        Frame(5, 0x02, bytes((0, 0, 7, 10, 10, 10))),
        "FF 68 08 08 68 05 02 00 00 07 0A 0A 0A 2C 16",
    ),
    "beep": (Frame(5, 0x03), "FF 68 02 02 68 05 03 08 16"),
    "start rating": (Frame(5, 0x01, b"\x0b"), "FF 68 03 03 68 05 01 0B 11 16"),
    "score 1": (Frame(5, 0x11, b"\x01"), "FF 68 03 03 68 05 11 01 17 16"),
    "score acknowledged": (Frame(5, 0x01, b"\x01"), "FF 68 03 03 68 05 01 01 07 16"),
}


def from_start(frame: Frame) -> bytes:
    """The frame behind its wake-up byte, rebuilt without the code under test."""
    body = [frame.address, frame.function, *frame.data]
    return bytes([0x68, len(body), len(body), 0x68, *body, sum(body) % 256, 0x16])


STREAM = Stream(FrameReader, [(bytes.fromhex(wire), frame) for frame, wire in FRAMES.values()], from_start)
JUNK = [
    b"\x00",
    b"\xff\xff\xff",
    b"\x68",
    b"\x68\x08\x08",
    b"\x68\x08\x08\x68",
    b"\x16\x16",
    bytes.fromhex("a5 a5 01 00 00 80 5a"),
    bytes.fromhex("68 03 03 68 05 01 0c 13 16"),
]


@pytest.mark.parametrize("name", FRAMES)
def test_worked_frames(name: str) -> None:
    frame, wire = FRAMES[name]
    assert frame.to_bytes() == bytes.fromhex(wire)
    assert FrameReader().feed(bytes.fromhex(wire)) == [frame]


def test_cuts() -> None:
    check_cuts(STREAM)


def test_junk_around_frames() -> None:
    check_junk(STREAM, JUNK)


def test_every_single_bit() -> None:
    check_bit_flips(STREAM)


def test_a_wrong_bit_behind_the_wake_up_byte_is_never_accepted() -> None:
    for frame, text in FRAMES.values():
        wire = bytes.fromhex(text)
        for bit in range(8, len(wire) * 8):
            bent = bytearray(wire)
            bent[bit // 8] ^= 1 << bit % 8
            reader = FrameReader()
            assert reader.feed(bytes(bent)) + reader.silence() == [], f"{frame}: bit {bit}"


def test_a_frame_without_its_wake_up_byte_counts() -> None:
    assert FrameReader().feed(bytes.fromhex("68 03 03 68 05 01 0C 12 16")) == [FRAMES["call from 5"][0]]


def test_silence_ends_what_was_begun_and_shows_what_hid_in_it() -> None:
    reader = FrameReader()
    hidden = FRAMES["beep"][0]
    assert reader.feed(b"\x68\x08\x08\x68" + hidden.to_bytes()) == []
    assert reader.silence() == [hidden]
    assert reader.feed(hidden.to_bytes()) == [hidden]
    assert reader.damaged >= 1


def test_a_truncated_key_costs_only_itself() -> None:
    frame, text = FRAMES["call from 5"]
    wire = bytes.fromhex(text)
    for cut in range(1, len(wire)):
        assert found(STREAM, [wire[:cut], wire]) == [frame], f"cut at {cut}"


@given(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=MAX_LENGTH - 2))
def test_any_frame_goes_over_the_wire_and_back(address: int, function: int, data: bytes) -> None:
    frame = Frame(address, function, data)
    assert from_start(frame) == frame.to_bytes()[1:]
    assert FrameReader().feed(frame.to_bytes()) == [frame]


@pytest.mark.parametrize("frame", [Frame(256, 1), Frame(-1, 1), Frame(1, 300), Frame(1, 1, bytes(7))])
def test_what_no_frame_can_say_is_refused(frame: Frame) -> None:
    with pytest.raises(DeviceError) as caught:
        frame.to_bytes()
    assert (caught.value.reason, caught.value.permanent) == ("bad_value", True)


def test_fuzz(rounds: Callable[[int, int], int]) -> None:
    fuzz(STREAM, rounds(2_000, 100_000), seed=51)
