"""How a hall speaks: the rules of its announcements and the parts of the hall that hear the same ones.

`[voice]` holds for the whole hall. Each table of `[audio_zones]` is one announcer's area; it covers the
zones that it names, those of its boards and those on its floors. Without any, the whole hall is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from queue_server.hall.located import (
    BROKEN,
    Check,
    Row,
    Sink,
    clock_time,
    flag,
    keyed,
    list_of,
    one_of,
    table,
    text,
    whole,
)

WHOLE_HALL = "hall"
"""The name of the one audio zone of a hall that names none."""


@dataclass(frozen=True, slots=True)
class VoiceRules:
    """What `wire.Voice` says of it; the defaults are the same."""

    one: str = "yao"
    times: int = 2
    english: bool = True
    stale_s: int = 90


@dataclass(frozen=True, slots=True)
class AudioZonePlan:
    """An announcer's area; `quiet` are spans in minutes after local midnight, in which it is silent."""

    id: str
    name: str
    name_en: str
    zones: tuple[str, ...]
    volume: int
    quiet: tuple[tuple[int, int], ...] = ()


_name = text(1, 40)
_AUDIO_ZONE = table(
    {"name": _name, "name_en": _name},
    {
        "zones": (list_of(text(), 1), []),
        "boards": (list_of(text(), 1), []),
        "floors": (list_of(whole(1, 99), 1), []),
        "volume": (whole(0, 100), 100),
        "quiet": (list_of(table({"from": clock_time, "to": clock_time}, {})), []),
    },
)
SECTIONS: dict[str, tuple[Check, Any]] = {
    "voice": (
        table(
            {},
            {
                "one": (one_of("yao", "yi"), "yao"),
                "times": (whole(1, 3), 2),
                "english": (flag, True),
                "stale_s": (whole(20, 600), 90),
            },
        ),
        None,
    ),
    "audio_zones": (keyed(_AUDIO_ZONE, r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}", "1F"), {}),
}
"""Each section with its default."""

_PLACES = (("zones", "unknown_zone"), ("boards", "unknown_board"), ("floors", "unknown_floor"))


def compare(parts: Mapping[str, Any], sink: Sink) -> None:
    """Look at what an audio zone names: it exists, and there is something to hear."""
    for row in parts["audio_zones"].values():
        for key, code in _PLACES:
            for place in row[key] or ():
                if place is not BROKEN and str(place) not in parts[key]:
                    row.fault(sink, key, code, value=place)
        if not any(row[key] is BROKEN or row[key] for key, _ in _PLACES):
            sink.add(row.line, row.place, "audio_zone_empty")
        for span in row["quiet"] or ():
            if BROKEN not in (span["from"], span["to"]) and span["from"] >= span["to"]:
                span.fault(sink, "to", "session_order")


def build(file: Row) -> dict[str, Any]:
    """The rules and areas of a file without a fault, as fields of the plan."""
    rules = VoiceRules(**file["voice"].values) if file["voice"] else VoiceRules()
    areas = {key: _audio_zone(key, row, file) for key, row in file["audio_zones"].items()}
    if not areas:
        hall = file["hall"]
        whole_hall = _in_order(file, file["zones"])
        areas = {WHOLE_HALL: AudioZonePlan(WHOLE_HALL, hall["name"], hall["name_en"][:40], whole_hall, 100)}
    return {"voice": rules, "audio_zones": areas}


def _audio_zone(key: str, row: Row, file: Row) -> AudioZonePlan:
    floors, zones = set(row["floors"]), file["zones"]
    named = {
        *row["zones"],
        *(zone for board in row["boards"] for zone in file["boards"][board]["zones"]),
        *(zone for zone in zones if zones[zone]["floor"] in floors),
    }
    quiet = tuple((span["from"], span["to"]) for span in row["quiet"])
    return AudioZonePlan(key, row["name"], row["name_en"], _in_order(file, named), row["volume"], quiet)


def _in_order(file: Row, named: Iterable[str]) -> tuple[str, ...]:
    """The named zones that call anybody, in the order of the hall."""
    wanted, calling = set(named), {row["zone"] for row in file["counters"].values()}
    return tuple(zone for zone in file["zones"] if zone in wanted and zone in calling)
