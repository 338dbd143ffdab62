"""A simulated code scanner: codes are held up by commands, triggers light its lamp."""

from __future__ import annotations

from typing import Any

from PIL import Image

from hardware.code_scanner import gm65, newland
from hardware.code_scanner.protocol import PROFILES, SUFFIX_BYTES, ScannerProfile, Suffix
from hardware.errors import DeviceError
from hardware.simulation.breakable import Breakable
from hardware.simulation.broadcast import Broadcast
from hardware.simulation.panel import draw_panel

FAULTS = {
    "dead": "has no power",
    "no_suffix": "forgot its settings: sends no suffix",
    "gbk": "sends GBK instead of UTF-8",
    "slow": "sends byte by byte, 5 ms apart",
    "twice": "scans a code three times while it is held up",
    "noise": "sends bytes that are no text",
    "unplugged": "the cable is pulled",
}
BYTE_S, AGAIN_S = 0.005, 0.2
LONGEST_COMMAND = 16


class CodeScannerSimulator(Breakable):
    """The other end of the wire of a scanner: a HostedDevice and Commanded."""

    commands = "scan TEXT | hex BYTES"

    def __init__(self, suffix: Suffix = Suffix.CR, profile: ScannerProfile = PROFILES["plain"]) -> None:
        super().__init__(FAULTS)
        self._suffix = SUFFIX_BYTES.get(suffix, b"")
        self._profile = profile
        self._heard = b""
        self._module = gm65.CommandReader()
        self._out = Broadcast()
        self.lit = False
        self.scans = 0
        self.triggers = 0
        self.beeps = 0

    def scan(self, code: bytes, now_s: float) -> None:
        """Hold up a code."""
        self._revision += 1
        if self._faults.has("dead"):
            return
        self.scans += 1
        self.lit = False
        data = code + (b"" if self._faults.has("no_suffix") else self._suffix)
        for turn in range(3 if self._faults.has("twice") else 1):
            self._send(data, now_s + turn * AGAIN_S)

    def command(self, line: str, now_s: float) -> str:
        """Carry out `scan TEXT` or `hex BYTES`."""
        name, _, rest = line.partition(" ")
        try:
            code = self._encoded(rest) if name == "scan" else bytes.fromhex(rest)
        except ValueError as error:
            raise DeviceError(str(error), reason="bad_command") from error
        if not code:
            raise DeviceError(self.commands, reason="bad_command")
        self.scan(code, now_s)
        return f"scanned {len(code)} bytes"

    # -- HostedDevice ----------------------------------------------------------------------------------

    @property
    def next_due_s(self) -> float:
        """When the next byte leaves."""
        return self._out.next_due_s

    def accept(self, data: bytes, now_s: float, source: int = 0) -> int:
        """Take commands of the profile."""
        del source
        if self._faults.has("dead"):
            return len(data)
        if self._profile.name == "gm65":
            for command in self._module.feed(data):
                self._obey_module(command, now_s)
            return len(data)
        for byte in data:
            self._heard = (self._heard + bytes((byte,)))[-LONGEST_COMMAND:]
            self._obey(now_s)
        return len(data)

    def collect(self, now_s: float, source: int = 0) -> bytes:
        """Return what was sent by now."""
        return self._out.collect(now_s, source)

    def forget(self, source: int) -> None:
        """A client has gone."""
        self._out.forget(source)

    def state(self) -> dict[str, Any]:
        """The lamp and the counts; no code."""
        return {"lit": self.lit, "scans": self.scans, "triggers": self.triggers, "beeps": self.beeps}

    def picture(self) -> Image.Image:
        """Draw the lamp."""
        return draw_panel([f"扫码器  {'扫描中' if self.lit else '待机'}  已扫 {self.scans}"])

    def _obey(self, now_s: float) -> None:
        profile = self._profile
        for command in (profile.trigger, profile.stop, profile.beep):
            if not command or not self._heard.endswith(command):
                continue
            self._heard = b""
            self._revision += 1
            self.beeps += command == profile.beep
            self.triggers += command == profile.trigger
            if command != profile.beep:
                self.lit = command == profile.trigger
            if profile.name == "newland":
                self._send(newland.answer(command), now_s)

    def _obey_module(self, command: gm65.Command, now_s: float) -> None:
        """A module takes any setting and answers to each; only the trigger does something here."""
        self._revision += 1
        if command.kind is gm65.Kind.WRITE and command.zone == gm65.TRIGGER_ZONE and command.data:
            self.lit = bool(command.data[0] & 1)
            self.triggers += self.lit
        read = command.kind is gm65.Kind.READ
        self._send(gm65.answer(bytes(command.data[0]) if read and command.data else b"\x00"), now_s)

    def _encoded(self, text: str) -> bytes:
        return text.encode("gbk" if self._faults.has("gbk") else "utf-8")

    def _send(self, data: bytes, due_s: float) -> None:
        if self._faults.has("noise"):
            data = b"\xff\xfe\xff" + data
        if not self._faults.has("slow"):
            self._out.send(data, due_s)
            return
        for place in range(len(data)):
            self._out.send(data[place : place + 1], due_s + place * BYTE_S)
