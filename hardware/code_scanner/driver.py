"""The driver of a code scanner hands out each code once, and triggers a scan where the scanner can."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from hardware.code_scanner.protocol import PROFILES, CodeReader, ScannerProfile, Suffix, decode
from hardware.code_scanner.scan import Scan
from hardware.errors import DeviceError
from hardware.health import Health, HealthState
from hardware.transports.pipe import Transport
from hardware.transports.reopening import DELAYS_S
from hardware.worker import LineWorker, guarded

LOOK_S = 0.02
WRITE_S = 1.0


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    """How the scanner is set up. A code seen again within `again_s` is the same one, still held up."""

    profile: ScannerProfile = field(default_factory=lambda: PROFILES["plain"])
    suffix: Suffix = Suffix.AUTO
    again_s: float = 1.5


class CodeScanner:
    """One scanner with a port of its own. Methods return at once and may be called from any thread.

    `on_scan` and `on_trouble` are called on the scanner's thread; `on_trouble` gets `undecodable` for
    a code that is no text. A scanner is silent until it scans: an open port is all that health knows.
    """

    def __init__(
        self,
        transport: Transport,
        on_scan: Callable[[Scan], None],
        *,
        settings: ScannerSettings | None = None,
        on_trouble: Callable[[str], None] = lambda reason: None,
        on_health: Callable[[Health], None] = lambda health: None,
        delays_s: tuple[float, ...] = DELAYS_S,
    ) -> None:
        self._settings = settings or ScannerSettings()
        self._on_scan, self._on_trouble = guarded(on_scan), guarded(on_trouble)
        self._codes = self._reader()
        self._commands: deque[bytes] = deque()
        self._last: tuple[Scan, float] | None = None
        self._worker = LineWorker("scanner", transport, self._turn, on_health=on_health, delays_s=delays_s)

    @property
    def health(self) -> Health:
        """How the scanner is."""
        return self._worker.health.now

    def start(self) -> None:
        """Start the thread; it opens the port."""
        self._worker.start()

    def trigger(self) -> None:
        """Light up and scan; raises a permanent DeviceError `unsupported` when its profile cannot."""
        self._command(self._settings.profile.trigger, "trigger")

    def stop(self) -> None:
        """Stop scanning; raises a permanent DeviceError `unsupported`."""
        self._command(self._settings.profile.stop, "stop")

    def beep(self) -> None:
        """Beep once; raises a permanent DeviceError `unsupported`."""
        self._command(self._settings.profile.beep, "beep")

    def close(self) -> None:
        """Stop the thread and let go of the port."""
        self._worker.close()

    def _command(self, command: bytes, what: str) -> None:
        if not command:
            name = self._settings.profile.name
            raise DeviceError(f"the profile {name} knows no {what}", reason="unsupported", permanent=True)
        self._commands.append(command)

    def _reader(self) -> CodeReader:
        return CodeReader(self._settings.suffix, self._settings.profile.answers)

    def _turn(self, transport: Transport, fresh: bool) -> None:
        if fresh:
            self._codes = self._reader()
            self._commands.clear()
            self._worker.health.set(HealthState.OK, "listening")
        if self._commands:
            transport.write(self._commands.popleft(), WRITE_S)
        data = transport.read(LOOK_S)
        now_s = time.monotonic()
        codes = self._codes.feed(data, now_s) if data else self._codes.silence(now_s)
        if data:
            self._worker.line.proved()
        for code in codes:
            self._hand_out(code, now_s)

    def _hand_out(self, code: bytes, now_s: float) -> None:
        try:
            scan = decode(code)
        except DeviceError as error:
            self._on_trouble(error.reason)
            return
        last, self._last = self._last, (scan, now_s)
        if last is None or last[0] != scan or now_s - last[1] >= self._settings.again_s:
            self._on_scan(scan)
