"""The ticket on the screen: the number, where to go, how long, and what to do when it is called.

If the slip did not come out, the same screen says so first and makes the number and its QR code larger.
"""

from __future__ import annotations

from kiosk import typeset
from kiosk.scene import Act, Action, Box, Item, Qr, Ring, Scene, Symbol, Text
from kiosk.screens.frame import BODY_END, header, navigation, steps, switches
from kiosk.session import Paper
from kiosk.sheet import LEFT, RIGHT, ROOM, WIDTH, Face, Sheet, View
from kiosk.symbols import zone_symbol
from kiosk.theme import Role, zone_color
from kiosk.words import clock_of
from queue_server.wire import Ticket, Zone

PRIMARY_H = 124

REASONS = {
    "paper_out": "打印机没纸了。",
    "cover_open": "打印机盖没有关好。",
    "cutter_error": "打印机切纸卡住了。",
    "no_printer": "这台机器不打小票。",
}
WITHOUT_SLIP = "没有小票，号一样有效。"


def ticket(view: View) -> Scene:
    """Draw the ticket of the session."""
    sheet = Sheet(view)
    header(sheet)
    steps(sheet, 2)
    found = view.state.ticket
    assert found is not None, "the ticket screen without a ticket"
    zone = view.facts.zone(found.zone)
    if view.state.paper in (Paper.PRINTING, Paper.PRINTED):
        _with_slip(sheet, found, zone)
    else:
        _without_slip(sheet, found, zone)
    switches(sheet)
    navigation(sheet, back=False)
    return sheet.scene("ticket")


def _with_slip(sheet: Sheet, ticket: Ticket, zone: Zone | None) -> None:
    words = sheet.words
    if sheet.view.state.paper is Paper.PRINTING:
        _strip(sheet, "action", "正在打印小票，请稍候", None)
    else:
        _strip(sheet, "ok", "取号成功，请拿好小票", "tick")
    bottom = number_card(sheet, ticket, zone, 348, "您的票号", named=True)
    _queue(sheet, ticket, bottom + 18)
    _what_to_do(sheet, ticket, zone, bottom + 18 + 216 + 12)
    text = words.first("完成")
    if sheet.view.left_s is not None:
        second = words.first("{n} 秒后自动返回", n=sheet.view.left_s)
    else:
        second = words.second("完成")
    face = Face(text, second, "tick", "primary", Role.STRONG)
    sheet.button("done", (LEFT, BODY_END - PRIMARY_H, ROOM, PRIMARY_H), face, Action(Act.DONE))


def _strip(sheet: Sheet, color: str, text: str, symbol: str | None) -> None:
    """One line at the top: what became of the slip."""
    words = sheet.words
    sheet.put(
        Box(LEFT, 240, ROOM, 88, f"{color}-soft", right_only=True), Box(LEFT, 240, 12, 88, color, radius=0)
    )
    sign: Item = (
        Symbol(symbol, LEFT + 42, 254, 60, color)
        if symbol
        else Ring(LEFT + 46, 258, 52, 7, 0.25, turning=True)
    )
    sheet.put(sign)
    first, second = words.first(text), words.second(text)
    px = sheet.px(Role.BODY)
    sheet.put(Text(LEFT + 124, 284, first, px, True))
    x = LEFT + 124 + typeset.width(first, px, True) + 24
    if x + typeset.width(second, 28) < RIGHT - 16:
        sheet.put(Text(x, 284 + (px - 28) * 0.376, second, 28, False, "ink-2"))


def number_card(
    sheet: Sheet, ticket: Ticket, zone: Zone | None, y: float, title: str, *, named: bool = False
) -> float:
    """Draw the framed card with number, sign and place; returns its lower edge.

    `named` says matter and priority class too, which is for whoever has just taken the ticket alone.
    """
    words, middle = sheet.words, WIDTH / 2
    plate_h = 200
    upper = 352 if named else 312
    sheet.box(LEFT, y, ROOM, upper + plate_h, border="ink", stroke=4)
    kind = _kind(sheet, ticket) if named else ""
    above = f"{words.first(title)}  {kind or words.second(title)}"
    if not sheet.fits(above, 34, ROOM - 48):
        above = kind
    sheet.put(Text(middle, y + 42, typeset.fit(above, 34, False, ROOM - 48), 34, False, "ink-2", "center"))
    sheet.put(Text(middle, y + 182, ticket.number, 224, True, "ink", "center"))
    if named:
        name = words.pick(ticket.matter.name, ticket.matter.name_en)
        sheet.line(middle, y + 292, name, Role.SMALL, align="center", room=ROOM - 48)
    sheet.put(Box(LEFT, y + upper, ROOM, 4, "ink", radius=0))
    _place(sheet, ticket, zone, y + upper + 4, plate_h - 4)
    return y + upper + plate_h


