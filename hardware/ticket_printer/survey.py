"""A survey asks a printer everything that prints nothing, and keeps what it answered as it came.

Clones copy names, so what a unit says of itself proves nothing; what it answers proves a little. A
unit that does not know a question may take it for text: `ESC @` at the end empties its line.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TypeVar

from hardware.ticket_printer.answers import Answer, AnswerReader, AutoStatus, Block, Queued, RealTime
from hardware.ticket_printer.protocol import INIT, QUEUED_STATUS, STATUS_QUERIES, fence, status_query
from hardware.transports.pipe import Transport

IDENTITY = {65: "firmware", 66: "maker", 67: "model", 68: "serial number", 69: "font"}  # GS I n
AUTO_ON, AUTO_OFF = b"\x1d\x61\x0e", b"\x1d\x61\x00"  # GS a
_A = TypeVar("_A", RealTime, Queued, Block, AutoStatus)


@dataclass(slots=True)
class Survey:
    """Answers by question; a question without an answer is not there."""

    real_time: dict[int, int] = field(default_factory=dict)
    queued: int | None = None
    fence: bool = False
    auto_status: bytes | None = None
    identity: dict[str, str] = field(default_factory=dict)

    @property
    def status_choice(self) -> str:
        """The `status` that a profile of this unit should have."""
        if len(self.real_time) == len(STATUS_QUERIES):
            return "dle_eot"
        return "none" if self.queued is None else "gs_r"

    @property
    def fence_choice(self) -> str:
        """The `fence` that a profile of this unit should have."""
        if self.fence:
            return "gs_h"
        return "none" if self.queued is None else "gs_r"


def survey(transport: Transport, reply_s: float = 0.5) -> Survey:
    """Ask an open line; raises DeviceError when the line breaks."""
    asker = _Asker(transport, reply_s)
    found = Survey()
    for number in STATUS_QUERIES:
        real_time = asker.ask(status_query(number), RealTime)
        if real_time is not None:
            found.real_time[number] = real_time.byte
    queued = asker.ask(QUEUED_STATUS, Queued)
    found.queued = None if queued is None else queued.byte
    mark = b"PRB0"
    block = asker.ask(fence("gs_h", mark), Block)
    found.fence = block is not None and block.fence == mark
    automatic = asker.ask(AUTO_ON, AutoStatus)
    found.auto_status = None if automatic is None else automatic.data
    for number, name in IDENTITY.items():
        said = asker.ask(b"\x1d\x49" + bytes((number,)), Block)
        if said is not None and said.header == 0x5F:
            found.identity[name] = said.body.decode("ascii", "replace")
    transport.write(AUTO_OFF + INIT, reply_s)
    return found


class _Asker:
    """Asks one question at a time and waits for one kind of answer."""

    def __init__(self, transport: Transport, reply_s: float) -> None:
        self._transport, self._reply_s = transport, reply_s
        self._reader = AnswerReader()

    def ask(self, question: bytes, kind: type[_A]) -> _A | None:
        while self._transport.read(0.0):
            pass
        self._reader.reset()
        self._transport.write(question, self._reply_s)
        deadline = time.monotonic() + self._reply_s
        while (left_s := deadline - time.monotonic()) > 0:
            answers: list[Answer] = self._reader.feed(self._transport.read(left_s))
            for answer in answers:
                if isinstance(answer, kind):
                    return answer
        return None
