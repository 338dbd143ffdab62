"""Turns the text of a hall file into a plan, or into the list of all that is wrong with it.

First every value is checked where it stands, then what has to fit together: floors and zones,
labels, queues and counters, sessions. Nothing of a file with a fault is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from queue_server.hall import boards, buses, model, policy_file, voice
from queue_server.hall.located import (
    BROKEN,
    Check,
    Row,
    Sink,
    Spot,
    clock_time,
    keyed,
    list_of,
    one_of,
    table,
    text,
    whole,
)
from queue_server.hall.toml_lines import read_toml

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LETTERS = frozenset("ABCDEFGJKLMNPQRSTUVWXYZ")
"""H, I and O are left out: in print and when spoken they pass for other signs."""

_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}"
_name = text(1, 40)
_note = (text(0, 120), "")


def _matters(spot: Spot, place: str, sink: Sink) -> Any:
    if spot.value == model.REST:
        return model.REST
    return list_of(text(1, 40), 1)(spot, place, sink)


def _letter(spot: Spot, place: str, sink: Sink) -> Any:
    if spot.value in LETTERS:
        return spot.value
    return sink.add(spot.line, place, "letter", value=spot.value)


_ZONE = table(
    {
        "sign": text(1, 1),
        "name": _name,
        "name_en": _name,
        "full_name": _name,
        "icon": _name,
        "mode": one_of(*model.ZoneMode),
    },
    {
        "floor": (whole(1, 99), None),
        "examples": _note,
        "examples_en": _note,
        "everyday": (text(0, 20), ""),
        "everyday_en": (text(0, 40), ""),
        "seats": (whole(0, 999), 0),
    },
)
_COUNTER = table(
    {
        "label": whole(1, 99),
        "zone": text(),
        "name": _name,
        "name_en": _name,
        "groups": list_of(text(), 1),
    },
    {},
)
_PRIORITY = table(
    {"name": _name, "name_en": _name, "bonus_s": whole(0, 3600)},
    {"hint": _note, "hint_en": _note},
)
_SECTIONS: dict[str, Check] = {
    "hall": table(
        {
            "name": _name,
            "name_en": text(1, 80),
            "mark": text(1, 1),
            "guide_desk": _name,
            "guide_desk_en": text(1, 80),
            "hotline": text(3, 20, form=r"[0-9 +-]+", example="12345"),
            "open_days": list_of(one_of(*WEEKDAYS), 1),
        },
        {},
    ),
    "floors": keyed(table({"name": _name, "name_en": _name}, {}), r"[1-9]\d?", "1"),
    "zones": keyed(_ZONE, _ID, "Z3"),
    "series": table({"letters": list_of(_letter, 1)}, {}),
    "groups": keyed(table({"zone": text(), "series": text(), "matters": _matters}, {}), _ID, "Z3-id"),
    "counters": keyed(_COUNTER, _ID, "Z3-01"),
    "sessions": keyed(table({"from": clock_time, "to": clock_time}, {}), _ID, "morning"),
    "calls": table({"max_calls": whole(1, 9), "recall_gap_s": whole(0, 600)}, {}),
    "retention": table(
        {
            "ticket_identity_days": whole(1, 3650),
            "idempotency_days": whole(7, 365),
        },
        {},
    ),
}
_OPTIONAL_SECTIONS: dict[str, tuple[Check, Any]] = {
    **policy_file.SECTIONS,
    **buses.SECTIONS,
    **voice.SECTIONS,
    "priority_classes": (keyed(_PRIORITY, _ID, "elderly"), {}),
    "boards": (keyed(boards.BOARD, _ID, "1F"), {}),
    "kiosks": (keyed(table({"floor": whole(1, 99)}, {}), _ID, "kiosk-1"), {}),
    "self_service": (
        keyed(table({}, {"opens": (one_of("tickets"), ""), "seat": _note, "seat_en": _note}), _ID, "Z8-001"),
        {},
    ),
}
_FILE = table(_SECTIONS, _OPTIONAL_SECTIONS)


def parse(content: str, version: int = 0) -> model.HallPlan:
    """Read a hall file; raises `BadFile` with every fault that can be seen at once.

    What the counters must serve is known only beside the catalogue: see `rules.uncovered`.
    """
    sink = Sink()
    file = _FILE(read_toml(content), "", sink)
    _compare(file, sink)
    sink.settle()
    return _build(file, version)


def _compare(file: Row, sink: Sink) -> None:
    """Look at what has to fit together; what is broken by itself is left out of it."""
    parts = {name: file[name] or {} for name in (*_SECTIONS, *_OPTIONAL_SECTIONS)}
    series: Row | None = file["series"] or None
    letters = _good(series["letters"]) if series else []
    if series:
        _check_unique(((letter, series, "letters") for letter in letters), sink)
    _compare_zones(parts, sink)
    _compare_groups(parts, letters, sink)
    _compare_counters(parts, sink)
    _compare_sessions(parts["sessions"], sink)
    boards.compare(parts, sink)
    for row in parts["kiosks"].values():
        _check_floor(row, parts["floors"], sink)
    policy_file.compare(parts, sink)
    buses.compare(parts, sink)
    voice.compare(parts, sink)
    for row in parts["self_service"].values():
        if bool(row["opens"]) == bool(row["seat"]):
            sink.add(row.line, row.place, "opens_or_seat")


def _compare_zones(parts: dict[str, Any], sink: Sink) -> None:
    zones = parts["zones"]
    _check_unique(((row["sign"], row, "sign") for row in zones.values()), sink)
    filled = {row["zone"] for row in parts["groups"].values()}
    for zone, row in zones.items():
        _check_floor(row, parts["floors"], sink)
        if row["mode"] != model.ZoneMode.COUNTERS:
            continue
        if row["floor"] is None:
            sink.add(row.line, row.place, "zone_no_floor", zone=zone)
        if zone not in filled:
            sink.add(row.line, row.place, "zone_empty", zone=zone)


def _compare_groups(parts: dict[str, Any], letters: list[str], sink: Sink) -> None:
    groups, served = parts["groups"], _served_groups(parts["counters"])
    rest: dict[str, str] = {}
    for group, row in groups.items():
        _check_zone(row, parts["zones"], sink)
        if row["series"] and row["series"] not in letters:
            row.fault(sink, "series", "unknown_series", value=row["series"])
        if group not in served:
            sink.add(row.line, row.place, "group_no_counter", group=group)
        if row["matters"] == model.REST and rest.setdefault(row["zone"], group) != group:
            row.fault(sink, "matters", "rest_twice", zone=row["zone"], other=rest[row["zone"]])
    named = (
        (matter, row, "matters")
        for row in groups.values()
        if row["matters"] != model.REST
        for matter in _good(row["matters"])
    )
    _check_unique(named, sink)


def _compare_counters(parts: dict[str, Any], sink: Sink) -> None:
    counters, groups = parts["counters"], parts["groups"]
    _check_unique(((row["label"], row, "label") for row in counters.values()), sink)
    for row in counters.values():
        _check_zone(row, parts["zones"], sink)
        for group in _good(row["groups"]):
            if group not in groups:
                row.fault(sink, "groups", "unknown_group", value=group)
            elif row["zone"] and groups[group]["zone"] and groups[group]["zone"] != row["zone"]:
                row.fault(sink, "groups", "group_of_other_zone", group=group, zone=groups[group]["zone"])


def _compare_sessions(sessions: dict[str, Row], sink: Sink) -> None:
    whole_ones = []
    for name, row in sessions.items():
        if BROKEN in (row["from"], row["to"]):
            continue
        if row["from"] >= row["to"]:
            row.fault(sink, "to", "session_order")
        else:
            whole_ones.append((row["from"], row["to"], name))
    whole_ones.sort()
    for (_, before, other), (starts, _, name) in pairwise(whole_ones):
        if starts < before:
            sessions[name].fault(sink, "from", "session_overlap", other=other)


def _check_zone(row: Row, zones: dict[str, Row], sink: Sink) -> None:
    """The zone of a queue or a counter exists and has counters."""
    zone = row["zone"]
    if not zone:
        return
    if zone not in zones:
        row.fault(sink, "zone", "unknown_zone", value=zone)
    elif zones[zone]["mode"] not in (BROKEN, model.ZoneMode.COUNTERS):
        row.fault(sink, "zone", "zone_no_counters", zone=zone)


def _check_floor(row: Row, floors: dict[str, Row], sink: Sink) -> None:
    if row["floor"] and str(row["floor"]) not in floors:
        row.fault(sink, "floor", "unknown_floor", value=row["floor"])


def _check_unique(values: Iterable[tuple[Any, Row, str]], sink: Sink) -> None:
    """Each value stands once; takes (value, the table it stands in, its key)."""
    first: dict[Any, int] = {}
    for value, row, key in values:
        if value is BROKEN:
            continue
        if value in first:
            row.fault(sink, key, "value_twice", value=value, other=first[value])
        else:
            first[value] = row.lines[key]


def _served_groups(counters: dict[str, Row]) -> set[str]:
    return {group for row in counters.values() for group in _good(row["groups"])}


def _good(values: Any) -> list[Any]:
    """Return a checked list, empty where it was broken."""
    return values or []


def _build(file: Row, version: int) -> model.HallPlan:
    """Put the plan together from a file without a fault."""
    hall = file["hall"].values
    days = frozenset(WEEKDAYS.index(day) + 1 for day in hall["open_days"])
    zones = {
        key: model.ZonePlan(key, **{**row.values, "mode": model.ZoneMode(row["mode"])})
        for key, row in file["zones"].items()
    }
    sessions = [model.SessionPlan(key, row["from"], row["to"]) for key, row in file["sessions"].items()]
    return model.HallPlan(
        version=version,
        **{**hall, "open_days": days},
        floors={int(key): model.FloorPlan(int(key), **row.values) for key, row in file["floors"].items()},
        zones=zones,
        series={letter: model.SeriesPlan(letter, letter) for letter in file["series"]["letters"]},
        groups={key: _group(key, row) for key, row in file["groups"].items()},
        counters={key: _counter(key, row, zones) for key, row in file["counters"].items()},
        sessions=tuple(sorted(sessions, key=lambda session: session.starts)),
        priority_classes={
            key: model.PriorityClass(key, **row.values) for key, row in file["priority_classes"].items()
        },
        boards={key: boards.build(key, row) for key, row in file["boards"].items()},
        kiosks={key: model.KioskPlan(key, row["floor"]) for key, row in file["kiosks"].items()},
        self_service={key: model.SelfService(key, **row.values) for key, row in file["self_service"].items()},
        calls=model.CallRules(**file["calls"].values),
        retention=model.Retention(**file["retention"].values),
        **policy_file.build(file),
        **buses.build(file),
        **voice.build(file),
    )


def _group(key: str, row: Row) -> model.GroupPlan:
    matters = row["matters"]
    return model.GroupPlan(
        key, row["zone"], row["series"], model.REST if matters == model.REST else frozenset(matters)
    )


def _counter(key: str, row: Row, zones: dict[str, model.ZonePlan]) -> model.CounterPlan:
    floor = zones[row["zone"]].floor
    if floor is None:
        raise ValueError(f"zone {row['zone']} has counters and no floor")
    return model.CounterPlan(
        key, str(row["label"]), row["zone"], floor, row["name"], row["name_en"], tuple(row["groups"])
    )
