"""Frames of LED strips and number panels: ONBON, Modbus-RTU and the templates of other makers."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from hardware.led_strip import frames as onbon
from hardware.led_strip.modbus import RtuReader, reply_bytes, request_bytes, write_register, write_registers
from hardware.led_strip.show import Colour, StripShow
from hardware.led_strip.template import load_template
from hardware.led_strip.template_reader import Said, TemplateReader
from tests.hardware.led_strip.vectors import MODBUS, ONBON
from tests.hardware.stream_rules import Damage, Sample, Stream

BYTE = st.integers(0, 0xFF)
WORD = st.integers(0, 0xFFFF)


def onbon_bytes(frame: onbon.Frame) -> bytes:
    """The frame from its first byte after the preamble."""
    body = struct.pack("<HH", frame.dst, frame.src) + frame.modes
    body += struct.pack("<BBH", frame.card, frame.version, len(frame.data)) + frame.data
    wire = body + struct.pack("<H", crc16(body, 0))
    for plain, escaped in ((b"\xa6", b"\xa6\x01"), (b"\xa5", b"\xa6\x02")):
        wire = wire.replace(plain, escaped)
    for plain, escaped in ((b"\x5b", b"\x5b\x01"), (b"\x5a", b"\x5b\x02")):
        wire = wire.replace(plain, escaped)
    return wire + b"\x5a"


def crc16(data: bytes, start_value: int) -> int:
    """The reflected CRC-16 with polynomial 0xA001, bit by bit: ARC from 0, MODBUS from 0xFFFF."""
    value = start_value
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 * (value & 1))
    return value


def modbus_bytes(frame: bytes) -> bytes:
    """The frame with its checksum."""
    return frame + crc16(frame, 0xFFFF).to_bytes(2, "little")


def _onbon() -> Stream:
    special = onbon.Frame(2, onbon.HOST, b"ZBC[Z\xa5\xa6")
    return Stream(
        onbon.FrameReader,
        [*((wire, frame) for frame, wire in ONBON.values()), (special.to_bytes(), special)],
        onbon_bytes,
        st.builds(onbon.Frame, WORD, WORD, st.binary(max_size=300), BYTE).map(
            lambda one: (one.to_bytes(), one)
        ),
        [b"\x00\xff", b"\xa5", b"\xa5\x01\x02", b"\x5a", b"\xa6\x02\x5b", b"OK\r\n"],
    )


def _modbus(
    length: Callable[[bytes], int | None], frames: Sequence[bytes], drawn: st.SearchStrategy[Any]
) -> Stream:
    return Stream(
        lambda: RtuReader(length),
        [(modbus_bytes(frame), frame) for frame in frames],
        modbus_bytes,
        drawn.map(lambda wire: (wire, wire[:-2])),
        [b"\x00", b"\x03", b"\x03\x10", b"\x03\x10\x00\x70\x00\x64\xc8", b"\xff\xff\x06\x06\x10"],
    )


MODBUS_REPLIES = [
    bytes.fromhex("03 06 00 00 00 0C"),
    bytes.fromhex("03 10 00 70 00 03"),
    bytes.fromhex("03 86 02"),
    bytes.fromhex("03 90 06"),
]
UNIT = st.integers(0, 247)
REQUESTS = st.one_of(
    st.builds(write_register, UNIT, WORD, WORD),
    st.builds(write_registers, UNIT, WORD, st.lists(WORD, min_size=1, max_size=6)),
)
REPLIES = st.one_of(
    st.tuples(UNIT, st.sampled_from((0x06, 0x10)), WORD, WORD).map(
        lambda one: modbus_bytes(struct.pack(">BBHH", *one))
    ),
    st.tuples(UNIT, st.sampled_from((0x86, 0x90)), BYTE).map(lambda one: modbus_bytes(bytes(one))),
)

TEMPLATE_SHOWS = {
    "weilipu": (1, StripShow("请A012到3号窗口")),
    "xunpeng": (1, StripShow(number="888", colour=Colour.GREEN)),
    "kanban": (5, StripShow(number="999")),
    "cxt": (1, StripShow("啊阿")),
}


def template_bytes(name: str, said: Said) -> bytes:
    """The vendor's frame with other values in it, by hand for each vendor."""
    text, field = said.raw, said.fields
    if name == "weilipu":
        frame = bytes((0xF0, 1, 0xD0, field["line"], field["mode"], field["speed"], len(text) + 1))
        frame += bytes((field["colour"],)) + text
        return frame + bytes((sum(frame) % 256,))
    if name == "xunpeng":
        frame = bytes((0x3A, field["colour"], field["value"] % 256, field["value"] // 256, field["info"]))
        return frame + bytes((sum(frame) % 256, 0x0A))
    if name == "kanban":
        frame = bytes((field["address"], field["value"] // 256, field["value"] % 256))
        return frame + bytes((sum(frame) % 256,))
    head = bytes((0x21, 0x21, 0x55, 0xAA, *(field[key] for key in ("zone", "colour", "effect", "speed"))))
    return head + field["stay"].to_bytes(4, "little") + len(text).to_bytes(2, "little") + text


def _template(name: str, junk: Sequence[bytes], damage: Damage) -> Stream:
    strip = load_template(name)

    def sample(address: int, show: StripShow) -> Sample:
        wire = strip.frame(address, show)
        return wire, TemplateReader(strip).feed(wire)[0]

    shows = [TEMPLATE_SHOWS[name], (1, StripShow("午休", "7")), (2, StripShow("A B-1", "12", paused=True))]
    drawn = st.builds(
        lambda address, text, number: sample(address, StripShow(text, str(number))),
        st.integers(1, 99),
        st.text(alphabet="请到号窗口0123456789AZ ", min_size=1, max_size=30),
        st.integers(0, 9999),
    )
    samples = [sample(*show) for show in shows]
    return Stream(
        lambda: TemplateReader(strip), samples, lambda said: template_bytes(name, said), drawn, junk, damage
    )


PARSERS: dict[str, Stream] = {
    "onbon": _onbon(),
    "modbus requests": _modbus(request_bytes, [wire[:-2] for wire in MODBUS.values()], REQUESTS),
    "modbus replies": _modbus(reply_bytes, MODBUS_REPLIES, REPLIES),
    "weilipu": _template("weilipu", [b"\x00\xff", b"\xf0\x01", b"\x3a", b"\x0a"], Damage.CHECKED),
    "xunpeng": _template("xunpeng", [b"\x00\xff", b"\xf0\x01", b"\x3a", b"\x0a"], Damage.CHECKED),
    # Four bytes and one of them a sum: any four bytes are a frame in one of 256 cases.
    "kanban": _template("kanban", [], Damage.SURVIVES),
    "cxt": _template("cxt", [b"\x00\xff", b"\x21\x21\x55", b"\x0a"], Damage.SURVIVES),
}
