"""The screen that waits for somebody: one word, three steps, touch anywhere. It stands still."""

from __future__ import annotations

from kiosk import typeset
from kiosk.scene import Act, Action, Box, Disc, Scene, Symbol, Text
from kiosk.screens.frame import HEADER, NAV_Y, header, help_bar
from kiosk.sheet import LEFT, ROOM, WIDTH, Face, Sheet, View
from kiosk.theme import RADIUS, STROKE, Role
from kiosk.words import short

NIGHT_END = 1280

STEPS = (("hand", "选要办的事"), ("receipt", "拿小票"), ("speaker", "坐下听叫号"))


def attract(view: View) -> Scene:
    """Draw the resting kiosk."""
    sheet = Sheet(view)
    words = sheet.words
    anywhere = (0.0, float(HEADER), float(WIDTH), float(NAV_Y - HEADER))
    sheet.put(Box(0, HEADER, WIDTH, NIGHT_END - HEADER, "night", radius=0))
    sheet.put(Box(0, NIGHT_END, WIDTH, NAV_Y - NIGHT_END, "surface", radius=0))
    _title(sheet)
    _steps(sheet)
    _today(sheet)
    with sheet.custom("anywhere", anywhere, Action(Act.START)):
        pass
    face = Face(
        words.first("点这里开始"), words.second("点这里开始"), "hand", "primary", Role.HERO, Role.BODY, 128
    )
    sheet.button("start", (LEFT, 1328, ROOM, 248), face, Action(Act.START))
    half = (ROOM - 20) / 2
    sheet.button(
        "lang", (LEFT, 1600, half, 128), Face(words.second("中文"), symbol="globe"), Action(Act.LANG)
    )
    large = Face(words.first("大字版"), words.second("大字版"), "letters")
    sheet.button("large", (LEFT + half + 20, 1600, half, 128), large, Action(Act.LARGE))
    header(sheet)
    help_bar(sheet)
    return sheet.scene("attract", background="surface")


def _title(sheet: Sheet) -> None:
    words, middle = sheet.words, WIDTH / 2
    first = words.first("取号")
    if words.chinese:
        sheet.put(Text(middle - 124, 342, first[0], 224, True, "white", "center"))
        sheet.put(Text(middle + 124, 342, first[1:], 224, True, "white", "center"))
    else:
        sheet.put(Text(middle, 342, first, 128, True, "white", "center"))
    sheet.put(Text(middle, 515, words.second("取号"), 68, False, "white", "center"))


def _steps(sheet: Sheet) -> None:
    words = sheet.words
    for i, (symbol, text) in enumerate(STEPS):
        middle = LEFT + ROOM * (i + 0.5) / 3
        sheet.put(Disc(middle - 88, 644, 176, "white"), Symbol(symbol, middle - 50, 682, 100, "night"))
        first = f"{i + 1} {words.first(text)}"
        px = 52 if words.chinese else 34
        sheet.put(Text(middle, 870, first, px, True, "white", "center"))
        sheet.put(Text(middle, 926, words.second(text), 28, False, "white", "center"))


def _today(sheet: Sheet) -> None:
    words, facts = sheet.words, sheet.view.facts
    opening = None if facts.hall is None else facts.hall.opening
    parts = []
    if opening is not None and opening.sessions and not opening.always:
        hours = f"{short(opening.sessions[0][0])}–{short(opening.sessions[-1][1])}"
        parts.append(words.first("今天 {hours} 取号", hours=hours))
    parts.append(words.first("现在共 {n} 人等候", n=words.people(facts.waiting())))
    text = " · ".join(parts)
    px = next(px for px in (40, 34, 28) if px == 28 or typeset.width(text, px) + 72 <= ROOM - 48)
    left = (WIDTH - typeset.width(text, px) - 72) / 2
    sheet.put(Box(LEFT, 1038, ROOM, 100, "night", "white", STROKE, RADIUS))
    sheet.put(Symbol("clock", left, 1064, 48, "white"))
    sheet.put(Text(left + 72, 1088, text, px, False, "white"))
