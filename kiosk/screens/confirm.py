"""The last look before a number: people ahead, wait, place, papers, fee, and whether a slip will come out."""

from __future__ import annotations

import dataclasses

from kiosk import typeset
from kiosk.facts import Trouble
from kiosk.scene import Act, Action, Box, Scene, Symbol, Text
from kiosk.screens.frame import BODY_END, NOTICE_H, header, navigation, notice, plate, steps, switches
from kiosk.session import busy
from kiosk.sheet import LEFT, RIGHT, ROOM, Face, Sheet, View
from kiosk.theme import Role
from kiosk.words import Words
from queue_server.wire import Material, Matter, MatterBrief, Prospect, Zone

FACTS_Y, FACTS_H = 370, 173
CARD_Y = FACTS_Y + FACTS_H + 16
FEW = 5
PRIMARY_H = 160
WAY_H = 108
LIST_MARK = "\n"
"""Parts the names under a button, of which as many are shown as have room."""

TROUBLES = {
    Trouble.PAPER_OUT: ("这台机器没有纸", "号可以显示在屏幕上；要小票请换一台机器。"),
    Trouble.COVER_OPEN: (
        "这台机器的打印机盖没关好",
        "号可以显示在屏幕上；要小票请换一台机器。",
    ),
    Trouble.BROKEN: ("这台机器现在打不了小票", "号可以显示在屏幕上；要小票请换一台机器。"),
    Trouble.NO_PRINTER: ("这台机器不打小票", "号显示在屏幕上，扫码可存到手机。"),
}


def confirm(view: View) -> Scene:
    """Draw a matter before its ticket is taken, or its checklist alone while none can be taken."""
    sheet = Sheet(view)
    header(sheet)
    steps(sheet, 1)
    brief = view.facts.brief(view.state.matter)
    zone = None if brief is None else view.facts.zone(brief.zone)
    if brief is not None and zone is not None:
        _title(sheet, brief, zone)
        _facts(sheet, zone)
    end = _asks(sheet, _foot(sheet))
    top = CARD_Y + _remaining(sheet)
    _card(sheet, view.facts.details.get(view.state.matter), top, end)
    switches(sheet)
    navigation(sheet, back=not busy(view.state), home=not busy(view.state))
    return sheet.scene("confirm")


def _title(sheet: Sheet, brief: MatterBrief, zone: Zone) -> None:
    words = sheet.words
    plate(sheet, zone, LEFT, 240)
    x, room = LEFT + 140, ROOM - 140
    name, other = words.pick(brief.name_zh, brief.name_en), words.other(brief.name_zh, brief.name_en)
    role = Role.BODY
    lines = typeset.lines(name, sheet.px(role), True, room)
    if len(lines) > 1:
        lines = typeset.lines(name, 40, True, room)
        for i, part in enumerate(lines[:2]):
            sheet.put(Text(x, 268 + 50 * i, part, 40, True))
        if len(lines) == 1:
            sheet.put(Text(x, 320, typeset.fit(other, 34, False, room), 34, False, "ink-2"))
        return
    sheet.line(x, 244, name, role, bold=True, height=1.25)
    sheet.line(x, 244 + sheet.px(role) * 1.25, other, Role.SMALL, color="ink-2", height=1.3, room=room)


def _facts(sheet: Sheet, zone: Zone) -> None:
    """Three facts side by side: people ahead, wait, place; of the matter's own queue once it is known."""
    words, line = sheet.words, sheet.view.facts.line(zone.id)
    foreseen = _foreseen(sheet.view)
    place = (words.floor(zone.floor), words.area(zone.sign))
    if foreseen is not None:
        waiting, expected = foreseen.ahead, foreseen.wait
    elif line is not None:
        waiting, expected = line.waiting, line.wait
    if sheet.view.state.reading or (line is None and foreseen is None):
        _fact(sheet, LEFT, ROOM, ("pin", words.first("去哪里")), place)
        return
    people = (words.people(waiting), words.first("人"))
    range_ = words.minutes(expected)
    if expected is None:
        wait = ("", words.first("窗口还没开"))
    elif expected.high_s == 0:
        wait = ("", words.first("现在不用等"))
    else:
        wait = (range_, words.first("分钟"))
    share = (ROOM - 32) / 3.65
    _fact(sheet, LEFT, share, ("people", words.first("前面有")), people)
    _fact(sheet, LEFT + share + 16, share * 1.5, ("clock", words.first("大约等")), wait)
    _fact(sheet, LEFT + share * 2.5 + 32, share * 1.15, ("pin", words.first("去哪里")), place)


