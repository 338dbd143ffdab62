"""A simulated device's files: commands that are appended are carried out once each."""

from __future__ import annotations

import json
from pathlib import Path

from hardware.evaluator.simulator import EvaluatorLine
from hardware.simulation.desk import Desk


def test_appended_commands_are_carried_out_once(tmp_path: Path) -> None:
    commands = tmp_path / "commands"
    commands.write_text("rate 1 4\n")
    line = EvaluatorLine([1, 2])
    desk = Desk(line, tmp_path, pictures=False)
    desk.look(0.0)
    assert line.pressed == {1: None, 2: None}, "what was typed before this start is over"
    with commands.open("a") as file:
        file.write("rate 1 1\nrate 9 1\nrate 2")
    desk.look(1.0)
    assert line.pressed == {1: 1, 2: None}, "a line without its end is not typed yet"
    state = json.loads((tmp_path / "state.json").read_text())
    assert "9" in state["problem"]
    assert [unit["pressed"] for unit in state["evaluators"]] == [1, None]
    with commands.open("a") as file:
        file.write(" 3\n")
    line.pressed[1] = None
    desk.look(2.0)
    assert line.pressed == {1: None, 2: 3}
    commands.write_text("")
    desk.look(3.0)
    commands.write_text("rate 1 2\n")
    desk.look(4.0)
    assert line.pressed == {1: 2, 2: 3}, "a renewed file begins anew"
    assert not (tmp_path / "show.png").exists()
