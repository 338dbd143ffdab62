"""The citizen's page behind the QR code of a slip: number, place, people ahead, and the call."""

from __future__ import annotations

from flask import Blueprint, Response

from queue_server.hall.actions import HallBook
from queue_server.http import language
from queue_server.pages.frame import guarded, page


def blueprint(hall: HallBook) -> Blueprint:
    """Serve `/s/<token>`; the page asks `GET /api/v1/status/{token}` by itself, known or not."""
    pages = Blueprint("phone", __name__, template_folder="templates")
    pages.after_request(guarded)

    @pages.get("/s/<token>")
    def visit(token: str) -> Response:
        plan = hall.plan
        desk = plan.guide_desk_en if language() == "en" else plan.guide_desk
        return page(
            "phone.html", plan, modules=("phone.js",), sheets=("phone.css",), token=token, guide_desk=desk
        )

    return pages
