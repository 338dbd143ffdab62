"""A bus of counters as real programs: the simulated line, and the program that owns it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.hall_process import HallProcess


def until(happened: Callable[[], Any], what: str, limit_s: float = 30.0) -> Any:
    """Wait for an effect; returns it."""
    deadline = time.monotonic() + limit_s
    while not (found := happened()):
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)
    return found


class SimulatedLine:
    """`python -m hardware simulate counter_line` as a process; its keys are pressed on its stdin."""

    def __init__(self, folder: Path, addresses: str, *, pty: bool = False) -> None:
        self.folder = folder
        command = ["-m", "hardware", "simulate", "counter_line", "--addresses", addresses]
        command += ["--pty", "--baud", "57600"] if pty else ["--tcp", "0"]
        self.process = subprocess.Popen(
            [sys.executable, *command, "--pictures", str(folder), "--state-only"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        found = re.match(r"listening (\S+)", self.process.stdout.readline())
        assert found
        self.url = found[1]

    def type(self, line: str) -> None:
        """Press a key, rate, or set a fault, as a person at the simulator would."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert "|" not in answer, answer

    def state(self) -> list[dict[str, Any]]:
        """Strips, pads and evaluators as the simulator writes them."""
        try:
            found: list[dict[str, Any]] = json.loads((self.folder / "state.json").read_text())["line"]
        except FileNotFoundError:
            return [{"strips": []}, {"devices": []}, {"devices": []}]
        return found

    def strip(self, address: int) -> str:
        """What a strip shows, without the spaces that centre it."""
        for strip in self.state()[0]["strips"]:
            if strip["address"] == address:
                return "|".join(line.strip() for line in strip["text"].split("\n"))
        return ""

    def pad(self, address: int) -> str:
        """What a pad shows: who waits, the ticket, beeps."""
        return next(
            (line for line in self.state()[1]["devices"] if line.startswith(f"呼叫器 {address} ")), ""
        )

    def beeps(self, address: int) -> int:
        """How often a pad has beeped."""
        found = re.search(r"蜂鸣 (\d+)", self.pad(address))
        return int(found[1]) if found else 0

    def evaluator(self, address: int) -> str:
        """The lamp and the last key of an evaluator."""
        return next(
            (line for line in self.state()[2]["devices"] if line.startswith(f"评价器 {address} ")), ""
        )

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.communicate(timeout=10)


class BusProgram:
    """`python -m display_board counters` as a process."""

    def __init__(self, hall: HallProcess, device: str, url: str, *options: str) -> None:
        key_file = hall.data / f"{device}.key"
        key_file.write_text(hall.key(device))
        self.log = hall.data / f"{device}.log"
        command = ["-m", "display_board", "counters", "--server", hall.url, "--key-file", str(key_file)]
        self.process = subprocess.Popen(
            [sys.executable, *command, "--bus", url, *options],
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def stop(self) -> int:
        """End it as a service would; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)
