"""Pages of the staff: sign-in, choice of a counter, and the clerk's console."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, redirect, request

from queue_server.hall.actions import HallBook
from queue_server.hall.model import CounterPlan, HallPlan, ZonePlan
from queue_server.http import caller, language
from queue_server.pages.frame import counter_title, guarded, page
from queue_server.wire.words import translator

RUNS_THE_HALL = ("supervisor", "admin")
States = Callable[[], dict[str, tuple[str, str | None]]]
"""State (open, paused, closed) and clerk of every counter that ever opened, by counter id."""


def blueprint(hall: HallBook, states: States) -> Blueprint:
    """Serve `/login`, `/clerk` and `/clerk/<counter>`; whoever is not signed in is sent to `/login` first."""
    pages = Blueprint("staff", __name__, template_folder="templates")
    pages.after_request(guarded)

    @pages.get("/login")
    def login() -> Any:
        wanted = own_path(request.args.get("next", ""))
        if caller().kind == "staff":
            return redirect(wanted)
        return page("login.html", hall.plan, modules=("login.js",), sheets=("staff.css",), next=wanted)

    @pages.get("/clerk")
    def choose() -> Any:
        if caller().kind != "staff":
            return to_login()
        found = states()
        mine = [key for key, (state, clerk) in found.items() if clerk == caller().name and state != "closed"]
        if "all" not in request.args and (mine or caller().role == "guide"):
            own = f"/clerk/{mine[0]}" if mine else "/guide"
            return redirect(f"{own}{lang_query()}")
        return page(
            "choose.html",
            hall.plan,
            modules=("leave.js",),
            sheets=("staff.css",),
            zones=choices(hall.plan, found),
            person=caller().name,
            runs_the_hall=caller().role in RUNS_THE_HALL,
            lang_query=lang_query(),
        )

    @pages.get("/clerk/<counter_id>")
    def console(counter_id: str) -> Any:
        if caller().kind != "staff":
            return to_login()
        counter = hall.plan.counters.get(counter_id)
        return no_counter(hall.plan, counter_id) if counter is None else console_page(hall.plan, counter)

    return pages


def front_door() -> Blueprint:
    """Send whoever opens the bare address to the staff pages; a demo hall shows its own page there."""
    pages = Blueprint("front", __name__)

    @pages.get("/")
    def front() -> Any:
        return redirect(f"/clerk{lang_query()}")

    return pages


def own_path(wanted: str) -> str:
    """Return a path of this server to go on to after the sign-in; anything else becomes `/clerk`."""
    parts = urlsplit(wanted)
    own = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    return wanted if own else "/clerk"


def to_login() -> Any:
    """Send the asker to the sign-in and from there back to where they wanted to go."""
    return redirect(
        f"/login{lang_query() or '?'}&next={quote(request.full_path.rstrip('?'))}".replace("?&", "?")
    )


def lang_query() -> str:
    """Return the query that keeps English on the next page; Chinese needs none."""
    return "?lang=en" if request.args.get("lang") == "en" else ""


def choices(plan: HallPlan, states: dict[str, tuple[str, str | None]]) -> list[dict[str, Any]]:
    """List zones with their counters for the choice page, in hall order."""
    lang = language()
    zones = []
    for zone in plan.zones.values():
        counters = [one for one in plan.counters.values() if one.zone == zone.id]
        if counters:
            rows = [_choice(one, states.get(one.id, ("closed", None)), lang) for one in counters]
            zones.append(
                {
                    "id": zone.id,
                    "sign": zone.sign,
                    "name": zone_name(zone, lang),
                    "floor": floor_name(plan, zone, lang),
                    "counters": rows,
                }
            )
    return zones


def _choice(counter: CounterPlan, state: tuple[str, str | None], lang: str) -> dict[str, str]:
    _ = translator("server", lang)
    word, clerk = state
    words = {"closed": _("未开"), "paused": _("暂停"), "open": clerk or _("已开")}[word]
    name = counter.name_en if lang == "en" else counter.name
    return {"id": counter.id, "label": counter.label, "name": name, "state": word, "words": words}


def console_page(plan: HallPlan, counter: CounterPlan) -> Response:
    """Render the shell of a console; what it shows comes by `GET /counters/{counter}` and the stream."""
    lang, zone = language(), plan.zones[counter.zone]
    name = counter.name_en if lang == "en" else counter.name
    return page(
        "console.html",
        plan,
        modules=("console.js",),
        sheets=("console.css",),
        counter=counter,
        counter_title=counter_title(counter, lang),
        zone=zone,
        place=" · ".join(part for part in (zone_name(zone, lang), name) if part),
    )


def not_for_this_role(plan: HallPlan, title: str, text: str) -> Response:
    """Say whom a page is for, and lead back to the counters; `title` and `text` are translated already."""
    _ = translator("server", language())
    return page(
        "message.html",
        plan,
        status=403,
        sheets=("staff.css",),
        title=title,
        text=text,
        link="/clerk",
        link_text=_("选择窗口"),
    )


def no_counter(plan: HallPlan, counter_id: str) -> Response:
    """Say that there is no such counter and lead back to the choice."""
    _ = translator("server", language())
    return page(
        "message.html",
        plan,
        status=404,
        sheets=("staff.css",),
        title=_("没有这个窗口"),
        text=_("没有“{counter}”这个窗口。请核对窗口编号。").format(counter=counter_id),
        link="/clerk?all=1",
        link_text=_("选择窗口"),
    )


def zone_name(zone: ZonePlan, lang: str) -> str:
    """Name a zone in a language."""
    return zone.name_en if lang == "en" else zone.name


def floor_name(plan: HallPlan, zone: ZonePlan, lang: str) -> str:
    """Name the floor of a zone; empty where the zone is on every floor."""
    floor = plan.floors.get(zone.floor) if zone.floor is not None else None
    return "" if floor is None else floor.name_en if lang == "en" else floor.name
