"""A device whose contact is loose must not fill the journal: so many changes in a while, then only the last.

A device may change CHANGES times within WITHIN_MS. What comes after that is held, the newest state in
place of the one before, and let through as soon as the oldest of those changes is WITHIN_MS ago. So the
last state always arrives, at most WITHIN_MS late. Times are handed in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from queue_server.devices.model import Device

CHANGES, WITHIN_MS = 12, 10 * 60 * 1000


class Damper:
    """What was let through of each device lately, and what is held. Not thread-safe."""

    def __init__(self) -> None:
        self._passed: dict[str, deque[int]] = {}
        self._held: dict[str, Device] = {}

    def admit(self, changed: Iterable[Device], now: int) -> list[Device]:
        """Return those that may be told at `now`, and hold the others."""
        passing = []
        for device in changed:
            self._held.pop(device.device, None)
            if self._has_room(device.device, now):
                self._passed.setdefault(device.device, deque(maxlen=CHANGES)).append(now)
                passing.append(device)
            else:
                self._held[device.device] = device
        return passing

    def due(self, now: int) -> list[Device]:
        """Return what was held and may be told at `now`."""
        return self.admit([one for one in self._held.values() if self._has_room(one.device, now)], now)

    def drop(self, devices: Iterable[Device]) -> None:
        """Forget what is held of devices that are as they were told, or of which something newer is known."""
        for device in devices:
            self._held.pop(device.device, None)

    def forget(self, devices: Iterable[Device]) -> None:
        """Forget devices that are no more."""
        for device in devices:
            self._held.pop(device.device, None)
            self._passed.pop(device.device, None)

    def _has_room(self, device: str, now: int) -> bool:
        passed = self._passed.get(device)
        return passed is None or len(passed) < CHANGES or now - passed[0] >= WITHIN_MS
