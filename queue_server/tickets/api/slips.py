"""HTTP of a ticket's paper: how a slip ended, and another one that staff ask a kiosk for."""

from __future__ import annotations

import flask

from queue_server import http
from queue_server.tickets import actions, slips
from queue_server.tickets.api.asking import AT_DESKS, TicketAnswer, actor, answer
from queue_server.tickets.queue import Queue
from queue_server.wire import PrintResult, ReprintRequest


def add_slip_routes(routes: flask.Blueprint, queue: Queue) -> None:
    @routes.post("/tickets/<int:ticket>/print-result")
    @http.described(
        "Report how a slip ended",
        who=("kiosk", "printer", "guide", "supervisor", "admin"),
        body=PrintResult,
        answers={200: TicketAnswer},
        refusals=("ticket_unknown",),
        rides=True,
    )
    def print_result(ticket: int) -> flask.Response:
        return answer(actions.report_print(queue, actor(), ticket, http.body(PrintResult)), 200)

    @routes.post("/tickets/<int:ticket>/reprint")
    @http.described(
        "Ask a kiosk to print another slip of a ticket; the number stays, the paper says 补打",
        who=AT_DESKS,
        body=ReprintRequest,
        answers={200: TicketAnswer},
        refusals=("ticket_unknown", "kiosk_unknown", "slip_too_late"),
    )
    def reprint(ticket: int) -> flask.Response:
        return answer(slips.ask_again(queue, actor(), ticket, http.body(ReprintRequest).kiosk))

    @routes.get("/tickets/<int:ticket>/slip")
    @http.described(
        "Read a ticket as its slip says it, with its citizen's address",
        who=("kiosk",),
        answers={200: TicketAnswer},
        refusals=("ticket_unknown",),
    )
    def slip(ticket: int) -> flask.Response:
        return http.answer(TicketAnswer(slips.to_print(queue, ticket)))
