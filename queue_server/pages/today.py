"""The public page of the day: what is left of the numbers, and up to whom the hall expects to go."""

from __future__ import annotations

from flask import Blueprint, Response

from queue_server.hall.actions import HallBook
from queue_server.pages.frame import guarded, page


def blueprint(hall: HallBook) -> Blueprint:
    """Serve `/today` to anybody; the page asks `GET /api/v1/today` by itself."""
    pages = Blueprint("today", __name__, template_folder="templates")
    pages.after_request(guarded)

    @pages.get("/today")
    def today() -> Response:
        return page("today.html", hall.plan, modules=("today.js",), sheets=("staff.css", "today.css"))

    return pages
