"""Frames of ID-card readers (SDT)."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from hardware.card_reader import protocol as sdt
from hardware.card_reader.layout import write_text
from hardware.card_reader.samples import SAMPLES
from hardware.card_reader.simulator import photo
from tests.hardware.stream_rules import Stream

BYTE = st.integers(0, 0xFF)

SDT_HEAD = "AA AA AA 96 69 "
SDT_REQUESTS = [
    (sdt.RESET, "00 03 10 FF EC"),
    (sdt.STATUS, "00 03 11 FF ED"),
    (sdt.SAM_ID, "00 03 12 FF EE"),
    (sdt.FIND, "00 03 20 01 22"),
    (sdt.SELECT, "00 03 20 02 21"),
    (sdt.READ, "00 03 30 01 32"),
    (b"\x30\x10", "00 03 30 10 23"),
    (b"\x30\x03", "00 03 30 03 30"),
    (b"\x60\x00", "00 03 60 00 63"),
    (b"\x61\xff\x50", "00 04 61 FF 50 CA"),
]
SDT_REPLIES = [
    (sdt.reply(sdt.OK), "00 04 00 00 90 94"),
    (sdt.reply(sdt.FOUND, bytes(4)), "00 08 00 00 9F 00 00 00 00 97"),
    (sdt.reply(sdt.NO_CARD), "00 04 00 00 80 84"),
    (sdt.reply(sdt.OK, bytes(8)), "00 0C 00 00 90 00 00 00 00 00 00 00 00 9C"),
    (sdt.reply(sdt.SELECT_FAILED), "00 04 00 00 81 85"),
    (sdt.reply(0x41), "00 04 00 00 41 45"),
]
CARD = sdt.read_reply(write_text(SAMPLES["zhang"]), photo(1))
SDT_JUNK = [
    b"\x00",
    b"\xaa",
    b"\xaa\xaa\xaa\xaa",
    b"\xaa\xaa\xaa\x96",
    b"\xaa\xaa\xaa\x96\x69",
    b"\xaa\xaa\xaa\x96\x69\x00\x0c\x00",
    b"\xff" * 40,
]


def sdt_body(wire: bytes) -> sdt.Frame:
    """The frame of whole bytes."""
    return sdt.Frame(wire[7:-1])


def sdt_bytes(frame: sdt.Frame) -> bytes:
    """The frame behind its preamble."""
    counted = (len(frame.body) + 1).to_bytes(2, "big") + frame.body
    check = 0
    for byte in counted:
        check ^= byte
    return counted + bytes([check])


def _sdt(wires: Sequence[bytes], drawn: st.SearchStrategy[bytes]) -> Stream:
    samples = [(wire, sdt_body(wire)) for wire in wires]
    return Stream(
        sdt.FrameReader, samples, sdt_bytes, drawn.map(lambda wire: (wire, sdt_body(wire))), SDT_JUNK
    )


SDT_SHORT = _sdt(
    [bytes.fromhex(SDT_HEAD + text) for _, text in SDT_REPLIES + SDT_REQUESTS],
    st.builds(sdt.reply, BYTE, st.binary(max_size=28)),
)
SDT_WHOLE = _sdt(
    [CARD, sdt.reply(sdt.NO_CARD)],
    st.builds(sdt.read_reply, st.binary(min_size=256, max_size=256), st.binary(min_size=1024, max_size=1024)),
)


PARSERS: dict[str, Stream] = {
    "card reader": SDT_SHORT,
    "card reader, whole cards": SDT_WHOLE,
}
