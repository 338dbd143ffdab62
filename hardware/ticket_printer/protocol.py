"""A Slip becomes the bytes of one print job here, and the fences that prove it are named and recognised.

The job is one block of bytes, so that one write hands it over. A line with a character that the printer
cannot draw by itself, such as the rare one of a name, goes out as a picture of that line:

| part          | bytes                             | source                                            |
|---------------|-----------------------------------|---------------------------------------------------|
| start         | 1B 40, 1C 26, 1B 33 n             | ESC @, FS &, ESC 3                                |
| lines         | GB18030 text, 0A                  | GS !, GS B, ESC E, ESC a before a change of style |
| QR code       | 1D 28 6B ...                      | GS ( k fn 165, 167, 169, 180, 181                 |
| picture       | 1D 76 30 m x x y y ...            | GS v 0: rare characters, QR code by profile       |
| print fence   | 1D 28 48 06 00 30 30 P x x x      | GS ( H fn 48                                      |
| cut           | 1D 56 42 00                       | GS V function B                                   |
| cut fence     | 1D 28 48 06 00 30 30 C x x x      | GS ( H fn 48                                      |

Names are those of the Epson ESC/POS command reference. Printers may send only the newest of several
pending `GS ( H` answers; that is sound here, since the cut fence implies the print fence.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from hardware.ticket_printer.answers import Answer, Block, Queued
from hardware.ticket_printer.commands import TEXT, CommandReader
from hardware.ticket_printer.dots import Dots, raster
from hardware.ticket_printer.job import JobEvent
from hardware.ticket_printer.profile import Profile
from hardware.ticket_printer.qr import QUIET, code_dots, modules, side
from hardware.ticket_printer.slip import Align, Cut, Feed, Item, Line, Picture, Qr, Slip, Text

INIT = b"\x1b\x40"  # ESC @
LF = b"\x0a"
CUT_PARTIAL = b"\x1d\x56\x42\x00"  # GS V 66 0: feed to the cutter, cut with one point left
CUT_FULL = b"\x1d\x56\x41\x00"  # GS V 65 0
TEAR_FEED = b"\x1b\x64\x05"  # ESC d 5: past the tear bar of a unit without a cutter
QUEUED_STATUS = b"\x1d\x72\x01"  # GS r 1
STATUS_QUERIES = (1, 2, 3, 4)
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 fn 8: clear the buffers

# A glyph that every Chinese font has and nobody reads as something else: the "geta" of lost type.
MISSING = "〓"
FENCE_ALPHABET = 94  # GS ( H ids may be 20 to 7E; 21 to 7E keeps them visible in a log
SIZE_LEVELS = {"L": 48, "M": 49, "Q": 50, "H": 51}  # GS ( k fn 169

Draw = Callable[[tuple[Text, ...]], Dots | None]
"""Draws runs of text side by side as dots, or returns None when there is no font to draw with."""


def status_query(number: int) -> bytes:
    """Return `DLE EOT number`: 1 printer, 2 cause of offline, 3 error, 4 paper."""
    return bytes((0x10, 0x04, number))


def fence_ids(job_id: str) -> tuple[bytes, bytes]:
    """Return the four id bytes of the print fence and of the cut fence of a job.

    They are made from the job's id and not counted, so that an answer to a job from before a restart
    is never taken for one of the job at hand.
    """
    rest = zlib.crc32(job_id.encode())
    tail = bytearray()
    for _ in range(3):
        rest, digit = divmod(rest, FENCE_ALPHABET)
        tail.append(0x21 + digit)
    return b"P" + bytes(tail), b"C" + bytes(tail)


def fence(kind: str, mark: bytes) -> bytes:
    """Return the bytes that ask for a fence of `kind` (`gs_h`, `gs_r`, `none`)."""
    if kind == "gs_h":
        return b"\x1d\x28\x48\x06\x00\x30\x30" + mark
    return QUEUED_STATUS if kind == "gs_r" else b""


def will_cut(slip: Slip, profile: Profile) -> bool:
    """Return whether the job ends with a cut that the printer can make."""
    return slip.cut is not Cut.NONE and profile.cutter != "none"


def build_job(slip: Slip, profile: Profile, job_id: str, draw: Draw = lambda spans: None) -> bytes:
    """Return all bytes of the job, fences included; the same job gives the same bytes.

    `draw` makes the picture of a line that the printer cannot print; without one its codes go out as
    they are, with `〓` for what has none.
    """
    print_mark, cut_mark = fence_ids(job_id)
    out = _Writer(profile, draw)
    for item in slip.items:
        out.add(item)
    if not will_cut(slip, profile):
        tail = TEAR_FEED if slip.cut is not Cut.NONE else b""
        return bytes(out.data) + tail + fence(profile.fence, print_mark)
    full = slip.cut is Cut.FULL and profile.cutter == "full"
    return (
        bytes(out.data)
        + fence(profile.fence, print_mark)
        + (CUT_FULL if full else CUT_PARTIAL)
        + fence(profile.fence, cut_mark)
    )


def filler(job: bytes) -> bytes:
    """Return what ends any command that a job may have broken off in: NULs, ignored elsewhere.

    Without them the printer would take the next question or slip for the rest of that command.
    """
    commands = CommandReader().feed(job)
    return bytes(max((token.size for token in commands if token.name != TEXT), default=0))


def cut_off(profile: Profile) -> bytes:
    """Return what parts half a slip from the next one, so that nobody is handed two numbers on one paper."""
    return INIT + LF + (CUT_PARTIAL if profile.cutter != "none" else TEAR_FEED)


def fit(line: Line, profile: Profile) -> tuple[Text, ...]:
    """Return the runs of `line` scaled down until they fit the paper and the printer's own limits.

    A line that is too wide even at 1x stays so; the printer wraps it.
    """
    hanzi = any(ord(char) >= 0x80 for char in line.text)
    return _shrunk(tuple(_limit(span, profile, hanzi) for span in line.spans), profile.columns)


@dataclass(slots=True)
class FenceWatch:
    """Turns the printer's answers into events of one job; `kind` is the profile's fence.

    `GS r` answers carry no id but come in the order of the questions: the first one belongs to the
    print, the second to the cut, after `owed` answers to earlier questions.
    """

    job_id: str
    kind: str
    cut_expected: bool
    owed: int = 0
    seen: int = 0

    def event(self, answer: Answer) -> JobEvent | None:
        """Return what `answer` proves, or None when it is not a fence of this job."""
        if self.kind == "gs_h" and isinstance(answer, Block):
            marks = dict(zip(fence_ids(self.job_id), (JobEvent.PRINTED, JobEvent.CUT), strict=True))
            return marks.get(answer.fence or b"")
        if self.kind == "gs_r" and isinstance(answer, Queued):
            if self.owed > 0:
                self.owed -= 1
                return None
            self.seen += 1
            return {1: JobEvent.PRINTED, 2: JobEvent.CUT if self.cut_expected else None}.get(self.seen)
        return None


class _Writer:
    """Appends items and sends a style command only where the style changes."""

    def __init__(self, profile: Profile, draw: Draw) -> None:
        self._profile = profile
        self._draw = draw
        pitch = min(255, profile.line_pitch * profile.units_per_dot)
        self.data = bytearray(INIT + profile.kanji_on + bytes((0x1B, 0x33, pitch)))
        # What ESC @ leaves behind.
        self._style: dict[bytes, int] = {b"\x1d\x21": 0, b"\x1d\x42": 0, b"\x1b\x45": 0, b"\x1b\x61": 0}
        self._style |= {b"\x1c\x21": 0, b"\x1c\x57": 0}

    def add(self, item: Item) -> None:
        if isinstance(item, Feed):
            self._feed(item.dots)
        elif isinstance(item, Picture):
            self._set(b"\x1b\x61", item.align.value)
            self.data += raster(item.dots, double=item.double)
        elif isinstance(item, Qr):
            self._set(b"\x1b\x61", Align.CENTER.value)
            self.data += _qr(item, self._profile)
        else:
            self._set(b"\x1b\x61", item.align.value)  # ESC a, only at the start of a line
            if self._printable(item) or not self._picture(item):
                for span in fit(item, self._profile):
                    self._span(span)
                self.data += LF

    def _feed(self, dots: int) -> None:
        units = dots * self._profile.units_per_dot
        while units > 0:
            self.data += bytes((0x1B, 0x4A, min(units, 255)))  # ESC J
            units -= 255

    def _printable(self, line: Line) -> bool:
        return self._profile.draws(line.text)

    def _picture(self, line: Line) -> bool:
        """Append the line as a picture; returns False when it cannot be drawn."""
        width = self._profile.columns
        spans = _shrunk(line.spans, width)
        # A line of even sizes is drawn at half of them, and the printer doubles it.
        double = not any(span.width % 2 or span.height % 2 for span in spans)
        if double:
            spans = tuple(replace(span, width=span.width // 2, height=span.height // 2) for span in spans)
        for row in _broken(spans, width // 2 if double else width):
            dots = self._draw(row)
            if dots is None:
                return False
            self.data += raster(dots, double=double)
            self._feed(self._profile.line_pitch - len(dots.rows) * (2 if double else 1))
        return True

    def _span(self, span: Text) -> None:
        self._set(b"\x1d\x21", (span.width - 1) << 4 | (span.height - 1))  # GS !
        if self._profile.hanzi_scale == "fs_bang":
            self._set(b"\x1c\x21", (span.width > 1) << 2 | (span.height > 1) << 3)  # FS !
        elif self._profile.hanzi_scale == "fs_w":
            self._set(b"\x1c\x57", int(span.width > 1))  # FS W
        self._set(b"\x1d\x42", int(span.reverse))  # GS B
        self._set(b"\x1b\x45", int(span.bold))  # ESC E
        self.data += encode(span.text, self._profile.charset)

    def _set(self, command: bytes, value: int) -> None:
        if self._style[command] != value:
            self._style[command] = value
            self.data += command + bytes((value,))


def encode(text: str, charset: str) -> bytes:
    """Return `text` in the printer's character set, with `〓` for what the set lacks."""
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return b"".join(_encode_char(char, charset) for char in text)


