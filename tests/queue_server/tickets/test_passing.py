# ruff: noqa: E501  one case a line, however long: a table is read down, not across
"""Why somebody else was called first: situations with the answer that the journal gives."""

from __future__ import annotations

import dataclasses

import pytest

from queue_server.tickets.passing import CallMade, Place, why_before

MIN = 60_000
BOOKED = "appointment"


def stood(ticket: int, came: float, bonus: float = 0, cls: str | None = None, group: str = "A") -> Place:
    """Somebody who came at a minute, with a bonus of so many."""
    kind = 1 if cls else 0
    return Place(ticket, group, kind, cls, round(came * MIN), round((came - bonus) * MIN))


def moved(ticket: int, came: float, to: float) -> Place:
    """Somebody who came at a minute and was put to the place of another."""
    return dataclasses.replace(stood(ticket, came), order=round(to * MIN), moved=True)


@dataclasses.dataclass(frozen=True)
class Case:
    """`heads`: why the heads of queues lost, by (queue, kind)."""

    name: str
    waiting: Place
    called: Place
    expected: str | None
    reason: str = "longest_wait"
    queues: tuple[str, ...] = ("A", "B")
    heads: tuple[tuple[str, int, str], ...] = ()


FIRST = dataclasses.replace(stood(2, 20, 30), first=True)
SLOT = dataclasses.replace(stood(1, 10, -15, BOOKED), kind=1)
"""Checked in at minute 10 for a slot whose place is minute 25."""

CASES = [
    Case("came earlier", stood(2, 10), stood(1, 5), "earlier"),
    Case("same minute, smaller id", stood(2, 10), stood(1, 10), "earlier"),
    Case("came earlier in another queue", stood(2, 10), stood(1, 5, group="B"), "earlier"),
    Case("that counter does not serve the queue", stood(1, 5, group="C"), stood(2, 10), None),
    Case("oneself", stood(1, 5), stood(1, 5), None),
    Case("priority", stood(1, 5), stood(2, 10, 10, "disabled"), "priority", "priority"),
    Case("a higher class", stood(1, 5, 5, "elderly"), stood(2, 8, 10, "disabled"), "higher_class", "priority"),
    Case("a booking", stood(1, 5), stood(2, 10, 10, BOOKED), "appointment", "priority"),
    Case("before one's own slot", SLOT, stood(2, 20, 0), "own_slot"),
    Case("before one's own slot, with priority", SLOT, stood(2, 20, 10, "disabled"), "own_slot", "priority"),
    Case("first in line", stood(1, 5), FIRST, "first_in_line"),
    Case("put back after a missed call", moved(1, 5, 30), stood(2, 20), "own_move"),
    Case("put back, and priority came later still", moved(1, 5, 15), stood(2, 20, 10, "x"), "priority", "priority"),
    Case("put back behind nobody", moved(1, 5, 5), stood(2, 4.5, 0), "earlier"),
    Case("interleave", stood(1, 10, 10, "disabled"), stood(2, 12), "interleave", "interleave"),
    Case("delay cap", stood(1, 10, 10, "disabled"), stood(2, 12), "delay_cap", "delay_cap"),
    Case("profile calls another queue", stood(1, 5), stood(2, 10, group="B"), "profile", "profile"),
    Case("profile calls one's own queue, by priority", stood(1, 5), stood(2, 9, 10, "x"), "priority", "profile"),
    Case("another queue, by priority", stood(1, 5), stood(2, 10, 10, "x", "B"), "priority"),
    Case("another queue, while one's own had its turn of ordinary people",
         stood(1, 10, 10, "x"), stood(2, 12, group="B"), "interleave", heads=(("A", 1, "interleave"),)),
    Case("another queue, while one's own was at its cap",
         stood(1, 10, 10, "x"), stood(2, 12, group="B"), "delay_cap", heads=(("A", 1, "delay_cap"),)),
    Case("chosen by hand", stood(1, 5), stood(2, 10), "chosen", "chosen"),
    Case("missed before, called by hand", stood(1, 5), stood(2, 10), "missed_back", "missed_back"),
    Case("parked and back", stood(1, 5), stood(2, 10), "parked_back", "parked_back"),
    Case("an earlier arrival needs no reason, even by hand", stood(2, 10), stood(1, 5), "earlier", "chosen"),
    Case("no reason stands there", stood(1, 5), stood(2, 10), "unknown"),
    Case("no reason stands there, in another queue", stood(1, 5), stood(2, 10, group="B"), "unknown"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_why_somebody_else_was_called_first(case: Case) -> None:
    heads = {(group, kind): reason for group, kind, reason in case.heads}
    call = CallMade(case.called, frozenset(case.queues), case.reason, heads)
    found = why_before(case.waiting, call, BOOKED)
    assert (found.value if found else None) == case.expected
