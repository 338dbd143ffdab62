"""The simulated ticket printer takes the real bytes, prints slips as pictures and breaks down on demand.

It behaves as Epson-like printers do: real-time status is answered at once, even out of a full buffer
or in the middle of a command; everything else waits its turn; while the paper is out or the cover open
the data is held and printed after the cause has gone. Time is handed in, so a test can run it on any clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from hardware.errors import DeviceError
from hardware.ticket_printer.commands import CommandReader, Token
from hardware.ticket_printer.engine import PrintEngine
from hardware.ticket_printer.glyphs import shared_glyphs
from hardware.ticket_printer.misread import misread
from hardware.ticket_printer.paper import Piece, Roll

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


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """One piece of paper that the cutter let go.

    `data_bytes` counts printing data since the last cut, without real-time queries; `unknown` lists
    bytes (hex) that no command begins with, `ignored` commands that leave nothing on this paper.
    """

    piece: Piece
    data_bytes: int
    unknown: tuple[str, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """What kind of printer is simulated; `speed_mm_s` 0 prints in no time."""

    width_dots: int = 576
    charset: str = "gb18030"
    buffer_bytes: int = 4096
    speed_mm_s: float = 0.0


class TicketPrinterSimulator:
    """The other end of the wire of a ticket printer, for several clients that are told apart by `source`."""

    def __init__(
        self, on_slip: Callable[[PrintedSlip], None], settings: SimulatorSettings | None = None
    ) -> None:
        self._settings = settings or SimulatorSettings()
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
        roll = Roll(self._settings.width_dots, shared_glyphs())
        self._engine = PrintEngine(roll, self._settings.charset, self._queued_bits)

    # -- faults --------------------------------------------------------------------------------------

    @property
    def faults(self) -> tuple[str, ...]:
        """Names of the faults that hold now."""
        return tuple(name for name, to_go in self._faults.items() if to_go == 0)

    def set_fault(self, text: str, now_s: float) -> None:
        """Switch on a fault: `NAME` now, `NAME:n` after n more bytes; raises DeviceError `bad_fault`."""
        name, _, after = text.partition(":")
        if name not in FAULTS or (after and not after.isdigit()):
            raise DeviceError(
                f"no fault {text!r}; there are: {', '.join(FAULTS)}", reason="bad_fault", permanent=True
            )
        self._faults[name] = int(after or 0)
        self._changed(now_s)

    def clear_fault(self, name: str | None, now_s: float) -> None:
        """Switch off one fault, or all; held data goes on to the paper."""
        if self._holding():
            self._busy_until_s = max(self._busy_until_s, now_s)  # held data begins to print now
        for known in [name] if name else list(self._faults):
            self._faults.pop(known, None)
        self._jammed = self._jammed and self._has("cut_error")
        self._changed(now_s)

    def _has(self, name: str) -> bool:
        return self._faults.get(name) == 0

    # -- the line ------------------------------------------------------------------------------------

    def connected(self) -> bool:
        """False while the cable is pulled."""
        return not self._has("unplugged")

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Take bytes from a client; returns how many, fewer when the buffer is full or a fault is due."""
        self._out.setdefault(source, bytearray())
        taken = 0
        while taken < len(data) and not (self._has("stall") or self._has("unplugged")):
            room = self._settings.buffer_bytes - self._queued_bytes
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
        self._advance(now_s)
        out = self._out.setdefault(source, bytearray())
        data = bytes(out)
        out.clear()
        return data

    def forget(self, source: int) -> None:
        """A client has gone; what it sent stays in the buffer."""
        self._out.pop(source, None)

    @property
    def busy(self) -> bool:
        """True while data waits that nothing but time holds back."""
        return bool(self._queue) and not self._holding()

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
        """Answer DLE EOT n wherever it stands, even inside another command, as the manual warns."""
        for byte in data:
            self._recent = (self._recent + bytes((byte,)))[-3:]
            if self._recent[:2] == b"\x10\x04" and self._recent[2:] in (b"\x01", b"\x02", b"\x03", b"\x04"):
                self._send(bytes((self._status(self._recent[2]),)), source)

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
            if token.name == "GS V" and not self._cut(token):
                return
            self._queue.popleft()
            self._queued_bytes -= token.size
            self._slip_bytes += token.size
            before = self._engine.roll.printed_dots
            if token.name != "GS V":
                self._send(self._engine.execute(token), source)
            else:
                self._let_go()
            self._busy_until_s = start_s + self._seconds(self._engine.roll.printed_dots - before)

    def _seconds(self, dots: int) -> float:
        speed = SLOW_MM_S if self._has("slow") else self._settings.speed_mm_s
        return dots / DOTS_PER_MM / speed if speed else 0.0

    def _cut(self, token: Token) -> bool:
        """Return whether the cutter works; a jam stops the printer until the fault is cleared."""
        if self._has("cut_error"):
            self._jammed = True
            self._report_change()
        return not self._jammed

    def _let_go(self) -> None:
        engine = self._engine
        engine.finish_line()
        slip = PrintedSlip(
            engine.roll.cut(), self._slip_bytes, tuple(engine.unknown), tuple(dict.fromkeys(engine.ignored))
        )
        engine.unknown, engine.ignored, self._slip_bytes = [], [], 0
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
        current = self._auto_status() if self._engine.auto_status else b""
        if current and current != self._auto_sent:
            for source in list(self._out):
                self._send(current, source)
        self._auto_sent = current

    def _changed(self, now_s: float) -> None:
        self._report_change()
        self._advance(now_s)
