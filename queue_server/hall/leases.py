"""Leases of audio zones: kept in memory, since after a restart nobody speaks until somebody asks again.

With each lease goes since when nobody was heard in the zone: what was called since then is the new
holder's to say. After a restart that is when a lease of the time before would have run out.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from queue_server.clock import Clock
from queue_server.refusals import Refused
from queue_server.wire.audio import LEASE_S

_LEASE_MS = round(LEASE_S * 1000)


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
        self._silent_since: dict[str, int] = {}
        self._began_ms = clock.now_ms() + _LEASE_MS

    def take(self, zone: str, by: str, player: str, audible: bool = True) -> int:
        """Take or renew the lease for LEASE_S; returns since when, in ms UTC, nobody was heard.

        Raises Refused("audio_taken") while another player holds it, but for a silent one when an
        audible one comes.
        """
        with self._lock:
            now_ms = self._clock.now_ms()
            held = self._held.get(zone)
            if held is not None and held.until_ms > now_ms and not held.yields_to(by, player, audible):
                raise Refused("audio_taken", zone=zone, holder=held.by.partition(":")[2] or held.by)
            if held is not None and held.audible:
                self._silent_since[zone] = min(held.until_ms, now_ms)
            self._held[zone] = _Held(by, player, audible, now_ms + _LEASE_MS)
            return min(now_ms, self._silent_since.get(zone, self._began_ms))

    def give_back(self, zone: str, by: str, player: str) -> None:
        """Let another player have it; nothing happens if it is not held by this one."""
        with self._lock:
            held = self._held.get(zone)
            if held is None or (held.by, held.player) != (by, player):
                return
            if held.audible:
                self._silent_since[zone] = min(held.until_ms, self._clock.now_ms())
            del self._held[zone]
