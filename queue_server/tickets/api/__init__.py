"""HTTP of the queue: tickets, a citizen's status, the moves at a counter, what boards show."""

from __future__ import annotations

import flask

from queue_server.people.identity import PersonKey
from queue_server.tickets.api.counters import add_counter_routes, add_seat_routes, add_special_routes
from queue_server.tickets.api.looking import add_citizen_routes, add_looking_routes
from queue_server.tickets.api.slips import add_slip_routes
from queue_server.tickets.api.tickets import add_answer_routes, add_desk_routes, add_ticket_routes
from queue_server.tickets.queue import Queue

__all__ = ["blueprint"]


def blueprint(queue: Queue, person: PersonKey) -> flask.Blueprint:
    """All routes of this room, to be mounted under `/api/v1`."""
    routes = flask.Blueprint("tickets", __name__)
    add_ticket_routes(routes, queue, person)
    add_answer_routes(routes, queue)
    add_slip_routes(routes, queue)
    add_desk_routes(routes, queue)
    add_counter_routes(routes, queue)
    add_special_routes(routes, queue)
    add_seat_routes(routes, queue)
    add_looking_routes(routes, queue)
    add_citizen_routes(routes, queue, person.status_key)
    return routes
