"""Caller pads speak when a key is pressed, want their frame echoed, and show six digits.

Source: JackQChen/QueueSystem @50f57ba, CallSystem/frmMain.cs (sp_DataReceived, SendTicket, SendWait,
SendBeep). That program ignores the function of a key frame; 01 is inferred from its own frames.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hardware.caller_pad.event import PadDisplay, PadEvent, PadKey
from hardware.ft12 import Frame, FrameReader

KEY_FUNCTION = 0x01
DISPLAY_FUNCTION, BEEP_FUNCTION = 0x02, 0x03  # host to pad
RATING_FUNCTION = 0x11  # an evaluator's result on the same line
NO_KEY_FUNCTIONS = frozenset({DISPLAY_FUNCTION, BEEP_FUNCTION, RATING_FUNCTION})
BLANK = 0x0A
PLACES = 3
OK_CODE = 0x0F
KEYS = {
    0x0C: PadKey.CALL,
    0x0D: PadKey.RECALL,
    0x0B: PadKey.RATE,
    0x0E: PadKey.CANCEL,
    0x12: PadKey.PAUSE,
    0x13: PadKey.TRANSFER,
    0x11: PadKey.ONE_METRE,
}
OK_KEYS = {b"\x06": PadKey.GIVE_UP, b"\x00": PadKey.HANG, b"\x03": PadKey.CALL_BACK}

# A pad repeats a frame whose echo it did not hear; nobody means to call twice within this time.
REPEAT_S = 0.6
# A frame that comes back this soon after its echo was sent is our echo, heard by the adapter itself.
OWN_ECHO_S = 0.06


def event_of(frame: Frame) -> PadEvent | None:
    """Return the key press that a frame tells of, None for frames that are none."""
    if frame.function in NO_KEY_FUNCTIONS or not frame.data:
        return None
    digits, code = frame.data[:-1], frame.data[-1]
    if code == OK_CODE:
        return PadEvent(frame.address, OK_KEYS.get(digits, PadKey.OK), digits, code)
    return PadEvent(frame.address, KEYS.get(code, PadKey.OTHER), digits, code)


def frame_of(event: PadEvent) -> Frame:
    """Return the frame that a pad sends for a press: its `digits` and `code`."""
    return Frame(event.address, KEY_FUNCTION, event.digits + bytes((event.code,)))


def press(address: int, key: PadKey) -> PadEvent:
    """Return the press of a named key; raises ValueError for OTHER, which has no code."""
    for code, named in KEYS.items():
        if named is key:
            return PadEvent(address, key, b"", code)
    for digits, named in OK_KEYS.items():
        if named is key:
            return PadEvent(address, key, digits, OK_CODE)
    if key is PadKey.OK:
        return PadEvent(address, key, b"", OK_CODE)
    raise ValueError(f"{key} has no code")


def acknowledge(frame: Frame) -> bytes:
    """Return the answer that a pad waits for: its own frame."""
    return frame.to_bytes()


def display(address: int, shown: PadDisplay) -> bytes:
    """Return the frame that lights the six digits; raises DeviceError `bad_value` for a wrong address."""
    return Frame(address, DISPLAY_FUNCTION, _waiting(shown.waiting) + _ticket(shown.ticket)).to_bytes()


def display_of(frame: Frame) -> PadDisplay | None:
    """Return what a display frame shows, None for any other frame."""
    if frame.function != DISPLAY_FUNCTION or len(frame.data) != 2 * PLACES or max(frame.data) > BLANK:
        return None
    waiting, ticket = (
        "".join(str(digit) for digit in part if digit != BLANK)
        for part in (frame.data[:PLACES], frame.data[PLACES:])
    )
    return PadDisplay(int(waiting) if waiting else None, ticket or None)


def beep(address: int) -> bytes:
    """Return the frame that makes a pad beep; raises DeviceError `bad_value` for a wrong address."""
    return Frame(address, BEEP_FUNCTION).to_bytes()


def _waiting(count: int | None) -> bytes:
    if count is None:
        return bytes((BLANK,)) * PLACES
    return bytes(int(digit) for digit in f"{min(count, 999):03d}")


def _ticket(number: str | None) -> bytes:
    """The pad has no letters: A012 shows as 012, SB0123 as 123."""
    digits = [int(char) for char in number or "" if char in "0123456789"][-PLACES:]
    return bytes([BLANK] * (PLACES - len(digits)) + digits)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a piece of the stream meant: frames to send at once, and presses, each told once."""

    replies: tuple[bytes, ...] = ()
    events: tuple[PadEvent, ...] = ()


@dataclass(slots=True)
class _Last:
    frame: Frame
    heard_s: float


@dataclass(slots=True)
class PadHearing:
    """Hears one pad among all on a line. Times are seconds of one monotonic clock, handed in.

    A repeated frame is acknowledged again and not told again. `gap_s` of silence ends whatever was
    begun: frames have no gaps.
    """

    address: int
    gap_s: float = 0.25
    repeat_s: float = REPEAT_S
    _reader: FrameReader = field(default_factory=FrameReader)
    _last: _Last | None = None
    _fed_s: float = float("-inf")

    @property
    def damaged(self) -> int:
        """Beginnings of frames that came to nothing, those of other devices on the line included."""
        return self._reader.damaged

    def feed(self, data: bytes, now_s: float) -> Heard:
        """Take the next bytes."""
        frames = self._reader.silence() if now_s - self._fed_s > self.gap_s else []
        self._fed_s = now_s
        frames += self._reader.feed(data)
        replies, events = [], []
        for frame in frames:
            event = event_of(frame) if frame.address == self.address else None
            if event is None or self._is_own_echo(frame, now_s):
                continue
            replies.append(acknowledge(frame))
            if not self._is_repeat(frame, now_s):
                events.append(event)
            self._last = _Last(frame, now_s)
        return Heard(tuple(replies), tuple(events))

    def _is_own_echo(self, frame: Frame, now_s: float) -> bool:
        last = self._last
        return last is not None and last.frame == frame and now_s - last.heard_s < OWN_ECHO_S

    def _is_repeat(self, frame: Frame, now_s: float) -> bool:
        last = self._last
        return last is not None and last.frame == frame and now_s - last.heard_s < self.repeat_s
