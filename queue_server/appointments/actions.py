"""What people do with bookings: look for a slot, book, cancel, check in. Each action is one write."""

from __future__ import annotations

from dataclasses import dataclass

from queue_server.appointments import rules, store
from queue_server.appointments.desk import Desk, date_of
from queue_server.appointments.model import Arrival, Booking, BookingKind, BookingMove
from queue_server.clock import business_day, local, parse_rfc3339, rfc3339
from queue_server.database import Tx
from queue_server.hall.model import GroupPlan
from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.tickets import admission, days, moves
from queue_server.tickets import store as tickets
from queue_server.tickets.booked import Reserved, issue_reserved
from queue_server.tickets.model import Actor, Once, Outcome
from queue_server.wire import EventKind, IssueTicket, Ticket
from queue_server.wire.appointments import (
    Appointment,
    AppointmentAnswer,
    AppointmentState,
    BookAppointment,
    Slot,
    SlotDay,
    Slots,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What an action answers, and whether it gave this answer before."""

    answer: AppointmentAnswer
    replayed: bool = False


def slots(desk: Desk, matter: str, date: str = "") -> Slots:
    """The slots that can be booked for a matter, on one date or on all; with the places left.

    Raises Refused: `matter_unknown` and its kin, `appointment_not_offered`, `bad_filter`.
    """
    plan, now = desk.queue.hall.plan, desk.queue.database.clock.now_ms()
    group = _offered(desk, matter)
    dates = rules.bookable_dates(plan, date_of(business_day(now)))
    if date:
        dates = [one for one in dates if one.isoformat() == date]
        if not dates:
            raise Refused("bad_filter", field="date", value=date)
    times = {one: rules.slots_on(plan, one) for one in dates}
    starts = [slot.starts_at for found in times.values() for slot in found]
    span = (min(starts, default=0), max(starts, default=0))
    taken = store.taken_between(desk.queue.database.read(), group.id, matter, span)
    most, most_own = rules.places(desk.rules, group.id, matter)

    def free(starts_at: int) -> int:
        whole, own = taken.get(starts_at, (0, 0))
        return max(0, min(most - whole, most_own - own))

    found = [
        SlotDay(
            one.isoformat(),
            [Slot(rfc3339(slot.starts_at), rfc3339(slot.ends_at), free(slot.starts_at)) for slot in of_day],
            plan.calendar.day(one).provisional,
        )
        for one, of_day in times.items()
    ]
    return Slots(matter, found)


def book(desk: Desk, actor: Actor, wish: BookAppointment, person: bytes, once: Once) -> Told:
    """Take a place in a slot for a person (keyed hash).

    Raises Refused: `matter_unknown` and its kin, `appointment_not_offered`, `appointment_slot`,
    `appointment_same_day`, `appointment_blocked`, `appointment_full`, `key_reused`.
    """
    starts_at = _time(wish.starts_at)

    def command(tx: Tx) -> Told:
        earlier = _earlier(tx, desk, once)
        if earlier is not None:
            return earlier
        plan, today = desk.queue.hall.plan, days.today(tx)
        group = _offered(desk, wish.matter)
        date = local(starts_at).date()
        slot = rules.find_slot(plan, starts_at, date, date_of(today))
        _check_person(tx, desk, person, date.isoformat())
        _check_places(tx, desk, group, wish.matter, starts_at)
        booking = store.add(
            tx,
            Booking(
                id=0,
                code=desk.new_code(),
                kind=BookingKind.BOOKED,
                state=AppointmentState.BOOKED,
                person=person,
                matter=wish.matter,
                group=group.id,
                day=date.isoformat(),
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                lang=wish.lang,
                booked_at=tx.now,
                booked_by=actor.by,
                ended_at=None,
                ticket=None,
                policy=plan.version,
            ),
        )
        event = desk.record(tx, EventKind.APPOINTMENT_BOOKED, actor.by, booking)
        tickets.remember(tx, once, event.seq)
        return Told(AppointmentAnswer(desk.shown(booking)))

    return desk.queue.database.write(command)


def read(desk: Desk, code: str) -> Appointment:
    """Read a booking by its code; raises Refused("appointment_unknown")."""
    with desk.queue.database.snapshot() as db:
        found = store.by_code(db, rules.read_code(code))
        if found is None:
            raise Refused("appointment_unknown")
        row = tickets.ticket(db, found.ticket) if found.ticket is not None else None
    return desk.shown(found, desk.queue.shown(row) if row else None)


def cancel(desk: Desk, actor: Actor, code: str) -> Appointment:
    """Give a booking back.

    Raises Refused: `appointment_unknown`, `appointment_state`, `appointment_cancel_late`. A place
    that was carried over can be given back at any time.
    """

    def command(tx: Tx) -> Appointment:
        booking = desk.known(tx, code)
        state = rules.after(booking, BookingMove.CANCEL)
        late = tx.now > rules.cancel_until(desk.rules, booking)
        if late and booking.kind is BookingKind.BOOKED:
            raise Refused("appointment_cancel_late", hours=desk.rules.cancel_until_h)
        booking = store.save(tx, booking, state)
        desk.record(tx, EventKind.APPOINTMENT_CANCELLED, actor.by, booking, reason="wish")
        return desk.shown(booking)

    return desk.queue.database.write(command)


def check_in(
    desk: Desk, actor: Actor, code: str, once: Once, person: bytes | None = None, lang: str | None = None
) -> Told:
    """Turn a booking into a ticket.

    In time the ticket counts as arrived shortly before the slot; late it goes to the tail. `person`
    is the hash of a document that was shown beside the code. Raises Refused:
    `appointment_unknown`, `appointment_not_yours`, `appointment_state`, `appointment_early`,
    `appointment_over`, and what issuing a ticket says.
    """

    def find(tx: Tx) -> Booking:
        booking = desk.known(tx, code)
        if person is not None and booking.person is not None and booking.person != person:
            raise Refused("appointment_not_yours")
        return booking

    return desk.queue.database.write(
        lambda tx: _earlier(tx, desk, once) or _take_in(tx, desk, actor, find(tx), (once, lang))
    )


def check_in_person(desk: Desk, actor: Actor, person: bytes, once: Once, lang: str | None = None) -> Told:
    """Check a person in by their document: of today's bookings the one nearest to now.

    Raises Refused("appointment_none_today") beside what `check_in` raises.
    """

    def find(tx: Tx) -> Booking:
        found = store.of_person(tx.db, person, days.today(tx))
        if not found:
            raise Refused("appointment_none_today")
        return min(found, key=lambda one: abs(one.starts_at - tx.now))

    return desk.queue.database.write(
        lambda tx: _earlier(tx, desk, once) or _take_in(tx, desk, actor, find(tx), (once, lang))
    )


def _take_in(tx: Tx, desk: Desk, actor: Actor, booking: Booking, asked: tuple[Once, str | None]) -> Told:
    once, lang = asked
    today = days.today(tx)
    state = rules.after(booking, BookingMove.CHECK_IN)
    late = rules.check_day(desk.rules, booking, today, tx.now) is Arrival.LATE
    channel = "kiosk" if actor.clerk is None else "guide"
    request = IssueTicket(booking.matter, channel, None, "en" if (lang or booking.lang) == "en" else "zh")
    key = None if late else rules.virtual_arrival(desk.rules, booking)
    issued = issue_reserved(tx, desk.queue, actor, request, Reserved(booking.person, booking.starts_at, key))
    ticket = _ticket(issued)
    booking = store.save(tx, booking, state, ticket.id)
    bare = desk.queue.shown(moves.known(tx, ticket.id))
    desk.record(tx, EventKind.APPOINTMENT_CHECKED_IN, actor.by, booking, bare, late=late)
    moves.remember(tx, once, issued)
    return Told(AppointmentAnswer(desk.shown(booking, ticket), ticket))


def _offered(desk: Desk, matter: str) -> GroupPlan:
    """The queue of a matter that takes bookings."""
    queue = desk.queue
    group = admission.group_of(queue, matter)
    offer = queue.matters.get(matter)
    if offer is None or not offer.item.appointment or not rules.places(desk.rules, group.id, matter)[1]:
        raise Refused("appointment_not_offered", matter=offer.name if offer else matter)
    return group


def _check_person(tx: Tx, desk: Desk, person: bytes, day: str) -> None:
    if store.has_booked(tx.db, person, day):
        raise Refused("appointment_same_day")
    since = tx.now - (desk.rules.no_show_days + desk.rules.blocked_days) * rules.DAY_MS
    until = rules.blocked_until(desk.rules, store.missed_at(tx.db, person, since))
    if until is not None and tx.now < until:
        raise Refused("appointment_blocked", until=local(until).date().isoformat())


def _check_places(tx: Tx, desk: Desk, group: GroupPlan, matter: str, starts_at: int) -> None:
    most, most_own = rules.places(desk.rules, group.id, matter)
    whole, own = store.taken(tx.db, group.id, starts_at, matter)
    if whole >= most or own >= most_own:
        raise Refused("appointment_full")


def _earlier(tx: Tx, desk: Desk, once: Once) -> Told | None:
    """The answer that this key got before; raises Refused("key_reused") for another request."""
    remembered = tickets.remembered(tx.db, once)
    if remembered is None:
        return None
    request, seq = remembered
    if request != once.request:
        raise Refused("key_reused")
    event = journal.event_at(tx.db, seq)
    if event is None:
        raise LookupError(f"journal row {seq} of a remembered key is gone")
    if event.ticket is not None:
        booking = store.of_ticket(tx.db, event.ticket.id)
        ticket: Ticket | None = desk.queue.with_address(event.ticket)
    else:
        booking, ticket = store.by_id(tx.db, event.data["appointment"]), None
    if booking is None:
        raise LookupError(f"the booking of journal row {seq} is gone")
    return Told(AppointmentAnswer(desk.shown(booking, ticket), ticket), replayed=True)


def _ticket(outcome: Outcome) -> Ticket:
    if outcome.ticket is None:
        raise LookupError("a ticket was issued and is not there")
    return outcome.ticket


def _time(text: str) -> int:
    try:
        return parse_rfc3339(text)
    except ValueError:
        raise Refused("appointment_slot") from None
