"""Carrying over: whoever can't be served today any more gets a first slot of the next working day."""

from __future__ import annotations

import datetime

from queue_server.appointments import rules, store
from queue_server.appointments.actions import Told
from queue_server.appointments.desk import Desk, date_of
from queue_server.appointments.model import Booking, BookingKind, SlotTime
from queue_server.database import Tx
from queue_server.hall.calendar import is_working_day
from queue_server.hall.model import HallPlan
from queue_server.refusals import Refused
from queue_server.tickets import admission, days, moves
from queue_server.tickets.model import Actor, Move, TicketRow
from queue_server.wire import EventKind, TicketState
from queue_server.wire.appointments import Appointment, AppointmentAnswer, AppointmentState

DAYS_LOOKED_AT = 30


def carry_over(desk: Desk, actor: Actor, ticket: int, *, only_if_late: bool) -> Told:
    """Take a waiting ticket out of today's queue and reserve it a first slot of the next working day.

    With `only_if_late` (a kiosk asks) only when its turn would come after closing; staff may do it
    earlier. These places stand beside those that are booked, one for each counter of the queue and
    slot. Asking again gives the same place. Raises Refused: `ticket_unknown`, `wrong_state`,
    `carry_over_early`, `carry_over_none`.
    """

    def command(tx: Tx) -> Told:
        row = moves.known(tx, ticket)
        held = store.carried_from(tx.db, row.id)
        if held is not None:
            return Told(AppointmentAnswer(desk.shown(held), desk.queue.shown(row)), replayed=True)
        if row.state is not TicketState.WAITING:
            raise Refused("wrong_state", number=row.number, state=row.state.value, move="carry-over")
        if only_if_late and not admission.is_late(desk.queue, tx.db, row, tx.now):
            raise Refused("carry_over_early", number=row.number)
        return _carry(tx, desk, actor, row)

    return desk.queue.database.write(command)


def carried(desk: Desk, ticket: int) -> Appointment:
    """The place that a ticket was given; raises Refused("appointment_unknown")."""
    held = store.carried_from(desk.queue.database.read(), ticket)
    if held is None:
        raise Refused("appointment_unknown")
    return desk.shown(held)


def first_place(tx: Tx, desk: Desk, group: str, today: datetime.date) -> tuple[str, SlotTime]:
    """The first slot after a date with a place for a carried ticket; raises Refused("carry_over_none")."""
    plan = desk.queue.hall.plan
    most = max(1, len(plan.counters_of(group))) if group in plan.groups else 1
    for date in _working_dates(plan, today):
        for slot in rules.slots_on(plan, date):
            if store.carried(tx.db, group, slot.starts_at) < most:
                return date.isoformat(), slot
    raise Refused("carry_over_none")


def _carry(tx: Tx, desk: Desk, actor: Actor, row: TicketRow) -> Told:
    queue = desk.queue
    group = queue.home_group(row)
    day, slot = first_place(tx, desk, group, date_of(days.today(tx)))
    booking = store.add(
        tx,
        Booking(
            id=0,
            code=desk.new_code(),
            kind=BookingKind.CARRIED,
            state=AppointmentState.BOOKED,
            person=store.person_of_visit(tx.db, row.visit),
            matter=row.matter,
            group=group,
            day=day,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            lang=row.lang,
            booked_at=tx.now,
            booked_by=actor.by,
            ended_at=None,
            ticket=None,
            policy=queue.hall.plan.version,
        ),
    )
    store.set_carried_from(tx, booking, row.id)
    left = moves.make(tx, queue, actor, row, Move.CANCEL, data={"reason": "carried_over"}).ticket
    desk.record(tx, EventKind.APPOINTMENT_CARRIED_OVER, actor.by, booking, left)
    return Told(AppointmentAnswer(desk.shown(booking), left))


def _working_dates(plan: HallPlan, today: datetime.date) -> list[datetime.date]:
    dates = [today + datetime.timedelta(days=ahead) for ahead in range(1, DAYS_LOOKED_AT + 1)]
    return [date for date in dates if is_working_day(plan.calendar, date) and plan.spans_on(date)]
