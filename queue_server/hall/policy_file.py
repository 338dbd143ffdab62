"""The part of a hall file that holds its rules and may be left out: each rule has a default.

What the words mean stands with the dataclasses in `model.py`.
"""

from __future__ import annotations

from typing import Any

from queue_server.hall import model
from queue_server.hall.located import BROKEN, Check, Row, Sink, flag, keyed, list_of, table, text, whole
from queue_server.hall.planning import AppointmentRules, CountingRules

_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}"
_name = text(1, 40)
_note = (text(0, 120), "")

_RULE = table({"group": text()}, {"waiting": (whole(0, 999), 0), "waited_min": (whole(0, 480), 0)})
_PROFILE = table(
    {"name": _name, "name_en": _name, "counters": list_of(text(), 1), "rules": list_of(_RULE, 1)}, {}
)
_QUOTA = table({"limit": whole(0, 9999)}, {"zone": _note, "matter": _note, "session": _note})
_APPOINTMENTS = table(
    {},
    {
        "slot_min": (whole(5, 240), 30),
        "days_ahead": (whole(1, 30), 5),
        "cancel_until_h": (whole(0, 72), 2),
        "early_min": (whole(0, 120), 15),
        "late_min": (whole(0, 120), 10),
        "bonus_min": (whole(0, 120), 10),
        "no_shows": (whole(1, 99), 3),
        "no_show_days": (whole(1, 365), 30),
        "blocked_days": (whole(0, 365), 30),
        "capacity": (keyed(whole(0, 999), _ID, "Z3-id"), {}),
        "matters": (keyed(whole(0, 999), r".{1,40}", "Z3-001"), {}),
    },
)
SECTIONS: dict[str, tuple[Check, Any]] = {
    "fairness": (
        table({}, {"delay_cap_min": (whole(0, 120), 10), "normals_per_priority": (whole(0, 20), 2)}),
        None,
    ),
    "missed": (table({}, {"after": (whole(0, 50), 3), "times": (whole(0, 20), 2)}), None),
    "parked": (table({}, {"limit_min": (whole(1, 240), 20)}), None),
    "person": (
        table(
            {},
            {
                "open_in_queue": (whole(1, 99), 1),
                "open_in_all": (whole(1, 99), 3),
                "matters_a_call": (whole(1, 99), 3),
                "matters_a_ticket": (whole(1, 99), 20),
            },
        ),
        None,
    ),
    "closing": (table({}, {"margin_min": (whole(0, 240), 0)}), None),
    "calendar": (table({}, {"count_first_day": (flag, False)}), None),
    "appointments": (_APPOINTMENTS, None),
    "profiles": (keyed(_PROFILE, _ID, "z3-busy"), {}),
    "quotas": (keyed(_QUOTA, _ID, "z2-morning"), {}),
}
"""Each section with its default; `None` where the defaults of the model hold."""


def compare(parts: dict[str, Any], sink: Sink) -> None:
    """Look at what has to fit to the rest of the file."""
    _compare_profiles(parts, sink)
    _compare_quotas(parts, sink)
    _compare_appointments(parts["appointments"] or None, parts["groups"], sink)


def build(file: Row) -> dict[str, Any]:
    """The rules of a file without a fault, as fields of the plan."""
    found: dict[str, Any] = {
        "profiles": {key: _profile(key, row) for key, row in file["profiles"].items()},
        "quotas": {key: model.Quota(key, **row.values) for key, row in file["quotas"].items()},
    }
    if row := file["fairness"]:
        found["fairness"] = model.FairnessRules(row["delay_cap_min"] * 60, row["normals_per_priority"])
    if row := file["missed"]:
        found["missed"] = model.MissedRules(**row.values)
    if row := file["parked"]:
        found["parked"] = model.ParkedRules(row["limit_min"] * 60)
    if row := file["person"]:
        found["person"] = model.PersonLimits(**row.values)
    if row := file["closing"]:
        found["closing"] = model.ClosingRules(row["margin_min"] * 60)
    if row := file["calendar"]:
        found["counting"] = CountingRules(**row.values)
    if row := file["appointments"]:
        found["appointments"] = AppointmentRules(**row.values)
    return found


def _compare_profiles(parts: dict[str, Any], sink: Sink) -> None:
    counters = parts["counters"]
    taken: dict[str, str] = {}
    for name, row in parts["profiles"].items():
        for counter in _good(row["counters"]):
            if counter not in counters:
                row.fault(sink, "counters", "unknown_counter", value=counter)
            elif taken.setdefault(counter, name) != name:
                row.fault(sink, "counters", "profile_twice", value=counter, other=taken[counter])
        _compare_rules(_good(row["rules"]), parts["groups"], sink)


def _compare_rules(rules: list[Any], groups: dict[str, Row], sink: Sink) -> None:
    for rule in rules:
        if rule is BROKEN:
            continue
        if rule["group"] and rule["group"] not in groups:
            rule.fault(sink, "group", "unknown_group", value=rule["group"])
        if not rule["waiting"] and not rule["waited_min"]:
            sink.add(rule.line, rule.place, "rule_without_when")


def _compare_quotas(parts: dict[str, Any], sink: Sink) -> None:
    for row in parts["quotas"].values():
        if bool(row["zone"]) == bool(row["matter"]):
            sink.add(row.line, row.place, "zone_or_matter")
        if row["zone"] and row["zone"] not in parts["zones"]:
            row.fault(sink, "zone", "unknown_zone", value=row["zone"])
        if row["session"] and row["session"] not in parts["sessions"]:
            row.fault(sink, "session", "unknown_session", value=row["session"])


def _compare_appointments(row: Row | None, groups: dict[str, Row], sink: Sink) -> None:
    if row is None:
        return
    for group in row["capacity"] or {}:
        if group not in groups:
            row.fault(sink, "capacity", "unknown_group", value=group)


def _profile(key: str, row: Row) -> model.WorkProfile:
    rules = [
        model.ProfileRule(rule["group"], rule["waiting"], rule["waited_min"] * 60) for rule in row["rules"]
    ]
    return model.WorkProfile(key, row["name"], row["name_en"], frozenset(row["counters"]), tuple(rules))


def _good(values: Any) -> list[Any]:
    """Return a checked list, empty where it was broken."""
    return values or []
