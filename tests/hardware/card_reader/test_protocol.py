"""SDT frames are the worked ones; the reader finds each, whatever happens to the stream around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.card_reader.layout import write_text
from hardware.card_reader.protocol import (
    NO_CARD,
    OK,
    Frame,
    FrameReader,
    read_reply,
    reply,
    request,
    status_of,
    text_of,
)
from hardware.card_reader.samples import SAMPLES
from tests.hardware.stream_rules import found
from tests.hardware.streams.cards import (
    CARD,
    SDT_HEAD,
    SDT_REPLIES,
    SDT_REQUESTS,
    SDT_SHORT,
    SDT_WHOLE,
    sdt_body,
)


@pytest.mark.parametrize(("command", "text"), SDT_REQUESTS)
def test_worked_requests(command: bytes, text: str) -> None:
    assert request(command) == bytes.fromhex(SDT_HEAD + text)


@pytest.mark.parametrize(("wire", "text"), SDT_REPLIES)
def test_worked_replies(wire: bytes, text: str) -> None:
    assert wire == bytes.fromhex(SDT_HEAD + text)
    [frame] = FrameReader().feed(wire)
    assert status_of(frame) == wire[9]


def test_a_card_is_1295_bytes_and_its_photo_is_left_behind() -> None:
    assert len(CARD) == 1295
    assert CARD[5:14] == bytes.fromhex("05 08 00 00 90 01 00 04 00")
    [frame] = FrameReader().feed(CARD)
    assert text_of(frame) == write_text(SAMPLES["zhang"])


def test_a_wrong_bit_is_never_accepted() -> None:
    for wire, _ in SDT_SHORT.samples:
        for bit in range(len(wire) * 8):
            bent = bytearray(wire)
            bent[bit // 8] ^= 1 << bit % 8
            assert found(SDT_SHORT, [bytes(bent)]) == [], f"{wire.hex(' ')}: bit {bit}"


@pytest.mark.parametrize("place", range(6))
def test_a_stray_zero_before_or_in_the_preamble(place: int) -> None:
    wire = reply(OK, bytes(8))
    strayed = wire[:place] + b"\0" + wire[place:] if place < 5 else b"\0\0" + wire
    for cut in range(len(strayed) + 1):
        assert found(SDT_SHORT, [strayed[:cut], strayed[cut:]]) == [sdt_body(wire)]


def test_more_preamble_than_needed() -> None:
    assert found(SDT_SHORT, [b"\xaa\xaa" + reply(NO_CARD)]) == [Frame(b"\0\0\x80")]


def test_text_full_of_preambles() -> None:
    wire = read_reply((b"\xaa\xaa\xaa\x96\x69\x00\x04\x00" * 32), bytes(1024))
    assert found(SDT_WHOLE, [wire[:700], wire[700:], reply(OK)]) == [sdt_body(wire), Frame(b"\0\0\x90")]


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
