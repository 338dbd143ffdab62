"""The simulated printer's desk: finished slips go to files, faults come from a control file.

In the directory of the pictures stand, for each slip, `slip-0001.png` and then `slip-0001.json`
(`text` lines, `qr` payload or null, `bytes`, `unknown`, `ignored`, `at`), and `state.json` with the
faults that hold, the number of slips and the address. The control file (`faults` there unless named)
lists the wanted faults, one a line; each change of the file is applied, an empty file clears all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hardware.errors import DeviceError
from hardware.ticket_printer.simulator import PrintedSlip, SimulatorSettings, TicketPrinterSimulator

CONTROL_NAME = "faults"
STATE_NAME = "state.json"
LOOK_EVERY_S = 0.25


class SimulatorFiles:
    """A TicketPrinterSimulator whose paper and switches are files: a SimulatedDevice."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        pictures: Path | None = None,
        control: Path | None = None,
        *,
        speed_mm_s: float = 0.0,
    ) -> None:
        self._clock = clock
        self._pictures = pictures
        self._control = control or (pictures / CONTROL_NAME if pictures else None)
        self._seen: tuple[int, int] | None = None
        self._looked_s = float("-inf")
        self._state: dict[str, object] = {}
        self.problem: str | None = None
        self.listening: str | None = None
        self.slips = 0
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            numbers = [path.stem[5:] for path in pictures.glob("slip-*.json")]
            self.slips = max((int(number) for number in numbers if number.isdecimal()), default=0)
        self._printer = TicketPrinterSimulator(self._store, SimulatorSettings(speed_mm_s=speed_mm_s))
        self.write_state()

    # -- the SimulatedDevice ---------------------------------------------------------------------------

    def connected(self) -> bool:
        """False while the cable is pulled."""
        return self._printer.connected()

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Take bytes from a client; returns how many."""
        self.look(now_s)
        return self._printer.accept(data, now_s, source)

    def collect(self, now_s: float, source: int = 0) -> bytes:
        """Return what the printer has sent to a client by `now_s`."""
        self.look(now_s)
        return self._printer.collect(now_s, source)

    def forget(self, source: int) -> None:
        """A client has gone."""
        self._printer.forget(source)

    @property
    def busy(self) -> bool:
        """True while the printer needs `collect` to be called for its paper to move on."""
        return self._printer.busy

    # -- switches --------------------------------------------------------------------------------------

    @property
    def faults(self) -> tuple[str, ...]:
        """Names of the faults that hold now."""
        return self._printer.faults

    def set_fault(self, text: str, now_s: float) -> None:
        """Switch on a fault; raises DeviceError `bad_fault`."""
        self._printer.set_fault(text, now_s)
        self.write_state()

    def clear_fault(self, name: str | None, now_s: float) -> None:
        """Switch off one fault, or all."""
        self._printer.clear_fault(name, now_s)
        self.write_state()

    def look(self, now_s: float) -> None:
        """Apply the control file if it has changed; looks at most four times a second."""
        if self._control is None or now_s - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = now_s
        try:
            facts = self._control.stat()
            mark = (facts.st_mtime_ns, facts.st_size)
            if mark != self._seen:
                self._seen = mark
                self._apply(self._control.read_text("utf-8"), now_s)
        except FileNotFoundError:
            if self._seen is not None:
                self._seen = None
                self._apply("", now_s)
        except (OSError, UnicodeDecodeError) as error:
            self.problem = str(error)
        self.write_state()

    def _apply(self, text: str, now_s: float) -> None:
        self.problem = None
        wanted = [line.strip() for line in text.splitlines() if line.strip()]
        for name in self.faults:
            if name not in {line.partition(":")[0] for line in wanted}:
                self._printer.clear_fault(name, now_s)
        for line in wanted:
            try:
                self._printer.set_fault(line, now_s)
            except DeviceError as error:
                self.problem = str(error)

    # -- files -----------------------------------------------------------------------------------------

    def write_state(self) -> None:
        """Write `state.json` if something in it has changed."""
        state: dict[str, object] = {
            "faults": list(self.faults),
            "slips": self.slips,
            "listening": self.listening,
            "problem": self.problem,
        }
        if self._pictures is not None and state != self._state:
            self._state = state
            _write_whole(self._pictures / STATE_NAME, _json(state))

    def _store(self, slip: PrintedSlip) -> None:
        self.slips += 1
        if self._pictures is None:
            return
        stem = f"slip-{self.slips:04d}"
        picture = self._pictures / f".{stem}.png"
        slip.piece.picture.save(picture)
        os.replace(picture, self._pictures / f"{stem}.png")
        record: dict[str, object] = {
            "text": slip.piece.text,
            "qr": slip.piece.codes[0] if slip.piece.codes else None,
            "bytes": slip.data_bytes,
            "unknown": list(slip.unknown),
            "ignored": list(slip.ignored),
            "at": self._clock().isoformat(),
        }
        # The record comes last: who sees it may open the picture.
        _write_whole(self._pictures / f"{stem}.json", _json(record))
        self.write_state()


def _json(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _write_whole(path: Path, data: bytes) -> None:
    """Write so that a reader sees the old file or the whole new one."""
    draft = path.with_name(f".{path.name}")
    draft.write_bytes(data)
    os.replace(draft, path)
