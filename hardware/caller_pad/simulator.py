"""Simulated caller pads on one line: keys are pressed by commands, digits and beeps are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hardware.caller_pad.event import PadDisplay, PadEvent, PadKey
from hardware.caller_pad.protocol import BEEP_FUNCTION, display_of, frame_of, press
from hardware.errors import DeviceError
from hardware.ft12 import Frame
from hardware.simulation.frame_line import FrameLine


@dataclass(slots=True)
class Pad:
    """What one pad shows and has been told."""

    shown: PadDisplay = field(default_factory=PadDisplay)
    frames: int = 0
    beeps: int = 0


class CallerPadLine(FrameLine):
    """Some pads on one line; a frame that the host does not echo is said three times."""

    commands = "key ADDRESS call|recall|rate|cancel|pause|transfer|one_metre|give_up|hang|call_back|ok"

    def __init__(self, addresses: Iterable[int] = (1,)) -> None:
        super().__init__(addresses)
        self.pads = {address: Pad() for address in self.addresses}

    def press(self, event: PadEvent, now_s: float) -> None:
        """Press a key; raises DeviceError `bad_command` for an address that nobody has."""
        frame = frame_of(event)
        self.say(frame, frame, now_s)

    def command(self, line: str, now_s: float) -> str:
        """Carry out `key ADDRESS NAME`."""
        words = line.split()
        if len(words) != 3 or not words[1].isdecimal() or words[2] not in tuple(PadKey):
            raise DeviceError(self.commands, reason="bad_command")
        if words[2] == PadKey.OTHER:
            raise DeviceError(self.commands, reason="bad_command")
        self.press(press(int(words[1]), PadKey(words[2])), now_s)
        return f"pressed {words[2]} on {words[1]}"

    def hear(self, frame: Frame) -> None:
        """Show digits or beep."""
        pad = self.pads[frame.address]
        shown = display_of(frame)
        if shown is not None:
            pad.shown = shown
            pad.frames += 1
        elif frame.function == BEEP_FUNCTION:
            pad.beeps += 1

    def state(self) -> dict[str, Any]:
        """What the pads show, how often they beeped, and what the line has heard."""
        pads = [
            {"address": address, "waiting": pad.shown.waiting, "ticket": pad.shown.ticket, "beeps": pad.beeps}
            for address, pad in self.pads.items()
        ]
        return {**super().state(), "pads": pads}

    def lines(self) -> list[str]:
        """Digits and beeps of each pad."""
        return [
            f"呼叫器 {address}  等候 {_digits(pad.shown.waiting)}  票号 {pad.shown.ticket or '---'}"
            f"  蜂鸣 {pad.beeps}"
            for address, pad in self.pads.items()
        ]


def _digits(waiting: int | None) -> str:
    return "---" if waiting is None else f"{waiting:03d}"
