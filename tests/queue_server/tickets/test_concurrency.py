"""Many at once: no number twice, no ticket called twice, no key answered with two tickets."""

from __future__ import annotations

import collections
import concurrent.futures
import random

import pytest

from queue_server.refusals import Refused
from queue_server.tickets import actions
from queue_server.tickets.model import Actor, Move, Once
from queue_server.wire import IssueTicket
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
