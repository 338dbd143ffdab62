"""Any order of commands, on a real database, against a model of a few lines."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from queue_server.clock import ManualClock, local
from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.tickets import actions, counters, parked, returning, rollover
from queue_server.tickets.model import Actor, Move, Once
from queue_server.tickets.returning import Target
from queue_server.tickets.view import HallView
from queue_server.wire import IssueTicket
from tests.queue_server.tickets.desk import KIOSK, MONDAY_9, make_queue
from tests.queue_server.tickets.small_model import GAP_MS, MAX_CALLS, OPEN, TIMES, Leg, Model

MATTERS = {"Z1-001": "Z1", "Z3-001": "Z3-id", "Z3-004": "Z3-household"}
COUNTERS = ("Z1-01", "Z3-01", "Z3-03")
BOSS = Actor("staff:boss", None, may_call_missed=True)
CLERK = Actor("staff:clerk", None)
DAY_MS = 24 * 3600 * 1000

matters = st.sampled_from(sorted(MATTERS))
desks = st.sampled_from(COUNTERS)
picks = st.integers(0, 10**6)


@contextlib.contextmanager
def refused_with(*codes: str) -> Iterator[None]:
    """The command must be refused, with one of these codes, and change nothing."""
    with pytest.raises(Refused) as refused:
        yield
    assert refused.value.code in codes


class Hall(RuleBasedStateMachine):
    """Each rule is a command: it says what the model expects, then does it."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        shutil.copy(self.template, self.folder / "hall.db")
        self.clock = ManualClock(MONDAY_9)
        self.queue = make_queue(self.folder, self.clock)
        plan = self.queue.hall.plan
        queues = {one: {*plan.counters[one].groups, "@" + one} for one in COUNTERS}
        self.model = Model(queues, counters=dict.fromkeys(COUNTERS, "closed"))
        self.keys: dict[str, tuple[int, str]] = {}

    def teardown(self) -> None:
        self.compare_fold()
        self.queue.database.close()
        shutil.rmtree(self.folder)

    @property
    def now(self) -> int:
        return self.clock.now_ms()

    def pick(self, number: int, *states: str) -> tuple[int, Leg]:
        """A ticket, mostly one in these states if there is any, so that much succeeds and some does not."""
        every = self.model.tickets
        fit = [ticket for ticket, leg in every.items() if leg.state in states]
        ids = fit if fit and number % 8 else sorted(every)
        return ids[number // 8 % len(ids)], every[ids[number // 8 % len(ids)]]

    def desk(self, number: int, *states: str | None) -> str:
        """A counter, mostly one whose ticket at hand is in these states (None: it has none)."""
        fit = [one for one in COUNTERS if (leg := self.model.at_hand(one)) is None or leg.state in states]
        fit = [one for one in fit if self.model.at_hand(one) is not None or None in states]
        some = fit if fit and number % 8 else COUNTERS
        return some[number // 8 % len(some)]

    # ---- the kiosk and the guide's desk -----------------------------------------------------------

    @initialize(wishes=st.lists(matters, min_size=4, max_size=9))
    def morning(self, wishes: list[str]) -> None:
        """Some already wait, and all counters are open."""
        for matter in wishes:
            self.issue(matter, None)
        for counter in COUNTERS:
            self.open_counter(counter)

    @rule(
        matter=matters,
        cls=st.sampled_from([None, None, "elderly", "military"]),
        errands=st.sampled_from([1, 1, 1, 5]),
    )
    def issue(self, matter: str, cls: str | None, errands: int = 1) -> None:
        key = f"key-{len(self.keys):08d}"
        outcome = actions.issue(
            self.queue,
            KIOSK,
            IssueTicket(matter, priority_class=cls, errands=errands),
            Once(KIOSK.by, key, matter.encode()),
        )
        ticket = outcome.ticket
        assert ticket is not None and not outcome.replayed and ticket.id not in self.model.tickets
        self.keys[key] = (ticket.id, matter)
        queue = MATTERS[matter]
        self.model.tickets[ticket.id] = Leg(ticket.number, queue, queue, errands=errands)
        self.model.issued += 1

    @precondition(lambda self: self.keys)
    @rule(pick=picks, other=st.booleans())
    def issue_with_a_used_key(self, pick: int, other: bool) -> None:
        key = sorted(self.keys)[pick % len(self.keys)]
        ticket, matter = self.keys[key]
        once = Once(KIOSK.by, key, b"another" if other else matter.encode())
        if other:
            with refused_with("key_reused"):
                actions.issue(self.queue, KIOSK, IssueTicket(matter), once)
        else:
            again = actions.issue(self.queue, KIOSK, IssueTicket(matter), once)
            assert again.replayed and again.ticket is not None and again.ticket.id == ticket

    @precondition(lambda self: self.model.tickets)
    @rule(pick=picks)
    def reinstate(self, pick: int) -> None:
        ticket, leg = self.pick(pick, "missed")
        if leg.state == "missed" and leg.reinstated < TIMES:
            returning.reinstate(self.queue, KIOSK, ticket)
            leg.reinstated += 1
            self.model.wait(leg, leg.group)
        else:
            with refused_with("wrong_state", "reinstates_used_up"):
                returning.reinstate(self.queue, KIOSK, ticket)

    @precondition(lambda self: self.model.tickets)
    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        ticket, leg = self.pick(pick, "parked", "missed", "called")
        if leg.state in {"waiting", "called", "missed", "parked"}:
            actions.cancel(self.queue, KIOSK, ticket)
            leg.state = "cancelled"
        else:
            with refused_with("wrong_state"):
                actions.cancel(self.queue, KIOSK, ticket)

    @precondition(lambda self: self.model.tickets)
    @rule(pick=picks, matter=matters, first=st.booleans())
    def send_elsewhere_at_the_guides_desk(self, pick: int, matter: str, first: bool) -> None:
        ticket, leg = self.pick(pick, "waiting")
        target = Target(matter=matter, first=first)
        if leg.state in {"waiting", "called", "serving"}:
            returning.transfer_ticket(self.queue, CLERK, ticket, target)
            leg.of_matter = MATTERS[matter]
            self.model.wait(leg, MATTERS[matter])
        else:
            with refused_with("wrong_state"):
                returning.transfer_ticket(self.queue, CLERK, ticket, target)

    @precondition(lambda self: self.model.tickets)
    @rule(pick=picks)
    def say_back(self, pick: int) -> None:
        ticket, leg = self.pick(pick, "parked")
        if leg.state == "parked":
            parked.report_back(self.queue, KIOSK, ticket)
            self.model.back(leg, self.now)
        else:
            with refused_with("wrong_state"):
                parked.report_back(self.queue, KIOSK, ticket)

    # ---- a counter: calling ------------------------------------------------------------------------

    @rule(pick=picks)
    def call_next(self, pick: int) -> None:
        counter = self.desk(pick, None, "serving")
        at_hand = self.model.at_hand(counter)
        if self.model.counters[counter] == "paused" or (at_hand and at_hand.state == "called"):
            with refused_with("counter_paused", "serve_first"):
                actions.call_next(self.queue, CLERK, counter)
            return
        if at_hand is not None:
            self.model.finish(at_hand)
        back = self.model.returned(counter)
        waiting = {leg.number for leg in ([back] if back else self.model.waiting(counter))}
        ticket = actions.call_next(self.queue, CLERK, counter).ticket
        self.model.counters[counter] = "open"
        assert (ticket is None) == (not waiting)
        if ticket is not None:
            assert ticket.number in waiting
            self.model.call(self.model.tickets[ticket.id], counter, self.now)

    @precondition(lambda self: self.model.tickets)
    @rule(pick=picks, other=picks, reason=st.sampled_from(["老人体弱", "家有急事", ""]))
    def call_chosen(self, pick: int, other: int, reason: str) -> None:
        self._call_number(CLERK, self.desk(other, None), self.pick(pick, "waiting")[1], reason)

    @precondition(lambda self: any(leg.state == "missed" for leg in self.model.tickets.values()))
    @rule(pick=picks, other=picks, boss=st.booleans())
    def call_missed(self, pick: int, other: int, boss: bool) -> None:
        missed = [leg for leg in self.model.tickets.values() if leg.state == "missed"]
        self._call_number(BOSS if boss else CLERK, self.desk(other, None), missed[pick % len(missed)], "")

    def _call_number(self, actor: Actor, counter: str, leg: Leg, reason: str) -> None:
        model = self.model
        right = actor.may_call_missed if leg.state == "missed" else bool(reason) and leg.state == "waiting"
        free = model.counters[counter] != "paused" and model.at_hand(counter) is None
        # The hall asks for a number of today: one of another day is somebody else's now.
        today = [one for one in model.tickets.values() if one.number == leg.number][-1] is leg
        if right and free and today and leg.group in model.queues[counter]:
            ticket = actions.call_number(self.queue, actor, counter, leg.number, reason).ticket
            assert ticket is not None and ticket.number == leg.number
            model.call(leg, counter, self.now)
            model.counters[counter] = "open"
        elif today:
            with refused_with(
                "counter_paused", "finish_first", "not_served_here", "reason_needed", "not_allowed",
                "wrong_state", "number_unknown",
            ):  # fmt: skip
                actions.call_number(self.queue, actor, counter, leg.number, reason)

    @rule(pick=picks)
    def recall(self, pick: int) -> None:
        self._recall(self.desk(pick, "called"))

    def _recall(self, counter: str) -> None:
        leg = self.model.at_hand(counter)
        right = leg is not None and leg.state == "called" and leg.calls < MAX_CALLS
        if leg is not None and right and self.now >= leg.last_call + GAP_MS:
            self._move(counter, Move.RECALL)
            leg.calls, leg.last_call = leg.calls + 1, self.now
        else:
            with refused_with("no_ticket_at_hand", "wrong_state", "recalls_used_up", "recall_too_soon"):
                self._move(counter, Move.RECALL)

    @rule(pick=picks)
    def call_until_missed(self, pick: int) -> None:
        """The long way to a missed ticket, which single steps would seldom find."""
        counter = self.desk(pick, "called")
        leg = self.model.at_hand(counter)
        if leg is None or leg.state != "called":
            return
        while leg.calls < MAX_CALLS:
            self.clock.advance(GAP_MS / 1000)
            self._recall(counter)
        self._no_show(counter)

    # ---- a counter: serving ------------------------------------------------------------------------

    @rule(pick=picks)
    def serve(self, pick: int) -> None:
        self._step(self.desk(pick, "called"), Move.SERVE, "called", "serving")

    @rule(pick=picks, left=st.sampled_from([None, None, 0, 2]))
    def finish(self, pick: int, left: int | None) -> None:
        counter = self.desk(pick, "serving")
        leg = self.model.at_hand(counter)
        if leg is not None and leg.state == "serving":
            actions.move_at_counter(self.queue, CLERK, counter, Move.FINISH, left=left)
            self.model.finish(leg, left)
        else:
            with refused_with("no_ticket_at_hand", "wrong_state"):
                actions.move_at_counter(self.queue, CLERK, counter, Move.FINISH, left=left)

    @rule(pick=picks)
    def park(self, pick: int) -> None:
        counter = self.desk(pick, "serving")
        leg = self.model.at_hand(counter)
        self._step(counter, Move.PARK, "serving", "parked")
        if leg is not None and leg.state == "parked":
            leg.parked_at, leg.back_at = self.now, 0

    @rule(pick=picks)
    def no_show(self, pick: int) -> None:
        self._no_show(self.desk(pick, "called"))

    def _no_show(self, counter: str) -> None:
        leg = self.model.at_hand(counter)
        if leg is not None and leg.state == "called" and leg.calls >= MAX_CALLS:
            self._move(counter, Move.NO_SHOW)
            self.model.miss(leg)
        else:
            with refused_with("no_ticket_at_hand", "wrong_state", "call_again_first"):
                self._move(counter, Move.NO_SHOW)

    @rule(pick=picks)
    def resume(self, pick: int) -> None:
        free = [one for one in COUNTERS if self.model.parked(one) and self.model.at_hand(one) is None]
        counter = free[0] if free and pick % 8 else self.desk(pick, None)
        parked = self.model.parked(counter)
        if parked and self.model.at_hand(counter) is None:
            ticket = returning.resume(self.queue, CLERK, counter).ticket
            assert ticket is not None
            leg = self.model.tickets[ticket.id]
            assert leg.parked_at == parked[0].parked_at, "the longest parked comes first"
            leg.state = "serving"
        else:
            with refused_with("nothing_parked", "finish_first"):
                returning.resume(self.queue, CLERK, counter)

    @rule(to=st.sampled_from(["matter", "zone", "counter"]), pick=picks, first=st.booleans())
    def transfer(self, to: str, pick: int, first: bool) -> None:
        counter = self.desk(pick, "serving", "called")
        matter, other = sorted(MATTERS)[pick % len(MATTERS)], COUNTERS[pick % len(COUNTERS)]
        target, group = {
            "matter": (Target(matter=matter, first=first), MATTERS[matter]),
            "zone": (Target(zone="Z1", first=first), "Z1"),
            "counter": (Target(counter=other, first=first), "@" + other),
        }[to]
        leg = self.model.at_hand(counter)
        if leg is not None:
            returning.transfer(self.queue, CLERK, counter, target)
            leg.of_matter = group if to == "matter" else leg.of_matter
            self.model.wait(leg, group)
        else:
            with refused_with("no_ticket_at_hand"):
                returning.transfer(self.queue, CLERK, counter, target)

    # ---- counters, time, the server ----------------------------------------------------------------

    @rule(counter=desks)
    def open_counter(self, counter: str) -> None:
        counters.open_counter(self.queue, CLERK, counter)
        self.model.counters[counter] = "open"

    @rule(counter=desks)
    def close_counter(self, counter: str) -> None:
        if self.model.at_hand(counter) is None:
            counters.close_counter(self.queue, CLERK, counter)
            self.model.close(counter)
        else:
            with refused_with("counter_busy"):
                counters.close_counter(self.queue, CLERK, counter)

    @rule(counter=desks, back=st.booleans())
    def pause_counter(self, counter: str, back: bool) -> None:
        command = counters.resume_counter if back else counters.pause_counter
        if self.model.counters[counter] == "closed":
            with refused_with("counter_closed"):
                command(self.queue, CLERK, counter)
        else:
            command(self.queue, CLERK, counter)
            self.model.counters[counter] = "open" if back else "paused"

    @rule(seconds=st.sampled_from([1, 19, 20, 300, 1199, 1201]))
    def advance(self, seconds: int) -> None:
        # The day is rolled over by a rule of its own, so that the model knows when.
        if local(self.now + seconds * 1000).hour >= 9:
            self.clock.advance(seconds)

    @rule()
    def look_after_parked(self) -> None:
        rollover.roll_over(self.queue)
        self.model.sweep(self.now)

    @precondition(lambda self: len(self.model.tickets) >= 8)
    @rule(early_bird=st.booleans(), wishes=st.lists(matters, min_size=3, max_size=6))
    def next_day(self, early_bird: bool, wishes: list[str]) -> None:
        """At nine; the rollover may come only after the first ticket of the new day."""
        days = (self.now - MONDAY_9) // DAY_MS + 1
        self.clock.advance((MONDAY_9 + days * DAY_MS - self.now) / 1000)
        still_open = sum(leg.state in OPEN for leg in self.model.tickets.values())
        self.model.new_day()
        if early_bird:
            self.issue("Z1-001", None)
        assert rollover.roll_over(self.queue) == still_open
        self.morning(wishes)

    @rule()
    def restart(self) -> None:
        self.compare_fold()
        self.queue.database.close()
        self.queue = make_queue(self.folder, self.clock)

    # ---- what holds after each command -------------------------------------------------------------

    @invariant()
    def tables_equal_model(self) -> None:
        rows = self.queue.database.read().execute(
            "SELECT t.id, v.number, t.grp, t.state, t.counter, t.reinstated, t.day "
            "FROM ticket t JOIN visit v ON v.id = t.visit"
        )
        found = {row[0]: row[1:] for row in rows.fetchall()}
        assert len(found) == self.model.issued, "none is lost, none is made up"
        for ticket, leg in self.model.tickets.items():
            assert found[ticket][:3] == (leg.number, leg.group, leg.state)
            assert found[ticket][4] == leg.reinstated
            if leg.state in {"called", "serving", "parked"}:
                assert found[ticket][3] == leg.counter
        numbers = Counter((row[5], row[0]) for row in found.values())
        assert not numbers or max(numbers.values()) == 1, "a number once a day"
        owners = Counter(row[3] for row in found.values() if row[2] in {"called", "serving"})
        assert not owners or max(owners.values()) == 1, "one ticket a counter"

    @invariant()
    def view_equals_model(self) -> None:
        state, model = self.queue.view.state, self.model
        zones = Counter(self._zone(leg.group) for leg in model.tickets.values() if leg.state == "waiting")
        assert {zone: line.waiting for zone, line in state.zones.items() if line.waiting} == dict(zones)
        groups = Counter(leg.group for leg in model.tickets.values() if leg.state == "waiting")
        assert {group: count for group, count in state.queues.items() if count} == dict(groups)
        for counter, expected in model.counters.items():
            cell, leg = state.counters[counter], model.at_hand(counter)
            assert cell.state.value == expected
            assert cell.number == (leg.number if leg else None)
            assert leg is None or cell.called == (leg.state == "called")

    def compare_fold(self) -> None:
        """What was folded event by event is what a server that starts now would make of the journal."""
        live = self.queue.view
        fresh = HallView(self.queue.database, self.queue.hall, self.queue.matters)
        assert _untimed(live) == _untimed(fresh)
        for group in self.queue.hall.plan.groups:
            assert live.service_s(group) == pytest.approx(fresh.service_s(group))
        journal.check_chain(self.queue.database.read())

    def _zone(self, group: str) -> str:
        plan = self.queue.hall.plan
        return plan.counters[group[1:]].zone if group.startswith("@") else plan.groups[group].zone

    def _step(self, counter: str, move: Move, before: str, after: str) -> None:
        leg = self.model.at_hand(counter)
        if leg is not None and leg.state == before:
            self._move(counter, move)
            leg.state = after
        else:
            with refused_with("no_ticket_at_hand", "wrong_state"):
                self._move(counter, move)

    def _move(self, counter: str, move: Move) -> None:
        actions.move_at_counter(self.queue, CLERK, counter, move)


def _untimed(view: HallView) -> Any:
    return msgspec.structs.replace(view.state, at="")


@pytest.mark.timeout(3600)
def test_any_order_of_commands(tmp_path: Path, rounds: Callable[[int, int], int]) -> None:
    make_queue(tmp_path, ManualClock(MONDAY_9 - 3_600_000)).database.close()
    Hall.template = tmp_path / "hall.db"
    run_state_machine_as_test(Hall, settings=settings(max_examples=rounds(25, 2000), stateful_step_count=50))
