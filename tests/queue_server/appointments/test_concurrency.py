"""Many at once: the last place of a slot, and one person at many phones, on a real database."""

from __future__ import annotations

import threading

import pytest

from queue_server.appointments import actions
from queue_server.clock import parse_rfc3339
from queue_server.refusals import Refused
from tests.queue_server.appointments.desk import Counter, free


@pytest.mark.parametrize("threads", [2, 16, 80])
def test_the_last_places_of_a_slot_are_never_given_twice(counter: Counter, threads: int) -> None:
    counter.change_plan(("Z2 = 4", "Z2 = 4\nZ7 = 0"), ("Z1 = 2", "Z1 = 3"))
    barrier = threading.Barrier(threads)
    outcomes: list[str] = []

    def one(number: int) -> None:
        barrier.wait()
        try:
            outcomes.append(counter.book(number).code)
        except Refused as refused:
            outcomes.append(refused.code)

    crowd = [threading.Thread(target=one, args=(number,)) for number in range(1, threads + 1)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    booked = [outcome for outcome in outcomes if outcome != "appointment_full"]
    assert len(outcomes) == threads and len(set(booked)) == len(booked) == min(3, threads)
    assert free(counter, "2026-11-24T10:00") == 3 - len(booked)
    assert len(counter.events()) == len(booked)


@pytest.mark.parametrize("threads", [2, 16])
def test_one_person_at_many_phones_books_once_and_checks_in_once(counter: Counter, threads: int) -> None:
    barrier = threading.Barrier(threads)
    outcomes: list[str] = []

    def both(number: int) -> None:
        barrier.wait()
        try:
            outcomes.append(counter.book(1, f"2026-11-24T{9 + number % 8:02d}:00").code)
        except Refused as refused:
            outcomes.append(refused.code)

    def run(target: object) -> None:
        crowd = [threading.Thread(target=target, args=(number,)) for number in range(threads)]  # type: ignore[arg-type]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join()

    run(both)
    (code,) = [outcome for outcome in outcomes if outcome != "appointment_same_day"]
    numbers: list[str] = []

    def come(number: int) -> None:
        barrier.wait()
        try:
            ticket = counter.check_in(code).answer.ticket
            assert ticket is not None
            numbers.append(ticket.number)
        except Refused as refused:
            assert refused.code == "appointment_state"

    opens = parse_rfc3339(actions.read(counter.desk, code).check_in_from)
    counter.bench.clock.advance((opens - counter.bench.clock.now_ms()) / 1000)
    run(come)
    assert len(numbers) == 1