def _kind(sheet: Sheet, ticket: Ticket) -> str:
    """Word what is special about a ticket: its class, the time that was booked, several matters."""
    words = sheet.words
    parts = [class_words(sheet, ticket)]
    if ticket.booked_at:
        parts.append(words.first("预约 {time}", time=clock_of(ticket.booked_at, sheet.view.timezone)))
    if ticket.errands > 1:
        parts.append(words.first("共 {n} 件", n=ticket.errands))
    return " · ".join(filter(None, parts))


def class_words(sheet: Sheet, ticket: Ticket) -> str:
    """Word the priority class of a ticket, empty for an ordinary one."""
    found = sheet.view.facts.priority_class(ticket.priority_class or "")
    return "" if found is None else sheet.words.priority(found)


def _place(sheet: Sheet, ticket: Ticket, zone: Zone | None, y: float, h: float) -> None:
    words = sheet.words
    if zone is None:
        return
    inner = Box(LEFT + 4, y - 8, 190, h + 4, zone_color(zone.sign), radius=8, left_only=True)
    sheet.put(inner, Box(LEFT, y - 4, 194, 4, "ink", radius=0))
    sheet.put(Box(LEFT + 4, y - 12, 190, 8, "surface", radius=0))
    middle = LEFT + 99
    sheet.put(Text(middle, y + h / 2 - 42, zone.sign, 88, True, "white", "center"))
    sheet.put(Symbol(zone_symbol(zone.icon), middle - 32, y + h / 2 + 16, 64, "white"))
    x, room = LEFT + 226, ROOM - 226 - 32
    where = words.first("去 {floor} {area}", floor=words.floor(ticket.floor), area=words.area(zone.sign))
    seats = words.first("{zone}等候椅", zone=words.pick(zone.name, zone.name_en))
    if ticket.counter_label:
        where = words.first(
            "{floor} {label}号窗口", floor=words.floor(ticket.floor), label=ticket.counter_label
        )
        seats = words.pick(zone.name, zone.name_en)
    way = _way(sheet, ticket.floor)
    tall = 68 * 1.25 + 34 * 1.3 * (2 if way else 1)
    top = y + (h - tall) / 2
    sheet.put(Text(x, top + 42, typeset.fit(where, 68, True, room), 68, True))
    sheet.put(Text(x, top + 85 + 22, typeset.fit(seats, 34, False, room), 34))
    if way:
        here = sheet.view.facts.floor == ticket.floor
        sheet.put(Symbol("pin" if here else "lift", x, top + 85 + 45 + 4, 38, "ink-2"))
        sheet.put(
            Text(x + 52, top + 85 + 45 + 23, typeset.fit(way, 34, False, room - 52), 34, False, "ink-2")
        )


def _way(sheet: Sheet, floor: int | None) -> str:
    """Word the way from this kiosk to another floor."""
    words, here = sheet.words, sheet.view.facts.floor
    if here is None or floor is None:
        return ""
    if floor == here:
        return words.first("就在这一层")
    text = "您在{here}，请上 {n} 层" if floor > here else "您在{here}，请下 {n} 层"
    return words.first(text, here=words.floor(here), n=abs(floor - here))


def _queue(sheet: Sheet, ticket: Ticket, y: float) -> None:
    """People ahead and wait at the left, the code for the phone at the right."""
    words, h = sheet.words, 216
    left_w = 560
    sheet.box(LEFT, y, left_w, h)
    x = LEFT + 35
    _amount(sheet, x, y, words.first("前面有"), words.people(ticket.ahead), words.first("人"))
    if ticket.wait is not None and ticket.wait.high_s > 0:
        _amount(sheet, x + 180, y, words.first("大约等"), words.minutes(ticket.wait), words.first("分钟"))
        zone = sheet.view.timezone
        early = clock_of(ticket.issued_at, zone, ticket.wait.low_s)
        late = clock_of(ticket.issued_at, zone, ticket.wait.high_s)
        text = words.first("预计 {early}–{late} 叫到您", early=early, late=late)
    elif ticket.wait is not None:
        text = words.first("马上就叫您")
    else:
        text = words.first("窗口一开就叫")
    sheet.put(Text(x, y + 180, typeset.fit(text, 34, False, left_w - 70), 34, False, "ink-2"))
    card_x = LEFT + left_w + 18
    sheet.box(card_x, y, RIGHT - card_x, h)
    if ticket.status_url:
        sheet.put(Qr(card_x + 8, y + 10, 196, ticket.status_url))
    text_x, room = card_x + 210, RIGHT - card_x - 220
    lines = typeset.lines(words.first("扫码看进度"), 34, True, room)
    for i, part in enumerate(lines):
        sheet.put(Text(text_x, y + 62 + 42 * i, part, 34, True))
    for i, part in enumerate(typeset.lines(words.first("没有手机也一样叫您"), 28, False, room)[:3]):
        sheet.put(Text(text_x, y + 62 + 42 * len(lines) + 10 + 38 * i, part, 28, False, "ink-2"))


def _amount(sheet: Sheet, x: float, y: float, label: str, value: str, unit: str) -> None:
    sheet.put(Text(x, y + 42, label, 34, False, "ink-2"))
    sheet.put(Text(x, y + 108, value, 68, True))
    sheet.put(Text(x + typeset.width(value, 68, True) + 12, y + 121, unit, 34))


