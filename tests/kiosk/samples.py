"""What a kiosk knows on a busy morning, made from the hall and catalogue files of the project."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import msgspec

from kiosk.facts import Facts
from kiosk.session import State
from kiosk.sheet import View
from queue_server.board import BoardState, ZoneLine
from queue_server.catalogue import catalogue_file
from queue_server.catalogue import rules as catalogue_rules
from queue_server.hall import rules as hall_rules
from queue_server.hall.message import filled_in, hall_message
from queue_server.wire import (
    FoundTicket,
    Hall,
    Matter,
    MatterBrief,
    MatterName,
    Opening,
    Prospect,
    Ticket,
    TicketState,
    Wait,
)

CONFIG = Path(__file__).resolve().parents[2] / "config"
NOW_MS = 1_795_400_640_000
"""2026-11-23 10:24 in Shanghai, a Monday."""

LONGEST = "Z2-018"
"""The matter with the longest name, in both languages."""
WAITING = {"Z1": 6, "Z2": 9, "Z3": 14, "Z4": 1, "Z5": 0, "Z6": 3, "Z7": 7}
URL = "http://10.20.30.40:8080/s/AAAAAAHQRke8tpBdlLSJjbI"


class _Offers:
    """The matters in the form in which the hall's message wants them."""

    version = 1

    def __init__(self, offers: list[catalogue_rules.Offer]) -> None:
        self._offers = offers

    def all(self) -> list[catalogue_rules.Offer]:
        return self._offers


@functools.cache
def hall_and_matters() -> tuple[Hall, tuple[MatterBrief, ...], dict[str, Matter]]:
    """Return hall, matters and checklists as the server would send them."""
    plan = hall_rules.parse((CONFIG / "hall.example.toml").read_text(encoding="utf-8"))
    items = catalogue_file.parse((CONFIG / "catalogue.yaml").read_text(encoding="utf-8")).catalogue.items
    offers = [catalogue_rules.offer(item, plan) for item in items]
    opening = Opening(
        open=True,
        sessions=[("09:00", "17:00")],
        open_days=[1, 2, 3, 4, 5],
        closes_at="2026-11-23T09:00:00.000Z",
    )
    hall = filled_in(hall_message(plan, _Offers(offers), "http://10.20.30.40:8080"), {}, opening, "")
    briefs = tuple(catalogue_rules.brief(offer, "zh") for offer in offers)
    details = {offer.id: catalogue_rules.full(offer, "zh", 1) for offer in offers}
    return hall, briefs, details


def board(waiting: dict[str, int] | None = None) -> BoardState:
    """Return the state of the whole hall with these people waiting."""
    hall, _, _ = hall_and_matters()
    counts = WAITING if waiting is None else waiting
    zones = {}
    for zone in hall.zones:
        count = counts.get(zone.id, 0)
        wait = Wait(0, 0, 0) if count == 0 else Wait(count * 120, count * 160, count * 200)
        zones[zone.id] = ZoneLine(
            zone.id, zone.sign, zone.name, zone.name_en, zone.floor, zone.icon, waiting=count, wait=wait
        )
    return BoardState("all", "", 1, 1, "2026-11-23", "2026-11-23T02:24:00.000Z", zones=zones)


def facts(**changes: object) -> Facts:
    """Return what an open hall's kiosk on floor 1 knows, with changes."""
    hall, briefs, details = hall_and_matters()
    known = Facts(
        "kiosk-1", 1, hall, briefs, details, board(), online=True, fetched_at=NOW_MS - 120_000, trouble=None
    )
    return dataclasses.replace(known, **changes)  # type: ignore[arg-type]


def closed_hall() -> Hall:
    """Return the hall after hours."""
    hall, _, _ = hall_and_matters()
    opening = msgspec.structs.replace(
        hall.opening, open=False, opens_at="2026-11-24T01:00:00.000Z", closes_at=None, reason="after_hours"
    )
    return msgspec.structs.replace(hall, opening=opening)


def hall_of_nine() -> Hall:
    """Return a hall where one number brings at most nine matters."""
    return msgspec.structs.replace(hall_and_matters()[0], matters_a_ticket=9)


def ticket(matter: str = LONGEST, number: str = "B126", ident: int = 7, lang: str = "zh") -> Ticket:
    """Return a ticket as the server gives it to whoever took it."""
    _, briefs, _ = hall_and_matters()
    brief = next(known for known in briefs if known.id == matter)
    return Ticket(
        id=ident,
        visit=ident,
        leg=1,
        number=number,
        state=TicketState.WAITING,
        matter=MatterName(brief.id, brief.name_zh, brief.name_en),
        zone=brief.zone,
        floor=brief.floor,
        issued_at="2026-11-23T02:24:00.000Z",
        ahead=9,
        wait=Wait(1080, 1440, 1800),
        lang=lang,
        status_url=URL,
    )


def found(state: TicketState, can: list[str] | None = None, **more: int) -> FoundTicket:
    """Return a ticket as the server finds it by its number, in a state."""
    of_counter = state in (TicketState.CALLED, TicketState.SERVING, TicketState.PARKED)
    waits = state is TicketState.WAITING
    shown = msgspec.structs.replace(
        ticket(),
        state=state,
        counter_label="12" if of_counter else None,
        ahead=9 if waits else None,
        wait=Wait(1080, 1440, 1800) if waits else None,
        status_url=None,
    )
    back = {"back_ahead": 3, "back_wait": Wait(360, 480, 720)} if can == ["reinstate"] else {}
    return FoundTicket(shown, can or [], **more, **back)  # type: ignore[arg-type]


TOO_LATE = "预计今天办不到：现在取号大约要等 95 分钟，已过下班时间。请明早再来或预约。"
TOO_LATE_EN = (
    "It will probably be too late today: the wait is about 95 minutes, past closing. "
    "Please come tomorrow morning or book."
)


def prospect(matter: str = LONGEST, **changes: object) -> Prospect:
    """Return what a number for a matter would mean, with changes."""
    found = Prospect(MatterName(matter, ""), True, ahead=4, wait=Wait(480, 660, 840))
    return msgspec.structs.replace(found, **changes)


def view(state: State, known: Facts | None = None, **more: object) -> View:
    """Return a view of a state at 10:24."""
    return View(state, known or facts(), NOW_MS, **more)  # type: ignore[arg-type]
