"""The public page on which anybody checks a slip, or a hash that stood on a board: `/verify`."""

from __future__ import annotations

from flask import Blueprint, Response, request

from queue_server.board import ROOT_DIGITS
from queue_server.clock import business_day
from queue_server.database import Database
from queue_server.hall.actions import HallBook
from queue_server.http import language
from queue_server.pages.frame import guarded, page
from queue_server.proof import actions, words
from queue_server.proof.hall_key import HallKey
from queue_server.proof.model import ProofAnswer
from queue_server.refusals import Refused, sentence
from queue_server.wire.words import translator


def blueprint(hall: HallBook, database: Database, key: HallKey) -> Blueprint:
    """Serve `/verify`; the code comes as `?code=`, or behind `#` as on a slip, which a script moves there."""
    pages = Blueprint("verify", __name__, template_folder="templates")
    pages.after_request(guarded)

    @pages.get("/verify")
    def verify() -> Response:
        code = request.args.get("code", "").strip()
        found, trouble = _look(database, key, code)
        today = business_day(database.clock.now_ms())
        return page(
            "verify.html",
            hall.plan,
            modules=("verify.js",),
            sheets=("phone.css", "verify.css"),
            status=422 if trouble else 200,
            code=code,
            found=found,
            trouble=trouble,
            title=words.TITLES[found.ok] if found else "",
            clock=words.clock_text,
            roots=actions.roots(database, today)[::-1],
            digits=ROOT_DIGITS,
            hall_id=key.hall,
        )

    return pages


def _look(database: Database, key: HallKey, code: str) -> tuple[ProofAnswer | None, str]:
    """What the check found, or in words why there was nothing to check."""
    if not code:
        return None, ""
    translate = translator("server", language())
    try:
        return words.answer(actions.check(database, key, code), translate), ""
    except Refused as refused:
        return None, sentence(refused.code, refused.facts, translate)
