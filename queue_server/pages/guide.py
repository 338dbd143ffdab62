"""The guide's page: help calls, people to look after, and a ticket looked up or taken for somebody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from queue_server.hall.actions import HallBook
from queue_server.http import caller, language
from queue_server.pages.frame import guarded, page
from queue_server.pages.staff import not_for_this_role, to_login
from queue_server.tickets.api.asking import GUIDES
from queue_server.wire.words import translator


def blueprint(hall: HallBook) -> Blueprint:
    """Serve `/guide`; what it shows comes by `GET /guide` of the API and the stream of the whole hall."""
    pages = Blueprint("guide", __name__, template_folder="templates")
    pages.after_request(guarded)

    @pages.get("/guide")
    def guide() -> Any:
        if caller().kind != "staff":
            return to_login()
        if caller().role not in GUIDES:
            _ = translator("server", language())
            return not_for_this_role(
                hall.plan, _("这一页是导办用的"), _("您的岗位不能做这一步。请找有权限的同事。")
            )
        return page(
            "guide.html", hall.plan, modules=("guide.js",), sheets=("guide.css",), person=caller().name
        )

    return pages
