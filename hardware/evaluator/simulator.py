"""Simulated evaluators on one line light up when a rating is asked for; commands press their keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hardware.errors import DeviceError
from hardware.evaluator.protocol import FOUR_KEYS, EvaluatorProfile, acknowledge, result
from hardware.ft12 import Frame, FrameReader
from hardware.simulation.frame_line import FrameLine


class EvaluatorLine(FrameLine):
    """Some evaluators on one line; a result that is not acknowledged is said three times."""

    commands = "rate ADDRESS SCORE"

    def __init__(self, addresses: Iterable[int] = (1,), profile: EvaluatorProfile = FOUR_KEYS) -> None:
        super().__init__(addresses)
        self.asking = dict.fromkeys(self.addresses, False)
        self.starts = dict.fromkeys(self.addresses, 0)
        self.pressed: dict[int, int | None] = dict.fromkeys(self.addresses)
        self._profile = profile

    def rate(self, address: int, score: int, now_s: float) -> None:
        """Press the key for a score; raises DeviceError `bad_command` for a wrong address or score."""
        code = next((code for code, value in self._profile.scores.items() if value == score), None)
        if code is None:
            raise DeviceError(f"no key means {score}", reason="bad_command")
        frame = _frame(result(address, code, self._profile))
        self.say(frame, _frame(acknowledge(frame, self._profile)), now_s)
        self.pressed[address] = score
        self.asking[address] = False

    def command(self, line: str, now_s: float) -> str:
        """Carry out `rate ADDRESS SCORE`."""
        words = line.split()
        if len(words) != 3 or not words[1].isdecimal() or not words[2].isdecimal():
            raise DeviceError(self.commands, reason="bad_command")
        self.rate(int(words[1]), int(words[2]), now_s)
        return f"rated {words[2]} on {words[1]}"

    def hear(self, frame: Frame) -> None:
        """Light up when a rating is asked for."""
        if frame.function == self._profile.start_function and frame.data == bytes(
            (self._profile.start_code,)
        ):
            self.asking[frame.address] = True
            self.starts[frame.address] += 1

    def state(self) -> dict[str, Any]:
        """Which evaluators ask for a rating, what was pressed, and what the line has heard."""
        evaluators = [
            {"address": address, "asking": self.asking[address], "pressed": self.pressed[address]}
            for address in self.addresses
        ]
        return {**super().state(), "evaluators": evaluators}

    def lines(self) -> list[str]:
        """The lamp and the last key of each evaluator."""
        lamps = {True: "请评价", False: "待机"}
        return [
            f"评价器 {address}  {lamps[self.asking[address]]}  {self.pressed[address] or '-'}"
            for address in self.addresses
        ]


def _frame(wire: bytes) -> Frame:
    return FrameReader().feed(wire)[0]
