"""Scanners send bare text: where it ends, which charset it is and how a scan is triggered is decided here.

Sources: Honeywell serial trigger commands (SYN T/U CR; SYN BEL CR beeps); GM65/GM861 module manual,
zone bit 0002 (AB CD in place of the CRC: not checked); Newland: see newland.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hardware.code_scanner import gm65, newland
from hardware.code_scanner.scan import Scan
from hardware.errors import DeviceError

# The largest QR code holds 2953 bytes (ISO/IEC 18004, version 40-L).
MAX_CODE = 4096
# A frame without a suffix ends after this much silence; two characters at 9600 baud are 2 ms apart.
SILENCE_S = 0.05
# With a suffix, this much silence means that the rest was lost: it must not stand before the next code.
STALE_S = 0.5
ENDS = b"\r\n"


class Suffix(StrEnum):
    """What the scanner sends behind a code. AUTO takes CR, LF or silence, whichever comes first."""

    AUTO = "auto"
    CR = "cr"
    LF = "lf"
    CRLF = "crlf"
    NONE = "none"


SUFFIX_BYTES = {Suffix.CR: b"\r", Suffix.LF: b"\n", Suffix.CRLF: b"\r\n"}


@dataclass(frozen=True, slots=True)
class ScannerProfile:
    """The commands of one make; an empty one is not known. `answers` are sent by the scanner, not scanned."""

    name: str
    trigger: bytes = b""
    stop: bytes = b""
    beep: bytes = b""
    answers: tuple[bytes, ...] = ()


PROFILES = {
    profile.name: profile
    for profile in (
        ScannerProfile("plain"),
        ScannerProfile("honeywell", b"\x16T\r", b"\x16U\r", b"\x16\x07\r"),
        ScannerProfile(
            "gm65",
            gm65.TRIGGER,
            gm65.STOP,
            answers=(gm65.answer(),),
        ),
        # Older models answer $$$$ and #99900030; in the last two ways; neither command is ever sent.
        ScannerProfile(
            "newland",
            newland.TRIGGER,
            newland.STOP,
            answers=(*newland.ANSWERS, b"!99900030;", b"@@@@"),
        ),
    )
}


def decode(code: bytes) -> Scan:
    """Return the text of a code: strict UTF-8, else GB18030; raises DeviceError `undecodable`."""
    for charset in ("utf-8", "gb18030"):
        try:
            return Scan(code.decode(charset), charset)
        except UnicodeDecodeError:
            continue
    raise DeviceError("a code is neither UTF-8 nor GB18030", reason="undecodable")


class CodeReader:
    """Cuts what a scanner sends into codes. Times are seconds of one monotonic clock, handed in.

    A code longer than MAX_CODE is thrown away up to its end and counted in `overlong`; one whose
    suffix never came is counted in `broken`. Answers of the scanner to commands are left out.
    """

    def __init__(
        self, suffix: Suffix = Suffix.AUTO, answers: tuple[bytes, ...] = (), silence_s: float = SILENCE_S
    ) -> None:
        self._suffix = suffix
        self._answers = answers
        self._silence_s = STALE_S if suffix in SUFFIX_BYTES else silence_s
        self._bytes = bytearray()
        self._fed_s = 0.0
        self._skipping = False
        self.overlong = 0
        self.broken = 0

    def feed(self, data: bytes, now_s: float) -> list[bytes]:
        """Take the next bytes and return the codes that are whole by now."""
        codes = self.silence(now_s)
        self._fed_s = now_s
        for byte in data:
            self._bytes.append(byte)
            if self._ended():
                codes += self._take()
            elif len(self._bytes) > MAX_CODE:
                self._skipping = True
                self._bytes.clear()
        return codes

    def silence(self, now_s: float) -> list[bytes]:
        """Nothing came until now: return the code that ends with silence, if it has been long enough."""
        if now_s < self.due_s:
            return []
        if self._suffix in SUFFIX_BYTES:
            self.broken += 1
            self._bytes.clear()
            self._skipping = False
            return []
        return self._take()

    @property
    def due_s(self) -> float:
        """When silence ends what was begun, infinity when nothing was."""
        return self._fed_s + self._silence_s if self._bytes or self._skipping else float("inf")

    def _ended(self) -> bool:
        if self._suffix is Suffix.AUTO:
            return self._bytes[-1] in ENDS
        suffix = SUFFIX_BYTES.get(self._suffix)
        return suffix is not None and self._bytes.endswith(suffix)

    def _take(self) -> list[bytes]:
        """End a code here: without its suffix, answers and what an unknown second suffix left in front."""
        code = bytes(self._bytes)
        self._bytes.clear()
        if self._skipping:
            self._skipping = False
            self.overlong += 1
            return []
        if self._suffix is Suffix.AUTO:
            code = code.strip(ENDS)
        elif self._suffix in SUFFIX_BYTES:
            code = code[: -len(SUFFIX_BYTES[self._suffix])].lstrip(ENDS)
        code = self._without_answers(code)
        return [code] if code else []

    def _without_answers(self, code: bytes) -> bytes:
        while True:
            answer = next((answer for answer in self._answers if code.startswith(answer)), None)
            if answer is None:
                return code
            code = code[len(answer) :]
