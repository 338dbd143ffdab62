"""A bus of counters on the wire: its devices, what the keys of its pads do, and what its strips show."""

from __future__ import annotations

import enum

import msgspec

from queue_server.wire.board import BoardState


class PadMove(enum.StrEnum):
    """What a key of a caller pad can do at its counter; `pause` ends a pause too."""

    CALL_NEXT = "call-next"
    RECALL = "recall"
    SERVE = "serve"
    FINISH = "finish"
    NO_SHOW = "no-show"
    PARK = "park"
    RESUME_TICKET = "resume-ticket"
    PAUSE = "pause"
    OPEN = "open"
    CLOSE = "close"


class BusUnits(msgspec.Struct, frozen=True):
    """A counter of a bus and the addresses of its devices, null where it has none.

    `kind` says what its strip is; `groups` are the queues that the counter draws from, its own
    private one included.
    """

    counter: str
    label: str
    name: str
    name_en: str
    zone: str
    groups: list[str]
    kind: str
    strip: int | None = None
    pad: int | None = None
    evaluator: int | None = None
    relay: int | None = None
    coil: int = 0


class Bus(msgspec.Struct, frozen=True):
    """The answer of `GET /bus`: the bus of the device that asks.

    `stream` is the query of `GET /stream` that goes on from `state.seq`. `keys` maps the name of a
    pad's key (`call`, `recall`, `ok`, …) to a `PadMove`, or to an empty word. `server_time` is RFC
    3339 UTC.
    """

    id: str
    stream: dict[str, str]
    counters: list[BusUnits]
    keys: dict[str, str]
    state: BoardState
    server_time: str
