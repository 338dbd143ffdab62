"""Staff ask a kiosk for another slip: the number stays, the copy counts up, the journal tells the kiosk."""

from __future__ import annotations

import pytest

from queue_server.people import actions as people
from queue_server.refusals import Refused
from queue_server.tickets import actions, slips
from queue_server.tickets.model import Actor, Move
from queue_server.wire import EventKind, PrintResult
from tests.queue_server.tickets.desk import KIOSK, Bench

GUIDE = Actor("staff:guide", "guide")


@pytest.fixture(autouse=True)
def kiosks(bench: Bench) -> None:
    for name, role in (("kiosk-1", "kiosk"), ("kiosk-2", "kiosk"), ("board-1F", "board")):
        people.add_device(bench.queue.database, name, role, "system")


def test_a_second_slip_has_the_same_number_and_counts_up(bench: Bench) -> None:
    ticket = bench.issue()
    actions.report_print(bench.queue, KIOSK, ticket.id, PrintResult("printed"))
    for copy in (2, 3):
        outcome = slips.ask_again(bench.queue, GUIDE, ticket.id, "kiosk-2")
        assert outcome.ticket is not None and outcome.ticket.number == ticket.number
        event = outcome.event
        assert event is not None and event.kind == EventKind.SLIP_REQUESTED
        assert (event.by, event.data) == ("staff:guide", {"kiosk": "kiosk-2", "copy": copy})
        assert event.ticket is not None and event.ticket.status_url is None
    actions.report_print(bench.queue, KIOSK, ticket.id, PrintResult("printed", "", 7))
    event = slips.ask_again(bench.queue, GUIDE, ticket.id, "kiosk-1").event
    assert event is not None and event.data["copy"] == 8


def test_a_slip_that_never_came_is_copy_two_all_the_same(bench: Bench) -> None:
    event = slips.ask_again(bench.queue, GUIDE, bench.issue().id, "kiosk-1").event
    assert event is not None and event.data["copy"] == 2


def test_refusals(bench: Bench) -> None:
    ticket = bench.issue()
    for asked, kiosk, code in (
        (ticket.id, "nobody", "kiosk_unknown"),
        (ticket.id, "board-1F", "kiosk_unknown"),
        (999, "kiosk-1", "ticket_unknown"),
    ):
        with pytest.raises(Refused) as caught:
            slips.ask_again(bench.queue, GUIDE, asked, kiosk)
        assert caught.value.code == code
    bench.call()
    bench.move(Move.SERVE)
    slips.ask_again(bench.queue, GUIDE, ticket.id, "kiosk-1")
    bench.move(Move.FINISH)
    with pytest.raises(Refused) as caught:
        slips.ask_again(bench.queue, GUIDE, ticket.id, "kiosk-1")
    assert caught.value.code == "slip_too_late"


def test_the_kiosk_reads_what_the_slip_says(bench: Bench) -> None:
    first, second = bench.issue(), bench.issue()
    found = slips.to_print(bench.queue, second.id)
    assert (found.number, found.ahead, found.status_url) == (second.number, 1, second.status_url)
    assert found.status_url != first.status_url
