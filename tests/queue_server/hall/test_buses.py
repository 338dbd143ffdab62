"""The buses in the hall file: the sample has every counter once, and every fault of wiring has its line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from queue_server.hall import rules
from queue_server.hall.buses import DEFAULT_KEYS
from queue_server.hall.located import BadFile

SAMPLE = (Path(__file__).resolve().parents[3] / "config/hall.example.toml").read_text(encoding="utf-8")
PLAN = rules.parse(SAMPLE, 1)
BEFORE_BUSES = SAMPLE[: SAMPLE.index("# The serial lines of the counters")]
BEHIND_BUSES = SAMPLE[SAMPLE.index("# ---- Retention") :]


def hall(buses: str) -> str:
    """The sample hall with other buses."""
    return f"{BEFORE_BUSES}{buses}\n{BEHIND_BUSES}"


def test_every_counter_of_the_sample_stands_on_one_of_several_buses() -> None:
    placed = Counter(counter for bus in PLAN.buses.values() for counter in bus.counters)
    assert placed == dict.fromkeys(PLAN.counters, 1)
    assert len(PLAN.buses) >= 4
    for bus in PLAN.buses.values():
        assert len({PLAN.counters[counter].floor for counter in bus.counters}) == 1
        assert [units.strip for units in bus.counters.values()] == list(range(1, len(bus.counters) + 1))
    assert PLAN.pads.keys == DEFAULT_KEYS


def test_a_hall_needs_no_buses_and_a_counter_not_every_device() -> None:
    plan = rules.parse(hall(""))
    assert plan.buses == {} and plan.pads.keys == DEFAULT_KEYS
    plan = rules.parse(
        hall('[buses.a]\nstrip = "number_panel"\ncounters = { Z1-01 = { strip = 3, kind = "onbon" }, '
             "Z1-02 = { pad = 3, evaluator = 3, relay = 9, coil = 2 } }\n[pads]\nok = \"\"\n")
    )  # fmt: skip
    first, second = plan.buses["a"].counters.values()
    assert (first.kind, first.strip, first.pad) == ("onbon", 3, None)
    assert (second.kind, second.strip, second.pad, second.evaluator) == ("number_panel", None, 3, 3)
    assert (second.relay, second.coil) == (9, 2)
    assert plan.pads.keys == {**DEFAULT_KEYS, "ok": ""}
    assert plan.counters_at("a") == {"Z1-01", "Z1-02"} and plan.counters_at("Z1-01") == {"Z1-01"}


@pytest.mark.parametrize(
    ("counters", "place", "code"),
    [
        ("Z9-01 = { strip = 1 }", "buses.a.counters.Z9-01", "unknown_counter"),
        ("Z1-01 = {}", "buses.a.counters.Z1-01", "counter_without_units"),
        ("Z1-01 = { strip = 0 }", "buses.a.counters.Z1-01.strip", "range"),
        ("Z1-01 = { strip = 248 }", "buses.a.counters.Z1-01.strip", "range"),
        ("Z1-01 = { strip = 1, pads = 1 }", "buses.a.counters.Z1-01.pads", "unknown_key_near"),
        ('Z1-01 = { strip = 1, kind = "neon" }', "buses.a.counters.Z1-01.kind", "form"),
        (
            "Z1-01 = { strip = 1 }\nZ1-02 = { strip = 1 }",
            "buses.a.counters.Z1-02.strip",
            "address_twice",
        ),
        ("Z1-01 = { pad = 1 }\nZ1-02 = { pad = 1 }", "buses.a.counters.Z1-02.pad", "address_twice"),
        (
            "Z1-01 = { pad = 1 }\nZ1-02 = { pad = 2, evaluator = 1 }",
            "buses.a.counters.Z1-02.evaluator",
            "address_twice",
        ),
        (
            "Z1-01 = { relay = 1, coil = 1 }\nZ1-02 = { relay = 1, coil = 1 }",
            "buses.a.counters.Z1-02.relay",
            "address_twice",
        ),
        (
            'Z1-01 = { strip = 4, kind = "number_panel" }\nZ1-02 = { relay = 4 }',
            "buses.a.counters.Z1-02.relay",
            "address_twice",
        ),
        (
            'Z1-01 = { strip = 1, kind = "pole_display" }\nZ1-02 = { pad = 1 }',
            "buses.a.counters.Z1-01.strip",
            "pole_not_alone",
        ),
    ],
)
def test_a_fault_of_wiring_is_told_with_its_line(counters: str, place: str, code: str) -> None:
    with pytest.raises(BadFile) as caught:
        rules.parse(hall(f"[buses.a.counters]\n{counters}"))
    (fault,) = caught.value.faults
    assert (fault.place, fault.code) == (place, code)
    assert fault.line == BEFORE_BUSES.count("\n") + 1 + len(counters.splitlines()) - (
        code == "pole_not_alone"
    )


def test_all_faults_of_the_buses_come_at_once() -> None:
    two = "[buses.a.counters]\nZ1-01 = { strip = 1 }\n[buses.b.counters]\nZ1-01 = { strip = 1 }\n"
    with pytest.raises(BadFile) as caught:
        rules.parse(hall(f'{two}[buses.Z1-02.counters]\n[pads]\nok = "dance"\n'))
    codes = {fault.code for fault in caught.value.faults}
    assert codes == {"counter_on_two_buses", "bus_named_as_counter", "choice"}
