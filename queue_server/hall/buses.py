"""The buses of the hall: which strip, pad, evaluator and relay stands where, and what a pad's keys do.

A bus is one serial line with the devices of some counters, owned by one program
(`python -m display_board counters`). An address is given once on a line for each language that is
spoken there: text strips among themselves, pads and evaluators (one counter's may share it), and
Modbus panels and relays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from queue_server.hall.located import Check, Row, Sink, keyed, one_of, table, text, whole
from queue_server.wire.buses import PadMove

ONE_LINE = "onbon"
MODBUS, POLE = "number_panel", "pole_display"
_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}"
_KIND = text(
    1,
    120,
    form=r"(onbon|number_panel|pole_display)(\?[\w=&.-]+)?|template:[\w./-]+",
    example="onbon?width=192&height=32",
)
_address = (whole(1, 247), None)

DEFAULT_KEYS: dict[str, str] = {
    "call": PadMove.CALL_NEXT,
    "recall": PadMove.RECALL,
    "ok": PadMove.SERVE,
    "rate": PadMove.FINISH,
    "give_up": PadMove.NO_SHOW,
    "hang": PadMove.PARK,
    "call_back": PadMove.RESUME_TICKET,
    "pause": PadMove.PAUSE,
    "cancel": "",
    "transfer": "",
    "one_metre": "",
}
"""What the keys of a pad do unless the hall says otherwise; an empty word is a key without a use."""

_UNITS = table(
    {},
    {
        "strip": _address,
        "kind": (_KIND, ""),
        "pad": _address,
        "evaluator": _address,
        "relay": _address,
        "coil": (whole(0, 255), 0),
    },
)
SECTIONS: dict[str, tuple[Check, Any]] = {
    "buses": (
        keyed(table({"counters": keyed(_UNITS, _ID, "Z3-01")}, {"strip": (_KIND, ONE_LINE)}), _ID, "2F-a"),
        {},
    ),
    "pads": (table({}, {key: (one_of("", *PadMove), move) for key, move in DEFAULT_KEYS.items()}), None),
}


@dataclass(frozen=True, slots=True)
class UnitsPlan:
    """The devices of one counter on its bus, by address; None where it has none of a kind.

    `kind` says what the strip is, in the words of `hardware/led_strip/kinds.py`. `relay` and `coil`
    switch a lamp or a buzzer.
    """

    counter: str
    kind: str
    strip: int | None
    pad: int | None
    evaluator: int | None
    relay: int | None
    coil: int


@dataclass(frozen=True, slots=True)
class BusPlan:
    """One line and the counters on it, in the order of the file."""

    id: str
    counters: dict[str, UnitsPlan]


@dataclass(frozen=True, slots=True)
class PadRules:
    """What each key of a pad does."""

    keys: dict[str, str] = field(default_factory=lambda: dict(DEFAULT_KEYS))


def compare(parts: dict[str, Any], sink: Sink) -> None:
    """Look at what has to fit together: every counter on one bus, every address once on its line."""
    where: dict[str, str] = {}
    for bus, row in parts["buses"].items():
        units = row["counters"] or {}
        if bus in parts["counters"]:
            sink.add(row.line, row.place, "bus_named_as_counter", value=bus)
        for counter, one in units.items():
            if counter not in parts["counters"]:
                sink.add(one.line, one.place, "unknown_counter", value=counter)
            elif counter in where:
                sink.add(one.line, one.place, "counter_on_two_buses", value=counter, other=where[counter])
            where.setdefault(counter, bus)
        _compare_addresses(row, units, sink)


def _compare_addresses(bus: Row, units: dict[str, Row], sink: Sink) -> None:
    taken: dict[tuple[object, ...], str] = {}
    for counter, row in units.items():
        kind = row["kind"] or bus["strip"] or ONE_LINE
        if all(row[name] is None for name in ("strip", "pad", "evaluator", "relay")):
            sink.add(row.line, row.place, "counter_without_units", value=counter)
        if row["strip"] and kind.startswith(POLE) and (len(units) > 1 or row["pad"] or row["evaluator"]):
            row.fault(sink, "strip", "pole_not_alone", value=counter)
        for name, place in _places(row, kind):
            if place in taken and (name, taken[place]) != ("evaluator", counter):
                row.fault(sink, name, "address_twice", value=row[name], other=taken[place])
            taken.setdefault(place, counter)
    for row in units.values():  # a relay board may serve many counters, but is no panel as well
        panel = taken.get(("modbus", row["relay"]))
        if panel is not None:
            row.fault(sink, "relay", "address_twice", value=row["relay"], other=panel)


def _places(row: Row, kind: str) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Each device of a counter with what nobody else on the line may answer to."""
    if row["strip"]:
        yield "strip", ("modbus" if kind.startswith(MODBUS) else "text", row["strip"])
    if row["pad"]:
        yield "pad", ("keys", row["pad"])
    if row["evaluator"]:
        yield "evaluator", ("keys", row["evaluator"])
    if row["relay"]:
        yield "relay", ("coil", row["relay"], row["coil"])


def build(file: Row) -> dict[str, Any]:
    """The buses and pads of a file without a fault, as fields of the plan."""
    buses = {
        bus: BusPlan(
            bus,
            {
                counter: UnitsPlan(counter, **{**one.values, "kind": one["kind"] or row["strip"]})
                for counter, one in row["counters"].items()
            },
        )
        for bus, row in file["buses"].items()
    }
    return {"buses": buses, "pads": PadRules(dict(file["pads"].values)) if file["pads"] else PadRules()}
