"""Twelve hours of a busy floor on an accelerated clock: memory and CPU stay, no call is missed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.conftest import SOAK
from tests.display_board.board_program import ROOT
from tests.x_server import x_server

HOURS = 12.0 if SOAK else 0.05


def test_a_long_day_leaves_no_trace() -> None:
    with x_server() as screen:
        done = subprocess.run(
            [sys.executable, "-m", "tests.display_board.long_day", str(HOURS)],
            cwd=ROOT, env={**os.environ, "DISPLAY": screen.display}, capture_output=True, text=True,
            timeout=7000 if SOAK else 110, check=True,
        )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    memory = [part[0] for part in found["parts"]]
    drawing = [part[1] / max(1, part[2]) for part in found["parts"]]
    print(f"{HOURS:g} h: {memory[0]:.0f} to {memory[-1]:.0f} MB")
    print(f"CPU s a picture: {drawing[0]:.4f} to {drawing[-1]:.4f}")
    assert found["made"] > HOURS * 100 and found["seen"] == found["made"]
    # The first part fills the caches of texts; after it nothing may grow.
    assert memory[-1] - memory[1] < 8
    half = len(drawing) // 2
    assert sum(drawing[half:]) < 2 * sum(drawing[:half])
