"""HTTP of a counter: call, recall, serve, finish, park, transfer; open, pause, lend."""

from __future__ import annotations

from collections.abc import Callable

import flask

from queue_server import http
from queue_server.tickets import actions, counters, reading, returning
from queue_server.tickets.api.asking import (
    AT_COUNTERS,
    TicketAnswer,
    actor,
    answer,
    check_own,
    once,
    once_if_given,
)
from queue_server.tickets.api.bodies import (
    TRANSFER_REFUSALS,
    CallRequest,
    FinishRequest,
    LoanRequest,
    ResumeRequest,
    SeatRequest,
    SkillsRequest,
    TransferRequest,
)
from queue_server.tickets.model import Move
from queue_server.tickets.queue import Queue
from queue_server.wire import ConsoleState

RECALL_REFUSALS = ("recall_too_soon", "recalls_used_up", "call_again_first")


def add_counter_routes(routes: flask.Blueprint, queue: Queue) -> None:
    @routes.post("/counters/<counter>/call-next")
    @http.described(
        "Call who is next; finishes the ticket at hand first; 204 when nobody waits",
        who=AT_COUNTERS,
        answers={200: TicketAnswer, 204: None},
        refusals=("counter_unknown", "counter_paused", "counter_taken", "serve_first", "key_reused"),
        key=True,
        rides=True,
    )
    def call_next(counter: str) -> flask.Response:
        check_own(counter)
        outcome = actions.call_next(queue, actor(), counter, once(["call-next", counter]))
        return answer(outcome, 200)

    def move_route(move: Move, summary: str) -> None:
        @http.described(
            summary,
            who=AT_COUNTERS,
            answers={200: TicketAnswer},
            refusals=(
                "counter_unknown",
                "counter_taken",
                "no_ticket_at_hand",
                "wrong_state",
                *RECALL_REFUSALS,
            ),
            rides=True,
        )
        def make_move(counter: str) -> flask.Response:
            check_own(counter)
            key = once_if_given([move.value, counter])
            return answer(actions.move_at_counter(queue, actor(), counter, move, key))

        routes.post(f"/counters/<counter>/{move.value}", endpoint=f"counter_{move.name.lower()}")(make_move)

    move_route(Move.RECALL, "Call the ticket at hand again")
    move_route(Move.PARK, "Park the ticket at hand: its holder fills in a form and comes back")
    move_route(Move.SERVE, "Start serving the called ticket")
    move_route(Move.NO_SHOW, "Nobody came: the called ticket is missed")

    @routes.post("/counters/<counter>/finish")
    @http.described(
        "Finish the ticket at hand; an agent with matters left goes to the tail with the same number",
        who=AT_COUNTERS,
        body=FinishRequest,
        answers={200: TicketAnswer},
        refusals=("counter_unknown", "counter_taken", "no_ticket_at_hand", "wrong_state"),
        rides=True,
    )
    def finish(counter: str) -> flask.Response:
        check_own(counter)
        wish = http.body(FinishRequest)
        key = once_if_given(["finish", counter])
        return answer(actions.move_at_counter(queue, actor(), counter, Move.FINISH, key, wish.left))


def add_special_routes(routes: flask.Blueprint, queue: Queue) -> None:
    """The rarer moves at a counter: a chosen number, a parked one, a transfer, a loan."""

    @routes.post("/counters/<counter>/call")
    @http.described(
        "Call a chosen waiting number, which needs a reason, or a missed one, which needs a right",
        who=AT_COUNTERS,
        body=CallRequest,
        answers={200: TicketAnswer},
        refusals=("counter_unknown", "counter_taken", "counter_paused", "number_unknown", "not_served_here",
                  "reason_needed", "finish_first", "wrong_state"),
    )  # fmt: skip
    def call_number(counter: str) -> flask.Response:
        check_own(counter)
        wish = http.body(CallRequest)
        return answer(actions.call_number(queue, actor(), counter, wish.number, wish.reason))

    @routes.post("/counters/<counter>/resume-ticket")
    @http.described(
        "Go on with a parked ticket",
        who=AT_COUNTERS,
        body=ResumeRequest,
        answers={200: TicketAnswer},
        refusals=("counter_unknown", "counter_taken", "nothing_parked", "finish_first"),
    )
    def resume_ticket(counter: str) -> flask.Response:
        check_own(counter)
        wish = http.body(ResumeRequest)
        key = once_if_given(["resume-ticket", counter, wish])
        return answer(returning.resume(queue, actor(), counter, wish.number, key))

    @routes.post("/counters/<counter>/transfer")
    @http.described(
        "Send the ticket at hand to another matter, zone or counter",
        who=AT_COUNTERS,
        body=TransferRequest,
        answers={200: TicketAnswer},
        refusals=("counter_taken", "no_ticket_at_hand", "wrong_state", *TRANSFER_REFUSALS),
    )
    def transfer(counter: str) -> flask.Response:
        check_own(counter)
        wish = http.body(TransferRequest)
        key = once_if_given(["transfer", counter, wish])
        return answer(returning.transfer(queue, actor(), counter, wish.target(), key))

    @routes.post("/counters/<counter>/lend")
    @http.described(
        "Let a counter help out with other queues for a while",
        who=("supervisor", "admin"),
        body=LoanRequest,
        answers={200: ConsoleState},
        refusals=("counter_unknown", "group_unknown"),
    )
    def lend(counter: str) -> flask.Response:
        wish = http.body(LoanRequest)
        counters.lend(queue, actor(), counter, wish.groups, wish.minutes)
        return http.answer(reading.console(queue, counter))

    @routes.put("/staff/<staff>/skills")
    @http.described(
        "Say which queues a clerk may serve",
        who=("supervisor", "admin"),
        body=SkillsRequest,
        answers={204: None},
        refusals=("group_unknown",),
    )
    def skills(staff: str) -> flask.Response:
        counters.set_skills(queue, actor(), staff, http.body(SkillsRequest).groups)
        return flask.Response(status=204)


def add_seat_routes(routes: flask.Blueprint, queue: Queue) -> None:
    def seat_route(name: str, summary: str, act: Callable[[str], None], refusals: tuple[str, ...]) -> None:
        @http.described(
            summary, who=AT_COUNTERS, answers={200: ConsoleState},
            refusals=("counter_unknown", "counter_taken", *refusals),
        )  # fmt: skip
        def seat(counter: str) -> flask.Response:
            check_own(counter)
            act(counter)
            return http.answer(reading.console(queue, counter))

        routes.post(f"/counters/<counter>/{name}", endpoint=f"counter_{name}")(seat)

    def open_seat(counter: str) -> None:
        wish = http.body(SeatRequest)
        counters.open_counter(queue, actor(), counter, wish.take_over)

    seat_route("open", "Open a counter", open_seat, ())
    seat_route(
        "close", "Close a counter", lambda c: counters.close_counter(queue, actor(), c), ("counter_busy",)
    )
    seat_route(
        "pause", "Take nobody for a while", lambda c: counters.pause_counter(queue, actor(), c),
        ("counter_closed",),
    )  # fmt: skip
    seat_route(
        "resume", "Take people again", lambda c: counters.resume_counter(queue, actor(), c),
        ("counter_closed",),
    )  # fmt: skip
