"""Many at once: no number twice, no ticket called twice, no key answered with two tickets."""

from __future__ import annotations

import collections
import concurrent.futures
import dataclasses
import random
from collections.abc import Callable
from typing import Any, cast

import pytest

from queue_server.database import Database, Tx
from queue_server.refusals import Refused
from queue_server.tickets import actions, store
from queue_server.tickets.model import Actor, Move, Once
from queue_server.wire import IssueTicket
from queue_server.wire.waits import AHEAD_CAP
from tests.queue_server.tickets.desk import KIOSK, Bench

TICKETS = 400


@pytest.mark.parametrize("clients", [2, 16, 80])
def test_issue_and_call_at_once(bench: Bench, clients: int) -> None:
    counters = [counter.id for counter in bench.queue.hall.plan.counters.values()]
    matters = [offer.id for offer in bench.queue.matters.all() if offer.placement.issues]
    pick = random.Random(clients)
    wishes = [(f"touch-{n // 2:05d}", pick.choice(matters)) for n in range(TICKETS * 2)]
    wishes = [(key, wishes[2 * (n // 2)][1]) for n, (key, _) in enumerate(wishes)]

    def take(wish: tuple[str, str]) -> tuple[str, int, str]:
        key, matter = wish
        request = IssueTicket(matter)
        outcome = actions.issue(bench.queue, KIOSK, request, Once("device:kiosk-1", key, matter.encode()))
        assert outcome.ticket is not None
        return key, outcome.ticket.id, outcome.ticket.number

    def work(counter: str) -> list[int]:
        actor, called = Actor(f"device:counter-{counter}"), []
        while (ticket := actions.call_next(bench.queue, actor, counter).ticket) is not None:
            called.append(ticket.id)
            actions.move_at_counter(bench.queue, actor, counter, Move.SERVE)
        return called

    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        taken = list(pool.map(take, wishes))
        called = [ticket for tickets in pool.map(work, counters) for ticket in tickets]
    tickets_of_key = collections.defaultdict(set)
    for key, ticket, _ in taken:
        tickets_of_key[key].add(ticket)
    assert all(len(tickets) == 1 for tickets in tickets_of_key.values())
    assert len({number for _, _, number in taken}) == TICKETS
    assert sorted(called) == sorted({ticket for _, ticket, _ in taken})


@pytest.mark.parametrize("clients", [2, 16, 80])
def test_the_loser_of_a_race_gets_the_next_ticket_never_an_error(bench: Bench, clients: int) -> None:
    """All counters of one group press the key at the same moment, again and again."""
    plan = bench.queue.hall.plan
    group = [counter.id for counter in plan.counters_of("Z2")]
    matter = next(offer.id for offer in bench.queue.matters.all() if offer.group is plan.groups["Z2"])
    for _ in range(clients * 2):
        bench.issue(matter)

    def press(n: int) -> int | None:
        counter = group[n % len(group)]
        try:
            ticket = actions.call_next(bench.queue, Actor("device:pad"), counter).ticket
        except Refused as refused:
            assert refused.code == "serve_first", "two pads of one counter"
            return None
        return None if ticket is None else ticket.id

    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        called = [ticket for ticket in pool.map(press, range(clients)) if ticket is not None]
    assert len(called) == len(set(called)) == min(clients, len(group))


class _OneTransaction:
    """Runs what actions write inside a transaction that is open already, as a group commit does."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    def write(self, command: Callable[[Tx], Any]) -> Any:
        return command(self._tx)


@pytest.mark.parametrize("seed", range(5))
def test_who_comes_in_one_transaction_is_told_the_true_number_ahead(bench: Bench, seed: int) -> None:
    pick = random.Random(seed)
    wishes = [("Z1-001", None), ("Z2-001", None), ("Z1-001", "elderly"), ("Z1-002", None)]

    def together(tx: Tx) -> list[tuple[int | None, int]]:
        queue = dataclasses.replace(bench.queue, database=cast(Database, _OneTransaction(tx)))
        told: list[tuple[int | None, int]] = []
        for n in range(60):
            if pick.random() < 0.2:
                counter = f"Z1-0{n % 6 + 1}"
                if actions.call_next(queue, KIOSK, counter).ticket is not None:
                    actions.move_at_counter(queue, KIOSK, counter, Move.SERVE)
                continue
            matter, priority = pick.choice(wishes)
            wish = IssueTicket(matter, priority_class=priority)
            ticket = actions.issue(queue, KIOSK, wish, Once("device:kiosk-1", f"key-{n:06d}", b"r")).ticket
            row = store.ticket(tx.db, ticket.id if ticket else 0)
            assert ticket is not None and row is not None
            told.append((ticket.ahead, store.count_ahead(tx.db, row, AHEAD_CAP)))
        return told

    told = bench.queue.database.write(together)
    assert [ahead for ahead, _ in told] == [counted for _, counted in told]
    assert max(counted for _, counted in told) > 5
