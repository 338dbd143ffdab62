"""SDT frames are the worked ones; the reader finds each, whatever happens to the stream around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.card_reader.layout import write_text
from hardware.card_reader.protocol import (
    FIND,
    FOUND,
    NO_CARD,
    OK,
    READ,
    RESET,
    SAM_ID,
    SELECT,
    SELECT_FAILED,
    STATUS,
    Frame,
    FrameReader,
    read_reply,
    reply,
    request,
    status_of,
    text_of,
)
from hardware.card_reader.samples import SAMPLES
from hardware.card_reader.simulator import photo
from tests.hardware.stream_rules import Stream, check_bit_flips, check_cuts, check_junk, found, fuzz

HEAD = "AA AA AA 96 69 "
REQUESTS = [
    (RESET, "00 03 10 FF EC"),
    (STATUS, "00 03 11 FF ED"),
    (SAM_ID, "00 03 12 FF EE"),
    (FIND, "00 03 20 01 22"),
    (SELECT, "00 03 20 02 21"),
    (READ, "00 03 30 01 32"),
    (b"\x30\x10", "00 03 30 10 23"),
    (b"\x30\x03", "00 03 30 03 30"),
    (b"\x60\x00", "00 03 60 00 63"),
    (b"\x61\xff\x50", "00 04 61 FF 50 CA"),
]
REPLIES = [
    (reply(OK), "00 04 00 00 90 94"),
    (reply(FOUND, bytes(4)), "00 08 00 00 9F 00 00 00 00 97"),
    (reply(NO_CARD), "00 04 00 00 80 84"),
    (reply(OK, bytes(8)), "00 0C 00 00 90 00 00 00 00 00 00 00 00 9C"),
    (reply(SELECT_FAILED), "00 04 00 00 81 85"),
    (reply(0x41), "00 04 00 00 41 45"),
]
CARD = read_reply(write_text(SAMPLES["zhang"]), photo(1))


def body_of(wire: bytes) -> Frame:
    return Frame(wire[7:-1])


def from_length(frame: Frame) -> bytes:
    """The frame behind its preamble, rebuilt without the code under test."""
    counted = (len(frame.body) + 1).to_bytes(2, "big") + frame.body
    check = 0
    for byte in counted:
        check ^= byte
    return counted + bytes([check])


SHORT = Stream(
    FrameReader,
    [(wire, body_of(wire)) for wire in [bytes.fromhex(HEAD + text) for _, text in REPLIES + REQUESTS]],
    from_length,
)
WHOLE = Stream(FrameReader, [(CARD, body_of(CARD)), (reply(NO_CARD), Frame(b"\0\0\x80"))], from_length)
JUNK = [
    b"\x00",
    b"\xaa",
    b"\xaa\xaa\xaa\xaa",
    b"\xaa\xaa\xaa\x96",
    b"\xaa\xaa\xaa\x96\x69",
    b"\xaa\xaa\xaa\x96\x69\x00\x0c\x00",
    b"\xff" * 40,
]


@pytest.mark.parametrize(("command", "text"), REQUESTS)
def test_worked_requests(command: bytes, text: str) -> None:
    assert request(command) == bytes.fromhex(HEAD + text)


@pytest.mark.parametrize(("wire", "text"), REPLIES)
def test_worked_replies(wire: bytes, text: str) -> None:
    assert wire == bytes.fromhex(HEAD + text)
    [frame] = FrameReader().feed(wire)
    assert status_of(frame) == wire[9]


def test_a_card_is_1295_bytes_and_its_photo_is_left_behind() -> None:
    assert len(CARD) == 1295
    assert CARD[5:14] == bytes.fromhex("05 08 00 00 90 01 00 04 00")
    [frame] = FrameReader().feed(CARD)
    assert text_of(frame) == write_text(SAMPLES["zhang"])


def test_cuts() -> None:
    check_cuts(SHORT)
    check_cuts(WHOLE)


def test_junk_around_frames() -> None:
    check_junk(SHORT, JUNK)
    check_junk(WHOLE, JUNK)


def test_every_single_bit() -> None:
    check_bit_flips(SHORT)
    check_bit_flips(WHOLE)


def test_a_wrong_bit_is_never_accepted() -> None:
    for wire, _ in SHORT.samples:
        for bit in range(len(wire) * 8):
            bent = bytearray(wire)
            bent[bit // 8] ^= 1 << bit % 8
            assert found(SHORT, [bytes(bent)]) == [], f"{wire.hex(' ')}: bit {bit}"


@pytest.mark.parametrize("place", range(6))
def test_a_stray_zero_before_or_in_the_preamble(place: int) -> None:
    wire = reply(OK, bytes(8))
    strayed = wire[:place] + b"\0" + wire[place:] if place < 5 else b"\0\0" + wire
    for cut in range(len(strayed) + 1):
        assert found(SHORT, [strayed[:cut], strayed[cut:]]) == [body_of(wire)]


def test_more_preamble_than_needed() -> None:
    assert found(SHORT, [b"\xaa\xaa" + reply(NO_CARD)]) == [Frame(b"\0\0\x80")]


def test_text_full_of_preambles() -> None:
    wire = read_reply((b"\xaa\xaa\xaa\x96\x69\x00\x04\x00" * 32), bytes(1024))
    assert found(WHOLE, [wire[:700], wire[700:], reply(OK)]) == [body_of(wire), Frame(b"\0\0\x90")]


def test_forget_drops_half_a_reply() -> None:
    reader = FrameReader()
    assert reader.feed(CARD[:600]) == []
    reader.forget()
    assert reader.feed(reply(NO_CARD)) == [Frame(b"\0\0\x80")]
    assert reader.damaged == 0


@given(st.integers(0, 255), st.binary(max_size=28))
def test_any_short_reply_goes_over_the_wire_and_back(status: int, data: bytes) -> None:
    [frame] = FrameReader().feed(reply(status, data))
    assert status_of(frame) == status
    assert frame.body[3:] == data


@given(st.binary(min_size=256, max_size=256), st.binary(min_size=1024, max_size=1024))
def test_any_card_goes_over_the_wire_and_back(text: bytes, picture: bytes) -> None:
    [frame] = FrameReader().feed(read_reply(text, picture))
    assert text_of(frame) == text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes.fromhex("01000400") + bytes(1279),
        bytes.fromhex("01000400") + bytes(1281),
        bytes.fromhex("00ff0401") + bytes(1280),
        bytes.fromhex("02000300") + bytes(1280),
    ],
)
def test_sizes_that_do_not_add_up(data: bytes) -> None:
    assert text_of(Frame(b"\0\0\x90" + data)) is None


def test_too_short_to_be_a_reply() -> None:
    assert status_of(Frame(b"\x10\xff")) is None


def test_nothing_of_a_frame_shows_itself() -> None:
    [frame] = FrameReader().feed(CARD)
    assert repr(frame) == str(frame) == "Frame(1287 bytes)"


def test_fuzz(rounds: Callable[[int, int], int]) -> None:
    fuzz(SHORT, rounds(1_500, 100_000), seed=55)
    fuzz(WHOLE, rounds(200, 100_000), seed=56)