def _encode_char(char: str, charset: str) -> bytes:
    try:
        return char.encode(charset)
    except UnicodeEncodeError:
        return MISSING.encode(charset)


def _limit(span: Text, profile: Profile, hanzi: bool) -> Text:
    """A run within the unit's limits; beside Hanzi that cannot grow, letters stay as small as they."""
    largest = profile.max_scale
    if profile.hanzi_scale == "gs_bang" or not hanzi:
        return replace(span, width=min(span.width, largest), height=min(span.height, largest))
    width, height = min(span.width, largest, 2), min(span.height, largest, 2)
    if profile.hanzi_scale == "fs_w":  # FS W knows only 1x1 and 2x2
        width = height = min(width, height)
    return replace(span, width=width, height=height)


def _shrunk(spans: tuple[Text, ...], width_columns: int) -> tuple[Text, ...]:
    while sum(span.columns for span in spans) > width_columns:
        widest = max((span.width for span in spans), default=1)
        if widest == 1:
            break
        spans = tuple(_smaller(span) if span.width == widest else span for span in spans)
    return spans


def _broken(spans: tuple[Text, ...], width_columns: int) -> Iterator[tuple[Text, ...]]:
    """Cut runs that are too wide for a line into lines, character by character, as a printer would."""
    line: list[Text] = []
    for span in spans:
        for char in span.text:
            cell = replace(span, text=char)
            if line and sum(part.columns for part in line) + cell.columns > width_columns:
                yield tuple(line)
                line = []
            line.append(cell)
    yield tuple(line)


