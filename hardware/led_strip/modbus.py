"""Modbus-RTU frames are built and checked with pymodbus here, and found again in any stream of bytes.

Source: Modbus over Serial Line V1.02, 2.5 (RTU framing, CRC-16 start FFFF) and Modbus Application
Protocol V1.1b3, 6.5, 6.6, 6.12 and 7 (functions 05, 06 and 16, exceptions).
"""

from __future__ import annotations

from collections.abc import Callable

from pymodbus.framer.rtu import FramerRTU
from pymodbus.pdu import DecodePDU
from pymodbus.pdu.bit_message import WriteSingleCoilRequest
from pymodbus.pdu.register_message import WriteMultipleRegistersRequest, WriteSingleRegisterRequest

from hardware.bus.exchange import Reply, Verdict
from hardware.led_strip.hunting import FrameHunter

WRITE_COIL, WRITE_ONE, WRITE_MANY, EXCEPTION = 0x05, 0x06, 0x10, 0x80
EXCEPTION_BYTES, SHORT_BYTES = 5, 8
MAX_FRAME = 256
BROADCAST = 0
REASONS = {1: "unknown_function", 2: "unknown_register", 3: "bad_value", 4: "device_failure", 6: "busy"}
_FRAMER = FramerRTU(DecodePDU(False))


def write_coil(unit: int, coil: int, *, on: bool) -> bytes:
    """Return the request that switches one coil, function 05."""
    return _FRAMER.buildFrame(WriteSingleCoilRequest(dev_id=unit, address=coil, bits=[on]))


def write_register(unit: int, register: int, value: int) -> bytes:
    """Return the request that writes one register, function 06."""
    return _FRAMER.buildFrame(
        WriteSingleRegisterRequest(dev_id=unit, address=register, registers=[value & 0xFFFF])
    )


def write_registers(unit: int, register: int, values: list[int]) -> bytes:
    """Return the request that writes several registers, function 16."""
    return _FRAMER.buildFrame(WriteMultipleRegistersRequest(dev_id=unit, address=register, registers=values))


def crc_bytes(frame: bytes) -> bytes:
    """Return the two checksum bytes that follow `frame` on the wire."""
    return FramerRTU.compute_CRC(frame).to_bytes(2, "big")


def sealed(frame: bytes) -> bytes:
    """Return `frame` with its checksum."""
    return frame + crc_bytes(frame)


def request_bytes(head: bytes) -> int | None:
    """Length of a request that begins with `head`: 0 when more is needed to tell, None when none does."""
    if len(head) < 2:
        return 0
    if head[1] in (WRITE_COIL, WRITE_ONE):
        return SHORT_BYTES
    if head[1] != WRITE_MANY:
        return None
    if len(head) < 7:
        return 0
    return 9 + head[6] if head[6] == 2 * int.from_bytes(head[4:6]) else None


def reply_bytes(head: bytes) -> int | None:
    """Length of a reply that begins with `head`, in the manner of `request_bytes`."""
    if len(head) < 2:
        return 0
    if head[1] in (WRITE_COIL, WRITE_ONE, WRITE_MANY):
        return SHORT_BYTES
    refused = {EXCEPTION | function for function in (WRITE_COIL, WRITE_ONE, WRITE_MANY)}
    return EXCEPTION_BYTES if head[1] in refused else None


class RtuReader:
    """Finds frames by length and checksum at any offset, since silence is lost on the way through drivers."""

    def __init__(self, length: Callable[[bytes], int | None]) -> None:
        self._length = length
        self._hunter = FrameHunter(self._measure, MAX_FRAME)

    @property
    def damaged(self) -> int:
        """Bytes that belonged to no frame."""
        return self._hunter.damaged

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes; returns whole checked frames without their checksum."""
        return [frame[:-2] for frame in self._hunter.feed(data)]

    def _measure(self, head: bytes) -> int | None:
        length = self._length(head)
        if length is None or length > MAX_FRAME:
            return None
        if length == 0 or len(head) < length:
            return 0
        return length if crc_bytes(head[: length - 2]) == head[length - 2 : length] else None


class PanelReader:
    """Waits for the reply to one write; the reply of a write is known byte for byte."""

    def __init__(self, request: bytes) -> None:
        self._unit, self._function = request[0], request[1]
        self._expected = request[:6]
        self._frames = RtuReader(reply_bytes)

    def feed(self, data: bytes) -> Reply | None:
        """Return the panel's verdict; frames of other units and damaged ones are passed over."""
        for frame in self._frames.feed(data):
            if frame == self._expected:
                return Reply(Verdict.DONE, data=frame)
            if frame[:2] == bytes((self._unit, self._function | EXCEPTION)):
                reason = REASONS.get(frame[2], f"exception_{frame[2]}")
                return Reply(Verdict.AGAIN if reason == "busy" else Verdict.REFUSED, reason, frame)
        return None
