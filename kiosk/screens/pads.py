"""The pads: a booking code, numbers of documents that are never shown, the number of a ticket."""

from __future__ import annotations

from kiosk import pads
from kiosk.checkin import HALF, UNREADABLE
from kiosk.enquiries import OLD_SLIP
from kiosk.facts import Trouble
from kiosk.scene import Act, Action, Box, Disc, Scene, Text
from kiosk.screens.confirm import PRIMARY_H, TROUBLES
from kiosk.screens.frame import BODY_END, BODY_TOP, NOTICE_H, header, navigation, notice, switches
from kiosk.session import Screen, busy
from kiosk.sheet import LEFT, ROOM, Face, Sheet, View
from kiosk.taking import UNKNOWN
from kiosk.theme import Role

GAP = 12
KEY_H, LAST_ROW_H = 112, 104
PRIMARY_Y = BODY_END - PRIMARY_H
LAST_ROW_Y = PRIMARY_Y - 16 - LAST_ROW_H
PAD_Y = LAST_ROW_Y - 4 * (KEY_H + GAP)
NOTICE_Y = PAD_Y - 16 - NOTICE_H
CELL_H = 124
CELL_Y = NOTICE_Y - 16 - CELL_H
TABS_H = 92
TABS_Y = CELL_Y - 16 - TABS_H
NONE_TODAY = "appointment_none_today"
MOST_LETTERS = 9
NARROW = 110
GROUPS = (6, 8, 4)
"""An ID number reads as district, birthday and the rest."""

TABS = (
    (Screen.DOCUMENT, "身份证", Act.DOCUMENT),
    (Screen.CHECK_IN, "预约码", Act.BOOKING),
    (Screen.NUMBER, "票号", Act.NUMBER),
)
ASKS = {
    Screen.CHECK_IN: ("请输入预约码", "预约成功时给您的 10 位码，没有 I、L、O、U。也可以扫它的二维码。"),
    Screen.DOCUMENT: ("请输入身份证号", "有预约的，凭它签到取号。号码不显示，也不保存。"),
    Screen.OTHER_DOCUMENT: (
        "请输入证件号码",
        "护照、港澳通行证、台胞证、外国人永久居留证都可以。\n号码不显示，也不保存。",
    ),
    Screen.NUMBER: ("请输入票号", "看轮到哪儿了；过号了，在这里重新排队。\n也可以扫小票上的码。"),
}
LAY_CARD = ("请把身份证放在读卡区", "有预约的，凭它签到取号。也可以输入号码，不显示，不保存。")

SAYS: dict[tuple[Screen, str], tuple[str, str]] = {
    (Screen.CHECK_IN, UNREADABLE): ("没读出预约码", "请再扫一次，或在下面输入。"),
    (Screen.DOCUMENT, UNREADABLE): ("没读出身份证", "请把卡放平，停一会儿再拿开；也可以输入号码。"),
    (Screen.OTHER_DOCUMENT, UNREADABLE): ("没读出预约码", "请再扫一次，或在下面输入证件号码。"),
    (Screen.NUMBER, UNREADABLE): ("没读出小票", "请再扫一次，或在下面输入票号。"),
    (Screen.DOCUMENT, UNKNOWN): ("刚才没有签到成功", "请再放一次身份证，或输入号码；也可以请人帮您。"),
    (Screen.DOCUMENT, NONE_TODAY): (
        "没有查到您今天的预约",
        "可能已经签过到，或约在别的日子。可以直接取号，也可以请人帮您。",
    ),
    (Screen.OTHER_DOCUMENT, NONE_TODAY): (
        "没有查到您今天的预约",
        "请对着预约时用的证件再看一遍号码。可以直接取号，也可以请人帮您。",
    ),
    (Screen.NUMBER, OLD_SLIP): ("这张小票不是今天的", "请重新取号，或点“请人帮我”。"),
    (Screen.NUMBER, "status_unknown"): ("没读出小票", "请再扫一次，或在下面输入票号。"),
    (Screen.NUMBER, "number_unknown"): (
        "今天没有这个票号",
        "请看小票上最大的字，再输一次；或者请人帮您。",
    ),
}
"""What is said for a refusal where the server's own sentence is for other readers."""

WRONG = {
    Screen.DOCUMENT: ("号码好像有一位不对", "请对着身份证再输一遍；怎么都不对，就请人帮您。"),
    Screen.OTHER_DOCUMENT: (
        "这个号码好像不对",
        "请对着证件从头再输一遍；18 位的号码请点“身份证”，怎么都不对就请人帮您。",
    ),
}
"""What is said where the signs that are typed can't be a number of the document."""

