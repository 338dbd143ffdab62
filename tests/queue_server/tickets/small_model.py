"""A hall in a few lines: what must be true after each command, without a database or an order."""

from __future__ import annotations

import dataclasses

OPEN = {"waiting", "called", "serving", "parked", "missed"}
MAX_CALLS, GAP_MS, TIMES, LIMIT_MS, A_CALL = 3, 20_000, 2, 20 * 60_000, 3


@dataclasses.dataclass
class Leg:
    """One ticket as the model knows it; times in ms. `of_matter` is the queue of its matter."""

    number: str
    group: str
    of_matter: str
    state: str = "waiting"
    counter: str | None = None
    calls: int = 0
    last_call: int = 0
    reinstated: int = 0
    parked_at: int = 0
    back_at: int = 0
    errands: int = 1

    @property
    def home(self) -> str:
        return self.of_matter if self.group.startswith("@") else self.group


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

    def finish(self, leg: Leg, left: int | None = None) -> None:
        leg.errands = max(0, leg.errands - A_CALL) if left is None else left
        if leg.errands:
            self.wait(leg, leg.home)
        else:
            leg.state = "completed"

    def back(self, leg: Leg, now: int) -> None:
        assert leg.counter is not None
        if self.counters[leg.counter] == "closed":
            self.wait(leg, leg.home)
        else:
            leg.back_at = leg.back_at or now

    def returned(self, counter: str) -> Leg | None:
        found = [leg for leg in self.parked(counter) if leg.back_at]
        return min(found, key=lambda leg: leg.back_at) if found else None

    def close(self, counter: str) -> None:
        self.counters[counter] = "closed"
        for leg in self.parked(counter):
            if leg.back_at:
                self.wait(leg, leg.home)

    def miss(self, leg: Leg) -> None:
        leg.state = "abandoned" if leg.reinstated >= TIMES else "missed"

    def sweep(self, now: int) -> None:
        for leg in self.tickets.values():
            if leg.state == "parked" and not leg.back_at and leg.parked_at <= now - LIMIT_MS:
                self.miss(leg)

    def new_day(self) -> None:
        self.counters = dict.fromkeys(self.counters, "closed")
        for leg in self.tickets.values():
            if leg.state in OPEN:
                leg.state = "expired"
