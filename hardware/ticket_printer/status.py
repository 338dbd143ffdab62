"""Status bits of an ESC/POS printer are named here as the manuals name them, and summed up for people.

Sources: Epson ESC/POS command reference, `DLE EOT` (real-time status), `GS a` (automatic status back)
and `GS r` (transmit status). A bit pattern that was not received is UNKNOWN, never "fine".
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from hardware.health import HealthState


class PrinterBits(enum.IntFlag):
    """`DLE EOT 1`, printer status."""

    DRAWER_HIGH = 0x04
    OFFLINE = 0x08
    WAITING_RECOVERY = 0x20
    FEED_BUTTON = 0x40


class OfflineBits(enum.IntFlag):
    """`DLE EOT 2`, cause of being offline."""

    COVER_OPEN = 0x04
    FEED_BUTTON = 0x08
    PAPER_END_STOP = 0x20
    ERROR = 0x40


class ErrorBits(enum.IntFlag):
    """`DLE EOT 3`, error status."""

    RECOVERABLE = 0x04
    CUTTER = 0x08
    UNRECOVERABLE = 0x20
    OVERHEATED = 0x40


class PaperBits(enum.IntFlag):
    """`DLE EOT 4`, roll paper sensors."""

    NEAR_END = 0x0C
    OUT = 0x60


class QueuedBits(enum.IntFlag):
    """`GS r 1`, roll paper sensors."""

    NEAR_END = 0x03
    OUT = 0x0C


class Paper(enum.Enum):
    """The paper roll."""

    OK = "ok"
    NEAR_END = "near_end"
    OUT = "out"
    UNKNOWN = "unknown"


class Cover(enum.Enum):
    """The cover above the roll."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


class Cutter(enum.Enum):
    """The automatic cutter."""

    OK = "ok"
    ERROR = "error"
    UNKNOWN = "unknown"


class Online(enum.Enum):
    """Whether the printer says that it takes data."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


BY_HAND = frozenset({"paper_out", "cover_open", "cutter_error", "printer_error"})
"""Troubles that the printer itself names and that stay until a person comes."""


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """The printer as it last described itself; `fault` is why we could not ask, or an error it reported.

    `fault` is one of `no_answer`, `garbled`, `cannot_open`, `port_busy`, `connection_lost`,
    `write_timeout`, `printer_error`, or None. `paper_only`: the unit can tell of nothing but paper.
    """

    paper: Paper = Paper.UNKNOWN
    cover: Cover = Cover.UNKNOWN
    cutter: Cutter = Cutter.UNKNOWN
    online: Online = Online.UNKNOWN
    fault: str | None = None
    paper_only: bool = False

    @property
    def trouble(self) -> str | None:
        """The worst thing known as a reason code; `no_answer` when nothing is known, None when ready."""
        named = (
            (self.paper is Paper.OUT, "paper_out"),
            (self.cover is Cover.OPEN, "cover_open"),
            (self.cutter is Cutter.ERROR, "cutter_error"),
            (self.fault is not None, self.fault),
            (self.online is Online.NO, "offline"),
            (self._incomplete, "no_answer"),
        )
        return next((code for holds, code in named if holds), None)

    @property
    def ready(self) -> bool:
        """True only if the printer itself said that it can print now, as far as it can say such a thing."""
        return self.trouble is None

    @property
    def health(self) -> tuple[HealthState, str]:
        """The state and its reason code, as every device of the hall is told of."""
        trouble = self.trouble
        if trouble is None:
            return (HealthState.DEGRADED, "paper_near_end") if self.near_end else (HealthState.OK, "")
        return (HealthState.FAULT if trouble in BY_HAND else HealthState.AWAY), trouble

    @property
    def near_end(self) -> bool:
        """True when the roll ends soon."""
        return self.paper is Paper.NEAR_END

    @property
    def _incomplete(self) -> bool:
        rest = (self.cover is Cover.UNKNOWN, self.cutter is Cutter.UNKNOWN, self.online is Online.UNKNOWN)
        return self.paper is Paper.UNKNOWN or (any(rest) and not self.paper_only)


def read_answer(
    status: PrinterStatus, query: int, answer: int, near_end_sensor: bool = True
) -> PrinterStatus:
    """Return `status` with what the answer byte to `DLE EOT query` (1 to 4) adds to it."""
    if query == 1:
        # FEED_BUTTON and WAITING_RECOVERY come with OFFLINE; bit 2 is the pin of a cash drawer.
        return replace(status, online=Online.NO if answer & PrinterBits.OFFLINE else Online.YES)
    if query == 2:
        return _read_offline(status, OfflineBits(answer & 0x6C))
    if query == 3:
        errors = ErrorBits(answer & 0x6C)
        hard = errors & (ErrorBits.UNRECOVERABLE | ErrorBits.RECOVERABLE | ErrorBits.OVERHEATED)
        return replace(
            status,
            cutter=Cutter.ERROR if errors & ErrorBits.CUTTER else Cutter.OK,
            fault="printer_error" if hard else status.fault,
        )
    if query == 4:
        return replace(status, paper=_read_paper(status.paper, answer, near_end_sensor))
    raise ValueError(f"DLE EOT {query} is not asked")


def read_queued(answer: int, near_end_sensor: bool = True) -> PrinterStatus:
    """Return what the answer byte to `GS r 1` says, for a unit that can say no more."""
    bits = QueuedBits(answer & 0x0F)
    paper = Paper.OK
    if bits & QueuedBits.OUT:
        paper = Paper.OUT
    elif bits & QueuedBits.NEAR_END and near_end_sensor:
        paper = Paper.NEAR_END
    return PrinterStatus(paper=paper, paper_only=True)


def _read_offline(status: PrinterStatus, bits: OfflineBits) -> PrinterStatus:
    status = replace(status, cover=Cover.OPEN if bits & OfflineBits.COVER_OPEN else Cover.CLOSED)
    if bits & OfflineBits.PAPER_END_STOP:
        status = replace(status, paper=Paper.OUT)
    if bits & OfflineBits.ERROR:
        status = replace(status, fault="printer_error")
    return status


def _read_paper(before: Paper, answer: int, near_end_sensor: bool) -> Paper:
    # A stop by paper end (query 2) stands even if the roll sensor already sees the next roll.
    if answer & PaperBits.OUT or before is Paper.OUT:
        return Paper.OUT
    if answer & PaperBits.NEAR_END and near_end_sensor:
        return Paper.NEAR_END
    return Paper.OK
