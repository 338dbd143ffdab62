"""The virtual ticket printer as a program."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.x_server import until

ROOT = Path(__file__).resolve().parents[1]


class Printer:
    """The virtual ticket printer over TCP; its faults are switched by a file.

    `url` asks for less patience than a hall has: where a slip never ends, no test waits 15 s for it.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hardware", "simulate", "ticket_printer", "--tcp", str(port),
             "--pictures", str(folder), "--speed", "0"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        found = re.match(r"listening (\S+)", self.process.stdout.readline())
        assert found is not None
        self.port = int(found[1].rpartition(":")[2])
        """The TCP port, so that another start can take the same."""
        self.address = found[1]
        self.url = f"{found[1]}?patience=5"

    def fault_after(self, count: int, name: str) -> None:
        """Let a fault begin after so many more bytes."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"fault {name}:{count}\n")
        self.process.stdin.flush()
        while "faults:" not in (line := self.process.stdout.readline()):
            assert line, "the printer has ended"

    def faults(self, *names: str) -> None:
        """Let exactly these faults hold from now on."""
        (self.folder / "faults").write_text("\n".join(names), encoding="utf-8")
        until(lambda: self._state()["faults"] == list(names), f"faults {names}")

    def _state(self) -> dict[str, object]:
        try:
            return dict(json.loads((self.folder / "state.json").read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {"faults": None}

    def slips(self) -> list[dict[str, Any]]:
        found = sorted(self.folder.glob("slip-*.json"))
        return [json.loads(path.read_text(encoding="utf-8")) for path in found]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(10)
