"""The page of a hall board: `/board/NAME`, drawn by its modules from the stream of that board.

The page itself holds nothing that is not public; what the board shows comes by the stream, which lets
in the board's browser (a device cookie) or a member of staff.
"""

from __future__ import annotations

import functools
import hashlib
from typing import Any

import flask
from flask import Blueprint, Response

from queue_server.hall.actions import HallBook
from queue_server.hall.model import HallPlan
from queue_server.hall.rules import hh_mm
from queue_server.hall.speaking import spoken_by
from queue_server.pages.frame import STATIC, guarded, page, words
from queue_server.refusals import Refused
from queue_server.wire.sight import digits_px
from queue_server.wire.words import translator

MODULES = ("board.js",)


def blueprint(hall: HallBook) -> Blueprint:
    """Serve `/board/<name>`, and the version that a running page compares itself with."""
    pages = Blueprint("board", __name__, template_folder="templates")
    pages.after_request(guarded)

    @pages.get("/board/<name>")
    def board(name: str) -> Response:
        plan = hall.plan
        found = plan.boards.get(name)
        if found is None:
            raise Refused("board_unknown", board=name)
        return page(
            "board.html",
            plan,
            modules=MODULES,
            sheets=("board.css",),
            board=found,
            symbols=_symbols(),
            facts={
                "version": version(plan),
                "hall": hall_facts(plan),
                "digits": digits_px(found.look),
                "audio": audio_facts(plan, name),
            },
            _=translator("board", "zh"),
            lang="zh",
            words=words("en", MODULES, "board"),
        )

    @pages.get("/board/<name>/version")
    def board_version(name: str) -> Response:
        answer = flask.jsonify(version=version(hall.plan))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return pages


def version(plan: HallPlan) -> str:
    """What a page that runs for months has to be loaded anew for: other files, or another plan."""
    return f"{_files()}-{plan.version}"


def hall_facts(plan: HallPlan) -> dict[str, Any]:
    """What the page says of the hall."""
    return {
        "name": plan.name,
        "name_en": plan.name_en,
        "guide_desk": plan.guide_desk,
        "guide_desk_en": plan.guide_desk_en,
        "hotline": plan.hotline,
        "floors": [
            {"number": floor.number, "name": floor.name, "name_en": floor.name_en}
            for floor in plan.floors.values()
        ],
    }


def audio_facts(plan: HallPlan, board: str) -> dict[str, Any] | None:
    """How the page speaks, None for one that never does."""
    area = spoken_by(plan, board)
    if area is None:
        return None
    return {
        "zone": area.id,
        "volume": area.volume,
        "quiet": [(hh_mm(starts), hh_mm(ends)) for starts, ends in area.quiet],
        "times": plan.voice.times,
        "stale_s": plan.voice.stale_s,
    }


@functools.cache
def _symbols() -> str:
    """The project's own symbols as a part of the page, so that they are there while the server is not."""
    return (STATIC / "icons.svg").read_text(encoding="utf-8")


@functools.cache
def _files() -> str:
    """A hash over what this server sends to a board; a new release changes it."""
    found = hashlib.sha256()
    for file in (*sorted(STATIC.iterdir()), STATIC.parent / "templates" / "board.html"):
        found.update(file.read_bytes())
    return found.hexdigest()[:12]
