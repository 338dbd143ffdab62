"""HTTP of ratings: an evaluator at a counter brings what was pressed."""

from __future__ import annotations

import flask

from queue_server import http
from queue_server.database import Database
from queue_server.ratings import actions
from queue_server.wire.ratings import GiveRating, Rating


def blueprint(database: Database) -> flask.Blueprint:
    """All routes of this room, to be mounted under `/api/v1`."""
    routes = flask.Blueprint("ratings", __name__)

    @routes.post("/counters/<counter>/rating")
    @http.described(
        "Bring the rating of a ticket that was just finished at a counter, from its evaluator; once a ticket",
        who=("counter",),
        body=GiveRating,
        answers={201: Rating, 200: Rating},
        refusals=("ticket_unknown", "rating_not_served", "rating_over", "rating_given"),
    )
    def rate(counter: str) -> flask.Response:
        rating, known = actions.give(database, http.caller().by, counter, http.body(GiveRating))
        if known:
            return http.answer(rating, headers={"Idempotent-Replay": "true"})
        return http.answer(rating, 201)

    return routes
