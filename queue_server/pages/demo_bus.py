"""The virtual bus of the demo page: what strips, pads and evaluators show, and their keys to press."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
from flask import Blueprint, abort

from queue_server.hall.actions import HallBook
from queue_server.hall.buses import UnitsPlan
from queue_server.hall.model import HallPlan
from queue_server.http import body

KEYS = {
    "call": "呼叫",
    "recall": "重呼",
    "ok": "开始办理",
    "rate": "办完",
    "give_up": "过号",
    "hang": "挂起",
    "call_back": "接着办",
    "pause": "暂停或继续",
}
"""The keys of a virtual pad that the page offers, and what they do in the sample hall."""

SCORES = {1: "非常满意", 2: "满意", 3: "基本满意", 4: "不满意"}
"""The keys of a virtual evaluator."""


class PressKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /demo/keys`: a key of the pad at a counter, or of its evaluator."""

    counter: str
    key: str = ""
    score: int = 0


def add_keys(pages: Blueprint, hall: HallBook, data: Path) -> None:
    """Let the keys of the virtual pads and evaluators be pressed."""

    @pages.post("/demo/keys")
    def keys() -> tuple[str, int]:
        press_key(hall.plan, data, body(PressKey))
        return "", 204


def virtual_counters(plan: HallPlan, data: Path) -> list[dict[str, Any]]:
    """List the counters that stand on a virtual bus: what their strip, pad and evaluator show."""
    found = []
    for bus in plan.buses.values():
        try:
            line = json.loads((data / "buses" / bus.id / "state.json").read_text(encoding="utf-8"))["line"]
        except (FileNotFoundError, ValueError, KeyError):
            continue
        strips, pads, evaluators = (
            {unit["address"]: unit for part in line for unit in part.get(kind, ())}
            for kind in ("strips", "pads", "evaluators")
        )
        for counter, units in bus.counters.items():
            found.append(
                {
                    "counter": counter,
                    "label": plan.counters[counter].label,
                    "strip": strips.get(units.strip),
                    "pad": pads.get(units.pad),
                    "evaluator": evaluators.get(units.evaluator),
                }
            )
    return found


def press_key(plan: HallPlan, data: Path, wanted: PressKey) -> None:
    """Press a key of a virtual pad or evaluator: a line for its simulator to carry out."""
    for bus in plan.buses.values():
        units = bus.counters.get(wanted.counter)
        if units is not None and (data / "buses" / bus.id).is_dir():
            command = _command(units, wanted)
            with (data / "buses" / bus.id / "commands").open("a", encoding="utf-8") as commands:
                commands.write(f"{command}\n")
            return
    abort(404)


def _command(units: UnitsPlan, wanted: PressKey) -> str:
    if wanted.key in KEYS and units.pad is not None:
        return f"key {units.pad} {wanted.key}"
    if wanted.score in SCORES and units.evaluator is not None:
        return f"rate {units.evaluator} {wanted.score}"
    return abort(404)
