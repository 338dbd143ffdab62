"""Checking in with a booking: the code's ten cells, a pad of its 32 signs, and one button for the number."""

from __future__ import annotations

from kiosk.checkin import HALF, LENGTH, SIGNS, UNREADABLE
from kiosk.facts import Trouble
from kiosk.scene import Act, Action, Box, Scene, Text
from kiosk.screens.confirm import PRIMARY_H, TROUBLES
from kiosk.screens.frame import BODY_END, BODY_TOP, NOTICE_H, header, navigation, notice, switches
from kiosk.session import busy
from kiosk.sheet import LEFT, ROOM, Face, Sheet, View
from kiosk.theme import Role

GAP = 12
COLUMNS = 8
KEY_W, KEY_H = (ROOM - (COLUMNS - 1) * GAP) / COLUMNS, 112
ERASE_H = 104
PRIMARY_Y = BODY_END - PRIMARY_H
ERASE_Y = PRIMARY_Y - 16 - ERASE_H
PAD_Y = ERASE_Y - 4 * (KEY_H + GAP)
NOTICE_Y = PAD_Y - 16 - NOTICE_H
CELL_W, CELL_H, CELL_GAP, HALVES_GAP = 84, 124, 8, 60
CELL_Y = NOTICE_Y - 16 - CELL_H

AGAIN = ("这个预约现在不能签到", "可能已经签过到，或已取消。请点“请人帮我”，导办员帮您查。")
"""Said for the server's `appointment_state`, whose own sentence is for a page that can be read anew."""


def check_in(view: View) -> Scene:
    """Draw the pad; while an answer is out nothing on it can be touched."""
    sheet = Sheet(view)
    header(sheet)
    _title(sheet)
    _cells(sheet)
    _pad(sheet)
    sheet.button("check-in", (LEFT, PRIMARY_Y, ROOM, PRIMARY_H), _primary(sheet), Action(Act.CHECK_IN))
    said = _said(sheet)
    if said is not None:
        notice(sheet, NOTICE_Y, *said)
    switches(sheet)
    navigation(sheet, back=not busy(view.state), home=not busy(view.state))
    return sheet.scene("check-in")


def _title(sheet: Sheet) -> None:
    words = sheet.words
    text = "请输入预约码"
    y = BODY_TOP + sheet.para(LEFT, BODY_TOP, ROOM, words.first(text), Role.TITLE, bold=True, height=1.2)
    sheet.line(LEFT, y + 2, words.second(text), Role.SMALL, color="ink-2")
    y += sheet.px(Role.SMALL) * 1.35 + 12
    text = words.first("预约成功时给您的 10 位码，没有 I、L、O、U。也可以扫它的二维码。")
    role = Role.SMALL if y + 2 * sheet.px(Role.SMALL) * 1.3 <= CELL_Y - 8 else Role.META
    sheet.para(LEFT, y, ROOM, text, role, height=1.3)


def _cells(sheet: Sheet) -> None:
    """Ten cells in two halves with a dash between them; the next one to fill has a blue border."""
    code = sheet.view.state.code
    half_w = HALF * CELL_W + (HALF - 1) * CELL_GAP
    left = LEFT + (ROOM - 2 * half_w - HALVES_GAP) / 2
    for i in range(LENGTH):
        x = left + i * (CELL_W + CELL_GAP) + (HALVES_GAP - CELL_GAP if i >= HALF else 0)
        next_ = i == len(code) and not busy(sheet.view.state)
        border = "action" if next_ else "line"
        sheet.box(x, CELL_Y, CELL_W, CELL_H, border=border, stroke=6 if next_ else 3)
        if i < len(code):
            sheet.put(Text(x + CELL_W / 2, CELL_Y + CELL_H / 2, code[i], 68, True, "ink", "center"))
    dash = left + half_w + (HALVES_GAP - 28) / 2
    sheet.put(Box(dash, CELL_Y + CELL_H / 2 - 3, 28, 6, "ink-2", radius=0))


def _pad(sheet: Sheet) -> None:
    state, words = sheet.view.state, sheet.words
    full = len(state.code) >= LENGTH
    kind = "disabled" if full or busy(state) else "plain"
    for i, sign in enumerate(SIGNS):
        x, y = LEFT + i % COLUMNS * (KEY_W + GAP), PAD_Y + i // COLUMNS * (KEY_H + GAP)
        sheet.button(f"sign-{sign}", (x, y, KEY_W, KEY_H), Face(sign, kind=kind, role=Role.STRONG),
                     Action(Act.SIGN, sign))  # fmt: skip
    kind = "plain" if state.code and not busy(state) else "disabled"
    half = (ROOM - 16) / 2
    clear = Face(words.first("全部清除"), "", "", kind)
    erase = Face(words.first("删一位"), "", "back", kind, symbol_size=48)
    sheet.button("clear", (LEFT, ERASE_Y, half, ERASE_H), clear, Action(Act.CLEAR))
    sheet.button("erase", (LEFT + half + 16, ERASE_Y, half, ERASE_H), erase, Action(Act.ERASE))


def _primary(sheet: Sheet) -> Face:
    state, words = sheet.view.state, sheet.words
    if busy(state):
        text = words.first("正在取号…")
        return Face(text, words.second("正在取号…"), kind="primary", role=Role.STRONG, turning=True)
    if state.take is not None:
        return Face(words.first("再试一次"), words.second("再试一次"), "again", "primary", Role.STRONG)
    kind = "primary" if len(state.code) == LENGTH else "disabled"
    trouble = sheet.view.facts.trouble
    text = "签到取号" if trouble is None else "签到，在屏幕上取号"
    return Face(words.first(text), words.second(text), "receipt", kind, Role.STRONG, Role.SMALL, 84)


def _said(sheet: Sheet) -> tuple[str, str, str] | None:
    """Return symbol, bold fact and next step of the notice above the pad."""
    state, words = sheet.view.state, sheet.words
    if busy(state):
        return _slow(sheet)
    if state.refusal_code == UNREADABLE:
        return "warning", words.first("没读出预约码"), words.first("请再扫一次，或在下面输入。")
    if state.refusal_code == "appointment_state":
        return "warning", words.first(AGAIN[0]), words.first(AGAIN[1])
    if state.refusal:
        return "warning", words.first("这次没签到"), state.refusal
    if state.take is not None:
        return "warning", words.first("没有收到答复"), words.first("再点一次也只会得到一个号；或者请人帮您。")
    return _no_slip(sheet, sheet.view.facts.trouble)


def _slow(sheet: Sheet) -> tuple[str, str, str] | None:
    words = sheet.words
    if not sheet.view.slow:
        return None
    return "clock", words.first("比平时慢，请再等一下"), words.first("您只会得到一个号，不用再点。")


def _no_slip(sheet: Sheet, trouble: Trouble | None) -> tuple[str, str, str] | None:
    if trouble is None:
        return None
    fact, then = TROUBLES[trouble]
    return "no-printer", sheet.words.first(fact), sheet.words.first(then)