def _smaller(span: Text) -> Text:
    return replace(span, width=span.width - 1, height=max(1, span.height - 1))


def _qr(item: Qr, profile: Profile) -> bytes:
    payload = item.payload.encode()
    dots = _module_dots(item, payload, profile.width_dots)
    if profile.qr == "raster":
        double = dots % 2 == 0
        picture = code_dots(modules(payload, item.level), dots // 2 if double else dots)
        return raster(picture, double=double)
    store = len(payload) + 3
    return b"".join(
        (
            b"\x1d\x28\x6b\x04\x00\x31\x41\x32\x00" if profile.qr_model else b"",  # fn 165: model 2
            b"\x1d\x28\x6b\x03\x00\x31\x43" + bytes((dots,)),  # fn 167: module size
            b"\x1d\x28\x6b\x03\x00\x31\x45" + bytes((SIZE_LEVELS[item.level],)),  # fn 169: correction
            b"\x1d\x28\x6b" + store.to_bytes(2, "little") + b"\x31\x50\x30" + payload,  # fn 180: store
            b"\x1d\x28\x6b\x03\x00\x31\x51\x30",  # fn 181: print
        )
    )


def _module_dots(item: Qr, payload: bytes, width_dots: int) -> int:
    """The side of a module, smaller than wished where code and quiet zone would not fit the paper."""
    room = width_dots // (side(payload, item.level) + 2 * QUIET)
    return max(1, min(item.module_dots, room))