AGAIN = ("这个预约现在不能签到", "可能已经签过到，或已取消。请点“请人帮我”，导办员帮您查。")
"""Said for `appointment_state` on both screens that check in."""


def pad(view: View) -> Scene:
    """Draw the pad of the screen; while an answer is out nothing on it can be touched."""
    sheet = Sheet(view)
    screen = view.state.screen
    header(sheet)
    _title(sheet)
    _tabs(sheet)
    _FIELDS[screen](sheet)
    _KEYS[screen](sheet)
    name, act = ("look-up", Act.LOOK_UP) if screen is Screen.NUMBER else ("check-in", Act.CHECK_IN)
    sheet.button(name, (LEFT, PRIMARY_Y, ROOM, PRIMARY_H), _primary(sheet), Action(act))
    said = _said(sheet)
    if said is not None:
        notice(sheet, NOTICE_Y, *said)
    switches(sheet)
    navigation(sheet, back=not busy(view.state), home=not busy(view.state))
    return sheet.scene(str(screen).replace("_", "-"))


def _title(sheet: Sheet) -> None:
    words, state = sheet.words, sheet.view.state
    text, hint = ASKS[state.screen]
    if state.screen is Screen.DOCUMENT and sheet.view.facts.card_reader:
        text, hint = LAY_CARD
    px = sheet.largest(words.first(text), (sheet.px(Role.TITLE), 68, 52, 40), ROOM)
    sheet.put(Text(LEFT, BODY_TOP + px * 0.6, words.first(text), px, True))
    y = BODY_TOP + px * 1.2
    sheet.line(LEFT, y + 2, words.second(text), Role.SMALL, color="ink-2", room=ROOM)
    y += sheet.px(Role.SMALL) * 1.35 + 8
    hint = words.first(hint)
    role = Role.SMALL if y + 2 * sheet.px(Role.SMALL) * 1.3 <= TABS_Y - 8 else Role.META
    sheet.para(LEFT, y, ROOM, hint, role, height=1.3)


def _tabs(sheet: Sheet) -> None:
    state, words = sheet.view.state, sheet.words
    w = (ROOM - 2 * 16) / 3
    fits = all(sheet.width(words.first(name), Role.BODY, True) <= w - 120 for _, name, _ in TABS)
    role = Role.BODY if fits else Role.SMALL
    for i, (screen, name, act) in enumerate(TABS):
        here = screen is state.screen
        kind = "on" if here else "disabled" if busy(state) else "plain"
        face = Face(words.first(name), "", "tick" if here else "", kind, role, symbol_size=44)
        sheet.button(f"tab-{act}", (LEFT + i * (w + 16), TABS_Y, w, TABS_H), face, Action(act))


# Fields ------------------------------------------------------------------------------------------


def _code_field(sheet: Sheet) -> None:
    """Ten cells in two halves with a dash between them; the next one to fill has a blue border."""
    typed, w, gap, between = sheet.view.state.typed, 84, 8, 60
    half_w = HALF * w + (HALF - 1) * gap
    left = LEFT + (ROOM - 2 * half_w - between) / 2
    for i in range(pads.CODE_LENGTH):
        x = left + i * (w + gap) + (between - gap if i >= HALF else 0)
        _cell(sheet, x, w, i)
        if i < len(typed):
            sheet.put(Text(x + w / 2, CELL_Y + CELL_H / 2, typed[i], 68, True, "ink", "center"))
    dash = left + half_w + (between - 28) / 2
    sheet.put(Box(dash, CELL_Y + CELL_H / 2 - 3, 28, 6, "ink-2", radius=0))


def _document_field(sheet: Sheet) -> None:
    """Eighteen cells in three groups; only the sign typed last can be read, and not once it is whole."""
    typed, gap, between = sheet.view.state.typed, 6, 26
    w = (ROOM - 15 * gap - 2 * between) / pads.DOCUMENT_LENGTH
    for i in range(pads.DOCUMENT_LENGTH):
        groups_before = sum(i >= end for end in (GROUPS[0], GROUPS[0] + GROUPS[1]))
        x = LEFT + i * (w + gap) + groups_before * (between - gap)
        _sealed_cell(sheet, x, w, i, shown=i == len(typed) - 1 and len(typed) < pads.DOCUMENT_LENGTH)


