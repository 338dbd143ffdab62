"""Booking, cancelling, checking in and carrying over, on a real database."""

from __future__ import annotations

import pytest

from queue_server.appointments import actions
from queue_server.appointments.keeping import forget, keep
from queue_server.clock import rfc3339
from queue_server.refusals import Refused
from queue_server.tickets import counters, moves, slips, story
from queue_server.wire.appointments import AppointmentState, BookAppointment
from queue_server.wire.tickets import Citizen
from tests.queue_server.appointments.desk import GUIDE, KIOSK, WEB, Counter, at, code_of, free, person


def test_a_booking_takes_a_place_and_gives_a_code(counter: Counter) -> None:
    assert free(counter, "2026-11-24T10:00") == 2
    booked = counter.book()
    assert (booked.state, booked.day, booked.zone, booked.floor) == ("booked", "2026-11-24", "Z1", 1)
    assert booked.starts_at == rfc3339(at("2026-11-24T10:00"))
    assert booked.check_in_from == rfc3339(at("2026-11-24T09:45"))
    assert booked.check_in_until == rfc3339(at("2026-11-24T10:10"))
    assert booked.cancel_until == rfc3339(at("2026-11-24T08:00"))
    assert free(counter, "2026-11-24T10:00") == 1 and free(counter, "2026-11-24T10:30") == 2
    assert actions.read(counter.desk, booked.qr) == booked
    (event,) = counter.events()
    assert event.kind == "appointment.booked" and event.data["group"] == "Z1"
    assert booked.code.replace("-", "") not in str(event), "the code is a secret"


def test_slots_are_told_for_all_days_that_can_be_booked(counter: Counter) -> None:
    found = actions.slots(counter.desk, "Z1-001")
    assert [day.date for day in found.days] == [
        "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30",
    ]  # fmt: skip
    assert all(len(day.slots) == 16 and not day.provisional for day in found.days)
    with pytest.raises(Refused) as refused:
        actions.slots(counter.desk, "Z1-001", "2026-11-23")
    assert code_of(refused) == "bad_filter"
    counter.go_to("2026-12-30T09:00")
    assert actions.slots(counter.desk, "Z1-001").days[-1].provisional


def test_a_full_slot_a_second_booking_and_what_takes_none_are_refused(counter: Counter) -> None:
    counter.book(1)
    with pytest.raises(Refused) as refused:
        counter.book(1, "2026-11-24T11:00")
    assert code_of(refused) == "appointment_same_day"
    counter.book(1, "2026-11-25T11:00")
    counter.book(2)
    with pytest.raises(Refused) as refused:
        counter.book(3)
    assert code_of(refused) == "appointment_full"
    for matter, code in (("Z7-001", "appointment_not_offered"), ("Z9-001", "matter_unknown")):
        with pytest.raises(Refused) as refused:
            counter.book(4, matter=matter)
        assert code_of(refused) == code
    for starts in ("2026-11-24T10:15", "2026-11-23T10:00", "2026-12-24T10:00"):
        with pytest.raises(Refused) as refused:
            counter.book(4, starts)
        assert code_of(refused) == "appointment_slot"


def test_a_matter_may_have_fewer_places_than_its_queue(counter: Counter) -> None:
    counter.change_plan(
        ("[appointments.capacity]", '[appointments.matters]\n"Z1-001" = 1\n\n[appointments.capacity]')
    )
    counter.book(1)
    assert (free(counter, "2026-11-24T10:00"), free(counter, "2026-11-24T10:00", "Z1-002")) == (0, 1)
    with pytest.raises(Refused) as refused:
        counter.book(2)
    assert code_of(refused) == "appointment_full"
    counter.book(2, matter="Z1-002")
    assert free(counter, "2026-11-24T10:00", "Z1-002") == 0


def test_a_repeated_key_books_once(counter: Counter) -> None:
    wish = BookAppointment("Z1-001", "2026-11-24T02:00:00Z", Citizen("citizen-number"))
    key = counter.once("the-same-key")
    first = actions.book(counter.desk, WEB, wish, person(1), key)
    again = actions.book(counter.desk, WEB, wish, person(1), key)
    assert again.answer == first.answer and again.replayed and not first.replayed
    with pytest.raises(Refused) as refused:
        actions.book(counter.desk, WEB, wish, person(1), counter.once("the-same-key", b"other"))
    assert code_of(refused) == "key_reused"
    assert len(counter.events()) == 1


