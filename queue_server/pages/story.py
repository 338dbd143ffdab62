"""The page that answers "why was I called only now?": the whole story of a ticket in plain words."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from queue_server.clock import local, parse_rfc3339
from queue_server.http import caller, language
from queue_server.pages.frame import guarded, page
from queue_server.pages.staff import to_login, zone_name
from queue_server.tickets import story
from queue_server.tickets.queue import Queue


def blueprint(queue: Queue) -> Blueprint:
    """Serve `/why/<ticket>` to staff, who show it to whoever asks."""
    pages = Blueprint("story", __name__, template_folder="templates")
    pages.after_request(guarded)

    @pages.get("/why/<int:ticket>")
    def why(ticket: int) -> Any:
        if caller().kind != "staff":
            return to_login()
        lang, plan = language(), queue.hall.plan
        found = story.of_ticket(queue, ticket, lang)
        shown = found.ticket
        return page(
            "why.html",
            plan,
            sheets=("staff.css", "why.css"),
            ticket=shown,
            matter=shown.matter.name_en if lang == "en" and shown.matter.name_en else shown.matter.name,
            zone=plan.zones[shown.zone],
            zone_name=zone_name(plan.zones[shown.zone], lang),
            policy=found.policy,
            before=found.before,
            lines=[
                {"time": _time(line.at), "text": line.text, "kind": line.kind, "by": line.by}
                for line in found.lines
            ],
        )

    return pages


def _time(at: str) -> str:
    return local(parse_rfc3339(at)).strftime("%H:%M:%S")
