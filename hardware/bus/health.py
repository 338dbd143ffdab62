"""How a unit on a bus is: a state, since when, and the reason as a stable code and as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class UnitState(StrEnum):
    """UNKNOWN is no news: nothing was asked yet, or the unit never answers by its nature."""

    UNKNOWN = "unknown"
    OK = "ok"
    DEGRADED = "degraded"
    AWAY = "away"


SENTENCES = {
    "": "answers",
    "never_asked": "was not asked yet",
    "never_answers": "takes frames but has no way to answer",
    "no_answer": "does not answer",
    "garbled": "answers, but no frame arrives whole: wrong baud rate, wiring or two units with one address",
    "busy": "says that it is busy",
    "checksum": "receives our frames damaged",
    "cannot_open": "the port of its bus cannot be opened",
    "port_busy": "another program holds the port of its bus",
    "connection_lost": "the line of its bus was lost",
    "write_timeout": "the port of its bus takes no more bytes",
}


@dataclass(frozen=True, slots=True)
class UnitHealth:
    """The health of one unit; `since_s` is a time of the bus's own monotonic clock."""

    key: str
    state: UnitState
    reason: str
    since_s: float

    @property
    def sentence(self) -> str:
        """One English sentence for logs and tables."""
        return f"{self.key} {SENTENCES.get(self.reason, f'refuses what it is told: {self.reason}')}"