def _fact(sheet: Sheet, x: float, w: float, label: tuple[str, str], value: tuple[str, str]) -> None:
    sheet.box(x, FACTS_Y, w, FACTS_H)
    sheet.put(
        Symbol(label[0], x + 26, FACTS_Y + 25, 36, "ink-2"),
        Text(x + 74, FACTS_Y + 43, label[1], 34, False, "ink-2"),
    )
    big, unit = value
    room = w - 52
    y = FACTS_Y + 118
    if not big:
        px = (
            52
            if typeset.width(unit, 52, True) <= room
            else 40
            if typeset.width(unit, 40, True) <= room
            else 34
        )
        sheet.put(Text(x + 26, y, unit, px, True))
        return
    px = 68 if typeset.width(big, 68, True) + typeset.width(unit, 34, True) + 10 <= room else 52
    sheet.put(Text(x + 26, y, big, px, True))
    sheet.put(Text(x + 36 + typeset.width(big, px, True), y + (px - 34) * 0.376, unit, 34, True))


def _remaining(sheet: Sheet) -> int:
    """Say how many numbers the session still has, where it has a limit; returns the height of the line."""
    foreseen = _foreseen(sheet.view)
    if foreseen is None or not foreseen.remaining or sheet.view.state.reading:
        return 0
    color = "warn" if foreseen.remaining <= FEW else "ink-2"
    text = sheet.words.first("本时段还剩 {n} 个号", n=foreseen.remaining)
    sheet.put(
        Symbol("receipt", LEFT + 26, CARD_Y + 2, 36, color),
        Text(LEFT + 74, CARD_Y + 20, text, 34, True, color),
    )
    return 52