def _cell(sheet: Sheet, x: float, w: float, i: int) -> None:
    next_ = i == len(sheet.view.state.typed) and not busy(sheet.view.state)
    sheet.box(x, CELL_Y, w, CELL_H, border="action" if next_ else "line", stroke=6 if next_ else 3)


def _other_field(sheet: Sheet) -> None:
    """Fifteen cells, for documents differ in length; only the sign typed last can be read."""
    typed, gap = sheet.view.state.typed, 8
    w = (ROOM - (pads.OTHER_LENGTH - 1) * gap) / pads.OTHER_LENGTH
    for i in range(pads.OTHER_LENGTH):
        _sealed_cell(sheet, LEFT + i * (w + gap), w, i, shown=i == len(typed) - 1)


def _sealed_cell(sheet: Sheet, x: float, w: float, i: int, *, shown: bool) -> None:
    """One cell of a number that nobody may read over a shoulder: a dot, or the sign if it is `shown`."""
    typed = sheet.view.state.typed
    _cell(sheet, x, w, i)
    if shown and not busy(sheet.view.state):
        sheet.put(Text(x + w / 2, CELL_Y + CELL_H / 2, typed[i], 52, True, "ink", "center"))
    elif i < len(typed):
        sheet.put(Disc(x + w / 2 - 11, CELL_Y + CELL_H / 2 - 11, 22, "ink"))


def _number_field(sheet: Sheet) -> None:
    typed, middle = sheet.view.state.typed, LEFT + ROOM / 2
    sheet.box(LEFT, CELL_Y, ROOM, CELL_H, border="line" if busy(sheet.view.state) else "action", stroke=6)
    if typed:
        sheet.put(Text(middle, CELL_Y + CELL_H / 2, typed, 88, True, "ink", "center"))
    else:
        example = sheet.words.first("如 {number}", number="C047")
        sheet.put(Text(middle, CELL_Y + CELL_H / 2, example, 52, False, "ink-2", "center"))


# Keys --------------------------------------------------------------------------------------------


def _letter_keys(sheet: Sheet) -> None:
    """Four rows of all the signs of a pad, and the two keys that take signs away."""
    signs = pads.PADS[sheet.view.state.screen].signs
    columns = len(signs) // 4
    _rows(sheet, [signs[i : i + columns] for i in range(0, len(signs), columns)])
    half = (ROOM - GAP) / 2
    _clear(sheet, LEFT, LAST_ROW_Y, half, LAST_ROW_H)
    _erase(sheet, LEFT + half + GAP, LAST_ROW_Y, half, LAST_ROW_H)


def _document_keys(sheet: Sheet) -> None:
    _rows(sheet, ["123", "456", "789", "X0"], 3)
    third = (ROOM - 2 * GAP) / 3
    _erase(sheet, LEFT + 2 * (third + GAP), PAD_Y + 3 * (KEY_H + GAP), third, KEY_H)
    half = (ROOM - GAP) / 2
    other = Face(sheet.words.first("其他证件"), "", "page", "disabled" if busy(sheet.view.state) else "plain")
    sheet.button("other-document", (LEFT, LAST_ROW_Y, half, LAST_ROW_H), other, Action(Act.OTHER_DOCUMENT))
    _clear(sheet, LEFT + half + GAP, LAST_ROW_Y, half, LAST_ROW_H)


def _number_keys(sheet: Sheet) -> None:
    hall = sheet.view.facts.hall
    letters = pads.LETTERS if hall is None or not hall.letters else hall.letters
    _rows(sheet, [letters[:MOST_LETTERS], "123", "456", "789"])
    third = (ROOM - 2 * GAP) / 3
    _clear(sheet, LEFT, LAST_ROW_Y, third, LAST_ROW_H)
    _key(sheet, "0", LEFT + third + GAP, LAST_ROW_Y, third, LAST_ROW_H)
    _erase(sheet, LEFT + 2 * (third + GAP), LAST_ROW_Y, third, LAST_ROW_H)


def _rows(sheet: Sheet, rows: list[str], columns: int = 0) -> None:
    for line, signs in enumerate(rows):
        count = columns or len(signs)
        w = (ROOM - (count - 1) * GAP) / count
        for i, sign in enumerate(signs):
            _key(sheet, sign, LEFT + i * (w + GAP), PAD_Y + line * (KEY_H + GAP), w, KEY_H)


