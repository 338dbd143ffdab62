"""A hall in a few lines: what must be true after each command, without a database or an order."""

from __future__ import annotations

import dataclasses

OPEN = {"waiting", "called", "serving", "parked", "missed"}
MAX_CALLS, GAP_MS, TIMES, LIMIT_MS = 3, 20_000, 2, 20 * 60_000


@dataclasses.dataclass
class Leg:
    """One ticket as the model knows it; times in ms."""

    number: str
    group: str
    state: str = "waiting"
    counter: str | None = None
    calls: int = 0
    last_call: int = 0
    reinstated: int = 0
    parked_at: int = 0


@dataclasses.dataclass
class Model:
    """Tickets by id, counters by id with their state, the queues that each counter draws from."""

    queues: dict[str, set[str]]
    tickets: dict[int, Leg] = dataclasses.field(default_factory=dict)
    counters: dict[str, str] = dataclasses.field(default_factory=dict)
    issued: int = 0

    def at_hand(self, counter: str) -> Leg | None:
        found = [
            leg
            for leg in self.tickets.values()
            if leg.counter == counter and leg.state in {"called", "serving"}
        ]
        assert len(found) <= 1
        return found[0] if found else None

    def waiting(self, counter: str) -> list[Leg]:
        return [
            leg
            for leg in self.tickets.values()
            if leg.state == "waiting" and leg.group in self.queues[counter]
        ]

    def parked(self, counter: str) -> list[Leg]:
        found = [leg for leg in self.tickets.values() if leg.counter == counter and leg.state == "parked"]
        return sorted(found, key=lambda leg: leg.parked_at)

    def call(self, leg: Leg, counter: str, now: int) -> None:
        leg.state, leg.counter, leg.calls, leg.last_call = "called", counter, 1, now

    def wait(self, leg: Leg, group: str) -> None:
        leg.state, leg.group, leg.counter, leg.calls = "waiting", group, None, 0

    def miss(self, leg: Leg) -> None:
        leg.state = "abandoned" if leg.reinstated >= TIMES else "missed"

    def sweep(self, now: int) -> None:
        for leg in self.tickets.values():
            if leg.state == "parked" and leg.parked_at <= now - LIMIT_MS:
                self.miss(leg)

    def new_day(self) -> None:
        self.counters = dict.fromkeys(self.counters, "closed")
        for leg in self.tickets.values():
            if leg.state in OPEN:
                leg.state = "expired"
