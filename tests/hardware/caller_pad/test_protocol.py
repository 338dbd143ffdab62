"""Presses, digits and beeps of caller pads mean what the deployed program takes them for, each once."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.caller_pad.event import PadDisplay, PadEvent, PadKey
from hardware.caller_pad.protocol import (
    OWN_ECHO_S,
    REPEAT_S,
    PadHearing,
    acknowledge,
    beep,
    display,
    display_of,
    event_of,
    frame_of,
    press,
)
from hardware.errors import DeviceError
from hardware.ft12 import Frame, FrameReader

CALL = bytes.fromhex("FF 68 03 03 68 05 01 0C 12 16")


@pytest.mark.parametrize(
    ("data", "key", "digits"),
    [
        ("0c", PadKey.CALL, ""),
        ("0d", PadKey.RECALL, ""),
        ("0b", PadKey.RATE, ""),
        ("0e", PadKey.CANCEL, ""),
        ("12", PadKey.PAUSE, ""),
        ("13", PadKey.TRANSFER, ""),
        ("11", PadKey.ONE_METRE, ""),
        ("060f", PadKey.GIVE_UP, "06"),
        ("000f", PadKey.HANG, "00"),
        ("030f", PadKey.CALL_BACK, "03"),
        ("0f", PadKey.OK, ""),
        ("050f", PadKey.OK, "05"),
        ("01020f", PadKey.OK, "0102"),
        ("01020c", PadKey.CALL, "0102"),
        ("77", PadKey.OTHER, ""),
    ],
)
def test_keys(data: str, key: PadKey, digits: str) -> None:
    raw = bytes.fromhex(data)
    event = event_of(Frame(5, 0x01, raw))
    assert event == PadEvent(5, key, bytes.fromhex(digits), raw[-1])
    assert frame_of(event) == Frame(5, 0x01, raw)


@pytest.mark.parametrize(
    "frame",
    [Frame(5, 0x11, b"\x01"), Frame(5, 0x02, bytes(6)), Frame(5, 0x03), Frame(5, 0x01)],
    ids=["a rating", "a display", "a beep", "nothing"],
)
def test_what_is_no_press(frame: Frame) -> None:
    assert event_of(frame) is None


@pytest.mark.parametrize("key", [key for key in PadKey if key is not PadKey.OTHER])
def test_named_keys_can_be_pressed(key: PadKey) -> None:
    assert event_of(frame_of(press(9, key))) == press(9, key)


def test_other_keys_have_no_name_to_press() -> None:
    with pytest.raises(ValueError, match="no code"):
        press(1, PadKey.OTHER)


def test_the_answer_is_the_frame_itself() -> None:
    assert acknowledge(frame_of(press(5, PadKey.CALL))) == CALL


@pytest.mark.parametrize(
    ("shown", "wire"),
    [
        (PadDisplay(ticket="012"), "FF 68 08 08 68 05 02 0A 0A 0A 00 01 02 28 16"),
        (PadDisplay(ticket="A012"), "FF 68 08 08 68 05 02 0A 0A 0A 00 01 02 28 16"),
        (PadDisplay(waiting=7), "FF 68 08 08 68 05 02 00 00 07 0A 0A 0A 2C 16"),
        (PadDisplay(), "FF 68 08 08 68 05 02 0A 0A 0A 0A 0A 0A 43 16"),
        (PadDisplay(1234, "SB0123"), "FF 68 08 08 68 05 02 09 09 09 01 02 03 28 16"),
        (PadDisplay(0, "A5"), "FF 68 08 08 68 05 02 00 00 00 0A 0A 05 20 16"),
        (PadDisplay(0, "零"), "FF 68 08 08 68 05 02 00 00 00 0A 0A 0A 25 16"),
    ],
)
def test_digits(shown: PadDisplay, wire: str) -> None:
    assert display(5, shown) == bytes.fromhex(wire)


@given(st.none() | st.integers(0, 999), st.none() | st.from_regex(r"[0-9]{1,3}", fullmatch=True))
def test_digits_go_over_the_wire_and_back(waiting: int | None, ticket: str | None) -> None:
    [frame] = FrameReader().feed(display(8, PadDisplay(waiting, ticket)))
    assert display_of(frame) == PadDisplay(waiting, ticket)


@pytest.mark.parametrize(
    "frame", [Frame(1, 2, bytes(5)), Frame(1, 2, bytes([11] * 6)), Frame(1, 3, bytes(6))]
)
def test_what_shows_no_digits(frame: Frame) -> None:
    assert display_of(frame) is None


def test_beep() -> None:
    assert beep(5) == bytes.fromhex("FF 68 02 02 68 05 03 08 16")


def test_wrong_values_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot wait"):
        PadDisplay(-1)
    with pytest.raises(DeviceError):
        display(256, PadDisplay())
    with pytest.raises(DeviceError):
        beep(-1)


def test_a_press_is_told_and_acknowledged() -> None:
    heard = PadHearing(5).feed(CALL, 0.0)
    assert heard.replies == (CALL,)
    assert heard.events == (PadEvent(5, PadKey.CALL, b"", 0x0C),)


def test_other_addresses_are_left_to_others() -> None:
    heard = PadHearing(6).feed(CALL, 0.0)
    assert (heard.replies, heard.events) == ((), ())


def test_a_repeated_frame_is_acknowledged_and_not_told_again() -> None:
    hearing = PadHearing(5)
    hearing.feed(CALL, 0.0)
    again = hearing.feed(CALL, REPEAT_S - 0.1)
    assert (again.replies, again.events) == ((CALL,), ())
    later = hearing.feed(CALL, 2 * REPEAT_S)
    assert len(later.events) == 1


def test_another_key_is_told_at_once() -> None:
    hearing = PadHearing(5)
    hearing.feed(CALL, 0.0)
    heard = hearing.feed(frame_of(press(5, PadKey.RECALL)).to_bytes(), 0.1)
    assert [event.key for event in heard.events] == [PadKey.RECALL]


def test_our_own_echo_makes_no_endless_loop() -> None:
    hearing = PadHearing(5)
    [reply] = hearing.feed(CALL, 0.0).replies
    heard = hearing.feed(reply, OWN_ECHO_S / 2)
    assert (heard.replies, heard.events) == ((), ())


def test_a_gap_ends_half_a_frame() -> None:
    hearing = PadHearing(5)
    assert hearing.feed(b"\xff\x68\x08\x08\x68\x05\x02", 0.0).events == ()
    assert len(hearing.feed(CALL, 1.0).events) == 1
    assert hearing.damaged >= 1


def test_the_last_bytes_of_a_frame_may_be_late() -> None:
    hearing = PadHearing(5)
    assert hearing.feed(CALL[:6], 0.0).events == ()
    assert len(hearing.feed(CALL[6:], 0.2).events) == 1


def test_fuzz(rounds: Callable[[int, int], int]) -> None:
    """Whatever is heard: only checked frames of this pad are told, and every told press was acknowledged."""
    lots = random.Random(52)
    for turn in range(rounds(500, 100_000)):
        hearing = PadHearing(5)
        now_s = 0.0
        for _ in range(3):
            wire = bytearray(frame_of(press(5, lots.choice(list(PadKey)[:-1]))).to_bytes())
            if lots.random() < 0.7:
                wire[lots.randrange(len(wire))] ^= 1 << lots.randrange(8)
            piece = bytes(wire) + lots.randbytes(lots.randrange(4))
            heard = hearing.feed(piece, now_s)
            assert len(heard.events) <= len(heard.replies)
            for reply in heard.replies:
                assert reply[1:] in piece, f"turn {turn}"
            now_s += lots.random() * 3
