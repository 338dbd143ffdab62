"""Devices that speak without being asked are heard by every client on their line."""

from __future__ import annotations

from hardware.simulation.answers import Answers


class Broadcast:
    """Bytes with the time from which they are on the line; a client is known once it has collected."""

    def __init__(self) -> None:
        self._answers = Answers()
        self._sources: set[int] = set()

    def send(self, data: bytes, due_s: float) -> None:
        """Let `data` go to every known client at `due_s`; with no client it is lost, as on a wire."""
        for source in self._sources:
            self._answers.send(data, due_s, source)

    def collect(self, now_s: float, source: int) -> bytes:
        """Return what is due for `source`."""
        self._sources.add(source)
        return self._answers.collect(now_s, source)

    def forget(self, source: int) -> None:
        """A client has gone."""
        self._sources.discard(source)
        self._answers.forget(source)

    @property
    def next_due_s(self) -> float:
        """When the next bytes leave, infinity when none wait."""
        return self._answers.next_due_s
