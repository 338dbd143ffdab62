"""The slip of a ticket: number, place, wait, code for the phone, and what to do, in at most 420 bytes.

A signed one has its code behind the address (`wire/slip_code.py`) and at most 540 bytes.
At 9600 baud a byte takes a millisecond, so what stands on paper is what a citizen needs and nothing
else. What a slip says is kept as plain texts, so that a job can be printed after a restart without
asking anybody. Where it stands on the paper is a layout (`slip_template.py`), which a hall can change.
"""

from __future__ import annotations

import msgspec

from hardware.ticket_printer.slip import Slip, columns
from kiosk.slip_built_in import BUILT_IN
from kiosk.slip_layout import lay_out
from kiosk.slip_template import Template, parse
from queue_server.wire import Ticket
from queue_server.wire.words import translator

DOMAIN = "slip"
COLUMNS = 48
AHEAD_CAP = 200
MORE_COLUMNS = 30
STANDARD = parse(BUILT_IN)


class SlipFacts(msgspec.Struct, frozen=True):
    """What one slip says. `at` is the local time as it is printed, `copy` 2 and more a reprint,
    `priority` the name of its class.

    `url` is what the QR code holds: the address for the phone, and behind `#` the slip's signed code.
    `booked` is the local time of a booking, `more` the other matters of the visit, `errands` their count
    with this one where only that is known, `large` asks for the layout in large print.
    """

    hall: str
    number: str
    floor: int | None
    sign: str
    zone: str
    matter: str
    at: str
    kiosk: str
    ahead: int | None = None
    minutes: str = ""
    waits: bool = True
    url: str = ""
    lang: str = "zh"
    copy: int = 1
    large: bool = False
    priority: str = ""
    booked: str = ""
    more: tuple[str, ...] = ()
    errands: int = 1


def slip_facts(
    ticket: Ticket, hall: str, zone: tuple[str, str], at: str, kiosk: str, code: str = ""
) -> SlipFacts:
    """Gather what a slip says; `zone` is its sign and name, all texts in the ticket's language.

    `code` is the slip's signed code, empty for an unsigned one.
    """
    wait = ticket.wait
    minutes = "" if wait is None else f"{wait.low_s // 60}-{-(-wait.high_s // 60)}"
    matter = ticket.matter.name
    if ticket.lang == "en" and ticket.matter.name_en:
        matter = ticket.matter.name_en
    return SlipFacts(
        hall=hall,
        number=ticket.number,
        floor=ticket.floor,
        sign=zone[0],
        zone=zone[1],
        matter=matter,
        at=at,
        kiosk=kiosk,
        ahead=ticket.ahead,
        minutes=minutes,
        waits=wait is None or wait.high_s > 0,
        url="#".join(filter(None, (ticket.status_url, code))),
        lang=ticket.lang,
        errands=ticket.errands,
    )


def build_slip(facts: SlipFacts, layout: Template = STANDARD, width_columns: int = COLUMNS) -> Slip:
    """Lay the texts out on paper of `width_columns` columns."""
    section = f"{facts.lang} large" if facts.large else facts.lang
    return lay_out(layout, section, values(facts), width_columns)


def values(facts: SlipFacts) -> dict[str, str]:
    """Return what the fields of a layout (`slip_template.FIELDS`) say on this slip."""
    words = translator(DOMAIN, facts.lang)
    go = words("去") if facts.floor is None else words("去 {n}楼").format(n=facts.floor)
    return {
        "copy": str(facts.copy) if facts.copy > 1 else "",
        "hall": facts.hall,
        "number": facts.number,
        "go": go,
        "floor": "" if facts.floor is None else str(facts.floor),
        "sign": facts.sign,
        "zone": facts.zone,
        "matter": facts.matter,
        "more": _more(facts),
        "priority": facts.priority,
        "booked": facts.booked,
        "before": _before(facts),
        "about": _about(facts),
        "ahead": _ahead(facts),
        "minutes": facts.minutes,
        "url": facts.url,
        "at": facts.at,
        "kiosk": facts.kiosk,
    }


def _more(facts: SlipFacts) -> str:
    """The other matters of the visit: those that a line has room for by name, then their count."""
    if not facts.more and facts.errands > 1:
        return translator(DOMAIN, facts.lang)("{n}件").format(n=facts.errands - 1)
    between = "; " if facts.lang == "en" else "；"
    named: list[str] = []
    for name in facts.more:
        if named and columns(between.join([*named, name])) > MORE_COLUMNS:
            break
        named.append(name)
    left = len(facts.more) - len(named)
    count = translator(DOMAIN, facts.lang)(" 等{n}件").format(n=len(facts.more)) if left else ""
    return between.join(named) + count


def _ahead(facts: SlipFacts) -> str:
    if facts.ahead is None:
        return ""
    return f"{facts.ahead}+" if facts.ahead >= AHEAD_CAP else str(facts.ahead)


def _before(facts: SlipFacts) -> str:
    if not facts.waits or facts.ahead is None:
        return ""
    return translator(DOMAIN, facts.lang)("前面{n}人").format(n=_ahead(facts))


def _about(facts: SlipFacts) -> str:
    words = translator(DOMAIN, facts.lang)
    if not facts.waits:
        return words("现在不用等")
    if facts.ahead is None or not facts.minutes:
        return words("窗口一开就叫")
    return words("大约等{range}分钟").format(range=facts.minutes)
