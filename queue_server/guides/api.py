"""HTTP of asking for a person and of going there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import flask
import msgspec

from queue_server import http
from queue_server.database import Database
from queue_server.guides import actions
from queue_server.hall.actions import HallBook
from queue_server.wire import Event, HelpRequest


class HelpWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a citizen got stuck."""

    screen: Annotated[str, msgspec.Meta(max_length=60)]
    lang: Annotated[str, msgspec.Meta(pattern="^(zh|en)$")] = "zh"


class HelpList(msgspec.Struct, frozen=True):
    """The answer of `GET /help`, oldest first."""

    help: list[HelpRequest]


def blueprint(
    database: Database, hall: HallBook, unanswered: Callable[[], list[HelpRequest]]
) -> flask.Blueprint:
    """All routes of this room, to be mounted under `/api/v1`."""
    routes = flask.Blueprint("guides", __name__)

    @routes.post("/help")
    @http.described("Page a guide to this kiosk", who=("kiosk",), body=HelpWish, answers={201: Event})
    def ask() -> flask.Response:
        wish, kiosk = http.body(HelpWish), http.caller().name
        plan = hall.plan.kiosks.get(kiosk)
        floor = plan.floor if plan else None
        return http.answer(actions.ask(database, kiosk, floor, wish.screen, wish.lang), 201)

    @routes.get("/help")
    @http.described("Who asked for a person and still waits", who=("staff",), answers={200: HelpList})
    def waiting() -> flask.Response:
        return http.answer(HelpList(unanswered()))

    @routes.post("/help/<int:asked>/answer")
    @http.described(
        "Go to a citizen who asked for a person",
        who=("staff",),
        answers={200: Event},
        refusals=("help_unknown", "help_answered"),
    )
    def answer(asked: int) -> flask.Response:
        return http.answer(actions.answer(database, http.caller().by, asked))

    return routes
