"""Plays the steps of `speech_cases.json` to the rules of the announcer."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

from display_board import announcer
from display_board.announcer import Announcing, Call, Fate, Rules

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("speech_cases.json").read_text(encoding="utf-8"))
RULES = Rules(**CASES["rules"])

Told = tuple[list[str | None], list[list[str]]]
"""What was said at each `say`, and what became of the calls that were not said."""


def rush(count: int = 200, counters: int = 40, gap_s: float = 0.3, speech_s: float = 3.0) -> list[Any]:
    """So many calls from so many counters, and a player that is free every `speech_s` seconds."""
    steps: list[list[Any]] = [
        [n * gap_s, "call", f"A{n:03d}", {"counter": str(n % counters)}] for n in range(count)
    ]
    steps += [[n * speech_s, "say"] for n in range(round((count * gap_s + 100) / speech_s))]
    steps += [[n * gap_s + 7, "came", f"A{n:03d}"] for n in range(0, count, 7)]
    return sorted(steps, key=lambda step: step[0])


def play(steps: list[list[Any]]) -> Told:
    """Let the steps happen one after the other."""
    state, said, gone, rows = Announcing(), [], [], itertools.count(1)
    for at_s, what, *given in steps:
        if what == "say":
            state, utterance = announcer.say(state, RULES, at_s)
            chime = " chime" if utterance and utterance.chime else ""
            said.append(f"{utterance.call.number}{chime}" if utterance else None)
        else:
            state = _happened(state, next(rows), at_s, what, given)
        gone += [[call.number, str(fate)] for call, fate in state.fates if fate is not Fate.SAID]
    return said, sorted(gone)


def _happened(state: Announcing, row: int, at_s: float, what: str, given: list[Any]) -> Announcing:
    if what == "other":
        return announcer.drop(state, Fate.ELSEWHERE)
    number, more = given[0], given[1] if len(given) > 1 else {}
    ticket = int(number[1:])
    if what == "came":
        return announcer.settle(state, row, ticket)
    counter = more.get("counter", f"at {number}")
    call = Call(more.get("seq", row), ticket, number, counter, "1", 1, "zh", more.get("call", 1), at_s)
    return announcer.hear(state, call, quiet=what == "quiet")
