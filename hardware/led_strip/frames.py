"""ONBON BX-5K/6K frames: escapes and checksum around a header and data, found again in any stream of bytes.

Source: "BX-5K/6K通讯协议用户版本" v1.4 (2021-02-28), frame format; the layout before escaping is

    A5 x 8 | dst u16 | src u16 | 00 x 3 | option | check mode | display mode | type | version | len u16 |
    data | CRC-16/ARC u16 | 5A          (all little endian; the CRC covers header and data)
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from hardware.errors import DeviceError

PREAMBLE = b"\xa5" * 8
START, END = 0xA5, 0x5A
HEADER = struct.Struct("<HH6sBBH")
PLAIN_MODES = bytes(6)
HOST = 0x8000
EVERYONE = 0xFFFE  # nobody answers
ANY_TYPE, VERSION = 0xFE, 0x02
MAX_DATA = 2048
ESCAPES = {0xA5: b"\xa6\x02", 0xA6: b"\xa6\x01", 0x5A: b"\x5b\x02", 0x5B: b"\x5b\x01"}
UNESCAPES = {escape: bytes((plain,)) for plain, escape in ESCAPES.items()}
# The longest frame on the wire, when every byte is escaped.
MAX_WIRE = 2 * (HEADER.size + MAX_DATA + 2)


def crc16_arc(data: bytes) -> int:
    """CRC-16/ARC: polynomial 0xA001 reflected, start 0."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: addresses, the card's type and the data.

    `modes` are three unused bytes, option, check mode and display mode: 0 from us, kept from others.
    """

    dst: int
    src: int
    data: bytes
    card: int = ANY_TYPE
    modes: bytes = PLAIN_MODES
    version: int = VERSION

    def to_bytes(self) -> bytes:
        """Return the frame as it goes over the wire; raises a permanent DeviceError `too_long`."""
        if len(self.data) > MAX_DATA:
            raise DeviceError(f"{len(self.data)} bytes do not fit a frame", reason="too_long", permanent=True)
        body = HEADER.pack(self.dst, self.src, self.modes, self.card, self.version, len(self.data))
        body += self.data
        body += struct.pack("<H", crc16_arc(body))
        return PREAMBLE + escape(body) + bytes((END,))


def escape(body: bytes) -> bytes:
    """Return the bytes with the four special ones replaced by two each."""
    return b"".join(ESCAPES.get(byte) or bytes((byte,)) for byte in body)


def unescape(wire: bytes) -> bytes | None:
    """Undo `escape`; None when an escape makes no sense."""
    out = bytearray()
    at = 0
    while at < len(wire):
        if wire[at] in (0xA6, 0x5B):
            plain = UNESCAPES.get(wire[at : at + 2])
            if plain is None:
                return None
            out += plain
            at += 2
        else:
            out.append(wire[at])
            at += 1
    return bytes(out)


def parse_body(wire: bytes) -> Frame | None:
    """Return the frame between preamble and end, None when checksum, length or escapes are wrong."""
    body = unescape(wire)
    if body is None or len(body) < HEADER.size + 2:
        return None
    if struct.unpack("<H", body[-2:])[0] != crc16_arc(body[:-2]):
        return None
    dst, src, modes, card, version, length = HEADER.unpack_from(body)
    data = body[HEADER.size : -2]
    return Frame(dst, src, data, card, modes, version) if length == len(data) else None


class FrameReader:
    """Finds frames in a stream that comes in pieces of any size; damage costs only the damaged frame.

    A5 occurs nowhere inside a frame, so each one starts anew; 5A ends. `damaged` counts what lay
    between two such marks and was no frame.
    """

    def __init__(self) -> None:
        self._body: bytearray | None = None
        self.damaged = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes and return the frames that are whole by now."""
        frames = []
        for byte in data:
            frame = self._take(byte)
            if frame is not None:
                frames.append(frame)
        return frames

    def _take(self, byte: int) -> Frame | None:
        if byte == START:
            self.damaged += bool(self._body)
            self._body = bytearray()
        elif self._body is None:
            pass  # junk before a preamble
        elif byte == END:
            frame = parse_body(bytes(self._body))
            self.damaged += frame is None
            self._body = None
            return frame
        elif len(self._body) >= MAX_WIRE:
            self.damaged += 1
            self._body = None
        else:
            self._body.append(byte)
        return None
