"""A queue on a real SQLite file with the hall of the rule, and the few words that its tests speak."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

from queue_server.catalogue import actions as catalogue
from queue_server.clock import ManualClock, parse_rfc3339
from queue_server.hall import actions as hall
from queue_server.tickets import actions, counters
from queue_server.tickets.model import Actor, Move, Once, Outcome
from queue_server.tickets.queue import Queue
from queue_server.tickets.view import HallView
from queue_server.wire import IssueTicket, Ticket
from tests.queue_server.seeded import seeded

MONDAY_9 = parse_rfc3339("2026-11-23T09:00:00+08:00")
KIOSK = Actor("device:kiosk-1")


@dataclasses.dataclass
class Bench:
    """The queue with the few words that tests speak."""

    queue: Queue
    clock: ManualClock
    keys: Iterator[int] = dataclasses.field(default_factory=lambda: itertools.count(1))
    open: bool = True

    def once(self, key: str | None = None, request: bytes = b"r", caller: str = "device:kiosk-1") -> Once:
        return Once(caller, key or f"key-{next(self.keys):06d}", request)

    def issue(self, matter: str = "Z1-001", **request: object) -> Ticket:
        outcome = actions.issue(self.queue, KIOSK, IssueTicket(matter, **request), self.once())  # type: ignore[arg-type]
        assert outcome.ticket is not None
        return outcome.ticket

    def call(self, counter: str = "Z1-01", clerk: str | None = None) -> Ticket | None:
        return actions.call_next(self.queue, Actor("staff:x", clerk), counter).ticket

    def move(self, move: Move, counter: str = "Z1-01") -> Outcome:
        return actions.move_at_counter(self.queue, Actor("staff:x"), counter, move)

    def miss(self, counter: str = "Z1-01") -> Outcome:
        """Call the ticket at hand as often as the hall promises, then give it up for now."""
        calls = self.queue.hall.plan.calls
        for _ in range(calls.max_calls - 1):
            self.clock.advance(calls.recall_gap_s)
            self.move(Move.RECALL, counter)
        return self.move(Move.NO_SHOW, counter)

    def serve_all(self, counter: str, service_s: float = 300) -> list[str]:
        """Call and serve until nobody waits; returns the numbers in order."""
        served = []
        while (ticket := self.call(counter)) is not None:
            self.clock.advance(20)
            self.move(Move.SERVE, counter)
            self.clock.advance(service_s)
            served.append(ticket.number)
        counters.close_counter(self.queue, Actor("staff:x"), counter)
        return served


def make_queue(path: Path, clock: ManualClock) -> Queue:
    database = seeded(path / "hall.db", clock)
    book = hall.HallBook(database, clock)
    matters = catalogue.MatterBook(database, book)
    return Queue(
        database,
        book,
        matters,
        HallView(database, book, matters),
        lambda at_ms: True,
        lambda v: f"http://hall/s/{v}",
    )
