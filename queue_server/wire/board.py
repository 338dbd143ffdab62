"""What a board shows, on the wire: zones with their waits, counters, calls, true up to one journal row."""

from __future__ import annotations

from typing import Literal

import msgspec

from queue_server.wire.hall import CounterStatus
from queue_server.wire.tickets import Wait


class ZoneLine(msgspec.Struct, frozen=True):
    """A zone on a board: how many wait, and how long somebody who comes now will probably wait.

    `service_s` is the rolling service time, in seconds. `wait` is null while no counter is open.
    """

    id: str
    sign: str
    name: str
    name_en: str
    floor: int | None
    icon: str
    waiting: int = 0
    service_s: float = 600.0
    wait: Wait | None = None


class CounterCell(msgspec.Struct, frozen=True):
    """A counter on a board; `number` is the visit at hand, `called` until it is being served.

    `lang` is that of the newest ticket there.
    """

    id: str
    label: str
    zone: str
    state: CounterStatus = CounterStatus.CLOSED
    number: str | None = None
    called: bool = False
    since: str | None = None
    lang: str = "zh"


class Call(msgspec.Struct, frozen=True):
    """One call, newest first in the list; `call` counts 1, 2, 3 for the same number."""

    number: str
    counter: str
    label: str
    zone: str
    floor: int | None
    at: str
    lang: str = "zh"
    call: int = 1
    seq: int = 0


class BoardState(msgspec.Struct, frozen=True):
    """All that a board shows, true up to journal row `seq` of `epoch`.

    `root` are the first digits of today's newest public hash of the journal, `root_hour` its full hour
    (RFC 3339 UTC); both are empty until there is one. `queues` counts who waits in each queue, for
    those who want to know it (the pads of a bus).
    """

    board: str
    name: str
    seq: int
    epoch: int
    day: str
    at: str
    zones: dict[str, ZoneLine] = {}
    counters: dict[str, CounterCell] = {}
    calls: list[Call] = []
    root: str = ""
    root_hour: str = ""
    queues: dict[str, int] = {}


class BoardWhole(msgspec.Struct, frozen=True):
    """A whole board on the stream of boards that only draw; `plan` is the version of the hall's plan.

    `at` is the server's time, which a board sets its clock by.
    """

    seq: int
    at: str
    plan: int
    board: BoardState
    kind: Literal["board.state"] = "board.state"


class BoardChange(msgspec.Struct, frozen=True):
    """What one batch of events changed of a board: put each thing in the place of the old one.

    `called` are the calls just made, oldest first; only with them come `calls`, the newest of the
    board, newest first. An empty `root` means that the hash shown has not changed.
    """

    seq: int
    at: str
    zones: dict[str, ZoneLine] = {}
    counters: dict[str, CounterCell] = {}
    called: list[Call] = []
    calls: list[Call] = []
    root: str = ""
    root_hour: str = ""
    kind: Literal["board.changed"] = "board.changed"
