"""The command of a call: run with what was called, without a shell, and never for longer than it may."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from display_board.call_command import MOST_WAITING, CallCommand
from display_board.counters_command import run_bus
from tests.display_board.bus_program import until


class Script:
    """A command that the hall wrote."""

    def __init__(self, folder: Path, body: str) -> None:
        self.out = folder / "out"
        self.path = folder / "buzz"
        self.path.write_text(f"#!/bin/sh\n{body}\n")
        self.path.chmod(0o755)

    def lines(self) -> list[str]:
        return self.out.read_text().splitlines() if self.out.exists() else []


@pytest.fixture
def made(tmp_path: Path) -> Iterator[list[CallCommand]]:
    commands: list[CallCommand] = []
    yield commands
    for command in commands:
        command.close()


def test_each_call_runs_it_once_in_order(tmp_path: Path, made: list[CallCommand]) -> None:
    script = Script(tmp_path, f'echo "$1 $CALL_COUNTER $CALL_LABEL $CALL_NUMBER" >> {tmp_path}/out')
    command = CallCommand([str(script.path), "$CALL_NUMBER; touch /tmp/never"])
    made.append(command)
    for number in ("A001", "A002"):
        command.called("Z3-01", "25", number)
    until(lambda: len(script.lines()) == 2, "both calls")
    words = "$CALL_NUMBER; touch /tmp/never"
    assert script.lines() == [f"{words} Z3-01 25 A001", f"{words} Z3-01 25 A002"], "no shell reads the words"


def test_one_that_hangs_is_ended_with_its_children_and_the_next_call_is_heard(
    tmp_path: Path, made: list[CallCommand], caplog: pytest.LogCaptureFixture
) -> None:
    hangs = f"sleep 600 & echo $! >> {tmp_path}/children; wait"
    script = Script(tmp_path, f'if [ "$CALL_NUMBER" = A001 ]; then {hangs}; fi; echo done >> {tmp_path}/out')
    command = CallCommand([str(script.path)], limit_s=0.5)
    made.append(command)
    with caplog.at_level(logging.WARNING):
        for number in ["A001", *[f"A{turn:03d}" for turn in range(2, MOST_WAITING + 9)]]:
            command.called("Z3-01", "25", number)
        until(script.lines, "the next call")
    assert "took longer than 0.5 s" in caplog.text
    (child,) = [int(line) for line in (tmp_path / "children").read_text().split()]
    until(lambda: not alive(child), "the child that it started has ended too")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


def test_one_that_fails_is_told_once(
    tmp_path: Path, made: list[CallCommand], caplog: pytest.LogCaptureFixture
) -> None:
    script = Script(tmp_path, f"echo ran >> {tmp_path}/out; exit 3")
    command = CallCommand([str(script.path)])
    made.append(command)
    with caplog.at_level(logging.WARNING):
        for number in ("A001", "A002", "A003"):
            command.called("Z3-01", "25", number)
        until(lambda: len(script.lines()) == 3, "three calls")
    assert caplog.text.count("ended with 3") == 1


@pytest.mark.parametrize("command", ["", "no-such-command --now", "'unclosed"])
def test_a_command_that_cannot_be_run_is_refused_at_the_start(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "key"
    key.write_text("k")
    with pytest.raises(SystemExit) as ended:
        run_bus(
            [
                *("--server", "http://127.0.0.1:1", "--key-file", str(key)),
                *("--bus", "sim://led_strip", "--on-call", command),
            ]
        )
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
