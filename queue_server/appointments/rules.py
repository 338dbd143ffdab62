"""The rules of booking, pure: which slots there are, who may book, who comes early or late.

The life of a booking. It is *booked* until its holder checks in (*checked in*, and a ticket takes
over), gives it back in time (*cancelled*), or lets the time to check in go by (*missed*). Who comes
late on the same day is still checked in, gets an ordinary ticket, and nothing is held against them.
A place that was carried over from an earlier day, and one whose end nobody could notice in time
because the server was off, *expires* without blame.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from queue_server.appointments.model import Arrival, Booking, BookingMove, SlotTime
from queue_server.clock import local
from queue_server.hall.calendar import dates_from, next_working_day
from queue_server.hall.model import HallPlan
from queue_server.hall.planning import AppointmentRules
from queue_server.hall.rules import at_minute
from queue_server.refusals import Refused
from queue_server.wire.appointments import AppointmentState

B, M = AppointmentState.BOOKED, AppointmentState.MISSED

MOVES: dict[tuple[AppointmentState, BookingMove], AppointmentState] = {
    (B, BookingMove.CHECK_IN): AppointmentState.CHECKED_IN,
    (M, BookingMove.CHECK_IN): AppointmentState.CHECKED_IN,
    (B, BookingMove.CANCEL): AppointmentState.CANCELLED,
    (B, BookingMove.MISS): M,
    (B, BookingMove.EXPIRE): AppointmentState.EXPIRED,
}

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000

CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, which are read and heard as other signs."""
CODE_LENGTH = 10
"""50 bits: whoever asks a thousand times a second finds none of a thousand bookings in 30 years."""
_LOOKALIKES = str.maketrans("ILO", "110", " -")
QR_PREFIX = "YC-B:"


def after(booking: Booking, move: BookingMove) -> AppointmentState:
    """The state after a move; raises Refused("appointment_state") for a pair not in the table."""
    found = MOVES.get((booking.state, move))
    if found is None:
        raise Refused("appointment_state", booking=booking.state.value, booking_move=move.value)
    return found


def code_text(number: int) -> str:
    """Write a random number below 2**50 as a code."""
    signs = []
    for _ in range(CODE_LENGTH):
        number, digit = divmod(number, len(CODE_SIGNS))
        signs.append(CODE_SIGNS[digit])
    return "".join(signs)


def read_code(text: str) -> str:
    """The code as stored, however it was typed, spoken or scanned; raises Refused("appointment_unknown")."""
    wanted = text.strip().upper().removeprefix(QR_PREFIX).translate(_LOOKALIKES)
    if len(wanted) != CODE_LENGTH or not set(wanted) <= set(CODE_SIGNS):
        raise Refused("appointment_unknown")
    return wanted


def shown_code(code: str) -> str:
    """A code in two halves, as people read it."""
    return f"{code[:5]}-{code[5:]}"


def bookable_dates(plan: HallPlan, today: datetime.date) -> list[datetime.date]:
    """The dates that can be booked today: from tomorrow to so many working days ahead, if open."""
    last = today
    for _ in range(plan.appointments.days_ahead):
        last = next_working_day(plan.calendar, last)
    first = today + datetime.timedelta(days=1)
    return [date for date in dates_from(first, last) if plan.spans_on(date)]


def slots_on(plan: HallPlan, date: datetime.date) -> list[SlotTime]:
    """The slots of a date. None reaches over closing time or a closed lunch break."""
    length = plan.appointments.slot_min
    return [
        SlotTime(at_minute(date, minute), at_minute(date, minute + length))
        for starts, ends in plan.spans_on(date)
        for minute in range(starts, ends - length + 1, length)
    ]


def find_slot(plan: HallPlan, starts_at: int, date: datetime.date, today: datetime.date) -> SlotTime:
    """The slot that begins at a time on a date; raises Refused("appointment_slot") if none can be booked."""
    if date in bookable_dates(plan, today):
        for slot in slots_on(plan, date):
            if slot.starts_at == starts_at:
                return slot
    raise Refused("appointment_slot")


def places(rules: AppointmentRules, group: str, matter: str) -> tuple[int, int]:
    """How many places a slot has for a queue, and how many of them for one matter."""
    whole = rules.capacity.get(group, 0)
    return whole, min(whole, rules.matters.get(matter, whole))


def window(rules: AppointmentRules, booking: Booking) -> tuple[int, int]:
    """From when to when (ms UTC, the last included) somebody checks in in time."""
    return booking.starts_at - rules.early_min * MINUTE_MS, booking.starts_at + rules.late_min * MINUTE_MS


def arrival(rules: AppointmentRules, booking: Booking, now: int) -> Arrival:
    """Whether somebody who comes now is early, in time or late."""
    opens, closes = window(rules, booking)
    if now < opens:
        return Arrival.EARLY
    return Arrival.IN_TIME if now <= closes else Arrival.LATE


def check_day(rules: AppointmentRules, booking: Booking, today: str, now: int) -> Arrival:
    """When somebody comes; raises Refused("appointment_early") or, on a later day, ("appointment_over")."""
    if booking.day < today:
        raise Refused("appointment_over")
    found = arrival(rules, booking, now)
    if found is Arrival.EARLY:
        opens = local(window(rules, booking)[0])
        raise Refused("appointment_early", opens_at=f"{opens:%m-%d %H:%M}")
    return found


def virtual_arrival(rules: AppointmentRules, booking: Booking) -> int:
    """The sort key of whoever comes in time, in ms: as if arrived `bonus_min` before the slot.

    It does not depend on when they check in, so coming early takes nobody's turn.
    """
    return booking.starts_at - rules.bonus_min * MINUTE_MS


def cancel_until(rules: AppointmentRules, booking: Booking) -> int:
    """Until when a booking can be given back, in ms UTC."""
    return booking.starts_at - rules.cancel_until_h * HOUR_MS


def blocked_until(rules: AppointmentRules, missed_at: Sequence[int]) -> int | None:
    """Until when (ms UTC) somebody may not book who missed bookings at these times, oldest first.

    The block begins with the miss that makes it `no_shows` within `no_show_days`.
    """
    spread = rules.no_shows - 1
    for last in range(len(missed_at) - 1, spread - 1, -1):
        if missed_at[last] - missed_at[last - spread] <= rules.no_show_days * DAY_MS:
            return missed_at[last] + rules.blocked_days * DAY_MS
    return None
