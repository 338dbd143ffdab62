"""ID-card readers speak the SDT protocol of the SAM_A security module; its frames are made and found here.

Sources: "身份证阅读器通信协议" (commands and status words), readers' manuals in agreement with it.
Host and reader use one frame, lengths big endian:

    AA AA AA 96 69 | length | command parameter data | xor      host
    AA AA AA 96 69 | length | SW1 SW2 SW3 data | xor            reader

The length counts all behind it, the xor runs over length to data. 115200 8N1 unless set otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hardware.card_reader.layout import TEXT_SIZE

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
# Some readers slip a 00 into the preamble; more than one between two bytes was never seen.
PREAMBLE_PATTERN = re.compile(rb"\xaa\x00?\xaa\x00?\xaa\x00?\x96\x00?\x69")
LONGEST_PREAMBLE = 9
# Lengths that occur: commands, status words, SAM numbers and finds are short; a new address, a card, and
# a card with fingerprints have one size each. A damaged length is seldom one of these, and so the reader
# does not wait for hundreds of bytes that nobody sends.
SHORT = range(3, 33)
LONG = frozenset({74, 1288, 2314})

RESET, STATUS, SAM_ID = b"\x10\xff", b"\x11\xff", b"\x12\xff"
FIND, SELECT = b"\x20\x01", b"\x20\x02"
READ = b"\x30\x01"  # text and photo

OK, FOUND = 0x90, 0x9F
NO_CARD, SELECT_FAILED = 0x80, 0x81
SELF_TEST_FAILED, NOT_AUTHORISED = 0x60, 0x66
# SW3 that says: our frame came damaged; the same bytes may help.
DAMAGED = frozenset({0x10, 0x11, 0x21, 0x22, 0x23, 0x24})
READ_HEAD = 4  # length of text, length of photo


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """The part between length and xor. It may hold a person's data: `repr` shows its size only."""

    body: bytes

    def __repr__(self) -> str:
        return f"Frame({len(self.body)} bytes)"

    def to_bytes(self) -> bytes:
        """Return the frame as it goes over the wire."""
        counted = (len(self.body) + 1).to_bytes(2, "big") + self.body
        return PREAMBLE + counted + bytes((_xor(counted),))


def request(command: bytes) -> bytes:
    """Return the frame of a command such as FIND."""
    return Frame(command).to_bytes()


def reply(status: int, data: bytes = b"") -> bytes:
    """Return the frame of a reader: SW3 `status` and data."""
    return Frame(bytes((0, 0, status)) + data).to_bytes()


def read_reply(text: bytes, photo: bytes) -> bytes:
    """Return the frame of a card that was read."""
    sizes = len(text).to_bytes(2, "big") + len(photo).to_bytes(2, "big")
    return reply(OK, sizes + text + photo)


def status_of(frame: Frame) -> int | None:
    """Return SW3 of a reply, None when the frame is too short to be one."""
    return frame.body[2] if len(frame.body) >= 3 else None


def text_of(frame: Frame) -> bytes | None:
    """Return the text of a read reply, None when its sizes do not add up. The photo is left behind."""
    data = frame.body[3:]
    if len(data) < READ_HEAD + TEXT_SIZE:
        return None
    text, photo = int.from_bytes(data[0:2], "big"), int.from_bytes(data[2:4], "big")
    if text != TEXT_SIZE or len(data) != READ_HEAD + text + photo:
        return None
    return data[READ_HEAD : READ_HEAD + TEXT_SIZE]


class FrameReader:
    """Finds frames in a stream that comes in pieces of any size; junk and damage are passed over.

    What looked like a frame and was none is given up from its first byte on. `damaged` counts those.
    Nothing of a frame is kept once it was handed out.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()
        self.damaged = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes and return the frames that are whole by now."""
        self._bytes += data
        frames: list[Frame] = []
        while True:
            found = PREAMBLE_PATTERN.search(self._bytes)
            if found is None:
                # A preamble may have begun in the last bytes.
                del self._bytes[: max(0, len(self._bytes) - LONGEST_PREAMBLE + 1)]
                return frames
            del self._bytes[: found.start()]
            head = found.end() - found.start()
            size = self._size(head)
            if size is None:
                return frames
            frame = _parse(bytes(self._bytes[head:size])) if size else None
            if frame is None:
                self.damaged += 1
                del self._bytes[0]
            else:
                frames.append(frame)
                del self._bytes[:size]

    def forget(self) -> None:
        """Drop all that was begun: it was late, or belongs to another request."""
        self._bytes.clear()

    def _size(self, head: int) -> int | None:
        """Return where the frame at the front ends, 0 for no frame, None when more bytes must come."""
        if len(self._bytes) < head + 2:
            return None
        length = int.from_bytes(self._bytes[head : head + 2], "big")
        if length not in SHORT and length not in LONG:
            return 0
        size = head + 2 + length
        return size if len(self._bytes) >= size else None


def _parse(counted: bytes) -> Frame | None:
    """Return the frame of length, body and xor; None when the xor is wrong."""
    return Frame(counted[2:-1]) if _xor(counted[:-1]) == counted[-1] else None


def _xor(data: bytes) -> int:
    total = 0
    for byte in data:
        total ^= byte
    return total
