"""All moves by many at once: each counter and each kiosk is a thread, and nothing may come apart."""

from __future__ import annotations

import collections
import concurrent.futures
import random
import sqlite3
from collections.abc import Callable

import msgspec
import pytest

from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.tickets import actions, counters, parked, returning, rollover
from queue_server.tickets.model import Actor, Move, Once
from queue_server.tickets.returning import Target
from queue_server.tickets.view import HallView
from queue_server.wire import IssueTicket
from tests.queue_server.tickets.desk import KIOSK, Bench
from tests.queue_server.tickets.small_model import OPEN

COMMANDS = 4000
MATTERS = ("Z1-001", "Z3-001", "Z3-004", "Z6-001")
DESKS = ("Z1-01", "Z1-02", "Z1-03", "Z3-01", "Z3-02", "Z3-03", "Z3-04", "Z6-01", "Z6-02")
BOSS = Actor("staff:boss", None, may_call_missed=True)


class Person:
    """Somebody with a random hand: all that a kiosk, a guide or a clerk can do."""

    def __init__(self, bench: Bench, number: int) -> None:
        self.bench, self.queue = bench, bench.queue
        self.random = random.Random(number)
        self.number = number
        self.done: collections.Counter[str] = collections.Counter()
        self.verbs: list[tuple[str, int, Callable[[], object]]] = [
            ("issue", 6, self.issue), ("call", 8, self.call), ("serve", 8, self.at_counter(Move.SERVE)),
            ("finish", 4, self.at_counter(Move.FINISH)), ("park", 2, self.at_counter(Move.PARK)),
            ("recall", 5, self.at_counter(Move.RECALL)), ("no_show", 2, self.at_counter(Move.NO_SHOW)),
            ("resume", 3, self.resume), ("transfer", 2, self.transfer), ("send", 1, self.send),
            ("back", 3, self.back), ("requeue", 1, self.requeue),
            ("reinstate", 3, self.reinstate), ("cancel", 1, self.cancel), ("chosen", 1, self.chosen),
            ("open", 1, self.counter(counters.open_counter)),
            ("close", 1, self.counter(counters.close_counter)),
            ("pause", 1, self.counter(counters.pause_counter)),
            ("unpause", 3, self.counter(counters.resume_counter)), ("sweep", 2, self.sweep),
        ]  # fmt: skip

    def act(self, commands: int) -> collections.Counter[str]:
        weights = [weight for _, weight, _ in self.verbs]
        for _ in range(commands):
            name, _, verb = self.random.choices(self.verbs, weights)[0]
            try:
                verb()
                self.done[name] += 1
            except Refused as refused:
                self.done[f"refused {refused.code}"] += 1
        return self.done

    @property
    def desk(self) -> str:
        return self.random.choice(DESKS)

    @property
    def ticket(self) -> int:
        return self.random.randint(1, 40 + self.done["issue"] * 2)

    def issue(self) -> None:
        matter = self.random.choice(MATTERS)
        # Two share a key: a double touch, or an answer that was lost on the way.
        key = f"touch-{self.number // 2}-{self.done['issue']:05d}"
        once = Once(KIOSK.by, key, b"same")
        wish = IssueTicket(matter, priority_class=self.random.choice([None, "elderly"]))
        actions.issue(self.queue, KIOSK, wish, once)

    def call(self) -> None:
        actions.call_next(self.queue, BOSS, self.desk)

    def at_counter(self, move: Move) -> Callable[[], object]:
        return lambda: actions.move_at_counter(self.queue, BOSS, self.desk, move)

    def counter(self, verb: Callable[..., object]) -> Callable[[], object]:
        return lambda: verb(self.queue, BOSS, self.desk)

    def back(self) -> None:
        away = self.queue.database.read().execute("SELECT id FROM ticket WHERE state = 'parked'").fetchall()
        parked.report_back(self.queue, KIOSK, self.random.choice(away)[0] if away else self.ticket)

    def requeue(self) -> None:
        actions.move_at_counter(self.queue, BOSS, self.desk, Move.FINISH, left=2)

    def resume(self) -> None:
        returning.resume(self.queue, BOSS, self.desk)

    def transfer(self) -> None:
        matter, counter = self.random.choice(MATTERS), self.desk
        target = self.random.choice(
            [Target(matter=matter), Target(zone="Z6"), Target(counter=counter, first=True)]
        )
        returning.transfer(self.queue, BOSS, self.desk, target)

    def send(self) -> None:
        returning.transfer_ticket(self.queue, BOSS, self.ticket, Target(matter=self.random.choice(MATTERS)))

    def reinstate(self) -> None:
        missed = self.queue.database.read().execute("SELECT id FROM ticket WHERE state = 'missed'").fetchall()
        returning.reinstate(self.queue, KIOSK, self.random.choice(missed)[0] if missed else self.ticket)

    def cancel(self) -> None:
        actions.cancel(self.queue, KIOSK, self.ticket)

    def chosen(self) -> None:
        letter = self.random.choice("ACF")
        actions.call_number(
            self.queue, BOSS, self.desk, f"{letter}{self.random.randint(1, 60):03d}", "家有急事"
        )

    def sweep(self) -> None:
        self.bench.clock.advance(self.random.choice([1, 21, 400]))
        rollover.roll_over(self.queue)


@pytest.mark.parametrize("people", [2, 16, 80])
def test_all_moves_at_once(bench: Bench, people: int) -> None:
    with concurrent.futures.ThreadPoolExecutor(people) as pool:
        crowd = [Person(bench, number) for number in range(people)]
        found = list(pool.map(lambda person: person.act(COMMANDS // people), crowd))
    done = sum(found, collections.Counter[str]())
    check(bench, bench.queue.database.read())
    bench.clock.advance(24 * 3600)
    rollover.roll_over(bench.queue)
    left = bench.queue.database.read().execute(
        "SELECT count(*) FROM ticket WHERE state IN ('waiting', 'called', 'serving', 'parked', 'missed')"
    )
    assert left.fetchall() == [(0,)]
    verbs = {name for name in done if not name.startswith("refused")}
    assert len(verbs) >= 18 and done["call"] > 100, sorted(done.items())


def check(bench: Bench, db: sqlite3.Connection) -> None:
    """One owner a ticket, one ticket a counter, unique numbers, none lost, the view true."""
    rows = db.execute(
        "SELECT t.id, v.number, t.zone, t.state, t.counter FROM ticket t JOIN visit v ON v.id = t.visit"
    ).fetchall()
    assert len({row[1] for row in rows}) == len(rows)
    at_counters = [row[4] for row in rows if row[3] in {"called", "serving"}]
    assert None not in at_counters and len(set(at_counters)) == len(at_counters)
    states: dict[int, str] = {}
    seq = 0
    while page := journal.rows_after(db, seq, 1000):
        for event in page:
            if event.ticket is not None:
                assert states.get(event.ticket.id) == event.data.get("was"), "moves follow each other"
                states[event.ticket.id] = event.ticket.state.value
        seq = page[-1].seq
    assert states == {row[0]: row[3] for row in rows}, "the journal tells of every ticket, and the truth"
    live = bench.queue.view.state
    replayed = HallView(bench.queue.database, bench.queue.hall, bench.queue.matters).state
    assert msgspec.structs.replace(live, at="") == msgspec.structs.replace(replayed, at="")
    waiting = collections.Counter(row[2] for row in rows if row[3] == "waiting")
    assert {zone: line.waiting for zone, line in live.zones.items() if line.waiting} == dict(waiting)
    assert {row[3] for row in rows} & OPEN
    journal.check_chain(db)