def test_a_booking_is_given_back_in_time_and_not_later(counter: Counter) -> None:
    first, second = counter.book(1), counter.book(2)
    assert actions.cancel(counter.desk, WEB, first.code).state == "cancelled"
    assert free(counter, "2026-11-24T10:00") == 1
    with pytest.raises(Refused) as refused:
        actions.cancel(counter.desk, WEB, first.code)
    assert code_of(refused) == "appointment_state"
    counter.book(1, "2026-11-24T15:00")
    counter.go_to("2026-11-24T08:01")
    with pytest.raises(Refused) as refused:
        actions.cancel(counter.desk, WEB, second.code)
    assert code_of(refused) == "appointment_cancel_late"


@pytest.mark.parametrize(
    ("local", "code"),
    [("2026-11-23T10:00", "appointment_early"), ("2026-11-24T09:44", "appointment_early"),
     ("2026-11-25T10:00", "appointment_over")],
)  # fmt: skip
def test_too_early_and_the_day_after_no_ticket(counter: Counter, local: str, code: str) -> None:
    booked = counter.book()
    counter.go_to(local)
    with pytest.raises(Refused) as refused:
        counter.check_in(booked.code)
    assert code_of(refused) == code
    assert actions.read(counter.desk, booked.code).number is None


def test_in_time_the_ticket_counts_as_arrived_before_the_slot(counter: Counter) -> None:
    booked = counter.book()
    counter.go_to("2026-11-24T09:46")
    told = counter.check_in(booked.code)
    ticket = told.answer.ticket
    assert ticket is not None and ticket.priority_class == "appointment"
    assert (told.answer.appointment.state, told.answer.appointment.number) == ("checked_in", ticket.number)
    assert ticket.status_url is not None and ticket.booked_at == "2026-11-24T02:00:00.000Z"
    assert slips.to_print(counter.desk.queue, ticket.id).booked_at == ticket.booked_at, (
        "a reprint says it too"
    )
    issued = next(event for event in counter.events("ticket.") if event.kind == "ticket.issued")
    assert issued.data["order"] == at("2026-11-24T09:50")
    (event,) = [event for event in counter.events() if event.kind == "appointment.checked_in"]
    assert event.ticket is not None and event.ticket.status_url is None and event.data["late"] is False
    assert actions.read(counter.desk, booked.code).number == ticket.number
    lines = story.of_ticket(counter.desk.queue, ticket.id, "zh").lines
    assert any("凭预约签到" in line.text for line in lines)
    with pytest.raises(Refused) as refused:
        counter.check_in(booked.code)
    assert code_of(refused) == "appointment_state"


def test_a_repeated_check_in_gives_the_same_ticket(counter: Counter) -> None:
    booked = counter.book()
    counter.go_to("2026-11-24T10:00")
    key = counter.once("check-in-key")
    first = actions.check_in(counter.desk, KIOSK, booked.code, key)
    again = actions.check_in(counter.desk, KIOSK, booked.code, key)
    assert moves.given_for(counter.desk.queue, key.caller, key.key) == first.answer.ticket
    assert again.replayed and again.answer.ticket == first.answer.ticket
    assert again.answer.appointment == first.answer.appointment


def test_a_first_slot_is_checked_in_before_the_hall_opens(counter: Counter) -> None:
    booked = counter.book(starts="2026-11-24T09:00")
    counter.go_to("2026-11-24T08:46")
    assert counter.check_in(booked.code).answer.ticket is not None


def test_a_booked_person_is_next_at_the_slot_before_whoever_came_after_its_virtual_arrival(
    counter: Counter,
) -> None:
    booked = counter.book()
    bench = counter.bench
    counter.go_to("2026-11-24T09:45")
    for number in range(1, 7):  # one service at six counters delays the others by three minutes
        counters.open_counter(counter.desk.queue, GUIDE, f"Z1-{number:02d}")
    before = bench.issue()
    counter.go_to("2026-11-24T09:55")
    later = [bench.issue() for _ in range(3)]
    counter.go_to("2026-11-24T10:00")
    mine = counter.check_in(booked.code).answer.ticket
    assert mine is not None
    assert bench.serve_all("Z1-01") == [before.number, mine.number, *(ticket.number for ticket in later)]


def test_late_is_the_tail_and_nothing_is_held_against_it(counter: Counter) -> None:
    booked = counter.book()
    counter.go_to("2026-11-24T10:11")
    assert keep(counter.desk) == 1
    assert actions.read(counter.desk, booked.code).state is AppointmentState.MISSED
    other = counter.bench.issue()
    told = counter.check_in(booked.code)
    assert told.answer.ticket is not None and told.answer.ticket.priority_class is None
    assert told.answer.appointment.state == "checked_in"
    assert counter.events()[-1].data["late"] is True
    assert counter.bench.serve_all("Z1-01") == [other.number, told.answer.ticket.number]