def _card(sheet: Sheet, matter: Matter | None, top: float, end: float) -> None:
    """What to bring, in as many rows as fit between the facts and the foot."""
    words = sheet.words
    inner, edge = LEFT + 35, RIGHT - 35
    if matter is None:
        sheet.box(LEFT, top, ROOM, 132)
        sheet.line(inner, top + 39, words.first("正在读取材料清单…"), Role.BODY, color="ink-2")
        return
    notes = _notes(matter, words)
    small = sheet.px(Role.META) * 1.35
    note_lines = [
        line for note in notes for line in typeset.lines(note, sheet.px(Role.META), False, edge - inner)
    ]
    head_h = 92
    room = end - top - head_h - small * len(note_lines) - 32.0
    count = len(matter.checklist)
    least = sheet.px(Role.BODY) * 1.35 + 6
    row_h = max(least, min(88, room / max(1, count)))
    shown = matter.checklist[: max(1, int(room // row_h))]
    left_out = count - len(shown)
    card_h = head_h + row_h * len(shown) + small * len(note_lines) + 32
    sheet.box(LEFT, top, ROOM, card_h)
    _card_title(sheet, (count, left_out), top)
    _limit(sheet, matter, edge, top)
    y = top + head_h
    for i, material in enumerate(shown):
        _material(sheet, i + 1, material, (inner, y, edge - inner, row_h))
        y += row_h
    sheet.put(Box(inner, y, edge - inner, 2, "soft", radius=0))
    for i, text in enumerate(note_lines):
        sheet.line(inner, y + 14 + small * i, text, Role.META, color="ink-2")


def _card_title(sheet: Sheet, counts: tuple[int, int], top: float) -> None:
    count, left_out = counts
    words, inner, edge = sheet.words, LEFT + 35, RIGHT - 35
    title = words.first("请带好 {n} 样材料", n=count) if count else words.first("不用带材料")
    used = sheet.line(inner, top + 24, title, Role.BODY, bold=True)
    beside, color = words.second("请带好 {n} 样材料", n=count) if count else "", "ink-2"
    if left_out:
        beside, color = words.first("还有 {n} 样，请问导办员", n=left_out), "warn"
    if inner + used + 20 + sheet.width(beside, Role.META) < edge - 260:
        sheet.line(inner + used + 20, top + 36, beside, Role.META, color=color)


def _limit(sheet: Sheet, matter: Matter, edge: float, top: float) -> None:
    days = matter.limits.committed_working_days
    if days is None:
        return
    words = sheet.words
    if days == 0:
        sheet.tag(edge, top + 28, words.first("当场办结"), "ok")
    else:
        sheet.tag(edge, top + 28, words.working_days(days))


def _notes(matter: Matter, words: Words) -> list[str]:
    fee = matter.fee
    if fee.charged:
        notes = [words.first("收费：{amount}", amount=fee.amount or fee.basis or words.first("按规定"))]
    else:
        notes = [words.first("不收费")]
    if any(material.tolerable for material in matter.checklist):
        notes.append(words.first("标「可后补」的，今天没带也先受理，约好日期补交。"))
    return notes


def _material(sheet: Sheet, n: int, material: Material, place: tuple[float, float, float, float]) -> None:
    x, y, w, h = place
    sheet.put(Box(x, y, w, 2, "soft", radius=0))
    sheet.put(Text(x + 40, y + h / 2, str(n), 34, True, "ink-2", "right"))
    label, color = material_tag(material, sheet.words)
    edge = x + w
    if label:
        edge = sheet.tag(x + w, y + (h - round(sheet.px(Role.META) * 1.2) - 8) / 2, label, color) - 16
    name = sheet.words.first_of_data(material.name)
    role = Role.BODY if sheet.width(name, Role.BODY) <= edge - x - 60 else Role.SMALL
    sheet.line(x + 60, y + h / 2 - sheet.px(role) * 0.675, name, role, room=edge - x - 60)


def material_tag(material: Material, words: Words) -> tuple[str, str]:
    """Return the one tag of a material and its colour: the easiest way to fulfil it."""
    if material.tolerable:
        return words.first("可后补"), "warn"
    if material.elicence:
        return words.first("可出示电子证照"), "ok"
    if material.key == "APP":
        return words.first("现场可填"), "action"
    forms = {"copy": "复印件", "capture": "现场拍照", "original": "原件", "verify_original": "原件"}
    found = forms.get(material.form)
    return ("", "") if found is None else (words.first(found), "")


def _asks(sheet: Sheet, end: float) -> float:
    """Draw the ways to priority and to several matters above the foot, or what was chosen there.

    Returns where they begin.
    """
    view = sheet.view
    if view.facts.hall is None or view.state.reading or _why_not(view) is not None:
        return end
    ways = [_priority_way(sheet), _errands_way(sheet)]
    shown = [way for way in ways if way is not None]
    if not shown:
        return end
    x, y = float(LEFT), end - WAY_H
    for (act, face), w in zip(shown, _widths(shown), strict=True):
        second = _some(sheet, face.second.split(LIST_MARK), w)
        face = dataclasses.replace(face, second=second, symbol_size=60, left=True)
        sheet.button(str(act), (x, y, w, WAY_H), face, Action(act))
        x += w + 16
    return y - 16


def _widths(ways: list[tuple[Act, Face]]) -> list[float]:
    """Share the line: a class that was chosen has a long name, and how many matters a short one."""
    if len(ways) == 1:
        return [ROOM]
    share = 0.62 if ways[0][1].symbol == "tick" else 0.5
    return [(ROOM - 16) * share, (ROOM - 16) * (1 - share)]


def _priority_way(sheet: Sheet) -> tuple[Act, Face] | None:
    view, words = sheet.view, sheet.words
    classes = [] if view.facts.hall is None else view.facts.hall.priority_classes
    chosen = view.facts.priority_class(view.state.priority)
    if chosen is not None:
        name = words.pick(chosen["name"], chosen["name_en"])
        return Act.PRIORITY, _chosen(view, name, words.first("优先，请出示证件"))
    if not classes or view.state.take is not None:
        return None
    names = [words.pick(found["name"], found["name_en"]) for found in classes]
    return Act.PRIORITY, Face(words.first("申请优先照顾"), LIST_MARK.join(names), "heart")


def _errands_way(sheet: Sheet) -> tuple[Act, Face] | None:
    view, words = sheet.view, sheet.words
    count, hall = view.state.errands, view.facts.hall
    if count > 1 and hall is not None:
        all_at_once = count <= hall.matters_a_call
        then = "一次叫号办完" if all_at_once else "每次叫号办 {call} 件"
        second = words.first(then, call=hall.matters_a_call)
        return Act.ERRANDS, _chosen(view, words.first("共 {n} 件", n=count), second)
    if view.facts.matters_a_ticket < 2 or view.state.take is not None:
        return None
    return Act.ERRANDS, Face(words.first("要办好几件"), words.first("替别人办也可以"), "page")


def _chosen(view: View, first: str, second: str) -> Face:
    return Face(first, second, "tick", "on" if view.state.take is None else "disabled")


def _foreseen(view: View) -> Prospect | None:
    return view.facts.foreseen(view.state.matter, view.state.priority)


def _some(sheet: Sheet, names: list[str], w: float) -> str:
    """Join as many names as fit one line of a button."""
    comma = "、" if sheet.words.chinese else ", "
    most = max(
        n
        for n in range(1, len(names) + 1)
        if n == 1 or sheet.width(comma.join(names[:n]), Role.META) <= w - 120
    )
    return comma.join(names[:most])


def _foot(sheet: Sheet) -> float:
    """Draw the button and whatever has to be said above it; returns where that begins."""
    view, words = sheet.view, sheet.words
    y = BODY_END - PRIMARY_H
    if view.state.reading:
        notice(
            sheet, y - 8, "info", words.first("现在不能取号"), words.first("清单可以先看，取号请到导办台。")
        )
        return y - 24
    trouble = view.facts.trouble
    if (why := _why_not(view)) is not None:
        _foot_without(sheet, y, why)
        return y - 32 - NOTICE_H
    place: tuple[float, float, float, float] = (LEFT, y, ROOM, PRIMARY_H)
    if trouble is not None and trouble is not Trouble.NO_PRINTER and not busy(view.state):
        other = Face(words.first("换一台机器"), words.second("换一台机器"), "again")
        sheet.button("elsewhere", (LEFT, y, 400, PRIMARY_H), other, Action(Act.DONE))
        place = (LEFT + 416, y, ROOM - 416, PRIMARY_H)
    sheet.button("take", place, _primary(sheet, trouble), Action(Act.TAKE))
    said = _said(sheet, trouble)
    if said is None:
        return y - 16
    notice(sheet, y - 16 - NOTICE_H, *said)
    return y - 32 - NOTICE_H


def _why_not(view: View) -> str | None:
    """Return the server's sentence if a number would be refused, None if one can be asked for."""
    foreseen = _foreseen(view)
    return None if foreseen is None or foreseen.issues or view.state.take is not None else foreseen.title


def _foot_without(sheet: Sheet, y: float, why: str) -> None:
    """Say why no number is given, before anybody asks for it; another matter may still have one."""
    words = sheet.words
    other = Face(words.first("办别的事"), words.second("办别的事"), "home")
    sheet.button("another", (LEFT, y, 400, PRIMARY_H), other, Action(Act.HOME))
    take = Face(words.first("取号"), words.second("取号"), "receipt", "disabled", Role.STRONG, symbol_size=84)
    sheet.button("take", (LEFT + 416, y, ROOM - 416, PRIMARY_H), take, Action(Act.TAKE))
    notice(sheet, y - 16 - NOTICE_H, "warning", words.first("现在取不了号"), why)


def _primary(sheet: Sheet, trouble: Trouble | None) -> Face:
    view, words = sheet.view, sheet.words
    if busy(view.state):
        return Face(
            words.first("正在取号…"),
            words.second("正在取号…"),
            kind="primary",
            role=Role.STRONG,
            turning=True,
        )
    if view.state.take is not None:
        return Face(words.first("再试一次"), words.second("再试一次"), "again", "primary", Role.STRONG)
    text = "取号" if trouble is None else "在屏幕上取号"
    role = Role.TITLE if trouble is None else Role.STRONG
    return Face(words.first(text), words.second(text), "receipt", "primary", role, Role.SMALL, 84)


def _said(sheet: Sheet, trouble: Trouble | None) -> tuple[str, str, str] | None:
    """Return symbol, bold fact and next step of the notice above the button."""
    view, words = sheet.view, sheet.words
    if busy(view.state):
        if not view.slow:
            return None
        return "clock", words.first("比平时慢，请再等一下"), words.first("您只会得到一个号，不用再点。")
    if view.state.refusal:
        return "warning", words.first("这次没取到号"), view.state.refusal
    if view.state.take is not None:
        return "warning", words.first("没有收到答复"), words.first("再点一次也只会得到一个号；或者请人帮您。")
    if trouble is None:
        return None
    fact, then = TROUBLES[trouble]
    return "no-printer", words.first(fact), words.first(then)
