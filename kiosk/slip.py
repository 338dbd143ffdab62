"""The slip of a ticket: number, place, wait, code for the phone, and what to do, in at most 420 bytes.

A signed one has its code behind the address (`wire/slip_code.py`) and at most 540 bytes.
At 9600 baud a byte takes a millisecond, so what stands on paper is what a citizen needs and nothing
else. What a slip says is kept as plain texts, so that a job can be printed after a restart without
asking anybody.
"""

from __future__ import annotations

import msgspec

from hardware.ticket_printer.slip import Cut, Feed, Item, Line, Qr, Slip, Text, columns, fit_scale, wrap
from queue_server.wire import Ticket
from queue_server.wire.words import translator

DOMAIN = "slip"
COLUMNS = 48
LARGEST = 8
AHEAD_CAP = 200
CLASS_COLUMNS = {"zh": COLUMNS, "en": 32}
"""A long list of who belongs to a priority class ends at a word: a slip has 420 bytes, English needs more."""


class SlipFacts(msgspec.Struct, frozen=True):
    """What one slip says. `at` is the local time as it is printed, `copy` 2 and more a reprint,
    `priority` the name of its class.

    `url` is what the QR code holds: the address for the phone, and behind `#` the slip's signed code.
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
    priority: str = ""


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
    )


def build_slip(facts: SlipFacts) -> Slip:
    """Lay the texts out on 48 columns."""
    words = translator(DOMAIN, facts.lang)
    items: list[Item] = []
    if facts.copy > 1:
        items.append(Line((Text(f" {words('补打')} {facts.copy} ", 2, 2, reverse=True),)))
    items.append(Line.of(facts.hall, fit_scale(facts.hall, COLUMNS, 2)))
    around = [] if facts.priority else [Feed(8)]
    items += [*around, Line.of(facts.number, fit_scale(facts.number, COLUMNS, LARGEST)), *around]
    items += _place(facts)
    items.append(Feed(10))
    items += [Line.of(part) for part in wrap(facts.matter, COLUMNS)]
    items += [Feed(10), Line.of(_queue(facts), 2)]
    if facts.priority:
        says = words("优先：{name} 请带证件").format(name=facts.priority)
        items.append(Line.of(wrap(says, CLASS_COLUMNS[facts.lang])[0].rstrip(",")))
    items.append(Feed(16))
    if facts.url:
        items += [Qr(facts.url), Feed(12)]
        items.append(Line.of(words("扫码看进度；没有手机也一样叫您")))
    items.append(Line.of(words("没听到不作废，请找导办员")))
    items.append(Line.of(f"{facts.at}  {facts.kiosk}"))
    return Slip(tuple(items), Cut.PARTIAL)


def _place(facts: SlipFacts) -> list[Item]:
    """去 1楼 B区 不动产登记: the sign in white on black, the name below where the line is full."""
    words = translator(DOMAIN, facts.lang)
    go = words("去") if facts.floor is None else words("去 {n}楼").format(n=facts.floor)
    sign = words(" {sign}区 ").format(sign=facts.sign)
    spans = [Text(go + " ", 2, 2), Text(sign, 2, 2, reverse=True)]
    room = COLUMNS // 2 - columns(go) - 1 - columns(sign)
    if columns(facts.zone) + 1 <= room:
        return [Line((*spans, Text(" " + facts.zone, 2, 2)))]
    return [Line(tuple(spans)), Line.of(facts.zone, fit_scale(facts.zone, COLUMNS, 2))]


def _queue(facts: SlipFacts) -> str:
    words = translator(DOMAIN, facts.lang)
    if not facts.waits:
        return words("现在不用等")
    if facts.ahead is None:
        return words("窗口一开就叫")
    ahead = f"{facts.ahead}+" if facts.ahead >= AHEAD_CAP else str(facts.ahead)
    if not facts.minutes:
        return words("前面{n}人 窗口一开就叫").format(n=ahead)
    return words("前面{n}人 约等{range}分钟").format(n=ahead, range=facts.minutes)
