"""ONBON BX-5K/6K text cards: dynamic areas, clock, brightness, ping, and the replies to them.

Sources: "BX-5K/6K通讯协议用户版本" v1.4, commands A2 (system) and A3 (screen); the reply's error codes
and the meaning of the brightness bytes from the vendor's Led5kSDK manual, 2.1 and 5.23. The order of
the brightness bytes is taken from a working client, not from a manual.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from hardware.bus.exchange import Exchange, Reply, Verdict
from hardware.errors import DeviceError
from hardware.led_strip.frames import ANY_TYPE, EVERYONE, HOST, Frame, FrameReader
from hardware.led_strip.show import Colour, StripShow, columns, encode

PING = bytes.fromhex("A2 00 01 00 00")
DELETE_ALL = bytes.fromhex("A3 06 01 02 00 FF 00")
ACK_GROUP = 0xA0
SET_CLOCK, SET_BRIGHTNESS, SEND_AREAS = b"\xa2\x03", b"\xa3\x02", b"\xa3\x06"
WANT_REPLY = 0x01
FORCED, HALF_HOURS, MAX_BRIGHTNESS = 0x01, 48, 15
PIXEL_UNITS = 0x8000  # bit 15 of x and width: pixels instead of 8-pixel columns (6K)
COLUMN_PX = 8
LINE_PX = 16
STILL, SCROLL_LEFT = 0x01, 0x03
COLOUR_CODES = {Colour.PLAIN: "", Colour.RED: r"\C1", Colour.GREEN: r"\C2", Colour.YELLOW: r"\C3"}
PAGE_BREAK = r"\n"
# Led5kSDK manual 2.1: what a card says that it did not like.
ERRORS = {
    1: "unknown_group",
    2: "unknown_command",
    3: "busy",
    4: "out_of_memory",
    5: "checksum",
    6: "no_such_file",
    7: "flash_error",
    12: "no_font",
    13: "wrong_card",
    14: "bad_clock",
}
PASSING = frozenset({"busy", "checksum"})
AREA = struct.Struct("<B4H3BH3x6BL")


@dataclass(frozen=True, slots=True)
class Area:
    """One dynamic area: where it lies and how its text moves.

    `x` and `width` count 8-pixel columns, with bit 15 set pixels; `y` and `height` pixels. `mode` is
    1 still, 2 quick, 3 left, 4 right, 5 up, 6 down; `run` 0 repeats, 1 stops at the last page, 2 ends
    after `timeout`; `stay` counts half seconds. `lines` and `wrap`: 1 single line / no wrap, 2 the other.
    """

    width: int
    height: int
    x: int = 0
    y: int = 0
    number: int = 0
    run: int = 0
    timeout: int = 0
    lines: int = 1
    wrap: int = 1
    mode: int = STILL
    speed: int = 4
    stay: int = 10

    def to_bytes(self, text: bytes) -> bytes:
        """Return the area as it stands in an A3 06 command, without its length."""
        head = AREA.pack(
            *(0, self.x, self.y, self.width, self.height),
            *(self.number, 0, self.run, self.timeout),
            *(self.lines, self.wrap, self.mode, 0, self.speed, self.stay, len(text)),
        )
        return head + text

    @classmethod
    def from_bytes(cls, data: bytes) -> tuple[Area, bytes] | None:
        """Return an area and its text, None when the lengths do not fit."""
        if len(data) < AREA.size:
            return None
        values = AREA.unpack_from(data)
        _, x, y, width, height, number, _, run, timeout, lines, wrap, mode, _, speed, stay, length = values
        text = data[AREA.size :]
        if length != len(text):
            return None
        return cls(width, height, x, y, number, run, timeout, lines, wrap, mode, speed, stay), text


def send_area(area: Area, text: bytes, *, note: int = 0) -> bytes:
    """Return the data of an A3 06 command with one area; see `send_areas`."""
    return send_areas([area.to_bytes(text)], note=note)


def send_areas(areas: Sequence[bytes], *, note: int = 0) -> bytes:
    """Return the data of an A3 06 command with some areas, as `Area.to_bytes` gives them.

    `note` fills the two bytes after the wish for a reply: 0 leaves the other areas alone; old programs
    put a length there, and cards take both.
    """
    head = SEND_AREAS + struct.pack("<BHBB", WANT_REPLY, note, 0, len(areas))
    return head + b"".join(struct.pack("<H", len(area)) + area for area in areas)


def set_clock(at: datetime) -> bytes:
    """Return the data of an A2 03 command: binary coded decimals, week day 1 to 7, Sunday last."""
    digits = f"{at:%Y%m%d%H%M%S}"
    pairs = bytes.fromhex(digits)
    # 08 00 is the length of what follows; the year is little endian like every word of this protocol.
    return SET_CLOCK + b"\x01\x08\x00" + pairs[1::-1] + pairs[2:] + bytes((at.isoweekday(),))


def set_brightness(level: int) -> bytes:
    """Return the data of an A3 02 command that fixes the brightness, 0 dark to 15."""
    if not 0 <= level <= MAX_BRIGHTNESS:
        raise DeviceError(f"brightness {level} is not 0 to 15", reason="bad_value", permanent=True)
    return SET_BRIGHTNESS + bytes((WANT_REPLY, 0, 0, FORCED, level)) + bytes((level,)) * HALF_HOURS


class AckReader:
    """Waits for the acknowledgement of one card."""

    def __init__(self, address: int) -> None:
        self._address = address
        self._frames = FrameReader()

    def feed(self, data: bytes) -> Reply | None:
        """Return the card's verdict; frames of others and damaged ones are passed over."""
        for frame in self._frames.feed(data):
            if (frame.dst, frame.src) == (HOST, self._address) and frame.data[:1] == bytes((ACK_GROUP,)):
                return _verdict(frame.data)
        return None


