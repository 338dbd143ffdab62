"""HTTP of one ticket: take it, read it, cancel, put back, transfer, and why it was called when it was."""

from __future__ import annotations

import flask
import msgspec

from queue_server import http
from queue_server.people.identity import PersonKey
from queue_server.tickets import actions, moves, parked, reading, returning, story
from queue_server.tickets.api.asking import AT_DESKS, READERS, TicketAnswer, actor, answer, once
from queue_server.tickets.api.bodies import TRANSFER_REFUSALS, TransferRequest
from queue_server.tickets.queue import Queue
from queue_server.wire import FoundTicket, IssueTicket, Story


def add_ticket_routes(routes: flask.Blueprint, queue: Queue, person: PersonKey) -> None:
    @routes.post("/tickets")
    @http.described(
        "Take a ticket",
        who=("kiosk", "guide", "supervisor", "admin"),
        body=IssueTicket,
        answers={201: TicketAnswer, 200: TicketAnswer},
        refusals=("matter_unknown", "matter_elsewhere", "matter_online", "zone_reserved", "hall_closed",
                  "priority_unknown", "key_reused", "bad_id_number", "disk_full", "quota_used_up",
                  "quota_used_up_today",
                  "person_in_queue", "person_has_enough", "too_late_today", "too_many_matters"),
        key=True,
        rides=True,
    )  # fmt: skip
    def issue() -> flask.Response:
        request = http.body(IssueTicket)
        hashed = None if request.citizen is None else person.hash(request.citizen.id_number)
        # A plain fingerprint of an ID number could be guessed back: only its keyed hash goes into it.
        wish = request if hashed is None else [msgspec.structs.replace(request, citizen=None), hashed]
        outcome = actions.issue(queue, actor(), request, once(wish), hashed)
        return answer(outcome, 201)

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
        return answer(actions.cancel(queue, actor(), ticket), 200)


def add_desk_routes(routes: flask.Blueprint, queue: Queue) -> None:
    """What a kiosk and the guide's desk do with a ticket that was taken before."""

    @routes.get("/tickets")
    @http.described(
        "Find a ticket of today by its number: where it stands, and what its holder can do",
        who=("kiosk", *AT_DESKS),
        answers={200: FoundTicket},
        refusals=("number_unknown",),
        query={"number": "as it stands on the slip, C012"},
    )
    def find() -> flask.Response:
        return http.answer(reading.find(queue, flask.request.args.get("number", "")))

    @routes.post("/tickets/<int:ticket>/reinstate")
    @http.described(
        "Put a missed ticket back into its queue, behind a few who wait",
        who=("kiosk", *AT_DESKS),
        answers={200: TicketAnswer},
        refusals=("ticket_unknown", "wrong_state", "reinstates_used_up"),
    )
    def reinstate(ticket: int) -> flask.Response:
        return answer(returning.reinstate(queue, actor(), ticket))

    @routes.post("/tickets/<int:ticket>/back")
    @http.described(
        "The holder of a parked ticket is back: the limit stops, the counter's next call is theirs",
        who=("kiosk", *AT_DESKS),
        answers={200: TicketAnswer},
        refusals=("ticket_unknown", "wrong_state"),
    )
    def back(ticket: int) -> flask.Response:
        return answer(parked.report_back(queue, actor(), ticket))

    @routes.post("/tickets/<int:ticket>/transfer")
    @http.described(
        "Send a waiting ticket to another matter, zone or counter",
        who=AT_DESKS,
        body=TransferRequest,
        answers={200: TicketAnswer},
        refusals=("ticket_unknown", "wrong_state", *TRANSFER_REFUSALS),
    )
    def transfer_ticket(ticket: int) -> flask.Response:
        return answer(returning.transfer_ticket(queue, actor(), ticket, http.body(TransferRequest).target()))

    @routes.get("/tickets/<int:ticket>/why")
    @http.described(
        "The whole story of a ticket: when, by which rule, who was before it",
        who=READERS,
        answers={200: Story},
        refusals=("ticket_unknown",),
    )
    def why(ticket: int) -> flask.Response:
        return http.answer(story.of_ticket(queue, ticket, http.language()))


def add_answer_routes(routes: flask.Blueprint, queue: Queue) -> None:
    """What became of a request whose answer its caller never saw."""

    @routes.get("/answers/<key>")
    @http.described(
        "The ticket that your own earlier request got under this Idempotency-Key, as it was then",
        who=("kiosk", "guide", "supervisor", "admin"),
        answers={200: TicketAnswer},
        refusals=("answer_unknown",),
    )
    def given(key: str) -> flask.Response:
        return http.answer(TicketAnswer(moves.given_for(queue, http.caller().by, key)))
