"""FT1.2-like frames carry the keys of caller pads and evaluators over a shared RS-485 line.

Source: the frames of the deployed call program JackQChen/QueueSystem, CallSystem/frmMain.cs, which are
those of IEC 60870-5-1 format class FT1.2 with a wake-up byte in front:

    FF 68 L L 68 | address | function | data ... | sum | 16

L counts address, function and data; the sum is that of these bytes, modulo 256.
"""

from __future__ import annotations

from dataclasses import dataclass

from hardware.errors import DeviceError

WAKE, START, END = 0xFF, 0x68, 0x16
HEAD, TAIL = 4, 2  # 68 L L 68, and sum with end
MIN_LENGTH = 2  # address and function
# Devices send at most five (frmMain.cs allows any); a display of six digits takes eight.
MAX_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, to or from the device at `address`."""

    address: int
    function: int
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """Return the frame as it goes over the wire; raises a permanent DeviceError `bad_value`."""
        body = bytes((_byte(self.address), _byte(self.function))) + self.data
        if len(body) > MAX_LENGTH:
            raise DeviceError(
                f"{len(self.data)} bytes do not fit a frame", reason="bad_value", permanent=True
            )
        return bytes((WAKE, START, len(body), len(body), START)) + body + bytes((sum(body) & 0xFF, END))


def _byte(value: int) -> int:
    if not 0 <= value <= 0xFF:
        raise DeviceError(f"{value} is not 0 to 255", reason="bad_value", permanent=True)
    return value


class FrameReader:
    """Finds frames in a stream that comes in pieces of any size; junk and damage are passed over.

    The wake-up byte is not asked for: it stands there to be lost while the line turns round. What
    looked like a beginning and was none is given up from its first byte on, so a good frame that
    began inside it is still found. `damaged` counts beginnings that came to nothing.
    """

    def __init__(self, max_length: int = MAX_LENGTH) -> None:
        self._max_length = max_length
        self._bytes = bytearray()
        self.damaged = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes and return the frames that are whole by now."""
        self._bytes += data
        frames: list[Frame] = []
        while True:
            start = self._bytes.find(START)
            del self._bytes[: start if start >= 0 else len(self._bytes)]
            size = self._size()
            if size is None:
                return frames
            frame = parse(bytes(self._bytes[:size])) if size else None
            if frame is None:
                self.damaged += bool(size)
                del self._bytes[0]
            else:
                frames.append(frame)
                del self._bytes[:size]

    def silence(self) -> list[Frame]:
        """The line fell silent: what was begun is given up; returns frames that were hidden in it."""
        frames: list[Frame] = []
        while self._bytes:
            self.damaged += 1
            del self._bytes[0]
            frames += self.feed(b"")
        return frames

    def _size(self) -> int | None:
        """Return the size that the frame at the front claims, 0 for none, None when more bytes must come."""
        head = self._bytes[:HEAD]
        if len(head) >= 2 and not MIN_LENGTH <= head[1] <= self._max_length:
            return 0
        if (len(head) >= 3 and head[1] != head[2]) or (len(head) >= HEAD and head[3] != START):
            return 0
        size = HEAD + head[1] + TAIL if len(head) == HEAD else None
        return size if size is not None and len(self._bytes) >= size else None


def parse(wire: bytes) -> Frame | None:
    """Return the frame that begins with 68 and fills `wire`, None when anything in it is wrong."""
    body = wire[HEAD:-TAIL]
    head = bytes((START, len(body), len(body), START))
    if len(body) < MIN_LENGTH or wire[:HEAD] != head or wire[-1] != END or wire[-2] != sum(body) & 0xFF:
        return None
    return Frame(body[0], body[1], body[2:])
