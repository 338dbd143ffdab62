"""A simulated ID-card reader takes the real frames; cards are laid down and lifted by commands."""

from __future__ import annotations

import random
from typing import Any

from PIL import Image

from hardware.card_reader.card import IdCard
from hardware.card_reader.layout import KIND_AT, write_text
from hardware.card_reader.protocol import (
    FIND,
    FOUND,
    NO_CARD,
    NOT_AUTHORISED,
    OK,
    READ,
    RESET,
    SAM_ID,
    SELECT,
    SELECT_FAILED,
    SELF_TEST_FAILED,
    STATUS,
    Frame,
    FrameReader,
    read_reply,
    reply,
)
from hardware.card_reader.samples import SAMPLES
from hardware.errors import DeviceError
from hardware.simulation.breakable import Responder
from hardware.simulation.panel import draw_panel

FAULTS = {
    "dead": "has no power: hears nothing, says nothing",
    "garbled": "its replies are damaged on the way",
    "junk": "noise stands before its replies and a 00 in their preamble",
    "truncated": "its replies end in the middle",
    "slow": "answers after 500 ms",
    "not_authorised": "its security module is not authorised",
    "self_test_failed": "its security module is broken",
    "unselectable": "finds cards and cannot select them",
    "unreadable": "selects cards and cannot read them",
    "bad_number": "reads a number whose check is wrong",
    "unknown_card": "reads a kind of card that nobody knows",
    "sticky": "finds a card again that was read and still lies there",
    "unplugged": "the cable is pulled",
}
TURN_S, SLOW_S = 0.005, 0.5
READ_FAILED, BAD_COMMAND = 0x41, 0x21
PHOTO_SIZE = 1024
NUMBER_END = 122 + 34  # the check character of a citizen's number


class CardReaderSimulator(Responder):
    """The other end of the wire of a reader: a HostedDevice and Commanded."""

    commands = f"card {'|'.join(SAMPLES)} | lift"

    def __init__(self) -> None:
        super().__init__(FAULTS)
        self._card: IdCard | None = None
        self._selected = False
        self._read = False
        self.reads = 0
        self.requests = 0
        self._readers: dict[int, FrameReader] = {}

    def lay(self, card: IdCard) -> None:
        """Lay a card down."""
        self._card, self._selected, self._read = card, False, False
        self._revision += 1

    def lift(self) -> None:
        """Take the card away."""
        self._card = None
        self._revision += 1

    def command(self, line: str, now_s: float) -> str:
        """Carry out `card NAME` or `lift`."""
        del now_s
        words = line.split()
        if words == ["lift"]:
            self.lift()
            return "lifted"
        if len(words) == 2 and words[0] == "card" and words[1] in SAMPLES:
            self.lay(SAMPLES[words[1]])
            return f"laid down {words[1]}"
        raise DeviceError(self.commands, reason="bad_command")

    # -- HostedDevice ----------------------------------------------------------------------------------

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Take bytes of the host and prepare replies."""
        if self._faults.has("dead"):
            return len(data)
        for frame in self._readers.setdefault(source, FrameReader()).feed(data):
            self.requests += 1
            late_s = SLOW_S if self._faults.has("slow") else TURN_S
            self._answers.send(self._wire(self._reply(frame)), now_s + late_s, source)
        return len(data)

    def forget(self, source: int) -> None:
        """A client has gone."""
        self._readers.pop(source, None)
        self._answers.forget(source)

    def state(self) -> dict[str, Any]:
        """Whether a card lies there, and how often cards were read; nothing of the card."""
        return {"card": self._card is not None, "reads": self.reads}

    def picture(self) -> Image.Image:
        """Draw the lamp."""
        return draw_panel([f"身份证阅读器  {'有卡' if self._card else '无卡'}  已读 {self.reads}"])

    # -- commands --------------------------------------------------------------------------------------

    def _reply(self, frame: Frame) -> bytes:
        for name, status in (("not_authorised", NOT_AUTHORISED), ("self_test_failed", SELF_TEST_FAILED)):
            if self._faults.has(name):
                return reply(status)
        if frame.body in (RESET, STATUS):
            return reply(OK)
        if frame.body == SAM_ID:
            return reply(OK, bytes(16))
        action = {FIND: self._find, SELECT: self._select, READ: self._read_card}.get(frame.body)
        return action() if action else reply(BAD_COMMAND)

    def _find(self) -> bytes:
        self._selected = False
        again = not self._read or self._faults.has("sticky")
        return reply(FOUND, bytes(4)) if self._card is not None and again else reply(NO_CARD)

    def _select(self) -> bytes:
        if self._card is None or self._faults.has("unselectable"):
            return reply(SELECT_FAILED)
        self._selected = True
        return reply(OK, bytes(8))

    def _read_card(self) -> bytes:
        if self._card is None or not self._selected or self._faults.has("unreadable"):
            return reply(READ_FAILED)
        text = bytearray(write_text(self._card))
        if self._faults.has("bad_number"):
            text[NUMBER_END] = ord("0" if text[NUMBER_END] != ord("0") else "1")
        if self._faults.has("unknown_card"):
            text[KIND_AT] = ord("Q")
        self._read, self.reads = True, self.reads + 1
        self._revision += 1
        return read_reply(bytes(text), photo(self.reads))

    def _wire(self, data: bytes) -> bytes:
        if self._faults.has("garbled"):
            data = data[:-1] + bytes((data[-1] ^ 0x10,))
        if self._faults.has("truncated"):
            data = data[: len(data) // 2]
        if self._faults.has("junk"):
            data = b"\x00\xaa\xaa\x96" + data[:3] + b"\x00" + data[3:]
        return data


def photo(seed: int) -> bytes:
    """Return noise in place of a photo, with a false preamble in it."""
    noise = bytearray(random.Random(seed).randbytes(PHOTO_SIZE))
    noise[100:107] = b"\xaa\xaa\xaa\x96\x69\x00\x04"
    return bytes(noise)
