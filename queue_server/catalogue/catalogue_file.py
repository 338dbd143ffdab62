"""Turns the text of a catalogue file into matters, or into the list of all that is wrong with it."""

from __future__ import annotations

from typing import Any

from queue_server.catalogue import model
from queue_server.catalogue.yaml_lines import read_yaml
from queue_server.hall.located import (
    BROKEN,
    Check,
    Fault,
    Row,
    Sink,
    Spot,
    flag,
    list_of,
    nullable,
    number,
    one_of,
    table,
    text,
    whole,
)

CASE_TYPES = ("instant", "commitment", "joint")
MATERIAL_FORMS = ("original", "copy", "verify_original", "capture", "none")

_ID = text(1, 40, form=r"[A-Za-z0-9][A-Za-z0-9_-]*", example="Z3-004")
_note: tuple[Check, Any] = (text(0, 500), "")


def _plain(spot: Spot, place: str, sink: Sink) -> Any:
    """Take any plain value as it is: what stands beside the matters is kept, not used."""
    if isinstance(spot.value, dict):
        return {key: _plain(item, f"{place}.{key}", sink) for key, item in spot.value.items()}
    if isinstance(spot.value, list):
        return [_plain(item, f"{place}[{index}]", sink) for index, item in enumerate(spot.value, 1)]
    if spot.value is None or isinstance(spot.value, str | int | float):
        return spot.value
    return sink.add(spot.line, place, "not_text")


def _plain_table(spot: Spot, place: str, sink: Sink) -> Any:
    if not isinstance(spot.value, dict):
        return sink.add(spot.line, place, "not_table")
    return _plain(spot, place, sink)


_MATERIAL = table(
    {
        "key": text(1, 20),
        "name": text(1, 100),
        "form": one_of(*MATERIAL_FORMS),
        "required": flag,
        "tolerable": flag,
    },
    {"elicence": (nullable(text(1, 100)), None)},
)
_LIMIT = table(
    {"value": whole(1, 3650), "unit": one_of("working_day", "calendar_day", "month")},
    {},
)
_MINUTES = table(
    {"mean": number(0.5, 600), "cv": number(0, 5)},
    {"distribution": (one_of("lognormal"), "lognormal"), "status": _note},
)
_ITEM = table(
    {
        "id": _ID,
        "zone": text(1, 31),
        "name": text(1, 60),
        "name_en": text(1, 100),
        "item_type": text(3, 40, form=r"\d\d.+", example="01行政许可"),
        "case_type": one_of(*CASE_TYPES),
        "applicants": list_of(one_of("person", "enterprise", "organisation"), 1),
        "department_now": text(1, 60),
        "committed_working_days": nullable(whole(0, 3650)),
        "materials": list_of(_MATERIAL),
        "channels": table({"window": flag, "online": flag, "mail_in": flag, "kiosk": flag}, {}),
        "result_delivery": list_of(one_of("pickup", "mail", "electronic"), 1),
        "window_minutes": _MINUTES,
        "fee": table({"charged": flag}, {"basis": _note, "amount": _note}),
    },
    {
        "department_2018": _note,
        "statutory_limit": (nullable(_LIMIT), None),
        "result_document": _note,
        "site_visit": (flag, False),
        "appointment": (flag, False),
        "joint_with": (list_of(text(1, 60)), []),
        "notes": _note,
        "provenance": _note,
        "confidence": (one_of("", "low", "medium", "high"), ""),
    },
)
_FILE = table(
    {"items": list_of(_ITEM, 1)}, {"meta": (_plain_table, {}), "zones": (list_of(_plain_table), [])}
)


class ReadCatalogue:
    """A file that was read without a fault, with the line on which each matter begins."""

    def __init__(self, catalogue: model.Catalogue, lines: dict[str, int]) -> None:
        self.catalogue = catalogue
        self._lines = lines

    def locate(self, fault: Fault) -> Fault:
        """Give a fault about a matter the line where that matter stands."""
        matter = fault.facts["matter"]
        return Fault(self._lines[matter], f"items.{matter}", fault.code, fault.facts)


def parse(content: str) -> ReadCatalogue:
    """Read a catalogue; raises `BadFile` with every fault of the file, each with its line."""
    sink = Sink()
    file = _FILE(read_yaml(content, sink), "", sink)
    if isinstance(file, Row):
        _compare(file, sink)
    sink.settle()
    rows: list[Row] = file["items"]
    head = {"meta": file["meta"], "zones": file["zones"]}
    catalogue = model.Catalogue(head, tuple(_item(row) for row in rows))
    return ReadCatalogue(catalogue, {row["id"]: row.line for row in rows})


def _compare(file: Row, sink: Sink) -> None:
    """Look at what has to fit together: ids, material keys, the zones and the count of the file."""
    rows: list[Row] = [row for row in file["items"] or [] if isinstance(row, Row)]
    zones = {zone.get("id") for zone in file["zones"] or []}
    first: dict[str, int] = {}
    for row in rows:
        if row["id"] and first.setdefault(row["id"], row.lines["id"]) != row.lines["id"]:
            row.fault(sink, "id", "value_twice", value=row["id"], other=first[row["id"]])
        if zones and row["zone"] and row["zone"] not in zones:
            row.fault(sink, "zone", "unknown_zone", value=row["zone"])
        _compare_materials(row["materials"] or [], sink)
    said = (file["meta"] or {}).get("count")
    if said is not None and file["items"] is not BROKEN and said != len(rows):
        sink.add(file.lines["meta"], "meta.count", "matters_counted", said=said, found=len(rows))


def _compare_materials(rows: list[Row], sink: Sink) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row["key"] and first.setdefault(row["key"], row.lines["key"]) != row.lines["key"]:
            row.fault(sink, "key", "value_twice", value=row["key"], other=first[row["key"]])


def _item(row: Row) -> model.CatalogueItem:
    limit = row["statutory_limit"]
    parts = {
        "statutory_limit": None if limit is None else model.StatutoryLimit(**limit.values),
        "materials": tuple(model.MaterialLine(**line.values) for line in row["materials"]),
        "channels": model.Channels(**row["channels"].values),
        "window_minutes": model.WindowMinutes(**row["window_minutes"].values),
        "fee": model.FeeRule(**row["fee"].values),
    }
    lists = {key: tuple(row[key]) for key in ("applicants", "result_delivery", "joint_with")}
    return model.CatalogueItem(**{**row.values, **parts, **lists})
