"""A simulated device's desk: its picture and state go to files, its faults and commands come from two.

In the directory stand `show.png` and `state.json` (written whole, when something changed); the control
file (`faults` there unless named) lists the wanted faults, one a line, an empty file clears all. What a
person would do (`card zhang`, `scan TEXT`) is written behind the last line of `commands` there.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import cast

from hardware.errors import DeviceError
from hardware.simulation.device import Commanded, HostedDevice

CONTROL_NAME, COMMANDS_NAME = "faults", "commands"
PICTURE_NAME, STATE_NAME = "show.png", "state.json"
LOOK_EVERY_S, QUIET_S, DRAW_WITHIN_S = 0.25, 0.5, 3.0


class Desk:
    """The files of one simulated device; `look` is called often and does little."""

    def __init__(
        self,
        device: HostedDevice,
        directory: Path | None,
        control: Path | None = None,
        *,
        pictures: bool = True,
    ) -> None:
        self._device = device
        self._directory = directory
        self._control = control or (directory / CONTROL_NAME if directory else None)
        self._seen: tuple[int, int] | None = None
        self._looked_s = float("-inf")
        self._told: tuple[object, ...] | None = None
        # What the file asked for last: a fault that begins later is not among those that hold.
        self._asked: list[str] = []
        self._drawn: tuple[object, ...] | None = None
        self._changed_s = self._drew_s = float("-inf")
        self.listening: list[str] = []
        self.problem: str | None = None
        self._pictures = pictures
        if directory is not None:
            directory.mkdir(parents=True, exist_ok=True)
        # What was written before this device was there is nobody's wish any more.
        self._obeyed = len(self._written())

    def look(self, now_s: float) -> None:
        """Apply the control file and draw, at most four times a second.

        The state is written at once. The picture waits for a quiet moment: drawing takes long, and a
        device that draws is late with its answers.
        """
        if now_s - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = now_s
        if self._control is not None:
            self._read(self._control)
        self._obey(now_s)
        mark = self._mark()
        if mark != self._told:
            self._changed_s = now_s
            self._tell(mark)
        quiet = now_s - self._changed_s >= QUIET_S or now_s - self._drew_s >= DRAW_WITHIN_S
        if quiet and mark != self._drawn:
            self._drew_s = now_s
            self._draw(mark)

    def draw(self) -> None:
        """Write picture and state now, if something in them has changed."""
        mark = self._mark()
        if mark != self._told:
            self._tell(mark)
        if mark != self._drawn:
            self._draw(mark)

    def _mark(self) -> tuple[object, ...]:
        return (self._device.revision, self._device.faults, tuple(self.listening), self.problem)

    def _draw(self, mark: tuple[object, ...]) -> None:
        self._drawn = mark
        if self._directory is not None and self._pictures:
            draft = self._directory / f".{PICTURE_NAME}"
            self._device.picture().save(draft, format="PNG", compress_level=1)
            os.replace(draft, self._directory / PICTURE_NAME)

    def _tell(self, mark: tuple[object, ...]) -> None:
        self._told = mark
        if self._directory is None:
            return
        state = {
            "faults": list(self._device.faults),
            "listening": self.listening,
            "problem": self.problem,
            **self._device.state(),
        }
        draft = self._directory / f".{STATE_NAME}"
        draft.write_text(json.dumps(state, ensure_ascii=False, indent=1) + "\n", "utf-8")
        os.replace(draft, self._directory / STATE_NAME)

    def _written(self) -> bytes:
        """The commands so far, whole lines only; none where nobody can use the device."""
        if self._directory is None or not isinstance(self._device, Commanded):
            return b""
        try:
            text = (self._directory / COMMANDS_NAME).read_bytes()
        except FileNotFoundError:
            return b""
        return text[: text.rfind(b"\n") + 1]

    def _obey(self, now_s: float) -> None:
        written = self._written()
        fresh, self._obeyed = written[self._obeyed :], len(written)
        for line in fresh.decode("utf-8", "replace").splitlines():
            try:
                cast(Commanded, self._device).command(line, now_s)
                self.problem = None
            except DeviceError as error:
                self.problem = str(error)

    def _read(self, control: Path) -> None:
        try:
            facts = control.stat()
            mark = (facts.st_mtime_ns, facts.st_size)
            if mark != self._seen:
                self._seen = mark
                self._apply(control.read_text("utf-8"))
        except FileNotFoundError:
            if self._seen is not None:
                self._seen = None
                self._apply("")
        except (OSError, UnicodeDecodeError) as error:
            self.problem = str(error)

    def _apply(self, text: str) -> None:
        self.problem = None
        wanted = [line.strip() for line in text.splitlines() if line.strip()]
        if not wanted:
            self._device.clear_fault(None)
        for name in (*self._device.faults, *self._asked):
            if name not in wanted:
                self._device.clear_fault(name)
        self._asked = wanted
        for line in wanted:
            try:
                self._device.set_fault(line)
            except DeviceError as error:
                self.problem = str(error)


class AtDesk:
    """A simulated device in this process whose files are looked at whenever its line is used."""

    def __init__(self, device: HostedDevice, desk: Desk) -> None:
        self._device = device
        self._desk = desk
        desk.draw()

    def connected(self) -> bool:
        """False while the cable is pulled."""
        return self._device.connected()

    def accept(self, data: bytes, now_s: float) -> int:
        """Take bytes."""
        self._desk.look(now_s)
        return self._device.accept(data, now_s)

    def collect(self, now_s: float) -> bytes:
        """Return bytes."""
        self._desk.look(now_s)
        return self._device.collect(now_s)
