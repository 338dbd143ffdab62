"""HTTP of media: which pictures a board shows, and each of them."""

from __future__ import annotations

from pathlib import Path

import flask

from queue_server import http
from queue_server.hall.actions import HallBook
from queue_server.media import pictures
from queue_server.refusals import Refused
from queue_server.wire.board import MediaList

READERS = ("device", "staff")
PICTURE_CACHE = "private, max-age=3600"


def blueprint(hall: HallBook, root: Path) -> flask.Blueprint:
    """All routes of this room under `/api/v1`; `root` holds one folder for each name in the hall file."""
    routes = flask.Blueprint("media", __name__)

    def folder(board: str) -> Path:
        plan = hall.plan.boards.get(board)
        if plan is None:
            raise Refused("board_unknown", board=board)
        return root / (plan.look.media or "-")

    @routes.get("/boards/<board>/media")
    @http.described(
        "The pictures in a board's media area, in their order",
        who=READERS,
        answers={200: MediaList},
        refusals=("board_unknown",),
    )
    def media(board: str) -> flask.Response:
        return http.answer(MediaList(pictures.listed(folder(board))))

    @routes.get("/boards/<board>/media/<name>")
    @http.described(
        "One of these pictures",
        who=READERS,
        answers={200: None},
        refusals=("board_unknown", "picture_unknown"),
    )
    def picture(board: str, name: str) -> flask.Response:
        content, kind = pictures.found(folder(board), name)
        return flask.Response(content, headers={"Cache-Control": PICTURE_CACHE}, mimetype=kind)

    return routes