def _what_to_do(sheet: Sheet, ticket: Ticket, zone: Zone | None, y: float) -> None:
    words = sheet.words
    sign = "" if zone is None else zone.sign
    number = ticket.number
    rows = (
        ("chair", "到 {sign}区 坐下等"),
        ("speaker", "听到 {number}，去屏幕上写的窗口"),
        ("again", "没听到也不作废，请找导办员"),
    )
    room = ROOM - 84
    row_h = (BODY_END - PRIMARY_H - 16 - y) / 3
    for i, (symbol, text) in enumerate(rows):
        top = y + i * row_h
        sheet.put(Box(LEFT, top, ROOM, 2, "soft", radius=0), Symbol(symbol, LEFT, top + (row_h - 60) / 2, 60))
        first, second = (
            words.first(text, sign=sign, number=number),
            words.second(text, sign=sign, number=number),
        )
        middle = top + row_h / 2
        px = 40 if typeset.width(first, 40, True) <= room else 34
        sheet.put(Text(LEFT + 84, middle - 18, typeset.fit(first, px, True, room), px, True))
        sheet.put(Text(LEFT + 84, middle + 26, typeset.fit(second, 28, False, room), 28, False, "ink-2"))


def _without_slip(sheet: Sheet, ticket: Ticket, zone: Zone | None) -> None:
    state, words = sheet.view.state, sheet.words
    titles = {
        Paper.FAILED: "小票没打出来，但号已取好",
        Paper.UNKNOWN: "小票可能没打完，但号已取好",
        Paper.NONE: "号已取好，请记住票号",
    }
    _warning(sheet, titles[state.paper])
    bottom = number_card(sheet, ticket, zone, 468, "请记住您的票号", named=True)
    _keep(sheet, ticket, bottom + 20, BODY_END - 152 - 24)
    noted = Face(words.first("我记下了"), words.second("我记下了"), "tick", "primary", Role.STRONG)
    y = BODY_END - 152
    if state.may_reprint and sheet.view.facts.trouble is None:
        again = Face(words.first("再打一次"), words.second("再打一次"), "printer")
        sheet.button("reprint", (LEFT, y, 400, 152), again, Action(Act.REPRINT))
        sheet.button("done", (LEFT + 416, y, ROOM - 416, 152), noted, Action(Act.DONE))
    else:
        sheet.button("done", (LEFT, y, ROOM, 152), noted, Action(Act.DONE))


def _warning(sheet: Sheet, title: str) -> None:
    """A notice with what happened, why, and that the number is good all the same."""
    state, words = sheet.view.state, sheet.words
    y, h = 240, 204
    sheet.put(Box(LEFT, y, ROOM, h, "warn-soft", right_only=True), Box(LEFT, y, 12, h, "warn", radius=0))
    sheet.put(Symbol("no-printer", LEFT + 40, y + 60, 84, "warn"))
    x, room = LEFT + 148, ROOM - 148 - 24
    first = words.first(title)
    px = 52 if typeset.width(first, 52, True) <= room else 40
    sheet.put(Text(x, y + 52, typeset.fit(first, px, True, room), px, True))
    if state.paper is Paper.UNKNOWN:
        why = "请看看出纸口，有小票就拿好。"
    else:
        why = REASONS.get(state.paper_reason, "打印机没有回应。")
    both = words.first(why) + ("" if words.chinese else " ") + words.first(WITHOUT_SLIP)
    fits = typeset.width(both, 34) <= room
    lines = (both if fits else words.first(why), words.second(WITHOUT_SLIP) if fits else words.second(why))
    sheet.put(Text(x, y + 112, typeset.fit(lines[0], 34, False, room), 34))
    sheet.put(Text(x, y + 160, typeset.fit(lines[1], 28, False, room), 28, False, "ink-2"))


def _keep(sheet: Sheet, ticket: Ticket, y: float, end: float) -> None:
    words = sheet.words
    h = end - y
    sheet.box(LEFT, y, ROOM, h)
    size = min(320, h - 24)
    x = LEFT + 16 + size + 28
    room = RIGHT - 32 - x
    if ticket.status_url:
        sheet.put(Qr(LEFT + 16, y + (h - size) / 2, size, ticket.status_url))
    top = y + (h - 60 - 46 - 28 - 3 * 46) / 2
    title = words.first("扫码把号存到手机")
    px = 52 if typeset.width(title, 52, True) <= room else 40
    sheet.put(Text(x, top + 30, typeset.fit(title, px, True, room), px, True))
    sheet.put(
        Text(x, top + 83, typeset.fit(words.second("扫码把号存到手机"), 34, False, room), 34, False, "ink-2")
    )
    text = words.first(
        "没带手机？记住 {number} 就行，叫号时报票号，或找导办员手写一张。", number=ticket.number
    )
    for i, part in enumerate(typeset.lines(text, 34, False, room)[:4]):
        sheet.put(Text(x, top + 60 + 46 + 28 + 23 + 46 * i, part, 34))
