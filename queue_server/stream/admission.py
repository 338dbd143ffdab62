"""Who may read which stream: from a request to an audience, or a refusal."""

from __future__ import annotations

import functools
from collections.abc import Callable, Container
from typing import Any, Protocol

from queue_server.http import Caller
from queue_server.refusals import Refused
from queue_server.stream.frames import BoardFrames, Reading
from queue_server.stream.topics import Audience, at_counters, everything, in_zones, of_visit

TOPICS = ("board", "board_state", "bus", "counter", "zone", "kiosk", "status")

COUNTER_PING_S = 4.0
"""A clerk's page warns after 10 s without news, so it must hear twice within that; strips as well."""

Identify = Callable[[dict[str, Any]], Caller]
"""Tells who sent a request, by its WSGI environ; raises `Refused` for a wrong key. May read the database."""


class Places(Protocol):
    """The hall's current plan, as far as streams need it: dictionary look-ups, no SQL.

    None means that there is no such place. `visit_of` alone may read the database.
    """

    def zones(self) -> Container[str]: ...

    def board_zones(self, board: str) -> Container[str] | None: ...

    def board_state(self, board: str) -> Reading: ...

    def counter_zones(self, counter: str) -> Container[str] | None: ...

    def bus_counters(self, bus: str) -> Container[str] | None: ...

    def bus_zones(self, bus: str) -> Container[str] | None: ...

    def kiosk_zones(self, kiosk: str) -> Container[str] | None: ...

    def visit_of(self, token: str) -> int | None: ...


class Admission:
    """Decides what a stream request may read: a status token is enough for one's own visit, all else
    is for devices and staff."""

    def __init__(self, identify: Identify, places: Places) -> None:
        self._identify = identify
        self._places = places
        self._counters: dict[str, Callable[[str], Container[str] | None]] = {
            "counter": lambda counter: (counter,),
            "bus": places.bus_counters,
        }

    def __call__(self, environ: dict[str, Any], asked: list[tuple[str, str]]) -> Audience:
        """Return the audience for a request and its query; raises `Refused`."""
        topics = [(name, value) for name, value in asked if name in TOPICS]
        if len(topics) > 1:
            raise Refused("bad_request", problem="more than one topic")
        name, value = topics[0] if topics else ("", "")
        if name == "status":
            return self._citizen(value)
        caller = self._identify(environ)
        if caller.kind not in {"device", "staff"}:
            raise Refused("sign_in_needed")
        return self._insider(name, value, caller.by)

    def _citizen(self, token: str) -> Audience:
        visit = self._places.visit_of(token)
        if visit is None:
            raise Refused("status_unknown")
        return Audience(("status", visit), of_visit(visit), visit=visit, public=True)

    def _insider(self, name: str, value: str, by: str) -> Audience:
        if name == "":
            return Audience("", everything, by=by, ping_s=COUNTER_PING_S)
        if name == "zone":
            if value not in self._places.zones():
                raise Refused("bad_filter", field="zone", value=value)
            return Audience((name, value), in_zones(lambda: (value,)), by=by)
        places = {
            "board": self._places.board_zones,
            "bus": self._places.bus_zones,
            "board_state": self._places.board_zones,
            "counter": self._places.counter_zones,
            "kiosk": self._places.kiosk_zones,
        }[name]
        if places(value) is None:
            raise _unknown(name, value)
        wants = in_zones(lambda: places(value))
        if name in self._counters:
            own = at_counters(lambda: self._counters[name](value), wants)
            return Audience((name, value), own, by=by, ping_s=COUNTER_PING_S)
        if name == "board_state":
            read = functools.partial(self._places.board_state, value)
            return Audience((name, value), wants, by=by, frames=lambda: BoardFrames(read))
        return Audience((name, value), wants, by=by)


def _unknown(name: str, value: str) -> Refused:
    if name == "kiosk":
        return Refused("bad_filter", field=name, value=value)
    if name in ("bus", "counter"):
        return Refused(f"{name}_unknown", **{name: value})
    return Refused("board_unknown", board=value)
