"""How many matters somebody brings, for whoever comes for others or for several things: one touch."""

from __future__ import annotations

from kiosk.scene import Act, Action, Scene, Symbol, Text
from kiosk.screens.frame import BODY_END, NOTICE_H, header, navigation, notice, steps, switches
from kiosk.sheet import LEFT, ROOM, Sheet, View
from kiosk.theme import Role

MOST = 20
"""So many numbers have room; who brings more is helped by a guide."""

GAP = 16
GRID_END = BODY_END - NOTICE_H - 24
HIGHEST, LOWEST_TOP = 240, 444


def errands(view: View) -> Scene:
    """Draw one key for each number of matters; the chosen one is black."""
    sheet = Sheet(view)
    words = sheet.words
    header(sheet)
    steps(sheet, 1)
    most = min(MOST, view.facts.matters_a_ticket)
    text = "您一共要办几件？"
    px = sheet.largest(words.first(text), (88, 68, 52) if sheet.theme.large else (68, 52), ROOM)
    sheet.put(Text(LEFT, 240 + px * 0.6, words.first(text), px, True))
    y = 240 + px * 1.2
    if not sheet.theme.large:
        sheet.line(LEFT, y + 4, words.second(text), Role.SMALL, color="ink-2", room=ROOM)
        y += 50
    hint = words.first("替别人办的也算在一起。多于 {most} 件，请点“请人帮我”。", most=most)
    y += sheet.para(LEFT, y + 4, ROOM, hint, Role.META if sheet.theme.large else Role.SMALL, height=1.3)
    _keys(sheet, most, max(y + 20, LOWEST_TOP))
    call = 1 if view.facts.hall is None else view.facts.hall.matters_a_call
    then = words.first("每次叫号最多办 {call} 件，余下的用同一个号排到队尾。", call=call)
    notice(sheet, BODY_END - NOTICE_H, "info", words.first("还是只拿一个号"), then)
    switches(sheet)
    navigation(sheet)
    return sheet.scene("errands")


def _keys(sheet: Sheet, most: int, top: float) -> None:
    columns = 4 if most > 9 else 3
    rows = -(-most // columns)
    w = (ROOM - (columns - 1) * GAP) / columns
    h = min(HIGHEST, (GRID_END - top + GAP) / rows - GAP)
    for i in range(most):
        x, y = LEFT + i % columns * (w + GAP), top + i // columns * (h + GAP)
        _key(sheet, i + 1, (x, y, w, h))


def _key(sheet: Sheet, count: int, place: tuple[float, float, float, float]) -> None:
    x, y, w, h = place
    chosen = count == sheet.view.state.errands
    fill, ink = ("ink", "white") if chosen else ("surface", "ink")
    with sheet.custom(f"count-{count}", place, Action(Act.COUNT, str(count))):
        sheet.box(x, y, w, h, fill=fill, border="ink" if chosen else "line")
        sheet.put(Text(x + w / 2, y + h / 2, str(count), 88, True, ink, "center"))
        if chosen:
            sheet.put(Symbol("tick", x + w - 60, y + 16, 44, "white"))
