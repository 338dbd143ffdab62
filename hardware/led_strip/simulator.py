"""Simulated ONBON cards on one line: they take the real frames, show them, acknowledge them and break down.

All cards of the line hear every byte, as on RS-485. A card answers `TURN_S` after the last byte.
Bytes that arrive while an answer is still leaving are counted as a collision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from hardware.led_strip.frames import EVERYONE, HOST, Frame, FrameReader
from hardware.led_strip.onbon import (
    ACK_GROUP,
    FORCED,
    HALF_HOURS,
    MAX_BRIGHTNESS,
    PING,
    PIXEL_UNITS,
    SEND_AREAS,
    SET_BRIGHTNESS,
    SET_CLOCK,
    Area,
)
from hardware.led_strip.picture import Shown, draw_all, draw_matrix
from hardware.simulation.breakable import Responder

FAULTS = {
    "dead": "has no power: hears nothing, says nothing",
    "mute": "shows everything, never answers",
    "late": "answers after 400 ms",
    "garbled": "its answers are damaged on the way",
    "hears_badly": "its cards receive every frame damaged and say so",
    "busy": "says that it is busy",
    "other_address": "answers with a wrong address",
    "no_font": "refuses texts: its font is missing",
    "unplugged": "the cable is pulled",
}
TURN_S, LATE_S = 0.002, 0.4
INLINE = re.compile(rb"\\(C[1-7]|FO\d{3}|n)")
COLOURS = {b"C1": "red", b"C2": "green", b"C3": "yellow"}
CODE = {"unknown_group": 1, "unknown_command": 2, "busy": 3, "checksum": 5, "no_font": 12, "bad_clock": 14}
AREAS_HEAD = 7  # A3 06, reply, two bytes, deleted, areas


@dataclass(slots=True)
class Card:
    """The state of one simulated card; `updates` counts frames taken, `updated_s` when the last was whole.

    `words` are its lines from top to bottom, with a line break between.
    """

    address: int
    words: str = ""
    colour: str = "plain"
    blinks: bool = False
    mode: int = 1
    width_px: int = 128
    height_px: int = 16
    clock: str = ""
    brightness: int = MAX_BRIGHTNESS
    updates: int = 0
    updated_s: float = 0.0
    lines: dict[int, tuple[int, str]] = field(default_factory=dict)

    def obey(self, data: bytes, now_s: float) -> int:
        """Carry out a command; returns the error code of the acknowledgement, 0 when all is well."""
        if data[:2] == PING[:2]:
            return 0
        if data[:2] == SET_CLOCK:
            return self._set_clock(data[5:])
        if data[:2] == SET_BRIGHTNESS:
            return self._set_brightness(data[5:])
        if data[:2] == SEND_AREAS:
            return self._set_areas(data, now_s)
        return CODE["unknown_command"] if data[:1] in (b"\xa2", b"\xa3") else CODE["unknown_group"]

    def _set_clock(self, digits: bytes) -> int:
        text = digits.hex()
        if len(text) != 16 or not text.isdecimal():
            return CODE["bad_clock"]
        year = text[2:4] + text[0:2]
        self.clock = f"{year}-{text[4:6]}-{text[6:8]} {text[8:10]}:{text[10:12]}:{text[12:14]}"
        return 0

    def _set_brightness(self, values: bytes) -> int:
        if len(values) != 2 + HALF_HOURS or values[0] != FORCED or values[1] > MAX_BRIGHTNESS:
            return CODE["unknown_command"]
        self.brightness = values[1]
        return 0

    def _set_areas(self, data: bytes, now_s: float) -> int:
        if len(data) == 7 and data[5] == 0xFF:
            self.words, self.blinks, self.lines = "", False, {}
            return 0
        areas = _areas(data)
        if not areas:
            return CODE["unknown_command"]
        for area, text in areas:
            self._show(area, text)
        self.updates += 1
        self.updated_s = now_s
        return 0

    def _show(self, area: Area, text: bytes) -> None:
        pixels = bool(area.width & PIXEL_UNITS)
        self.width_px = area.width & ~PIXEL_UNITS if pixels else area.width * 8
        self.height_px = area.y + area.height
        self.mode = area.mode
        codes = INLINE.findall(text)
        self.colour = next((COLOURS[code] for code in codes if code in COLOURS), "plain")
        pages = [INLINE.sub(b"", page).decode("gbk", "replace") for page in text.split(rb"\n")]
        self.lines[area.number] = (area.y, pages[0])
        self.words = "\n".join(words for _, words in sorted(self.lines.values())).rstrip("\n")
        self.blinks = len(pages) > 1 and not pages[1].strip()


def _areas(data: bytes) -> list[tuple[Area, bytes]]:
    """The areas of an A3 06 command, none when the lengths do not fit."""
    found: list[tuple[Area, bytes]] = []
    rest = data[AREAS_HEAD:]
    while rest:
        length = int.from_bytes(rest[:2], "little")
        parsed = Area.from_bytes(rest[2 : 2 + length]) if length else None
        if parsed is None:
            return []
        found.append(parsed)
        rest = rest[2 + length :]
    return found if len(data) >= AREAS_HEAD and len(found) == data[6] else []


class OnbonLine(Responder):
    """Some ONBON cards on one line: a HostedDevice."""

    def __init__(self, addresses: Iterable[int] = (1,), baud: int = 9600) -> None:
        super().__init__(FAULTS)
        self.cards = {address: Card(address) for address in addresses}
        self.collisions = 0
        self.frames = 0
        self._byte_s = 10 / baud if baud else 0.0
        self._readers: dict[int, FrameReader] = {}
        self._talking_until_s = float("-inf")

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Let every card hear the bytes."""
        if now_s < self._talking_until_s:
            self.collisions += 1
        for frame in self._readers.setdefault(source, FrameReader()).feed(data):
            self.frames += 1
            self._hear(frame, now_s, source)
        return len(data)

    def collect(self, now_s: float, source: int = 0) -> bytes:
        """Return what the cards have answered by now."""
        data = self._answers.collect(now_s, source)
        if data:
            self._talking_until_s = now_s + len(data) * self._byte_s
        return data

    def forget(self, source: int) -> None:
        """A client has gone."""
        self._readers.pop(source, None)
        self._answers.forget(source)

    def state(self) -> dict[str, Any]:
        """What the cards show."""
        damaged = sum(reader.damaged for reader in self._readers.values())
        cards = [
            {
                "address": card.address,
                "text": "" if self._faults.has("dead", card.address) else card.words,
                "colour": card.colour,
                "blinks": card.blinks,
                "mode": card.mode,
                "clock": card.clock,
                "brightness": card.brightness,
                "updates": card.updates,
            }
            for card in self.cards.values()
        ]
        return {"frames": self.frames, "damaged": damaged, "collisions": self.collisions, "strips": cards}

    def picture(self) -> Image.Image:
        """Draw all strips below each other."""
        return draw_all([draw_matrix(self._shown(card)) for card in self.cards.values()])

    def _shown(self, card: Card) -> Shown:
        dead = self._faults.has("dead", card.address)
        notes = [f"条屏 {card.address}", *(["闪烁"] if card.blinks else []), *(["断电"] if dead else [])]
        words = "" if dead else card.words
        return Shown(" · ".join(notes), words, card.colour, card.width_px, card.height_px)

    def _hear(self, frame: Frame, now_s: float, source: int) -> None:
        for card in self.cards.values():
            if frame.dst in (card.address, EVERYONE) and not self._faults.has("dead", card.address):
                code = self._obey(card, frame.data, now_s)
                self._revision += 1
                if frame.dst != EVERYONE:
                    self._answer(card.address, code, frame.card, now_s, source)

    def _obey(self, card: Card, data: bytes, now_s: float) -> int:
        if self._faults.has("hears_badly", card.address):
            return CODE["checksum"]
        if self._faults.has("busy", card.address):
            return CODE["busy"]
        if self._faults.has("no_font", card.address) and data[:2] == SEND_AREAS:
            return CODE["no_font"]
        return card.obey(data, now_s)

    def _answer(self, address: int, code: int, card_type: int, now_s: float, source: int) -> None:
        if self._faults.has("mute", address):
            return
        spoken = address + 1 if self._faults.has("other_address", address) else address
        data = bytes((ACK_GROUP, 1 if code else 0, code, 0, 0))
        wire = Frame(HOST, spoken, data, card_type).to_bytes()
        if self._faults.has("garbled", address):
            wire = wire[:12] + bytes((wire[12] ^ 0x24,)) + wire[13:]
        late_s = LATE_S if self._faults.has("late", address) else TURN_S
        self._answers.send(wire, now_s + late_s, source)
