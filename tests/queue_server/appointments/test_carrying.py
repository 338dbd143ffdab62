"""Whoever can't be served today gets a first slot of the next working day, on a real database."""

from __future__ import annotations

import pytest

from queue_server.appointments import actions, carrying
from queue_server.appointments.keeping import keep
from queue_server.clock import rfc3339
from queue_server.refusals import Refused
from queue_server.tickets import counters, story
from queue_server.tickets.model import Move
from queue_server.tickets.rollover import roll_over
from queue_server.wire import TicketState
from queue_server.wire.appointments import AppointmentState
from tests.queue_server.appointments.desk import GUIDE, KIOSK, Counter, at, code_of, free


def test_whoever_waits_at_closing_gets_a_first_slot_next_morning(counter: Counter) -> None:
    bench = counter.bench
    counter.go_to("2026-11-27T16:00")
    tickets = [bench.issue() for _ in range(8)]
    with pytest.raises(Refused) as refused:
        carrying.carry_over(counter.desk, KIOSK, tickets[0].id, only_if_late=True)
    assert code_of(refused) == "carry_over_early"
    counter.go_to("2026-11-27T17:00")
    told = [carrying.carry_over(counter.desk, KIOSK, one.id, only_if_late=True) for one in tickets]
    starts = [one.answer.appointment.starts_at for one in told]
    assert starts == [rfc3339(at("2026-11-30T09:00"))] * 6 + [rfc3339(at("2026-11-30T09:30"))] * 2
    first = told[0].answer
    assert first.ticket is not None and first.ticket.state is TicketState.CANCELLED
    assert first.appointment.kind == "carried"
    again = carrying.carry_over(counter.desk, KIOSK, tickets[0].id, only_if_late=True)
    assert again.replayed and again.answer.appointment == first.appointment
    assert counter.events()[-1].kind == "appointment.carried_over"
    lines = story.of_ticket(counter.desk.queue, tickets[0].id, "en").lines
    assert "next working day" in lines[-1].text
    counter.go_to("2026-11-30T08:50")
    roll_over(counter.desk.queue)
    keep(counter.desk)
    ticket = counter.check_in(first.appointment.code).answer.ticket
    assert ticket is not None and ticket.priority_class == "appointment"


def test_carried_places_take_none_that_can_be_booked_and_expire_without_blame(counter: Counter) -> None:
    ticket = counter.bench.issue()
    told = carrying.carry_over(counter.desk, GUIDE, ticket.id, only_if_late=False)
    assert free(counter, "2026-11-24T09:00") == 2
    counter.go_to("2026-11-24T12:00")
    assert keep(counter.desk) == 0, "it holds the whole day"
    late = counter.check_in(told.answer.appointment.code).answer.ticket
    assert late is not None and late.priority_class is None
    other = carrying.carry_over(counter.desk, GUIDE, late.id, only_if_late=False)
    counter.go_to("2026-11-26T09:00")
    assert keep(counter.desk) == 1
    assert actions.read(counter.desk, other.answer.appointment.code).state is AppointmentState.EXPIRED


def test_a_carried_place_moves_on_when_the_day_is_closed(counter: Counter) -> None:
    ticket = counter.bench.issue()
    told = carrying.carry_over(counter.desk, GUIDE, ticket.id, only_if_late=False)
    counter.decide("2026-11-24", "typhoon")
    assert keep(counter.desk) == 1
    moved = actions.read(counter.desk, told.answer.appointment.code)
    assert (moved.state, moved.starts_at) == ("booked", rfc3339(at("2026-11-25T09:00")))


def test_only_a_waiting_ticket_is_carried_over(counter: Counter) -> None:
    ticket = counter.bench.issue()
    counter.bench.call("Z1-01")
    with pytest.raises(Refused) as refused:
        carrying.carry_over(counter.desk, GUIDE, ticket.id, only_if_late=False)
    assert code_of(refused) == "wrong_state"
    counter.bench.move(Move.SERVE)
    with pytest.raises(Refused) as refused:
        carrying.carry_over(counter.desk, GUIDE, 999, only_if_late=False)
    assert code_of(refused) == "ticket_unknown"


def test_a_lunch_break_is_no_reason_to_go_home(counter: Counter) -> None:
    counter.change_plan(('afternoon = { from = "12:00"', 'afternoon = { from = "13:30"'))
    ticket = counter.bench.issue()
    counter.go_to("2026-11-23T12:30")
    with pytest.raises(Refused) as refused:
        carrying.carry_over(counter.desk, KIOSK, ticket.id, only_if_late=True)
    assert code_of(refused) == "carry_over_early"


def test_a_turn_after_closing_can_be_carried_over_before_closing(counter: Counter) -> None:
    counter.go_to("2026-11-23T15:30")
    counters.open_counter(counter.desk.queue, GUIDE, "Z1-01")
    tickets = []
    counter.bench.call("Z1-01")
    for _ in range(2):
        tickets.append(counter.bench.issue())
    counter.go_to("2026-11-23T16:55")
    assert (
        carrying.carry_over(counter.desk, KIOSK, tickets[1].id, only_if_late=True).answer.ticket is not None
    )
