"""The diagrams of states show the tables that decide."""

from __future__ import annotations

from queue_server.tickets import rules
from scripts.states import STATES, draw


def test_the_diagrams_are_current() -> None:
    assert STATES.read_text(encoding="utf-8") == draw(), "docs/states.md is old; run: make map"


def test_every_move_of_a_ticket_is_on_an_arrow() -> None:
    drawn = draw()
    for (before, move), after in rules.MOVES.items():
        arrow = next(line for line in drawn.splitlines() if f" {before.value} --> {after.value}:" in line)
        assert move.value in arrow.partition(": ")[2].split(", ")
