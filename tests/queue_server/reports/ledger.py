"""An accountant who knows nothing but the journal: was everybody treated fairly, is nobody lost?

It follows each ticket row by row with a few lines of its own, and writes down every breach of what
the hall promises. It shares no code with the rules that it checks.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from queue_server.wire import Event

PEOPLE = {"chosen", "missed_back"}
"""Reasons that a person gave; they stand in the journal with who gave them."""

ENDED = {"completed", "cancelled", "abandoned", "expired"}


@dataclasses.dataclass
class Held:
    """What the ledger knows of one ticket."""

    number: str
    group: str
    kind: int
    cls: str | None
    arrived: str
    order: int
    state: str = "waiting"
    counter: str | None = None
    moved: bool = False
    first: bool = False
    called: bool = False


class Ledger:
    """Reads journal rows; `breaches` is empty after an honest day.

    `groups_of`: how many queues a counter draws from; `prior_s`: service time of a queue before any
    service; `cap_s` and `turn`: what priority may cost, and so many ordinary ones after each.
    """

    def __init__(
        self, groups_of: Mapping[str, int], prior_s: Mapping[str, float], cap_s: float, turn: int
    ) -> None:
        self._groups_of = groups_of
        self._mean_s = dict(prior_s)
        self._fresh_s: dict[str, float] = {}
        self._cap_s = cap_s
        self._normals_per_priority = turn
        self._open: set[str] = set()
        self._serving_groups: dict[str, set[str]] = defaultdict(set)
        self._at_counter: dict[str, int] = {}
        self._numbers: set[tuple[str, str]] = set()
        self._day = ""
        self.tickets: dict[int, Held] = {}
        self.breaches: list[str] = []
        self.seen: Counter[str] = Counter()
        self.left: Counter[tuple[str | None, str]] = Counter()
        self.reasons: Counter[str] = Counter()
        self._normals: dict[str, int] = {}
        self.worst_delay_s = 0.0

    def serves(self, counter: str, groups: Iterable[str]) -> None:
        """Note which queues a counter draws from."""
        for group in groups:
            self._serving_groups[group].add(counter)
        self._serving_groups["@" + counter].add(counter)

    def read(self, events: Iterable[Event]) -> None:
        """Take in rows, oldest first."""
        for event in events:
            self.seen[event.kind] += 1
            self.left[event.data.get("was"), event.kind] += 1
            if event.kind == "day.opened":
                self._day = event.data["day"]
                self._open.clear()
            elif event.kind.startswith("counter.") and event.counter is not None:
                if event.data.get("state") == "open":
                    self._open.add(event.counter)
                else:
                    self._open.discard(event.counter)
            elif event.kind.startswith("ticket."):
                self._ticket(event)
            if event.kind != "ticket.completed":
                self._mean_s |= self._fresh_s

    def open_tickets(self) -> list[str]:
        return [held.number for held in self.tickets.values() if held.state not in ENDED]

    def _ticket(self, event: Event) -> None:
        ticket = event.ticket
        assert ticket is not None
        if event.kind == "ticket.issued":
            if (self._day, ticket.number) in self._numbers:
                self.breaches.append(f"{ticket.number} drawn twice on {self._day}")
            self._numbers.add((self._day, ticket.number))
            kind = 1 if ticket.priority_class else 0
            self.tickets[ticket.id] = Held(
                ticket.number,
                event.data["group"],
                kind,
                ticket.priority_class,
                ticket.issued_at,
                event.data["order"],
            )
            return
        held = self.tickets[ticket.id]
        if held.state != event.data["was"]:
            self.breaches.append(
                f"{held.number}: {event.kind} says it was {event.data['was']}, not {held.state}"
            )
        if ticket.number != held.number or ticket.issued_at != held.arrived:
            self.breaches.append(f"{held.number} changed its number or its arrival")
        if event.kind == "ticket.called" and event.data["was"] == "waiting":
            self._check_call(event, ticket.id, held)
        self._move(event, ticket.id, held)

    def _move(self, event: Event, number: int, held: Held) -> None:
        ticket = event.ticket
        assert ticket is not None
        if held.state in {"called", "serving"} and self._at_counter.pop(held.counter or "", None) != number:
            self.breaches.append(f"{held.number} was not at {held.counter}")
        held.state = ticket.state.value
        if held.state in {"called", "serving"}:
            assert ticket.counter is not None
            if ticket.counter in self._at_counter:
                self.breaches.append(f"{ticket.counter} has two tickets")
            self._at_counter[ticket.counter] = number
        self._note(event, held)
        held.counter = ticket.counter

    def _note(self, event: Event, held: Held) -> None:
        """What a move leaves behind beside the state."""
        ticket = event.ticket
        assert ticket is not None
        held.order = event.data.get("order", held.order)
        match event.kind:
            case "ticket.called":
                held.called = True
            case "ticket.resumed" if ticket.counter != held.counter:
                self.breaches.append(f"{held.number} came back to {ticket.counter}, parked at {held.counter}")
            case "ticket.reinstated":
                held.moved, held.called = True, False
            case "ticket.requeued":
                held.moved, held.called = True, False
                # Clerks of the simulation end an agent's turn by itself, before they call.
                self._mean_s |= {**self._fresh_s, event.data["group"]: event.data["group_mean_s"]}
                self._fresh_s = {}
            case "ticket.transferred":
                held.group, held.called = event.data["group"], False
                held.first = held.first or event.data["first"]
            case "ticket.completed":
                # The hall takes a service in once it is committed: a call in the same write, which is the
                # next row, is decided without it.
                self._mean_s |= self._fresh_s
                self._fresh_s = {event.data["group"]: event.data["group_mean_s"]}

    def _check_call(self, event: Event, number: int, held: Held) -> None:
        reason = event.data["reason"]
        self.reasons[reason] += 1
        since = self._normals.get(held.group)
        if held.kind == 1:
            self._normals[held.group] = 0
        elif since is not None:
            self._normals[held.group] = since + 1
        waiting = [
            other
            for key, other in self.tickets.items()
            if other.state == "waiting" and other.group == held.group and key != number
        ]
        earlier = [other for other in waiting if other.arrived < held.arrived and not other.moved]
        if reason in PEOPLE or held.first:
            return
        for other in earlier:
            # Who booked has the place of the slot, however early they come.
            if other.cls == held.cls and (held.cls != "appointment" or other.order < held.order):
                self.breaches.append(f"{held.number} before {other.number} at {event.at} without a reason")
        passed = [other for other in earlier if other.kind == 0]
        if held.kind == 1 and passed:
            self._check_cap(event, held, passed)
            if since is not None and since < self._normals_per_priority:
                self.breaches.append(f"{held.number} at {event.at}: only {since} ordinary since the last")

    def _check_cap(self, event: Event, held: Held, passed: list[Held]) -> None:
        """Priority went first: with this one, what has it cost each of those who came before?"""
        if event.data["reason"] == "priority" and not event.data["passed"]:
            self.breaches.append(f"{held.number} went first and nobody is named")
        servers = sum(
            1 / self._groups_of[counter] for counter in self._serving_groups[held.group] & self._open
        )
        step_s = self._mean_s[held.group] / max(servers, 1.0)
        for other in passed:
            overtakers = sum(
                1
                for one in self.tickets.values()
                if one.group == held.group and one.kind == 1 and one.called and one.arrived > other.arrived
            )
            delay_s = (overtakers + 1) * step_s
            self.worst_delay_s = max(self.worst_delay_s, delay_s)
            if delay_s > self._cap_s + 1e-6:
                why = f"{held.number} at {event.at} ({event.data['reason']})"
                self.breaches.append(f"{other.number} delayed {delay_s:.0f} s by {why}")
