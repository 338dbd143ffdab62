"""What people do with tickets, on a real SQLite file."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest

from queue_server.database import Tx
from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.tickets import actions, counters, reading, store
from queue_server.tickets.model import Actor, Move
from queue_server.wire import EventKind, IssueTicket, PrintResult, TicketState
from tests.queue_server.tickets.desk import KIOSK, Bench

LI, WANG = Actor("staff:li", "li"), Actor("staff:wang", "wang")


def events(bench: Bench) -> list[tuple[str, str | None]]:
    rows = journal.rows_after(bench.queue.database.read(), 0, 1000)
    return [
        (row.kind, row.ticket.number if row.ticket else row.counter) for row in rows if row.by != "system"
    ]


def test_from_issue_to_finish(bench: Bench) -> None:
    ticket = bench.issue("Z3-004")
    assert (ticket.number, ticket.state, ticket.zone, ticket.floor) == ("C001", "waiting", "Z3", 2)
    assert (ticket.ahead, ticket.leg, ticket.print_state) == (0, 1, "pending")
    assert ticket.status_url == f"http://hall/s/{ticket.visit}"
    counter = next(c.id for c in bench.queue.hall.plan.counters_of("Z3-household"))
    bench.clock.advance(125)
    called = bench.call(counter)
    assert called is not None
    assert (called.number, called.state, called.counter, called.calls) == ("C001", "called", counter, 1)
    assert called.counter_label == bench.queue.hall.plan.counters[counter].label
    assert called.status_url is None
    bench.clock.advance(20)
    assert bench.move(Move.RECALL, counter).ticket.calls == 2  # type: ignore[union-attr]
    assert bench.move(Move.SERVE, counter).ticket.state == "serving"  # type: ignore[union-attr]
    bench.clock.advance(300)
    done = bench.move(Move.FINISH, counter)
    assert done.ticket is not None and done.event is not None
    assert done.ticket.state == "completed"
    assert done.event.data["service_s"] == 300
    assert events(bench) == [
        ("ticket.issued", "C001"), ("counter.opened", counter), ("ticket.called", "C001"),
        ("ticket.recalled", "C001"), ("ticket.started", "C001"), ("ticket.completed", "C001"),
    ]  # fmt: skip


def test_first_come_first_called_and_a_bonus_comes_earlier(bench: Bench) -> None:
    for counter in ("Z1-02", "Z1-03", "Z1-04"):
        counters.open_counter(bench.queue, LI, counter)
    numbers = []
    for _ in range(3):
        numbers.append(bench.issue().number)
        bench.clock.advance(60)
    veteran = next(iter(bench.queue.hall.plan.priority_classes.values()))
    assert veteran.bonus_s > 180
    early = bench.issue(priority_class=veteran.id)
    assert early.ahead == 0
    assert bench.serve_all("Z1-01") == [early.number, *numbers]


def test_a_counter_calls_only_its_groups(bench: Bench) -> None:
    plan = bench.queue.hall.plan
    ticket = bench.issue("Z3-001")
    mine = {counter.id for counter in plan.counters_of(bench.queue.matters.get("Z3-001").group.id)}  # type: ignore[union-attr]
    other = next(c.id for c in plan.counters.values() if c.zone == "Z3" and c.id not in mine)
    assert bench.call(other) is None
    called = bench.call(min(mine))
    assert called is not None and called.number == ticket.number


def test_call_next_finishes_the_ticket_at_hand_but_not_a_called_one(bench: Bench) -> None:
    first, second = bench.issue(), bench.issue()
    bench.call()
    with pytest.raises(Refused, match="serve_first"):
        bench.call()
    bench.move(Move.SERVE)
    called = bench.call()
    assert called is not None and called.number == second.number
    assert reading.ticket(bench.queue, first.id).state is TicketState.COMPLETED


def test_nobody_waits_is_no_error_and_still_finishes(bench: Bench) -> None:
    ticket = bench.issue()
    bench.call()
    bench.move(Move.SERVE)
    assert bench.call() is None
    assert reading.ticket(bench.queue, ticket.id).state is TicketState.COMPLETED


def test_the_same_key_gets_the_same_ticket_and_draws_no_number(bench: Bench) -> None:
    once = bench.once("key-touch-1")
    request = IssueTicket("Z1-001")
    first = actions.issue(bench.queue, KIOSK, request, once)
    bench.call()
    again = actions.issue(bench.queue, KIOSK, request, once)
    assert again.replayed and not first.replayed
    assert again.ticket == first.ticket
    assert bench.issue().number == "A002"


def test_the_same_key_with_another_request_is_refused(bench: Bench) -> None:
    actions.issue(bench.queue, KIOSK, IssueTicket("Z1-001"), bench.once("key-touch-1", b"one"))
    with pytest.raises(Refused, match="key_reused"):
        actions.issue(bench.queue, KIOSK, IssueTicket("Z1-002"), bench.once("key-touch-1", b"two"))


def test_keys_belong_to_their_caller(bench: Bench) -> None:
    request = IssueTicket("Z1-001")
    one = actions.issue(bench.queue, KIOSK, request, bench.once("same-key-1", caller="device:kiosk-1"))
    two = actions.issue(bench.queue, KIOSK, request, bench.once("same-key-1", caller="device:kiosk-2"))
    assert one.ticket != two.ticket


def test_a_refusal_is_not_remembered(bench: Bench) -> None:
    bench.open = False
    once = bench.once("key-closed-1")
    with pytest.raises(Refused, match="hall_closed"):
        actions.issue(bench.queue, KIOSK, IssueTicket("Z1-001"), once)
    bench.open = True
    assert actions.issue(bench.queue, KIOSK, IssueTicket("Z1-001"), once).ticket is not None


@pytest.mark.parametrize(
    ("matter", "code"),
    [
        ("Z9-001", "matter_unknown"),
        ("Z8-001", "matter_elsewhere"),
        ("ZR-001", "zone_reserved"),
        ("Z5-016", "matter_online"),
        ("Z6-011", "matter_online"),
    ],
)
def test_matters_that_draw_no_ticket_say_why(bench: Bench, matter: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        bench.issue(matter)
    assert bench.issue().number == "A001"


def test_an_unknown_priority_class_is_refused(bench: Bench) -> None:
    with pytest.raises(Refused, match="priority_unknown"):
        bench.issue(priority_class="king")


def test_groups_of_one_series_share_its_numbers(bench: Bench) -> None:
    assert [bench.issue(matter).number for matter in ("Z2-001", "Z2-013", "Z2-002")] == [
        "B001",
        "B002",
        "B003",
    ]


def test_a_number_after_999_has_four_digits_and_all_are_unique(bench: Bench) -> None:
    bench.queue.database.write(
        lambda tx: (
            store.next_number(tx, "2026-11-23", "A") and tx.db.execute("UPDATE series_counter SET n = 998")
        )
    )
    assert [bench.issue().number for _ in range(3)] == ["A999", "A1000", "A1001"]


def test_numbers_of_one_transaction_follow_each_other_and_one_undone_is_drawn_again(bench: Bench) -> None:
    writer = bench.queue.database._writer
    gate = threading.Event()

    def draw(series: str, *, fail: bool = False) -> Future[int]:
        def command(tx: Tx) -> int:
            number = store.next_number(tx, "2026-11-23", series)
            if fail:
                raise Refused("hall_closed")
            return number

        return writer.submit(command)

    held = writer.submit(lambda tx: gate.wait(10))
    one, undone, two, other = draw("A"), draw("A", fail=True), draw("A"), draw("B")
    gate.set()
    assert held.result(10) and isinstance(undone.exception(10), Refused)
    assert [drawn.result(10) for drawn in (one, two, other)] == [1, 2, 1]
    assert [draw(series).result(10) for series in "AB"] == [3, 2]


def test_every_counter_matter_of_the_catalogue_draws_a_ticket(bench: Bench) -> None:
    numbers = [bench.issue(offer.id).number for offer in bench.queue.matters.all() if offer.placement.issues]
    assert len(numbers) == 146 - 12 - 12 - 2
    assert len(set(numbers)) == len(numbers)
    assert {number[0] for number in numbers} == set("ABCDEFG")


def test_a_missed_ticket_leaves_the_counter(bench: Bench) -> None:
    ticket = bench.issue()
    bench.call()
    assert bench.miss().ticket.state == "missed"  # type: ignore[union-attr]
    assert [row.number for row in reading.console(bench.queue, "Z1-01").missed] == [ticket.number]
    assert bench.call() is None


def test_cancelling_takes_a_ticket_out_of_the_queue(bench: Bench) -> None:
    first, second = bench.issue(), bench.issue()
    actions.cancel(bench.queue, KIOSK, first.id)
    called = bench.call()
    assert called is not None and called.number == second.number
    with pytest.raises(Refused, match="wrong_state"):
        actions.cancel(bench.queue, KIOSK, first.id)
    with pytest.raises(Refused, match="ticket_unknown"):
        actions.cancel(bench.queue, KIOSK, 999)


@pytest.mark.parametrize("move", [Move.RECALL, Move.SERVE, Move.FINISH, Move.NO_SHOW])
def test_a_counter_without_a_ticket_says_so(bench: Bench, move: Move) -> None:
    with pytest.raises(Refused, match="no_ticket_at_hand"):
        bench.move(move)


def test_two_clerks_can_not_sit_at_one_counter_unless_one_takes_over(bench: Bench) -> None:
    counters.open_counter(bench.queue, LI, "Z1-01")
    bench.issue()
    with pytest.raises(Refused, match="counter_taken"):
        actions.call_next(bench.queue, WANG, "Z1-01")
    with pytest.raises(Refused, match="counter_taken"):
        counters.open_counter(bench.queue, WANG, "Z1-01")
    counters.open_counter(bench.queue, WANG, "Z1-01", take_over=True)
    assert actions.call_next(bench.queue, WANG, "Z1-01").ticket is not None
    with pytest.raises(Refused, match="counter_taken"):
        counters.close_counter(bench.queue, LI, "Z1-01")


def test_a_keypad_opens_its_counter_by_calling(bench: Bench) -> None:
    pad = Actor("device:counter-Z1-01")
    assert actions.call_next(bench.queue, pad, "Z1-01").ticket is None
    assert reading.console(bench.queue, "Z1-01").state == "open"


def test_a_paused_counter_calls_nobody(bench: Bench) -> None:
    bench.issue()
    with pytest.raises(Refused, match="counter_closed"):
        counters.pause_counter(bench.queue, LI, "Z1-01")
    counters.open_counter(bench.queue, LI, "Z1-01")
    counters.pause_counter(bench.queue, LI, "Z1-01")
    with pytest.raises(Refused, match="counter_paused"):
        bench.call()
    counters.resume_counter(bench.queue, LI, "Z1-01")
    assert bench.call() is not None


def test_a_counter_with_a_ticket_at_hand_does_not_close(bench: Bench) -> None:
    bench.issue()
    bench.call()
    with pytest.raises(Refused, match="counter_busy"):
        counters.close_counter(bench.queue, LI, "Z1-01")


def test_an_unknown_counter_is_refused(bench: Bench) -> None:
    with pytest.raises(Refused, match="counter_unknown"):
        bench.call("Z9-01")


def test_the_paper_is_reported_and_a_late_failure_does_not_undo_a_print(bench: Bench) -> None:
    ticket = bench.issue()
    failed = actions.report_print(bench.queue, KIOSK, ticket.id, PrintResult("failed", "paper_out"))
    assert failed.event is not None and failed.event.kind == EventKind.SLIP_FAILED
    printed = actions.report_print(bench.queue, KIOSK, ticket.id, PrintResult("printed"))
    assert printed.ticket is not None and printed.ticket.print_state == "printed"
    late = actions.report_print(bench.queue, KIOSK, ticket.id, PrintResult("unknown"))
    assert late.replayed
    assert reading.ticket(bench.queue, ticket.id).print_state == "printed"


def test_ahead_counts_the_group_and_is_capped(bench: Bench) -> None:
    for expected in range(5):
        assert bench.issue().ahead == expected
    last = bench.issue()
    bench.call()
    assert reading.ticket(bench.queue, last.id).ahead == 4
    status = reading.status(bench.queue, last.visit)
    assert (status.number, status.ahead, status.zone_name) == (last.number, 4, "企业登记")
    assert status.materials


def test_the_wait_follows_the_service_times(bench: Bench) -> None:
    assert bench.issue().wait is None
    counters.open_counter(bench.queue, LI, "Z1-01")
    slow = bench.issue().wait
    for _ in range(12):
        bench.issue()
    bench.serve_all("Z1-01", service_s=120)
    counters.open_counter(bench.queue, LI, "Z1-01")
    bench.issue()
    fast = bench.issue().wait
    assert slow is not None and fast is not None
    assert fast.likely_s < slow.likely_s
    assert fast.low_s <= fast.likely_s <= fast.high_s


def test_the_console_tells_all_of_one_moment(bench: Bench) -> None:
    first, second = bench.issue("Z1-001"), bench.issue("Z1-016")
    counters.open_counter(bench.queue, LI, "Z1-02")
    actions.call_next(bench.queue, LI, "Z1-02")
    state = reading.console(bench.queue, "Z1-02")
    assert state.ticket is not None and state.ticket.number == first.number
    assert (state.label, state.clerk, state.state, state.waiting_count) == ("2", "li", "open", 1)
    assert [row.number for row in state.waiting] == [second.number]
    assert state.seq == journal.last_seq(bench.queue.database.read())


def test_the_view_of_a_restarted_server_is_the_same(bench: Bench) -> None:
    from queue_server.tickets.view import HallView

    for matter in ("Z1-001", "Z1-001", "Z2-001", "Z3-001", "Z3-004"):
        bench.issue(matter)
    bench.call("Z1-01")
    bench.move(Move.SERVE, "Z1-01")
    bench.clock.advance(200)
    bench.call("Z1-01")
    queue = bench.queue
    restarted = HallView(queue.database, queue.hall, queue.matters)
    assert restarted.state.zones == queue.view.state.zones
    assert restarted.state.counters == queue.view.state.counters
    assert restarted.state.calls == queue.view.state.calls
    assert queue.view.state.zones["Z1"].waiting == 0
    assert queue.view.state.zones["Z3"].waiting == 2
