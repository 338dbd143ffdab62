"""GM65/GM861 scanner modules are told what to do by writing bits of their settings, in checked frames.

Source: GM65 module manual, serial commands. Host to module, and its answer:

    7E 00 | kind | length | zone u16 big endian | data ... | crc u16
    02 00 | 00   | length | data ...                       | crc u16

The CRC is CRC-16/XMODEM from kind to data; AB CD in its place says that the host does not compute one.
"""

from __future__ import annotations

from binascii import crc_hqx
from dataclasses import dataclass
from enum import IntEnum

COMMAND, ANSWER = b"\x7e\x00", b"\x02\x00"
UNCHECKED = b"\xab\xcd"
HEAD, TAIL = 6, 2  # up to the zone, and the checksum
MAX_DATA = 255
TRIGGER_ZONE = 0x0002  # bit 0 set: scan now


class Kind(IntEnum):
    """What a command does with a zone of settings."""

    READ = 0x07
    WRITE = 0x08
    SAVE = 0x09


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `data` are the bytes to write, or how many to read."""

    kind: Kind
    zone: int
    data: bytes

    def to_bytes(self, checked: bool = True) -> bytes:
        """Return the frame as it goes over the wire, without a computed checksum unless `checked`."""
        body = bytes((self.kind, len(self.data))) + self.zone.to_bytes(2, "big") + self.data
        return COMMAND + body + (_crc(body) if checked else UNCHECKED)


def answer(data: bytes = b"\x00") -> bytes:
    """Return what the module says to a command: the values that were read, or one 00."""
    body = bytes((0, len(data))) + data
    return ANSWER + body + _crc(body)


class CommandReader:
    """Finds commands in a stream that comes in pieces of any size; junk and damage are passed over."""

    def __init__(self) -> None:
        self._bytes = b""

    def feed(self, data: bytes) -> list[Command]:
        """Take the next bytes and return the commands that are whole by now."""
        self._bytes += data
        commands: list[Command] = []
        while True:
            at = self._bytes.find(COMMAND[:1])
            self._bytes = self._bytes[at:] if at >= 0 else b""
            size = self._size()
            if size is None:
                return commands
            command = _parse(self._bytes[:size])
            if command is not None:
                commands.append(command)
            self._bytes = self._bytes[size if command is not None else 1 :]

    def _size(self) -> int | None:
        """Return what the frame at the front claims, 1 for no frame, None when more bytes must come."""
        head = self._bytes[:HEAD]
        if COMMAND[: len(head)] != head[:2] or (len(head) > 2 and head[2] not in tuple(Kind)):
            return 1 if head else None
        size = HEAD + head[3] + TAIL if len(head) > 3 else HEAD
        return size if len(self._bytes) >= size else None


def _parse(wire: bytes) -> Command | None:
    body, check = wire[2:-TAIL], wire[-TAIL:]
    if len(wire) < HEAD + TAIL or check not in (UNCHECKED, _crc(body)):
        return None
    return Command(Kind(body[0]), int.from_bytes(body[2:4], "big"), body[4:])


def _crc(body: bytes) -> bytes:
    return crc_hqx(body, 0).to_bytes(2, "big")


TRIGGER = Command(Kind.WRITE, TRIGGER_ZONE, b"\x01").to_bytes(checked=False)
STOP = Command(Kind.WRITE, TRIGGER_ZONE, b"\x00").to_bytes(checked=False)
SAVE = Command(Kind.SAVE, 0, b"\x00").to_bytes()
