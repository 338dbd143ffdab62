"""After 请人帮我: whether somebody was called, that he comes here, and where the desk is."""

from __future__ import annotations

from kiosk.scene import Act, Action, Box, Disc, Ring, Scene, Symbol, Text
from kiosk.screens.frame import BODY_END, header, navigation, switches
from kiosk.session import Help
from kiosk.sheet import LEFT, RIGHT, ROOM, WIDTH, Face, Sheet, View
from kiosk.theme import Role

_SAYS = {
    Help.NONE: ("正在叫导办员…", "请在这里等一下。"),
    Help.CALLING: ("正在叫导办员…", "请在这里等一下。"),
    Help.CALLED: ("已经叫了导办员", "请在这里等，导办员会过来找您。"),
    Help.COMING: ("导办员正在过来", "请在这里等，马上就到。"),
    Help.FAILED: ("没有叫到人", "请直接到导办台，或者再叫一次。"),
}


def help_called(view: View) -> Scene:
    """Draw how the call for a guide stands."""
    sheet = Sheet(view)
    words, state = sheet.words, view.state
    header(sheet)
    _sign(sheet, state.help)
    fact, then = _SAYS[state.help]
    middle = WIDTH / 2
    sheet.put(Text(middle, 588, words.first(fact), 68, True, "ink", "center"))
    sheet.put(Text(middle, 650, words.second(fact), 34, False, "ink-2", "center"))
    sheet.line(middle, 700, words.first(then), Role.BODY, align="center", room=ROOM)
    _desk(sheet)
    y = BODY_END - 160
    if state.help is Help.FAILED:
        again = Face(words.first("再叫一次"), words.second("再叫一次"), "again", "primary", Role.STRONG)
        sheet.button("call-again", (LEFT, y, ROOM, 160), again, Action(Act.HELP))
    else:
        go_on = Face(words.first("我接着办"), words.second("我接着办"), "back", "primary", Role.STRONG)
        sheet.button("go-on", (LEFT, y, ROOM, 160), go_on, Action(Act.BACK))
    switches(sheet)
    navigation(sheet, here=state.help is Help.CALLING)
    return sheet.scene("help")


def _sign(sheet: Sheet, help_: Help) -> None:
    x, y, size = WIDTH / 2 - 132, 232, 264
    if help_ is Help.FAILED:
        sheet.put(Disc(x, y, size, "warn-soft", "warn", 4), Symbol("warning", x + 66, y + 58, 132, "warn"))
        return
    if help_ in (Help.NONE, Help.CALLING):
        sheet.put(Ring(x, y, size, 12, 0.25, turning=True))
        sheet.put(Symbol("guide", x + 66, y + 66, 132, "ink"))
        return
    sheet.put(Disc(x, y, size, "ok-soft", "ok", 4))
    sheet.put(Symbol("guide" if help_ is Help.COMING else "tick", x + 66, y + 66, 132, "ok"))


def _desk(sheet: Sheet) -> None:
    """The other way: the desk, and the hotline."""
    words, hall = sheet.words, sheet.view.facts.hall
    if hall is None:
        return
    rows = [("desk", words.first("导办台"), words.pick(hall.guide_desk, hall.guide_desk_en))]
    if hall.hotline:
        rows.append(("phone", words.first("咨询电话 {number}", number=hall.hotline), words.first("人工服务")))
    h = 152 * len(rows) + 16
    sheet.box(LEFT, 820, ROOM, h)
    for i, (symbol, first, second) in enumerate(rows):
        y = 828 + 152 * i
        if i:
            sheet.put(Box(LEFT + 43, y, ROOM - 86, 2, "soft", radius=0))
        sheet.put(Symbol(symbol, LEFT + 51, y + 44, 64))
        room = RIGHT - LEFT - 190
        sheet.line(LEFT + 152, y + 26, first, Role.BODY, bold=True, height=1.2, room=room)
        sheet.line(
            LEFT + 152,
            y + 30 + sheet.px(Role.BODY) * 1.2,
            second,
            Role.SMALL,
            color="ink-2",
            height=1.2,
            room=room,
        )
