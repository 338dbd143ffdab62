"""Answers of simulated devices leave when their time has come, each to the client that asked."""

from __future__ import annotations


class Answers:
    """Bytes with the time from which they may be collected; `source` tells the clients apart."""

    def __init__(self) -> None:
        self._waiting: dict[int, list[tuple[float, bytes]]] = {}

    def send(self, data: bytes, due_s: float, source: int) -> None:
        """Let `data` go to `source` at `due_s`, behind what waits for it already."""
        self._waiting.setdefault(source, []).append((due_s, data))

    def collect(self, now_s: float, source: int) -> bytes:
        """Return what is due for `source`."""
        waiting = self._waiting.get(source, [])
        due = [data for due_s, data in waiting if due_s <= now_s]
        self._waiting[source] = [(due_s, data) for due_s, data in waiting if due_s > now_s]
        return b"".join(due)

    def forget(self, source: int) -> None:
        """A client has gone."""
        self._waiting.pop(source, None)

    @property
    def next_due_s(self) -> float:
        """When the next answer leaves, infinity when none waits."""
        return min(
            (due_s for waiting in self._waiting.values() for due_s, _ in waiting), default=float("inf")
        )
