"""Where a ticket stands that was taken before, and the way back for a missed or a parked one."""

from __future__ import annotations

from kiosk.scene import Act, Action, Scene, Symbol, Text
from kiosk.screens.frame import BODY_END, BODY_TOP, NOTICE_H, header, navigation, notice, switches
from kiosk.screens.ticket import number_card
from kiosk.session import busy
from kiosk.sheet import LEFT, ROOM, Face, Sheet, View
from kiosk.theme import Role
from queue_server.wire import FoundTicket, TicketState, Wait

PRIMARY_H = 160
CARD_Y = 400
LINE_H = 84

MOVES = {
    "reinstate": ("重新排队", "again"),
    "back": ("我回来了", "tick"),
}
TITLES = {
    TicketState.WAITING: "您还在排队",
    TicketState.CALLED: "正在叫您，请马上去",
    TicketState.SERVING: "正在给您办",
    TicketState.PARKED: "窗口在等您回来",
    TicketState.MISSED: "您的号过了",
    TicketState.COMPLETED: "这个号已经办完",
}
OVER = "这个号已经作废"


def place(view: View) -> Scene:
    """Draw the ticket that was found, what it waits for, and the one thing to do now."""
    sheet = Sheet(view)
    header(sheet)
    found = view.state.found
    assert found is not None, "the screen of a found ticket without one"
    title = title_of(found)
    words = sheet.words
    y = BODY_TOP + sheet.para(LEFT, BODY_TOP, ROOM, words.first(title), Role.TITLE, bold=True, height=1.2)
    sheet.line(LEFT, y + 2, words.second(title), Role.SMALL, color="ink-2")
    bottom = number_card(sheet, found.ticket, view.facts.zone(found.ticket.zone), CARD_Y, "您的票号")
    for i, (symbol, text) in enumerate(_lines(sheet, found)):
        top = bottom + 24 + i * LINE_H
        sheet.put(Symbol(symbol, LEFT, top + 8, 60))
        px = 40 if sheet.theme.px(Role.BODY) == 40 else 52
        fitted = 40 if sheet.width(text, Role.BODY, True) > ROOM - 84 else px
        sheet.put(Text(LEFT + 84, top + 38, text, fitted, True))
    said = _said(sheet)
    if said is not None:
        notice(sheet, BODY_END - PRIMARY_H - 16 - NOTICE_H, *said)
    _foot(sheet, found)
    switches(sheet)
    navigation(sheet, back=not busy(view.state), home=not busy(view.state))
    return sheet.scene("place")


def title_of(found: FoundTicket) -> str:
    """Return in words where the ticket stands."""
    state = found.ticket.state
    if state is TicketState.WAITING and found.reinstated:
        return "已经重新排队"
    if state is TicketState.PARKED and "back" not in found.can:
        return "已告诉窗口您回来了"
    if state is TicketState.MISSED and "reinstate" not in found.can:
        return "这个号不能再排了"
    return TITLES.get(state, OVER)


def _lines(sheet: Sheet, found: FoundTicket) -> list[tuple[str, str]]:
    """Return what to know and what to do, at most three lines with their symbols."""
    ticket, words = found.ticket, sheet.words
    if "reinstate" in found.can:
        times = words.first("还可以重新排 {n} 次", n=found.reinstates_left)
        return [*_queue(sheet, found.back_ahead, found.back_wait, "重新排队后，前面 {n} 人"), ("info", times)]
    if ticket.state is TicketState.WAITING:
        return [
            *_queue(sheet, ticket.ahead, ticket.wait, "前面 {n} 人"),
            ("chair", words.first("请坐下等叫号")),
        ]
    if ticket.counter_label and ticket.state in (TicketState.CALLED, TicketState.SERVING, TicketState.PARKED):
        said = {TicketState.PARKED: "办好了手续，回 {label} 号窗口"}.get(ticket.state, "请到 {label} 号窗口")
        return [("pin", words.first(said, label=ticket.counter_label))]
    return [("receipt", words.first("要办事请重新取号")), ("guide", words.first("有疑问请找导办员"))]


def _queue(sheet: Sheet, ahead: int | None, wait: Wait | None, pattern: str) -> list[tuple[str, str]]:
    words = sheet.words
    lines = [("people", words.first(pattern, n=words.people(ahead)))]
    if wait is None:
        lines.append(("clock", words.first("窗口一开就叫")))
    elif wait.high_s == 0:
        lines.append(("clock", words.first("马上就叫您")))
    else:
        lines.append(("clock", words.first("大约等 {range} 分钟", range=words.minutes(wait))))
    return lines


def _foot(sheet: Sheet, found: FoundTicket) -> None:
    state, words = sheet.view.state, sheet.words
    place_ = (LEFT, BODY_END - PRIMARY_H, ROOM, PRIMARY_H)
    move = next((move for move in MOVES if move in found.can), "")
    if busy(state):
        text = "正在办…"
        face = Face(words.first(text), words.second(text), kind="primary", role=Role.STRONG, turning=True)
        sheet.button("return", place_, face, Action(Act.RETURN, move))
        return
    if not move:
        face = Face(words.first("知道了"), words.second("知道了"), "tick", "primary", Role.STRONG)
        sheet.button("done", place_, face, Action(Act.DONE))
        return
    text, symbol = MOVES[move]
    face = Face(words.first(text), words.second(text), symbol, "primary", Role.TITLE, Role.SMALL, 84)
    sheet.button("return", place_, face, Action(Act.RETURN, move))


def _said(sheet: Sheet) -> tuple[str, str, str] | None:
    state, words = sheet.view.state, sheet.words
    if busy(state):
        if not sheet.view.slow:
            return None
        return "clock", words.first("比平时慢，请再等一下"), words.first("请稍等，不用再点。")
    if state.refusal:
        return "warning", words.first("这次没有排上"), state.refusal
    if state.enquiry is not None:
        return "warning", words.first("没有收到答复"), words.first("请再点一次，或者请人帮您。")
    return None