def _key(sheet: Sheet, sign: str, x: float, y: float, w: float, h: float) -> None:
    state = sheet.view.state
    full = len(state.typed) >= pads.PADS[state.screen].length
    # On narrow keys of large text the widest letter decides for all.
    role = Role.BODY if sheet.theme.large and w < NARROW else Role.STRONG
    face = Face(sign, kind="disabled" if full or busy(state) else "plain", role=role)
    sheet.button(f"sign-{sign}", (x, y, w, h), face, Action(Act.SIGN, sign))


def _clear(sheet: Sheet, x: float, y: float, w: float, h: float) -> None:
    face = Face(sheet.words.first("全部清除"), "", "", _kind(sheet))
    sheet.button("clear", (x, y, w, h), face, Action(Act.CLEAR))


def _erase(sheet: Sheet, x: float, y: float, w: float, h: float) -> None:
    face = Face(sheet.words.first("删一位"), "", "back", _kind(sheet), symbol_size=48)
    sheet.button("erase", (x, y, w, h), face, Action(Act.ERASE))


def _kind(sheet: Sheet) -> str:
    return "plain" if sheet.view.state.typed and not busy(sheet.view.state) else "disabled"


# The button and what is said above the pad ------------------------------------------------------------


def _primary(sheet: Sheet) -> Face:
    state, words = sheet.view.state, sheet.words
    asks = state.screen is Screen.NUMBER
    if busy(state):
        text = "正在查…" if asks else "正在取号…"
        first, second = words.first(text), words.second(text)
        return Face(first, second, kind="primary", role=Role.STRONG, turning=True)
    if state.take is not None or state.enquiry is not None:
        return Face(words.first("再试一次"), words.second("再试一次"), "again", "primary", Role.STRONG)
    kind = "primary" if pads.whole(state) else "disabled"
    if asks:
        text, symbol = "查我的号", "receipt"
    else:
        text, symbol = "签到取号", "receipt"
        if sheet.view.facts.trouble is not None:
            text = "签到，在屏幕上取号"
    return Face(words.first(text), words.second(text), symbol, kind, Role.STRONG, Role.SMALL, 84)


def _said(sheet: Sheet) -> tuple[str, str, str] | None:
    """Return symbol, bold fact and next step of the notice above the pad."""
    state, words = sheet.view.state, sheet.words
    if busy(state):
        return _slow(sheet)
    if state.take is not None:
        return "warning", words.first("没有收到答复"), words.first("再点一次也只会得到一个号；或者请人帮您。")
    if state.enquiry is not None:
        return "warning", words.first("没有收到答复"), words.first("请再点一次，或者请人帮您。")
    if pads.wrong_document(state):
        fact, then = WRONG[state.screen]
        return "warning", words.first(fact), words.first(then)
    if state.refusal or state.refusal_code:
        return "warning", *_refused(sheet)
    return None if state.screen is Screen.NUMBER else _no_slip(sheet, sheet.view.facts.trouble)


def _refused(sheet: Sheet) -> tuple[str, str]:
    state, words = sheet.view.state, sheet.words
    own = AGAIN if state.refusal_code == "appointment_state" else SAYS.get((state.screen, state.refusal_code))
    if own is not None:
        return words.first(own[0]), words.first(own[1])
    fact = "没有查到" if state.screen is Screen.NUMBER else "这次没签到"
    return words.first(fact), state.refusal


def _slow(sheet: Sheet) -> tuple[str, str, str] | None:
    words = sheet.words
    if not sheet.view.slow:
        return None
    then = (
        "请稍等，不用再点。" if sheet.view.state.screen is Screen.NUMBER else "您只会得到一个号，不用再点。"
    )
    return "clock", words.first("比平时慢，请再等一下"), words.first(then)


def _no_slip(sheet: Sheet, trouble: Trouble | None) -> tuple[str, str, str] | None:
    if trouble is None:
        return None
    fact, then = TROUBLES[trouble]
    return "no-printer", sheet.words.first(fact), sheet.words.first(then)


_FIELDS = {
    Screen.CHECK_IN: _code_field,
    Screen.DOCUMENT: _document_field,
    Screen.OTHER_DOCUMENT: _other_field,
    Screen.NUMBER: _number_field,
}
_KEYS = {
    Screen.CHECK_IN: _letter_keys,
    Screen.DOCUMENT: _document_keys,
    Screen.OTHER_DOCUMENT: _letter_keys,
    Screen.NUMBER: _number_keys,
}
