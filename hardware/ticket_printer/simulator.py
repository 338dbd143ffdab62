"""The simulated ticket printer takes the real bytes, prints slips as pictures and breaks down on demand.

It behaves as Epson-like printers do: real-time status is answered at once, even out of a full buffer
or in the middle of a command; everything else waits its turn; while the paper is out or the cover open
the data is held and printed after the cause has gone. It does what the unit of its profile does, and
reports the rest as refused. Time is handed in, so a test can run it on any clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from PIL import Image

from hardware.errors import DeviceError
from hardware.ticket_printer.abilities import refused_query, tears
from hardware.ticket_printer.commands import CommandReader, Token
from hardware.ticket_printer.engine import PrintEngine
from hardware.ticket_printer.glyphs import shared_glyphs
from hardware.ticket_printer.misread import misread
from hardware.ticket_printer.paper import BLANK_TOP, Piece, Roll
from hardware.ticket_printer.profile import Profile, load_profile
from hardware.ticket_printer.protocol import CLEAR

FAULTS = {
    "paper_near_end": "the roll ends soon; printing goes on",
    "paper_out": "the roll is empty; data is held",
    "cover_open": "the cover is open; data is held",
    "offline": "somebody put the printer off line; data is held",
    "cut_error": "the cutter jams at the next cut",
    "silent": "takes data, prints, never answers",
    "garbled": "answers arrive at the wrong baud rate",
    "wrong_baud": "the whole line runs at the wrong baud rate",
    "slow": "prints 15 mm a second",
    "stall": "takes no more data",
    "unplugged": "the cable is pulled",
}
HOLDING = ("paper_out", "cover_open", "offline")
DOTS_PER_MM = 8
SLOW_MM_S = 15.0
TRUE_BAUD, WRONG_BAUD = 9600, 19200
CUTS = ("GS V", "ESC i", "ESC m")  # the last two of older units
CLEARED = b"\x37\x25\x00"  # the answer to DLE DC4 fn 8
# Which bits of automatic status each bit of GS a watches: on/off line, errors, paper.
WATCHED = {0x02: b"\x28\x00\x00\x00", 0x04: b"\x00\x2c\x00\x00", 0x08: b"\x00\x00\x0f\x00"}


def complete_unit() -> Profile:
    """Return the unit that is simulated unless another is named: an 80 mm printer that can do everything."""
    return replace(load_profile("generic_80mm"), font="all", cutter="full", clear="dle_dc4")


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """One piece of paper that the cutter let go.

    `data_bytes` counts printing data since the last cut, without real-time queries; `unknown` lists
    bytes (hex) that no command begins with, `ignored` commands that leave nothing on this paper,
    `refused` what the unit of this profile cannot do.
    """

    piece: Piece
    data_bytes: int
    unknown: tuple[str, ...]
    ignored: tuple[str, ...]
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """What kind of printer is simulated; `speed_mm_s` 0 prints in no time."""

    profile: Profile = field(default_factory=complete_unit)
    speed_mm_s: float = 0.0


class TicketPrinterSimulator:
    """The other end of the wire of a ticket printer: a HostedDevice. Clients are told apart by `source`."""

    def __init__(
        self, on_slip: Callable[[PrintedSlip], None], settings: SimulatorSettings | None = None
    ) -> None:
        self._settings = settings or SimulatorSettings()
        self._profile = self._settings.profile
        self._on_slip = on_slip
        self._faults: dict[str, int] = {}
        self._jammed = False
        self._reader = CommandReader()
        self._queue: deque[tuple[Token, int, float]] = deque()
        self._queued_bytes = 0
        self._busy_until_s = 0.0
        self._slip_bytes = 0
        self._recent = b""
        self._out: dict[int, bytearray] = {0: bytearray()}
        self._auto_sent = b""
        self._now_s = 0.0
        self._revision = 0
        self.slips = 0
        self._newest = Image.new("1", (self._profile.width_dots, BLANK_TOP), 1)
        roll = Roll(self._profile.width_dots, shared_glyphs())
        self._engine = PrintEngine(roll, self._profile, self._queued_bits)

    # -- faults --------------------------------------------------------------------------------------

    @property
    def faults(self) -> tuple[str, ...]:
        """Names of the faults that hold now."""
        return tuple(name for name, to_go in self._faults.items() if to_go == 0)

    def set_fault(self, text: str) -> None:
        """Switch on a fault: `NAME` now, `NAME:n` after n more bytes; raises DeviceError `bad_fault`."""
        name, _, after = text.partition(":")
        if name not in FAULTS or (after and not after.isdigit()):
            raise DeviceError(
                f"no fault {text!r}; there are: {', '.join(FAULTS)}", reason="bad_fault", permanent=True
            )
        self._faults[name] = int(after or 0)
        self._revision += 1
        self._changed(self._now_s)

    def clear_fault(self, text: str | None) -> None:
        """Switch off one fault, or all, begun or not; held data goes on to the paper."""
        if self._holding():
            self._busy_until_s = max(self._busy_until_s, self._now_s)  # held data begins to print now
        for known in [text.partition(":")[0]] if text else list(self._faults):
            self._faults.pop(known, None)
        self._jammed = self._jammed and self._has("cut_error")
        self._revision += 1
        self._changed(self._now_s)

    def _has(self, name: str) -> bool:
        return self._faults.get(name) == 0

    # -- the line ------------------------------------------------------------------------------------

    def connected(self) -> bool:
        """False while the cable is pulled."""
        return not self._has("unplugged")

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Take bytes from a client; returns how many, fewer when the buffer is full or a fault is due."""
        self._out.setdefault(source, bytearray())
        self._now_s = max(self._now_s, now_s)
        taken = 0
        while taken < len(data) and not (self._has("stall") or self._has("unplugged")):
            room = self._profile.buffer_bytes - self._queued_bytes
            due = min([count for count in self._faults.values() if count > 0], default=len(data))
            piece = data[taken : taken + min(room, due)]
            if not piece:
                break
            taken += len(piece)
            self._process(piece, now_s, source)
            self._faults = {name: max(0, count - len(piece)) for name, count in self._faults.items()}
        self._changed(now_s)
        return taken

    def collect(self, now_s: float, source: int = 0) -> bytes:
        """Return what the printer has sent to a client by `now_s`."""
        self._now_s = max(self._now_s, now_s)
        self._advance(now_s)
        out = self._out.setdefault(source, bytearray())
        data = bytes(out)
        out.clear()
        return data

    def forget(self, source: int) -> None:
        """A client has gone; what it sent stays in the buffer."""
        self._out.pop(source, None)

    # -- for the host --------------------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """Grows with each slip and each change of a fault."""
        return self._revision

    @property
    def next_due_s(self) -> float:
        """When the paper moves on, infinity while nothing waits or a fault holds it."""
        if not self._queue or self._holding():
            return float("inf")
        return max(self._busy_until_s, self._queue[0][2])

    def state(self) -> dict[str, Any]:
        """How many slips came out since the start."""
        return {"slips": self.slips}

    def picture(self) -> Image.Image:
        """The newest slip, blank paper before the first."""
        return self._newest

    # -- the inside ----------------------------------------------------------------------------------

    def _process(self, data: bytes, now_s: float, source: int) -> None:
        if self._has("wrong_baud"):
            data = misread(data, TRUE_BAUD, WRONG_BAUD)
        self._real_time(data, source)
        for token in self._reader.feed(data):
            if not token.name.startswith("DLE"):
                self._queue.append((token, source, now_s))
                self._queued_bytes += token.size
        self._advance(now_s)

    def _real_time(self, data: bytes, source: int) -> None:
        """Obey DLE EOT n and DLE DC4 8 wherever they stand, even inside a command, as the manual warns."""
        for byte in data:
            self._recent = (self._recent + bytes((byte,)))[-len(CLEAR) :]
            if self._recent[-3:-1] == b"\x10\x04" and byte in (1, 2, 3, 4):
                refused = refused_query(self._profile, byte)
                if refused is None:
                    self._send(bytes((self._status(byte),)), source)
                else:
                    self._engine.refused.append(refused)
            elif self._recent == CLEAR:
                self._clear(source)

    def _clear(self, source: int) -> None:
        """Throw away what waits, and what stands in the line that is being filled."""
        if self._profile.clear == "none":
            self._engine.refused.append("DLE DC4 8: no way to clear the buffer")
            return
        self._queue.clear()
        self._queued_bytes = 0
        self._engine.drop_line()
        self._send(CLEARED, source)

    def _send(self, data: bytes, source: int) -> None:
        if not data or self._has("silent") or self._has("unplugged"):
            return
        if self._has("garbled") or self._has("wrong_baud"):
            data = misread(data, TRUE_BAUD, WRONG_BAUD)
        if source in self._out:
            self._out[source] += data

    # -- the paper -----------------------------------------------------------------------------------

    def _holding(self) -> bool:
        return self._jammed or any(self._has(name) for name in HOLDING)

    def _advance(self, now_s: float) -> None:
        while self._queue and not self._holding():
            token, source, arrived_s = self._queue[0]
            start_s = max(self._busy_until_s, arrived_s)
            if start_s > now_s:
                return
            cuts = token.name in CUTS and self._profile.cutter != "none"
            if cuts and not self._cutter_works():
                return
            self._queue.popleft()
            self._queued_bytes -= token.size
            self._slip_bytes += token.size
            before = self._engine.roll.printed_dots
            if not cuts:
                self._send(self._engine.execute(token), source)
            if cuts or tears(token, self._profile):
                self._let_go()
            self._busy_until_s = start_s + self._seconds(self._engine.roll.printed_dots - before)

    def _seconds(self, dots: int) -> float:
        speed = SLOW_MM_S if self._has("slow") else self._settings.speed_mm_s
        return dots / DOTS_PER_MM / speed if speed else 0.0

    def _cutter_works(self) -> bool:
        """Return whether the cutter works; a jam stops the printer until the fault is cleared."""
        if self._has("cut_error"):
            self._jammed = True
            self._report_change()
        return not self._jammed

    def _let_go(self) -> None:
        engine = self._engine
        engine.finish_line()
        ignored, refused = (tuple(dict.fromkeys(found)) for found in (engine.ignored, engine.refused))
        slip = PrintedSlip(engine.roll.cut(), self._slip_bytes, tuple(engine.unknown), ignored, refused)
        engine.unknown, engine.ignored, engine.refused, self._slip_bytes = [], [], [], 0
        self.slips += 1
        self._newest = slip.piece.picture
        self._revision += 1
        self._on_slip(slip)

    # -- status --------------------------------------------------------------------------------------

    def _status(self, query: int) -> int:
        """The answer byte to `DLE EOT query`."""
        out, near = self._has("paper_out"), self._has("paper_near_end")
        if query == 1:
            return 0x12 | (0x08 if self._holding() else 0)
        if query == 2:
            cover = 0x04 if self._has("cover_open") else 0
            return 0x12 | cover | (0x20 if out else 0) | (0x40 if self._jammed else 0)
        if query == 3:
            return 0x12 | (0x08 if self._jammed else 0)
        return 0x12 | (0x0C if out or near else 0) | (0x60 if out else 0)

    def _queued_bits(self) -> int:
        """The answer byte to `GS r 1`."""
        return (0x0C if self._has("paper_out") else 0) | (0x03 if self._has("paper_near_end") else 0)

    def _auto_status(self) -> bytes:
        """The four bytes of automatic status back (GS a)."""
        cover = 0x20 if self._has("cover_open") else 0
        first = 0x10 | (0x08 if self._holding() else 0) | cover
        return bytes((first, 0x08 if self._jammed else 0, self._queued_bits(), 0))

    def _report_change(self) -> None:
        """Send automatic status to all when a bit changed that GS a watches, and when it is switched on."""
        mask = self._engine.auto_status
        status = self._auto_status()
        watched = [bits for bit, bits in WATCHED.items() if mask & bit]
        seen = b"".join(bytes(a & b for a, b in zip(status, bits, strict=True)) for bits in watched)
        current = bytes((mask,)) + seen if mask else b""
        if current and current != self._auto_sent:
            for source in list(self._out):
                self._send(status, source)
        self._auto_sent = current

    def _changed(self, now_s: float) -> None:
        self._report_change()
        self._advance(now_s)
