"""What the simulated printer's cutter lets go is kept as files: a picture and a record of each slip.

In the directory stand, for each slip, `slip-0001.png` and then `slip-0001.json` (`text` lines, `qr`
payload or null, `bytes`, `unknown`, `ignored`, `refused`, `at`). Numbers go on after a restart.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hardware.ticket_printer.simulator import PrintedSlip, SimulatorSettings, TicketPrinterSimulator


class SlipFiles:
    """A directory of slips; called with each slip that comes out."""

    def __init__(self, directory: Path, clock: Callable[[], datetime]) -> None:
        self._directory, self._clock = directory, clock
        directory.mkdir(parents=True, exist_ok=True)
        numbers = [path.stem[5:] for path in directory.glob("slip-*.json")]
        self._last = max((int(number) for number in numbers if number.isdecimal()), default=0)

    def __call__(self, slip: PrintedSlip) -> None:
        """Write picture and record."""
        self._last += 1
        stem = f"slip-{self._last:04d}"
        picture = self._directory / f".{stem}.png"
        slip.piece.picture.save(picture)
        os.replace(picture, self._directory / f"{stem}.png")
        record: dict[str, object] = {
            "text": slip.piece.text,
            "qr": slip.piece.codes[0] if slip.piece.codes else None,
            "bytes": slip.data_bytes,
            "unknown": list(slip.unknown),
            "ignored": list(slip.ignored),
            "refused": list(slip.refused),
            "at": self._clock().isoformat(),
        }
        # The record comes last: who sees it may open the picture.
        draft = self._directory / f".{stem}.json"
        draft.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")
        os.replace(draft, self._directory / f"{stem}.json")


def simulated_printer(
    clock: Callable[[], datetime], directory: Path | None, settings: SimulatorSettings | None = None
) -> TicketPrinterSimulator:
    """Return a simulated printer whose slips go to `directory`, or nowhere."""
    keep = SlipFiles(directory, clock) if directory is not None else lambda slip: None
    return TicketPrinterSimulator(keep, settings)
