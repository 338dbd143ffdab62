"""Which events a stream carries: one test for each topic, asked once an event, not once a reader."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable
from dataclasses import dataclass

from queue_server.stream.frames import BoardFrames
from queue_server.wire import Event

Wants = Callable[[Event], bool]
Places = Callable[[], Container[str] | None]

HALL_WIDE = ("day.", "device.help_", "policy.", "chain.", "notice.")
"""Kinds that concern everybody when they name no zone."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads a stream: everybody with the same `topic` gets the same bytes.

    A citizen's stream has a `visit`, which finds its reader without asking thousands of tests, and
    is `public`: its events do not name the actor and carry no data beside the ticket. `by` is the
    signed-in reader (`device:board-1F`), so that a revoked one can be cut off. `ping_s` asks for more
    frequent heartbeats than the hub's own. With `frames` its readers get a folded board and no events.
    """

    topic: Hashable
    wants: Wants
    visit: int | None = None
    public: bool = False
    by: str = ""
    ping_s: float | None = None
    frames: Callable[[], BoardFrames] | None = None


def everything(event: Event) -> bool:
    """All that happens in the hall."""
    return True


def in_zones(zones: Places) -> Wants:
    """Events of some zones, and those that concern the whole hall.

    `zones` is asked anew for each event, since a new plan may move a zone to another board. A ticket
    that was transferred concerns the zone that it left too.
    """

    def wants(event: Event) -> bool:
        if event.zone is None:
            return event.kind.startswith(HALL_WIDE)
        shown = zones() or ()
        return event.zone in shown or event.data.get("from_zone") in shown

    return wants


def at_counters(counters: Places, nearby: Wants) -> Wants:
    """Events of some counters themselves, and of the zones that they draw from.

    Like the zones, the counters are asked for anew each time.
    """

    def wants(event: Event) -> bool:
        return nearby(event) or (event.counter is not None and event.counter in (counters() or ()))

    return wants


def of_visit(visit: int) -> Wants:
    """What happens to one person's tickets."""

    def wants(event: Event) -> bool:
        return event.ticket is not None and event.ticket.visit == visit

    return wants
