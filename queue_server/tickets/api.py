"""HTTP of the queue: tickets, a citizen's status, the moves at a counter, what boards show."""

from __future__ import annotations

import hashlib
from typing import Any

import flask
import msgspec

from queue_server import http
from queue_server.board import BoardState
from queue_server.people.identity import PersonKey
from queue_server.refusals import Refused
from queue_server.tickets import actions, counters, reading
from queue_server.tickets.model import Actor, Move, Once, Outcome
from queue_server.tickets.queue import Queue
from queue_server.tickets.status import visit_of
from queue_server.tickets.view import with_time
from queue_server.wire import ConsoleState, IssueTicket, PrintResult, Ticket, VisitStatus

STAFF_AT_COUNTERS = ("counter", "clerk", "supervisor", "admin")
READERS = ("device", "staff")
STATUS_CACHE = "public, max-age=1"


class TicketAnswer(msgspec.Struct, frozen=True):
    """A ticket after a move; null where a move leaves none."""

    ticket: Ticket | None


class SeatRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of opening a counter; `take_over` confirms that another clerk leaves it."""

    take_over: bool = False


def blueprint(queue: Queue, person: PersonKey) -> flask.Blueprint:
    """All routes of this room, to be mounted under `/api/v1`."""
    routes = flask.Blueprint("tickets", __name__)
    _ticket_routes(routes, queue, person)
    _counter_routes(routes, queue)
    _seat_routes(routes, queue)
    _look_routes(routes, queue, person.status_key)
    return routes


def _ticket_routes(routes: flask.Blueprint, queue: Queue, person: PersonKey) -> None:
    @routes.post("/tickets")
    @http.described(
        "Take a ticket",
        who=("kiosk", "guide", "supervisor", "admin"),
        body=IssueTicket,
        answers={201: TicketAnswer, 200: TicketAnswer},
        refusals=("matter_unknown", "matter_elsewhere", "matter_online", "zone_reserved", "hall_closed",
                  "priority_unknown", "key_reused", "bad_id_number", "disk_full"),
        key=True,
    )  # fmt: skip
    def issue() -> flask.Response:
        request = http.body(IssueTicket)
        hashed = None if request.citizen is None else person.hash(request.citizen.id_number)
        outcome = actions.issue(queue, _actor(), request, _once(request), hashed)
        return _answer(outcome, 201)

    @routes.get("/tickets/<int:ticket>")
    @http.described("Read a ticket", who=READERS, answers={200: TicketAnswer}, refusals=("ticket_unknown",))
    def read(ticket: int) -> flask.Response:
        return http.answer(TicketAnswer(reading.ticket(queue, ticket)))

    @routes.post("/tickets/<int:ticket>/cancel")
    @http.described(
        "Take a ticket out of the queue",
        who=("kiosk", "clerk", "guide", "supervisor", "admin"),
        answers={200: TicketAnswer},
        refusals=("ticket_unknown", "wrong_state"),
    )
    def cancel(ticket: int) -> flask.Response:
        return _answer(actions.cancel(queue, _actor(), ticket), 200)

    @routes.post("/tickets/<int:ticket>/print-result")
    @http.described(
        "Report how a slip ended",
        who=("kiosk", "printer", "guide", "supervisor", "admin"),
        body=PrintResult,
        answers={200: TicketAnswer},
        refusals=("ticket_unknown",),
    )
    def print_result(ticket: int) -> flask.Response:
        return _answer(actions.report_print(queue, _actor(), ticket, http.body(PrintResult)), 200)


def _counter_routes(routes: flask.Blueprint, queue: Queue) -> None:
    @routes.post("/counters/<counter>/call-next")
    @http.described(
        "Call who is next; finishes the ticket at hand first; 204 when nobody waits",
        who=STAFF_AT_COUNTERS,
        answers={200: TicketAnswer, 204: None},
        refusals=("counter_unknown", "counter_paused", "counter_taken", "serve_first", "key_reused"),
        key=True,
    )
    def call_next(counter: str) -> flask.Response:
        _own(counter)
        outcome = actions.call_next(queue, _actor(), counter, _once(["call-next", counter]))
        return _answer(outcome, 200)

    def move_route(move: Move, summary: str) -> None:
        @http.described(
            summary,
            who=STAFF_AT_COUNTERS,
            answers={200: TicketAnswer},
            refusals=("counter_unknown", "counter_taken", "no_ticket_at_hand", "wrong_state"),
        )
        def make_move(counter: str) -> flask.Response:
            _own(counter)
            once = _once([move.value, counter]) if "Idempotency-Key" in flask.request.headers else None
            return _answer(actions.move_at_counter(queue, _actor(), counter, move, once), 200)

        routes.post(f"/counters/<counter>/{move.value}", endpoint=f"counter_{move.name.lower()}")(make_move)

    move_route(Move.RECALL, "Call the ticket at hand again")
    move_route(Move.SERVE, "Start serving the called ticket")
    move_route(Move.FINISH, "Finish the ticket at hand")
    move_route(Move.NO_SHOW, "Nobody came: the called ticket is missed")


def _seat_routes(routes: flask.Blueprint, queue: Queue) -> None:
    def seat_route(name: str, summary: str, act: Any, refusals: tuple[str, ...]) -> None:
        @http.described(
            summary, who=STAFF_AT_COUNTERS, answers={200: ConsoleState},
            refusals=("counter_unknown", "counter_taken", *refusals),
        )  # fmt: skip
        def seat(counter: str) -> flask.Response:
            _own(counter)
            act(counter)
            return http.answer(reading.console(queue, counter))

        routes.post(f"/counters/<counter>/{name}", endpoint=f"counter_{name}")(seat)

    def open_seat(counter: str) -> None:
        wish = http.body(SeatRequest) if flask.request.content_length else SeatRequest()
        counters.open_counter(queue, _actor(), counter, wish.take_over)

    seat_route("open", "Open a counter", open_seat, ())
    seat_route(
        "close", "Close a counter", lambda c: counters.close_counter(queue, _actor(), c), ("counter_busy",)
    )
    seat_route(
        "pause", "Take nobody for a while", lambda c: counters.pause_counter(queue, _actor(), c),
        ("counter_closed",),
    )  # fmt: skip
    seat_route(
        "resume", "Take people again", lambda c: counters.resume_counter(queue, _actor(), c),
        ("counter_closed",),
    )  # fmt: skip


def _look_routes(routes: flask.Blueprint, queue: Queue, status_key: bytes) -> None:
    @routes.get("/counters/<counter>")
    @http.described(
        "All that a clerk's page shows",
        who=STAFF_AT_COUNTERS,
        answers={200: ConsoleState},
        refusals=("counter_unknown",),
    )
    def console(counter: str) -> flask.Response:
        return http.answer(reading.console(queue, counter))

    @routes.get("/boards/<board>")
    @http.described(
        "All that a board shows; go on with the stream from its seq",
        who=READERS,
        answers={200: BoardState},
        refusals=("board_unknown",),
    )
    def board(board: str) -> flask.Response:
        return http.answer(with_time(queue.view.board(board), queue.database.clock.now_ms()))

    @routes.get("/status/<token>")
    @http.described(
        "Where a visit stands, for the citizen's phone",
        answers={200: VisitStatus, 304: None},
        refusals=("status_unknown",),
    )
    def status(token: str) -> flask.Response:
        found = reading.status(queue, visit_of(status_key, token))
        timeless = msgspec.structs.replace(found, at="")
        etag = hashlib.blake2b(msgspec.json.encode(timeless), digest_size=12).hexdigest()
        answer = http.answer(found, headers={"ETag": f'"{etag}"', "Cache-Control": STATUS_CACHE})
        answer.make_conditional(flask.request)
        return answer


def _actor() -> Actor:
    caller = http.caller()
    return Actor(caller.by, caller.name if caller.kind == "staff" else None)


def _own(counter: str) -> None:
    """A counter's device acts for that counter only."""
    caller = http.caller()
    if caller.kind == "device" and caller.counter != counter:
        raise Refused("not_allowed")


def _once(request: object) -> Once:
    fingerprint = hashlib.blake2b(msgspec.json.encode(request), digest_size=16).digest()
    return Once(http.caller().by, http.idempotency_key(), fingerprint)


def _answer(outcome: Outcome, fresh: int) -> flask.Response:
    if outcome.ticket is None:
        return flask.Response(status=204)
    if outcome.replayed:
        return http.answer(TicketAnswer(outcome.ticket), headers={"Idempotent-Replay": "true"})
    return http.answer(TicketAnswer(outcome.ticket), fresh)
