"""Asking for priority: the hall's classes with the proof of each, and what priority does and does not do."""

from __future__ import annotations

from typing import Any

from kiosk.scene import Act, Action, Scene, Symbol, Text
from kiosk.screens.frame import BODY_END, header, navigation, notice, steps, switches
from kiosk.sheet import LEFT, RIGHT, ROOM, Face, Sheet, View
from kiosk.theme import Role

ROWS = 6
LIST_TOP, GAP = 392, 16
ROW_H = 132
NONE_H = 104
PRIMARY_H = 144
NOTICE_H = 148

SYMBOLS = {
    "elderly": "heart",
    "disabled": "wheelchair",
    "infant": "people",
    "military": "shield",
    "illness": "plus",
}


def priority(view: View) -> Scene:
    """Draw the classes; the chosen one is black, and only then the button lives."""
    sheet = Sheet(view)
    words, state = sheet.words, view.state
    header(sheet)
    steps(sheet, 1)
    text = "您属于哪一种？"
    px = 88 if sheet.theme.large and sheet.fits(words.first(text), 88, ROOM) else 68
    sheet.put(Text(LEFT, 240 + px * 0.6, words.first(text), px, True))
    if not sheet.theme.large:
        sheet.line(LEFT, 326, words.second(text), Role.SMALL, color="ink-2")
    classes = [] if view.facts.hall is None else view.facts.hall.priority_classes[:ROWS]
    end = BODY_END - PRIMARY_H - 16 - NOTICE_H - 16
    row_h = min(ROW_H, (end - LIST_TOP - NONE_H) / max(1, len(classes)) - GAP)
    y: float = LIST_TOP
    for found in classes:
        _row(sheet, found, y, row_h)
        y += row_h + GAP
    none = Face(words.first("都不是，普通取号"), "", "")
    sheet.button("class-none", (LEFT, y, ROOM, NONE_H), none, Action(Act.CLASS))
    notice(sheet, end + 16, "info", *_what_it_does(sheet))
    kind = "primary" if state.priority else "disabled"
    face = Face(
        words.first("按优先取号"), words.second("按优先取号"), "receipt", kind, Role.STRONG, Role.SMALL, 84
    )
    sheet.button("take", (LEFT, BODY_END - PRIMARY_H, ROOM, PRIMARY_H), face, Action(Act.TAKE))
    switches(sheet)
    navigation(sheet)
    return sheet.scene("priority")


def _what_it_does(sheet: Sheet) -> tuple[str, str]:
    """A bold fact and the rest: what to bring, and once a class is chosen, how long it would wait."""
    view, words = sheet.view, sheet.words
    papers = words.first("到窗口请出示证件")
    then = words.first("优先号和普通号交替叫，会早一些，但不插到最前。")
    foreseen = view.facts.foreseen(view.state.matter, view.state.priority)
    wait = None if foreseen is None or not view.state.priority else foreseen.wait
    if wait is None:
        return papers, then
    soon = words.first("现在不用等")
    expected = soon if wait.high_s == 0 else words.first("约{range}分钟", range=words.minutes(wait))
    return expected, words.first("到窗口请出示证件。") + ("" if words.chinese else " ") + then


def _row(sheet: Sheet, found: dict[str, Any], y: float, h: float) -> None:
    words = sheet.words
    chosen = sheet.view.state.priority == found["id"]
    fill, ink, soft = ("ink", "white", "white") if chosen else ("surface", "ink", "ink-2")
    with sheet.custom(f"class-{found['id']}", (LEFT, y, ROOM, h), Action(Act.CLASS, found["id"])):
        sheet.box(LEFT, y, ROOM, h, fill=fill, border="ink" if chosen else "line")
        color = "white" if chosen else "action"
        sheet.put(Symbol(SYMBOLS.get(found["id"], "info"), LEFT + 36, y + (h - 64) / 2, 64, color))
        x, room = LEFT + 132, ROOM - 132 - 112
        top = y + (h - 60 - 42) / 2
        name = words.pick(found["name"], found["name_en"])
        px = sheet.largest(name, (52, 40, 34), room)
        sheet.put(Text(x, top + 30, name, px, True, ink))
        hint = words.pick(found["hint"], found["hint_en"])
        other = words.other(found["name"], found["name_en"])
        below = f"{hint} · {other}" if hint else other
        sheet.line(x, top + 60, below, Role.META, color=soft, room=room, height=1.35)
        if chosen:
            sheet.put(Symbol("tick", RIGHT - 96, y + (h - 60) / 2, 60, "white"))
