"""What a simulated day is played with: what people in a hall do, what they know, and when counters work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from queue_server.reports.fates import Sending, Visit


class Called(NamedTuple):
    """A ticket that a counter called; `number` names it to people."""

    ticket: int
    number: str


class Carried(NamedTuple):
    """A ticket that became a place of the next working day: its code, and when the slot begins in ms UTC."""

    ticket: int
    code: str
    starts_ms: int


class Hall(Protocol):
    """What people in a hall do; each is one action of the queue at the time set by `at`.

    Where a refusal is part of life it is an answer here: False, None or an empty queue name.
    """

    def at(self, time_s: float) -> None:
        """Set the clock; never back."""

    def issue(self, visit: Visit) -> tuple[int, str] | None:
        """Take a number or check in: (ticket, queue), or None when the hall gives none."""

    def call_next(self, counter: str) -> Called | None:
        """Finish the ticket at hand and call who is next."""

    def recall(self, counter: str) -> None:
        """Call the ticket at hand again."""

    def serve(self, counter: str) -> None:
        """Begin with the ticket at hand."""

    def finish(self, counter: str) -> str:
        """End with the ticket at hand; returns its queue if an agent goes to the tail with the rest."""

    def miss(self, counter: str) -> None:
        """Give the ticket at hand up for now: nobody came."""

    def park(self, counter: str) -> None:
        """Put the ticket at hand aside."""

    def back(self, ticket: int) -> None:
        """The holder of a parked ticket says that they are back."""

    def resume(self, counter: str, number: str) -> None:
        """Go on with a parked ticket."""

    def send(self, counter: str, sending: Sending, colleague: str) -> str:
        """Transfer the ticket at hand and return the queue where it waits now."""

    def reinstate(self, ticket: int) -> str:
        """Put a missed ticket back and return its queue."""

    def cancel(self, ticket: int) -> None:
        """Give a waiting ticket back."""

    def carry_over(self) -> list[Carried]:
        """Give everybody who still waits a first slot of the next working day."""

    def open(self, counter: str) -> None:
        """Open a counter."""

    def close(self, counter: str) -> None:
        """Close a counter."""

    def pause(self, counter: str) -> None:
        """Go to lunch."""

    def unpause(self, counter: str) -> None:
        """Come back from lunch."""

    def sweep(self) -> None:
        """Do what the server does by itself: miss who is parked or booked and does not come."""


class Rules(NamedTuple):
    """What people know of the hall's rules."""

    max_calls: int
    recall_gap_s: float
    parked_limit_s: float
    matters_a_call: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A counter's day: its queues, when it works, and when it is at lunch."""

    counter: str
    groups: tuple[str, ...]
    opens_s: float
    closes_s: float
    lunch_s: tuple[float, float] | None
