"""HTTP of notices: list, post, clear."""

from __future__ import annotations

import flask

from queue_server import http
from queue_server.database import Database
from queue_server.hall.actions import HallBook
from queue_server.notices import actions
from queue_server.refusals import Refused
from queue_server.wire.board import Notice, NoticeList, PostNotice

WRITERS = ("supervisor", "admin")


def blueprint(database: Database, hall: HallBook) -> flask.Blueprint:
    """All routes of this room, to be mounted under `/api/v1`."""
    routes = flask.Blueprint("notices", __name__)

    @routes.get("/notices")
    @http.described(
        "What the boards say today beside the calls", who=("device", "staff"), answers={200: NoticeList}
    )
    def notices() -> flask.Response:
        return http.answer(NoticeList(actions.standing(database)))

    @routes.post("/notices")
    @http.described(
        "Let the boards say something until it is cleared or the business day ends",
        who=WRITERS,
        body=PostNotice,
        answers={201: Notice},
        refusals=("bad_field", "zone_unknown", "notices_full"),
    )
    def post() -> flask.Response:
        wish = http.body(PostNotice)
        if wish.zone is not None and wish.zone not in hall.plan.zones:
            raise Refused("zone_unknown", zone=wish.zone)
        return http.answer(actions.post(database, http.caller().by, wish.zh, wish.en, wish.zone), 201)

    @routes.delete("/notices/<int:notice>")
    @http.described("Take a notice down", who=WRITERS, answers={204: None}, refusals=("notice_unknown",))
    def clear(notice: int) -> flask.Response:
        actions.clear(database, http.caller().by, notice)
        return flask.Response(status=204)

    return routes
