"""What a guide's page shows, as it stands on the wire."""

from __future__ import annotations

import msgspec

from queue_server.wire.tickets import HelpRequest, Ticket


class GuideZone(msgspec.Struct, frozen=True):
    """A zone with counters and how many wait there."""

    id: str
    sign: str
    name: str
    name_en: str
    floor: int | None
    waiting: int


class GuideState(msgspec.Struct, frozen=True):
    """All that a guide's page shows (`GET /guide`), true up to journal row `seq`.

    `waiting` holds those who came first, 300 at most; `missed` and `parked` all of today.
    """

    seq: int
    epoch: int
    at: str
    day: str
    help: list[HelpRequest]
    zones: list[GuideZone]
    waiting: list[Ticket]
    missed: list[Ticket]
    parked: list[Ticket]