def _verdict(data: bytes) -> Reply:
    code = data[2] if len(data) > 2 else 0
    if data[1:2] == b"\x00" and code == 0:
        return Reply(Verdict.DONE, data=data)
    reason = ERRORS.get(code, f"error_{code}")
    return Reply(Verdict.AGAIN if reason in PASSING else Verdict.REFUSED, reason, data)


@dataclass(frozen=True, slots=True)
class OnbonStrip:
    """The protocol of one kind of card and window size; `width_px` and `height_px` are what is visible.

    A strip of 32 pixels and more has two lines, an area for each, told in one frame.
    """

    width_px: int = 128
    height_px: int = 16
    charset: str = "gb2312"
    card: int = ANY_TYPE
    pixels: bool = False
    speed: int = 4
    stay: int = 10
    font: str = ""

    @property
    def lines(self) -> int:
        """How many lines of text it shows."""
        return 2 if self.height_px >= 2 * LINE_PX else 1

    def show(self, address: int, show: StripShow) -> Exchange:
        """Show each line in an area of its own, still when it fits and moving left when not.

        A backslash would begin a code of the card, so it is shown as a slash. Blinking is a second,
        empty page, half a second each; how a real card turns that page is to be seen on site.
        """
        height = self.height_px // self.lines
        areas = [
            self._area(number, words.replace("\\", "/"), height, show)
            for number, words in enumerate(show.lines[: self.lines])
        ]
        return self._exchange(address, send_areas(areas))

    def _area(self, number: int, words: str, height_px: int, show: StripShow) -> bytes:
        fits = columns(encode(words, self.charset)) * COLUMN_PX <= self.width_px
        blink = show.blink and fits and bool(words)
        text = self.font + COLOUR_CODES[show.colour] + words + (f"{PAGE_BREAK} " if blink else "")
        width = PIXEL_UNITS | self.width_px if self.pixels else -(-self.width_px // COLUMN_PX)
        area = Area(
            width,
            height_px,
            y=number * height_px,
            number=number,
            mode=STILL if fits else SCROLL_LEFT,
            speed=self.speed,
            stay=1 if blink else self.stay,
        )
        return area.to_bytes(encode(text, self.charset))

    def probe(self, address: int) -> Exchange | None:
        """Ping."""
        return self._exchange(address, PING)

    def clear(self, address: int) -> Exchange:
        """Delete all dynamic areas."""
        return self._exchange(address, DELETE_ALL)

    def clock(self, address: int, at: datetime) -> Exchange:
        """Set the clock to a local time."""
        return self._exchange(address, set_clock(at))

    def brightness(self, address: int, level: int) -> Exchange:
        """Fix the brightness, 0 to 15."""
        return self._exchange(address, set_brightness(level))

    def _exchange(self, address: int, data: bytes) -> Exchange:
        frame = Frame(address, HOST, data, self.card).to_bytes()
        return Exchange(frame, None if address == EVERYONE else partial(AckReader, address))
