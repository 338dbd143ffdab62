"""What happens to bookings by itself: nobody came, the day is over, the hall will be closed.

The server's rollover thread calls `keep` every few seconds; each piece is one short write.
"""

from __future__ import annotations

import datetime

from queue_server.appointments import rules, store
from queue_server.appointments.carrying import first_place
from queue_server.appointments.desk import Desk, date_of
from queue_server.appointments.model import Booking, BookingKind, BookingMove
from queue_server.database import Tx
from queue_server.hall.model import HallPlan
from queue_server.hall.rules import at_minute
from queue_server.refusals import Refused
from queue_server.tickets import days
from queue_server.wire import EventKind
from queue_server.wire.appointments import AppointmentState

AT_ONCE = 50
SYSTEM = "system"


def keep(desk: Desk) -> int:
    """End what is over and move what can't take place; returns how many bookings were touched.

    Safe to call at any time and as often as one likes.
    """
    touched = 0
    for piece in (_end_piece, _withdraw_piece):
        while count := desk.queue.database.write(lambda tx, piece=piece: piece(tx, desk)):  # type: ignore[misc]
            touched += count
    if touched:
        forget(desk)
    return touched


def forget(desk: Desk) -> None:
    """Drop who booked, after the time that the hall keeps identities; missed bookings count longer."""
    plan = desk.queue.hall.plan
    kept, counted = plan.retention.ticket_identity_days, desk.rules.no_show_days + desk.rules.blocked_days

    def piece(tx: Tx) -> int:
        today = date_of(days.today(tx))
        before, missed_before = (
            (today - datetime.timedelta(days=count)).isoformat() for count in (kept, max(kept, counted))
        )
        return store.forget_people(tx, before, missed_before, AT_ONCE)

    while desk.queue.database.write(piece):
        pass


def _end_piece(tx: Tx, desk: Desk) -> int:
    today = days.today(tx)
    in_time_until = tx.now - desk.rules.late_min * rules.MINUTE_MS
    found = store.over(tx.db, today, in_time_until, AT_ONCE)
    for booking in found:
        missed = booking.kind is BookingKind.BOOKED and booking.day == today
        move, kind = (
            (BookingMove.MISS, EventKind.APPOINTMENT_MISSED)
            if missed
            else (BookingMove.EXPIRE, EventKind.APPOINTMENT_EXPIRED)
        )
        ended = store.save(tx, booking, rules.after(booking, move))
        desk.record(tx, kind, SYSTEM, ended)
    return len(found)


def _withdraw_piece(tx: Tx, desk: Desk) -> int:
    """Look after bookings of slots at which the hall will be closed: a new holiday, a typhoon."""
    plan = desk.queue.hall.plan
    for day, starts_at, ends_at in store.open_slots(tx.db, tx.now):
        if not _is_closed(plan, day, starts_at, ends_at):
            continue
        found = store.open_in(tx.db, day, starts_at, AT_ONCE)
        for booking in found:
            _withdraw(tx, desk, booking)
        return len(found)
    return 0


def _withdraw(tx: Tx, desk: Desk, booking: Booking) -> None:
    """Cancel a booking without blame; whoever was promised a place gets the next one instead."""
    if booking.kind is BookingKind.CARRIED:
        try:
            day, slot = first_place(tx, desk, booking.group, date_of(days.today(tx)))
        except Refused:
            day, slot = "", None
        if slot is not None:
            moved = store.move_to(tx, booking, day, slot)
            desk.record(tx, EventKind.APPOINTMENT_CARRIED_OVER, SYSTEM, moved, reason="hall_closed")
            return
    ended = store.save(tx, booking, AppointmentState.CANCELLED)
    desk.record(tx, EventKind.APPOINTMENT_CANCELLED, SYSTEM, ended, reason="hall_closed")


def _is_closed(plan: HallPlan, day: str, starts_at: int, ends_at: int) -> bool:
    """Whether the hall is closed for the whole of a slot of a day, whatever its length was when booked."""
    date = date_of(day)
    open_times = [(at_minute(date, starts), at_minute(date, ends)) for starts, ends in plan.spans_on(date)]
    return not any(starts < ends_at and starts_at < ends for starts, ends in open_times)
