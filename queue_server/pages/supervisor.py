"""The page of whoever runs the hall, all of it live: `/supervisor`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from queue_server.hall.actions import HallBook
from queue_server.http import caller, language
from queue_server.pages.frame import guarded, page
from queue_server.pages.staff import RUNS_THE_HALL, not_for_this_role, to_login
from queue_server.wire.words import translator


def blueprint(hall: HallBook) -> Blueprint:
    """Serve `/supervisor`; whoever is not signed in is sent to `/login` first."""
    pages = Blueprint("supervisor", __name__, template_folder="templates")
    pages.after_request(guarded)

    @pages.get("/supervisor")
    def supervisor() -> Any:
        if caller().kind != "staff":
            return to_login()
        if caller().role not in RUNS_THE_HALL:
            _ = translator("server", language())
            return not_for_this_role(
                hall.plan,
                _("这一页给管理员看"),
                _("您的岗位不能看大厅运行。请用管理员账号登录，或回到窗口。"),
            )
        return page(
            "supervisor.html",
            hall.plan,
            modules=("supervisor.js",),
            sheets=("supervisor.css",),
            person=caller().name,
        )

    return pages
