"""What a person would do at a simulated device is written into a file, and done once."""

from __future__ import annotations

import json
from pathlib import Path

from hardware.card_reader.simulator import CardReaderSimulator
from hardware.led_strip.panel_simulator import PanelLine
from hardware.simulation.desk import LOOK_EVERY_S, Desk


def seen(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "state.json").read_text("utf-8"))
    return found


def test_commands_are_obeyed_once_and_old_ones_never(tmp_path: Path) -> None:
    commands = tmp_path / "commands"
    commands.write_text("card li\n", "utf-8")
    device = CardReaderSimulator()
    desk = Desk(device, tmp_path)
    desk.look(0.0)
    assert seen(tmp_path)["card"] is False
    with commands.open("a", encoding="utf-8") as more:
        more.write("card zhang\nli")
    desk.look(LOOK_EVERY_S)
    assert seen(tmp_path)["card"] is True
    with commands.open("a", encoding="utf-8") as more:
        more.write("ft\n")
    desk.look(2 * LOOK_EVERY_S)
    desk.look(3 * LOOK_EVERY_S)
    assert (seen(tmp_path)["card"], device.revision) == (False, 2)


def test_a_command_that_nobody_knows_is_told(tmp_path: Path) -> None:
    desk = Desk(CardReaderSimulator(), tmp_path)
    (tmp_path / "commands").write_text("card nobody\n", "utf-8")
    desk.look(0.0)
    assert "zhang" in str(seen(tmp_path)["problem"])
    (tmp_path / "commands").write_text("card nobody\ncard chan\n", "utf-8")
    desk.look(LOOK_EVERY_S)
    assert seen(tmp_path)["problem"] is None


def test_a_device_that_nobody_uses_has_no_commands(tmp_path: Path) -> None:
    (tmp_path / "commands").write_text("", "utf-8")
    desk = Desk(PanelLine(), tmp_path)
    (tmp_path / "commands").write_text("card zhang\n", "utf-8")
    desk.look(0.0)
    assert seen(tmp_path)["problem"] is None