def test_late_after_closing_is_refused_like_everybody(counter: Counter) -> None:
    booked = counter.book()
    counter.go_to("2026-11-24T17:30")
    with pytest.raises(Refused) as refused:
        counter.check_in(booked.code)
    assert code_of(refused) == "hall_closed"


def test_check_in_by_document_finds_todays_booking(counter: Counter) -> None:
    counter.book(1, "2026-11-24T10:00")
    counter.book(1, "2026-11-25T10:00")
    counter.go_to("2026-11-24T10:05")
    told = actions.check_in_person(counter.desk, GUIDE, person(1), counter.once(), "en")
    assert told.answer.appointment.day == "2026-11-24"
    assert told.answer.ticket is not None
    assert (told.answer.ticket.lang, told.answer.ticket.channel) == ("en", "guide")
    with pytest.raises(Refused) as refused:
        actions.check_in_person(counter.desk, GUIDE, person(1), counter.once())
    assert code_of(refused) == "appointment_none_today"


def test_a_code_with_somebody_elses_document_is_refused(counter: Counter) -> None:
    booked = counter.book(1)
    counter.go_to("2026-11-24T10:00")
    with pytest.raises(Refused) as refused:
        counter.check_in(booked.code, person=person(2))
    assert code_of(refused) == "appointment_not_yours"
    assert counter.check_in(booked.code, person=person(1)).answer.ticket is not None


def test_who_misses_three_books_no_more_for_thirty_days(counter: Counter) -> None:
    for day in ("24", "25", "26"):
        counter.book(1, f"2026-11-{day}T10:00")
    for day in ("24", "25", "26"):
        counter.go_to(f"2026-11-{day}T10:12")
        assert keep(counter.desk) == 1
    assert [event.kind for event in counter.events()[3:]] == ["appointment.missed"] * 3
    with pytest.raises(Refused) as refused:
        counter.book(1, "2026-11-27T10:00")
    assert code_of(refused) == "appointment_blocked"
    assert refused.value.facts["until"] == "2026-12-26"
    counter.book(2, "2026-11-27T10:00")
    counter.go_to("2026-12-26T10:13")
    counter.book(1, "2026-12-28T10:00")


def test_a_server_that_was_off_blames_nobody(counter: Counter) -> None:
    booked = counter.book(1)
    counter.go_to("2026-11-26T09:00")
    assert keep(counter.desk) == 1
    assert actions.read(counter.desk, booked.code).state is AppointmentState.EXPIRED
    assert keep(counter.desk) == 0


def test_a_day_that_becomes_a_holiday_gives_its_bookings_back(counter: Counter) -> None:
    morning, noon = counter.book(1, "2026-11-25T09:00"), counter.book(2, "2026-11-25T14:00")
    other = counter.book(3, "2026-11-26T09:00")
    counter.decide("2026-11-25", "typhoon", "morning")
    assert keep(counter.desk) == 1
    assert [actions.read(counter.desk, one.code).state for one in (morning, noon, other)] == [
        "booked", "cancelled", "booked",
    ]  # fmt: skip
    assert counter.events()[-1].data["reason"] == "hall_closed"
    with pytest.raises(Refused) as refused:
        counter.book(4, "2026-11-25T14:00")
    assert code_of(refused) == "appointment_slot"


def test_who_booked_is_forgotten_and_a_miss_remembered_longer(counter: Counter) -> None:
    counter.book(1)
    came = counter.book(2)
    counter.go_to("2026-11-24T10:00")
    counter.check_in(came.code)
    counter.go_to("2026-11-24T10:12")
    keep(counter.desk)
    known = "SELECT count(person) FROM appointment"
    database = counter.desk.queue.database

    def left() -> int:
        forget(counter.desk)
        found: int = database.read().execute(known).fetchall()[0][0]
        return found

    assert left() == 2
    counter.go_to("2026-12-25T10:00")
    assert left() == 1
    counter.go_to("2027-01-24T10:00")
    assert left() == 0


def test_a_booking_never_costs_the_others_more_than_the_cap(counter: Counter) -> None:
    """One counter, 17 minutes a service, a cap of 10: even a booking waits for who came before it."""
    booked = counter.book()
    counter.go_to("2026-11-24T09:55")
    counters.open_counter(counter.desk.queue, GUIDE, "Z1-01")
    before = counter.bench.issue()
    counter.go_to("2026-11-24T10:00")
    mine = counter.check_in(booked.code).answer.ticket
    counter.bench.clock.advance(1)
    after = counter.bench.issue()
    assert mine is not None
    assert counter.bench.serve_all("Z1-01") == [before.number, mine.number, after.number]
