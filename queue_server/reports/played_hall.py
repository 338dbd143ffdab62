"""A hall for a simulated day: the real actions on a real database, under a clock moved by hand."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

from queue_server.appointments import actions as appointments
from queue_server.appointments import carrying
from queue_server.appointments.desk import Desk
from queue_server.appointments.keeping import keep
from queue_server.catalogue import actions as catalogue
from queue_server.clock import HALL_ZONE, ManualClock, parse_rfc3339, rfc3339
from queue_server.database import Database
from queue_server.hall import actions as hall
from queue_server.hall import rules as hall_rules
from queue_server.journal import roots
from queue_server.refusals import Refused
from queue_server.reports.fates import Sending, Visit
from queue_server.reports.parts import Called, Carried
from queue_server.settings import CATALOGUE_FILE
from queue_server.tickets import actions, counters, parked, returning, rollover, store
from queue_server.tickets.days import DAY_MARK
from queue_server.tickets.model import Actor, Move, Once, Outcome
from queue_server.tickets.queue import Queue
from queue_server.tickets.returning import Target
from queue_server.tickets.view import HallView
from queue_server.wire import IssueTicket, TicketState
from queue_server.wire.appointments import BookAppointment
from queue_server.wire.tickets import Citizen

KIOSK = Actor("device:kiosk-1")
WEB = Actor("web")
CITIZEN = Actor("citizen")
ALL = 1_000_000
SWEEP_EVERY_S = 300
"""The server looks more often; nobody here would notice."""

NO_PLACE = {"appointment_full", "appointment_slot", "appointment_not_offered"}
"""Whoever gets one of these answers comes without a booking."""

FOLD_EVERY = 500
"""Actions between two foldings of the log: nobody idles here, so it would grow without end."""

Watch = Callable[[str], None]


def open_queue(path: Path, clock: ManualClock, policy: Path) -> Queue:
    """Open a database file and seed it with a hall and the catalogue if it is empty.

    Commits are not forced to the disk: a simulated ticket that a power cut takes is played again.
    """
    database = Database(path, clock, synchronous="NORMAL")
    try:
        hall.seed(database, policy, "system")
        catalogue.seed(database, CATALOGUE_FILE, "system")
        book = hall.HallBook(database, clock)
        matters = catalogue.MatterBook(database, book)
        view = HallView(database, book, matters)
    except BaseException:
        database.close()
        raise
    return Queue(
        database=database,
        hall=book,
        matters=matters,
        view=view,
        open_now=lambda at_ms: hall_rules.is_open(book.plan, at_ms, False),
        status_url=lambda visit: f"/s/{visit}",
    )


class PlayedHall:
    """Does what a simulated day asks for; see `simulation.Hall`.

    `watch` is told the name of each counter just before it calls the next: a test looks over its
    shoulder there.
    """

    def __init__(
        self, bookings: Desk, clock: ManualClock, date: datetime.date, watch: Watch | None = None
    ) -> None:
        queue = bookings.queue
        self._queue, self._bookings = queue, bookings
        self._clock = clock
        self._date = date
        self._midnight_ms = midnight_ms(date)
        self._classes = list(queue.hall.plan.priority_classes)
        self._watch = watch
        self._clerks = {counter: Actor(f"staff:{counter}", counter) for counter in queue.hall.plan.counters}
        self._keys = 0
        self._moves = 0
        self._swept = -1
        self.refused: dict[str, int] = {}

    def at(self, time_s: float) -> None:
        """Set the clock, and let the server's own threads do what is due by then."""
        self._clock.advance((self._midnight_ms + round(time_s * 1000) - self._clock.now_ms()) / 1000)
        self._moves += 1
        if self._moves % FOLD_EVERY == 0:
            self._queue.database.fold_log()
        if time_s // SWEEP_EVERY_S != self._swept:
            self._swept = int(time_s // SWEEP_EVERY_S)
            roots.publish(self._queue.database)
            self.sweep()

    def issue(self, visit: Visit) -> tuple[int, str] | None:
        """Take a number at the kiosk."""
        self._keys += 1
        key = f"{self._date.isoformat()}-{self._keys:05d}"
        wish = IssueTicket(visit.matter, priority_class=self._class_of(visit), errands=visit.errands)
        once = Once(KIOSK.by, key, f"{wish.matter} {wish.priority_class}".encode())
        try:
            if visit.code:
                ticket = appointments.check_in(self._bookings, KIOSK, visit.code, once).answer.ticket
                return (0, "") if ticket is None else (ticket.id, visit.group)
            outcome = actions.issue(self._queue, KIOSK, wish, once)
        except Refused as refused:
            self.refused[refused.code] = self.refused.get(refused.code, 0) + 1
            return None
        return _id(outcome), _group(outcome)

    def book(self, visit: Visit, starts_ms: int, person: bytes) -> str:
        """Book a place for a visit; returns the code, empty if there is none to be had."""
        self._keys += 1
        wish = BookAppointment(visit.matter, rfc3339(starts_ms), Citizen("simulated"))
        once = Once("web", f"{self._date.isoformat()}-{self._keys:05d}", person)
        try:
            return appointments.book(self._bookings, WEB, wish, person, once).answer.appointment.code
        except Refused as refused:
            if refused.code not in NO_PLACE:
                raise
            return ""

    def call_next(self, counter: str) -> Called | None:
        """Call who is next."""
        if self._watch is not None:
            self._watch(counter)
        ticket = actions.call_next(self._queue, self._clerks[counter], counter).ticket
        return None if ticket is None else Called(ticket.id, ticket.number)

    def recall(self, counter: str) -> None:
        """Call again."""
        self._move(counter, Move.RECALL)

    def serve(self, counter: str) -> None:
        """Begin."""
        self._move(counter, Move.SERVE)

    def finish(self, counter: str) -> str:
        """End; an agent with more matters goes to the tail."""
        outcome = actions.move_at_counter(self._queue, self._clerks[counter], counter, Move.FINISH)
        waits = outcome.ticket is not None and outcome.ticket.state is TicketState.WAITING
        return _group(outcome) if waits else ""

    def miss(self, counter: str) -> None:
        """Nobody came."""
        self._move(counter, Move.NO_SHOW)

    def park(self, counter: str) -> None:
        """Put aside."""
        self._move(counter, Move.PARK)

    def back(self, ticket: int) -> None:
        """Say at the kiosk that one is back."""
        parked.report_back(self._queue, KIOSK, ticket)

    def resume(self, counter: str, number: str) -> None:
        """Go on with a parked ticket."""
        returning.resume(self._queue, self._clerks[counter], counter, number)

    def send(self, counter: str, sending: Sending, colleague: str) -> str:
        """Transfer; a colleague who is not there makes it a transfer to the matter."""
        target = Target(matter=sending.matter, first=sending.first)
        if sending.kind == "zone":
            target = Target(zone=sending.zone, first=sending.first)
        elif sending.kind == "counter" and colleague:
            target = Target(counter=colleague, first=sending.first)
        return _group(returning.transfer(self._queue, self._clerks[counter], counter, target))

    def reinstate(self, ticket: int) -> str:
        """Put a missed ticket back; empty if it was given up or was not missed after all."""
        try:
            return _group(returning.reinstate(self._queue, KIOSK, ticket))
        except Refused as refused:
            if refused.code not in {"wrong_state", "reinstates_used_up"}:
                raise
            return ""

    def cancel(self, ticket: int) -> None:
        """Give a number back."""
        actions.cancel(self._queue, KIOSK, ticket)

    def carry_over(self) -> list[Carried]:
        """Give everybody who still waits a first slot of the next working day, as their phones offer it."""
        db, found = self._queue.database.read(), []
        for row in store.in_state(db, store.mark(db, DAY_MARK) or "", TicketState.WAITING, ALL):
            told = carrying.carry_over(self._bookings, CITIZEN, row.id, only_if_late=True).answer.appointment
            found.append(Carried(row.id, told.code, parse_rfc3339(told.starts_at)))
        return found

    def open(self, counter: str) -> None:
        """Sit down."""
        counters.open_counter(self._queue, self._clerks[counter], counter)

    def close(self, counter: str) -> None:
        """Go home."""
        counters.close_counter(self._queue, self._clerks[counter], counter)

    def pause(self, counter: str) -> None:
        """Go to lunch."""
        counters.pause_counter(self._queue, self._clerks[counter], counter)

    def unpause(self, counter: str) -> None:
        """Come back."""
        counters.resume_counter(self._queue, self._clerks[counter], counter)

    def sweep(self) -> None:
        """Miss who is parked too long; after 04:00, expire what is left and open the day."""
        rollover.roll_over(self._queue)
        keep(self._bookings)

    def _move(self, counter: str, move: Move) -> None:
        actions.move_at_counter(self._queue, self._clerks[counter], counter, move)

    def _class_of(self, visit: Visit) -> str | None:
        """One of the hall's priority classes for who has one."""
        if not visit.priority or not self._classes:
            return None
        return self._classes[int(visit.pick * len(self._classes))]


def midnight_ms(date: datetime.date) -> int:
    """Local midnight at which a date begins, in ms UTC."""
    return round(datetime.datetime.combine(date, datetime.time(), HALL_ZONE).timestamp() * 1000)


def _id(outcome: Outcome) -> int:
    if outcome.ticket is None:
        raise LookupError("an action answered without a ticket")
    return outcome.ticket.id


def _group(outcome: Outcome) -> str:
    """The queue that a ticket stands in after an action."""
    if outcome.event is None:
        raise LookupError("an action answered without an event")
    return str(outcome.event.data["group"])
