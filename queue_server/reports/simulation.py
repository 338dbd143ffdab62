"""A day in the hall, event by event: people arrive, clerks call, things go as they go in a hall.

Pure: a heap of what happens next, and a `Hall` that does what is asked of it. Everybody acts on
what a person could see: a clerk who is free calls the next; somebody who is told "nobody waits"
sits idle until a ticket is put into one of the counter's queues.

Times are seconds after local midnight of the day; those after it go on beyond 24 h.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from queue_server.reports.fates import Sending, Visit
from queue_server.reports.parts import Carried, Hall, Rules, Shift

RECALL_SLACK_S = 1.0
"""A clerk looks at the clock before calling again."""

OVERTIME_S = 3 * 3600.0
"""Clerks go on after closing until nobody waits, but not longer than this. Whoever waits then is given a
first slot of the next working day."""

BY_CALL = 0.5
"""Of the clerks, those who go on with whoever is back by calling the next; the others pick the number."""

SWEEP_SLACK_S = 1.0
"""How long after its limit a parked ticket is looked at."""


@dataclass(slots=True)
class _Stay:
    """How far a visit is: rounds of being called, what is left to do, whether it was parked or sent."""

    visit: Visit
    ticket: int
    group: str
    number: str = ""
    round: int = 0
    left_s: float = 0.0
    begun: bool = False
    parked: bool = False
    sent: bool = False
    errands: int = 1


@dataclass(slots=True)
class _Desk:
    """A counter as its clerk knows it."""

    shift: Shift
    open: bool = False
    away: bool = False
    lunch_due: bool = False
    stay: _Stay | None = None
    back: list[_Stay] = field(default_factory=list)
    parked: int = 0


class Day:
    """One day; `run` plays it until the last clerk goes home."""

    def __init__(self, hall: Hall, rules: Rules, shifts: Sequence[Shift], visits: Iterable[Visit]) -> None:
        self._hall = hall
        self._rules = rules
        self._desks = {shift.counter: _Desk(shift) for shift in shifts}
        self._by_group: dict[str, list[_Desk]] = {}
        for desk in self._desks.values():
            for group in (*desk.shift.groups, "@" + desk.shift.counter):
                self._by_group.setdefault(group, []).append(desk)
        self._idle: dict[str, None] = {}
        self._stays: dict[int, _Stay] = {}
        self._now = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self.refused = 0
        self.carried: list[tuple[Visit, Carried]] = []
        self._plan(shifts, visits)

    def run(self) -> None:
        """Play all events in order."""
        while self._events:
            self._now, _, happen = heapq.heappop(self._events)
            self._hall.at(self._now)
            happen()

    def _plan(self, shifts: Sequence[Shift], visits: Iterable[Visit]) -> None:
        for shift in shifts:
            desk = self._desks[shift.counter]
            self._on(shift.opens_s, partial(self._open, desk))
            self._on(shift.closes_s, partial(self._free_if_idle, desk))
            if shift.lunch_s is not None:
                self._on(shift.lunch_s[0], partial(self._lunch, desk))
                self._on(shift.lunch_s[1], partial(self._after_lunch, desk))
        for visit in visits:
            self._on(visit.at_s, partial(self._arrive, visit))
        self._on(max(shift.closes_s for shift in shifts) + OVERTIME_S, self._send_home)

    def _on(self, at_s: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (max(at_s, self._now), next(self._order), happen))

    def _after(self, seconds: float, happen: Callable[[], None]) -> None:
        self._on(self._now + seconds, happen)

    # ---- people -------------------------------------------------------------------------------

    def _arrive(self, visit: Visit) -> None:
        issued = self._hall.issue(visit)
        if issued is None:
            self.refused += 1
            return
        ticket, group = issued
        errands = 1 if visit.code else visit.errands
        stay = self._stays[ticket] = _Stay(visit, ticket, group, left_s=visit.service_s, errands=errands)
        if visit.patience_s is not None:
            self._after(visit.patience_s, partial(self._give_back, stay))
        self._ring(group)

    def _give_back(self, stay: _Stay) -> None:
        if not stay.number:
            self._hall.cancel(stay.ticket)

    def _send_home(self) -> None:
        for one in self._hall.carry_over():
            stay = self._stays[one.ticket]
            stay.number = one.code
            self.carried.append((stay.visit, one))

    def _come_back(self, stay: _Stay) -> None:
        """Somebody who missed the call asks to be put back, if anybody is still there to call them."""
        if not any(self._may_call(desk) for desk in self._by_group.get(stay.group, ())):
            return
        if self._hall.reinstate(stay.ticket):
            self._ring(stay.group)

    def _fill_in(self, desk: _Desk, stay: _Stay) -> None:
        """A parked visit is ready to go on."""
        self._hall.back(stay.ticket)
        desk.back.append(stay)
        self._free_if_idle(desk)

    # ---- clerks -------------------------------------------------------------------------------

    def _open(self, desk: _Desk) -> None:
        self._hall.open(desk.shift.counter)
        desk.open = True
        self._free(desk)

    def _lunch(self, desk: _Desk) -> None:
        desk.lunch_due = desk.open
        self._free_if_idle(desk)

    def _after_lunch(self, desk: _Desk) -> None:
        desk.lunch_due = False
        if desk.away:
            self._hall.unpause(desk.shift.counter)
            desk.away = False
            self._free(desk)

    def _may_call(self, desk: _Desk) -> bool:
        return desk.open and self._now < desk.shift.closes_s + OVERTIME_S

    def _ring(self, group: str) -> None:
        """Somebody waits in a queue: who has been idle there for longest calls."""
        desks = {desk.shift.counter for desk in self._by_group.get(group, ())}
        free = next((counter for counter in self._idle if counter in desks), None)
        if free is not None:
            self._free(self._desks[free])

    def _free_if_idle(self, desk: _Desk) -> None:
        if desk.shift.counter in self._idle:
            self._free(desk)

    def _free(self, desk: _Desk) -> None:
        """Nothing is at hand, or what was is done: go to lunch, go on with a form, or call the next."""
        counter = desk.shift.counter
        self._idle.pop(counter, None)
        if desk.stay is not None and (self._has_more(desk.stay) or self._stops(desk)):
            self._finish(desk, desk.stay)
        if desk.lunch_due:
            self._hall.pause(counter)
            desk.away, desk.lunch_due = True, False
        elif desk.back:
            self._resume(desk, desk.back.pop(0))
        else:
            self._next(desk)

    def _has_more(self, stay: _Stay) -> bool:
        return stay.errands > self._rules.matters_a_call

    def _stops(self, desk: _Desk) -> bool:
        return desk.lunch_due or bool(desk.back) or not self._may_call(desk)

    def _finish(self, desk: _Desk, stay: _Stay) -> None:
        """End a service; an agent with more matters goes to the tail and is called again."""
        desk.stay = None
        group = self._hall.finish(desk.shift.counter)
        if group:
            stay.group, stay.number, stay.begun = group, "", False
            stay.errands -= self._rules.matters_a_call
            stay.left_s = stay.visit.service_s
            self._ring(group)
            if not self._may_call(desk):
                self._send_home()

    def _next(self, desk: _Desk) -> None:
        counter = desk.shift.counter
        called = self._hall.call_next(counter) if self._may_call(desk) else None
        desk.stay = None
        if called is not None:
            stay = desk.stay = self._stays[called.ticket]
            stay.number = called.number
            self._wait_for(desk, stay, 1)
        elif self._now >= desk.shift.closes_s and not desk.parked:
            self._hall.close(counter)
            desk.open = False
        else:
            self._idle[counter] = None

    def _wait_for(self, desk: _Desk, stay: _Stay, calls: int) -> None:
        """The number stands on the boards: somebody comes, or it is called again, or given up."""
        gap_s = self._rules.recall_gap_s + RECALL_SLACK_S
        came_s = stay.visit.walk_s - (calls - 1) * gap_s
        if not _absent(stay) and came_s <= gap_s:
            self._after(max(0.0, came_s), partial(self._serve, desk, stay))
        elif calls < self._rules.max_calls:
            self._after(gap_s, partial(self._recall, desk, stay, calls + 1))
        else:
            self._after(gap_s, partial(self._miss, desk, stay))

    def _recall(self, desk: _Desk, stay: _Stay, calls: int) -> None:
        self._hall.recall(desk.shift.counter)
        self._wait_for(desk, stay, calls)

    def _miss(self, desk: _Desk, stay: _Stay) -> None:
        self._hall.miss(desk.shift.counter)
        desk.stay = None
        self._return_later(stay)
        self._free(desk)

    def _return_later(self, stay: _Stay) -> None:
        back_s = stay.visit.back_s[min(stay.round, len(stay.visit.back_s) - 1)]
        stay.round += 1
        if back_s is not None:
            self._after(back_s, partial(self._come_back, stay))

    def _serve(self, desk: _Desk, stay: _Stay) -> None:
        self._hall.serve(desk.shift.counter)
        stay.begun = True
        self._work(desk, stay)

    def _resume(self, desk: _Desk, stay: _Stay) -> None:
        desk.parked -= 1
        if stay.visit.pick < BY_CALL and self._may_call(desk):
            self._next(desk)
            return
        self._hall.resume(desk.shift.counter, stay.number)
        desk.stay = stay
        self._work(desk, stay)

    def _work(self, desk: _Desk, stay: _Stay) -> None:
        """Serve until a form is missing, somebody else has to go on, or all is done."""
        visit = stay.visit
        if visit.sending is not None and not stay.sent:
            self._after(visit.sending.after_s, partial(self._send, desk, stay, visit.sending))
        elif visit.parked_s is not None and not stay.parked:
            stay.left_s /= 2
            self._after(stay.left_s, partial(self._park, desk, stay, visit.parked_s))
        else:
            self._after(stay.left_s, partial(self._free, desk))

    def _park(self, desk: _Desk, stay: _Stay, parked_s: float) -> None:
        self._hall.park(desk.shift.counter)
        stay.parked, desk.stay = True, None
        desk.parked += 1
        limit_s = self._rules.parked_limit_s
        if parked_s < limit_s:
            self._after(parked_s, partial(self._fill_in, desk, stay))
        self._after(limit_s + SWEEP_SLACK_S, partial(self._look_at_parked, desk, stay, parked_s))
        self._free(desk)

    def _look_at_parked(self, desk: _Desk, stay: _Stay, parked_s: float) -> None:
        self._hall.sweep()
        if parked_s >= self._rules.parked_limit_s:
            desk.parked -= 1
            self._after(parked_s - self._rules.parked_limit_s, partial(self._come_back, stay))
            self._free_if_idle(desk)

    def _send(self, desk: _Desk, stay: _Stay, sending: Sending) -> None:
        """Send a visit on; after closing nobody is there to take it, so this clerk sees it through."""
        stay.sent = True
        if self._now >= desk.shift.closes_s:
            self._work(desk, stay)
            return
        colleague = self._colleague(desk, stay, sending.pick)
        group = self._hall.send(desk.shift.counter, sending, colleague)
        desk.stay = None
        stay.group, stay.left_s = group, sending.service_s
        self._ring(group)
        self._free(desk)

    def _colleague(self, desk: _Desk, stay: _Stay, pick: float) -> str:
        """Another counter at work that looks after the same queue; empty if there is none."""
        others = [
            other.shift.counter
            for other in self._by_group.get(stay.group, ())
            if other is not desk and other.open and not other.away
        ]
        return others[int(pick * len(others))] if others else ""


def _absent(stay: _Stay) -> bool:
    """Whether nobody comes to this round of calls; who was at a counter once stays near."""
    if stay.begun or stay.round >= len(stay.visit.absent):
        return False
    return stay.visit.absent[stay.round]
