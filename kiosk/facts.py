"""What a kiosk knows of the hall right now, as one unchanging value that its screens are drawn from."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from queue_server.board import BoardState, ZoneLine
from queue_server.wire import Hall, Matter, MatterBrief, Prospect, Zone

TILES = 8


class Trouble(enum.StrEnum):
    """Why no slip can be promised now, in the words that a citizen needs."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    BROKEN = "broken"
    NO_PRINTER = "no_printer"


@dataclass(frozen=True)
class Facts:
    """All that is known. `hall`, `matters` and `details` may be those of the last good day on disk.

    `online` is False after three seconds without the server; `away_since` and `fetched_at` are
    milliseconds UTC; `retry_at` and all other waiting times are on the monotonic clock, in
    seconds. `clock_ms` is what to add to this machine's clock to have the server's. `card_reader`
    tells that one works; `prospect` is what a number for the matter on the screen would mean.
    """

    name: str = "kiosk-1"
    floor: int | None = None
    hall: Hall | None = None
    matters: tuple[MatterBrief, ...] = ()
    details: Mapping[str, Matter] = field(default_factory=dict)
    board: BoardState | None = None
    online: bool = False
    away_since: int | None = None
    retry_at: float | None = None
    fetched_at: int | None = None
    trouble: Trouble | None = None
    card_reader: bool = False
    clock_ms: int = 0
    prospect: Prospect | None = None

    @property
    def open(self) -> bool:
        """Whether tickets are issued now, as far as the server has said."""
        return self.hall is None or self.hall.opening.open

    def zones(self) -> list[Zone]:
        """Return the zones of the home screen: those that do something first, at most eight."""
        if self.hall is None:
            return []
        working = [zone for zone in self.hall.zones if zone.mode != "reserved"]
        reserved = [zone for zone in self.hall.zones if zone.mode == "reserved"]
        return [*working, *reserved][:TILES]

    def zone(self, zone: str) -> Zone | None:
        """Return a zone by its id."""
        found = [] if self.hall is None else [known for known in self.hall.zones if known.id == zone]
        return found[0] if found else None

    def line(self, zone: str) -> ZoneLine | None:
        """Return people and wait of a zone, None while the board is not known."""
        return None if self.board is None else self.board.zones.get(zone)

    def matters_of(self, zone: str) -> list[MatterBrief]:
        """Return the matters of a zone in catalogue order."""
        return [matter for matter in self.matters if matter.zone == zone]

    def brief(self, matter: str) -> MatterBrief | None:
        """Return a matter's line in the list."""
        found = [known for known in self.matters if known.id == matter]
        return found[0] if found else None

    def foreseen(self, matter: str, priority: str = "") -> Prospect | None:
        """Return what the server said of taking a number for a matter, None while it has not.

        `priority` is the class that is asked for.
        """
        known = self.prospect
        if known is None or (known.matter.id, known.priority_class or "") != (matter, priority):
            return None
        return known

    @property
    def matters_a_ticket(self) -> int:
        """How many matters one number may bring; 1 where the hall has not told."""
        return 1 if self.hall is None else self.hall.matters_a_ticket

    def priority_class(self, ident: str) -> dict[str, Any] | None:
        """Return a priority class of the hall by its id."""
        classes = [] if self.hall is None else self.hall.priority_classes
        return next((found for found in classes if found["id"] == ident), None)

    def waiting(self) -> int:
        """Return how many people wait in the whole hall."""
        return 0 if self.board is None else sum(line.waiting for line in self.board.zones.values())
