"""Leases of audio zones: kept in memory, since after a restart nobody speaks until somebody asks again."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from queue_server.clock import Clock
from queue_server.refusals import Refused
from queue_server.wire.audio import LEASE_S


@dataclass(frozen=True, slots=True)
class _Held:
    by: str
    player: str
    audible: bool
    until_ms: int

    def yields_to(self, by: str, player: str, audible: bool) -> bool:
        return (self.by, self.player) == (by, player) or (audible and not self.audible)


class AudioLeases:
    """Grants each audio zone to one player at a time; safe for any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, _Held] = {}

    def take(self, zone: str, by: str, player: str, audible: bool = True) -> float:
        """Take or renew the lease; returns how many seconds it holds.

        Raises Refused("audio_taken") while another player holds it, but for a silent one when an
        audible one comes.
        """
        with self._lock:
            now_ms = self._clock.now_ms()
            held = self._held.get(zone)
            if held is not None and held.until_ms > now_ms and not held.yields_to(by, player, audible):
                raise Refused("audio_taken", zone=zone, holder=held.by.partition(":")[2] or held.by)
            self._held[zone] = _Held(by, player, audible, now_ms + round(LEASE_S * 1000))
            return LEASE_S

    def give_back(self, zone: str, by: str, player: str) -> None:
        """Let another player have it; nothing happens if it is not held by this one."""
        with self._lock:
            held = self._held.get(zone)
            if held is not None and (held.by, held.player) == (by, player):
                del self._held[zone]
