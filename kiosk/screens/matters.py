"""The matters of one zone, eight rows a page (six in large text), never scrolling."""

from __future__ import annotations

from kiosk import typeset
from kiosk.choosing import rows_per_page
from kiosk.scene import Act, Action, Scene, Symbol
from kiosk.screens.frame import BODY_END, header, navigation, plate, steps, switches, wait_words
from kiosk.sheet import LEFT, RIGHT, ROOM, Face, Sheet, View
from kiosk.theme import Role
from kiosk.words import Words
from queue_server.wire import MatterBrief, Zone

LIST_TOP = 376
ROW, ROW_GAP = 124, 12
PAGER_H = 104


def matters(view: View) -> Scene:
    """Draw one page of a zone's matters."""
    sheet = Sheet(view)
    header(sheet)
    steps(sheet, 0)
    zone = view.facts.zone(view.state.zone)
    found = view.facts.matters_of(view.state.zone)
    if zone is not None:
        _title(sheet, zone)
    per_page = rows_per_page(view.state.large)
    pages = max(1, -(-len(found) // per_page))
    page = min(view.state.page, pages - 1)
    y: float = LIST_TOP + (16 if view.state.large else 0)
    shown = found[page * per_page : (page + 1) * per_page]
    room = (BODY_END - 8 - PAGER_H if pages > 1 else BODY_END) - y
    both = sum(_height(sheet, matter, True) + ROW_GAP for matter in shown) <= room
    for matter in shown:
        y += _row(sheet, matter, y, both) + ROW_GAP
    if pages > 1:
        _pager(sheet, page, pages, len(found))
    switches(sheet)
    navigation(sheet)
    return sheet.scene("matters")


def _title(sheet: Sheet, zone: Zone) -> None:
    words = sheet.words
    plate(sheet, zone, LEFT, 240)
    x = LEFT + 140
    name, other = words.pick(zone.name, zone.name_en), words.other(zone.name, zone.name_en)
    sheet.mixed(
        x, 242,
        [(name, Role.STRONG, {"bold": True}), ("  ", Role.META, {}), (other, Role.META, {"color": "ink-2"})],
    )  # fmt: skip
    if zone.mode == "self_service":
        below = words.first("不用取号，直接用")
    else:
        below = words.floor(zone.floor)
        if not sheet.view.state.reading and (waiting := wait_words(sheet, zone)):
            below += " · " + waiting
    top = 242 + sheet.px(Role.STRONG) * 1.2
    sheet.line(x, top, below, Role.SMALL, color="ink-2", height=1.3, room=RIGHT - x)


def _name_lines(sheet: Sheet, matter: MatterBrief) -> tuple[str, ...]:
    name = sheet.words.pick(matter.name_zh, matter.name_en)
    return typeset.lines(name, sheet.px(Role.BODY), True, ROOM - 128)


def _height(sheet: Sheet, matter: MatterBrief, both: bool) -> float:
    """Return the height of a row; a long name in large text takes two lines."""
    text = sheet.px(Role.BODY) * 1.25 * len(_name_lines(sheet, matter))
    return max(ROW, round(text + (sheet.px(Role.META) * 1.3 + 30 if both else 44)))


def _row(sheet: Sheet, matter: MatterBrief, y: float, both: bool) -> float:
    """Draw one matter, in `both` languages where the page has room, and return the height of its row."""
    words = sheet.words
    lines = _name_lines(sheet, matter)
    px, small = sheet.px(Role.BODY), sheet.px(Role.META)
    h = _height(sheet, matter, both)
    text_h = px * 1.25 * len(lines) + (small * 1.3 if both else 0)
    with sheet.custom(f"matter-{matter.id}", (LEFT, y, ROOM, h), Action(Act.MATTER, matter.id)):
        sheet.box(LEFT, y, ROOM, h, border="line")
        label, color = tag_of(matter, words)
        edge = RIGHT - 95.0
        if label:
            edge = sheet.tag(edge, y + h - 10 - round(small * 1.2) - 8, label, color)
        over_tag = label and LEFT + 28 + sheet.width(lines[-1], Role.BODY, True) > edge
        top = y + (h - text_h) / 2 - (7 if over_tag else 0)
        for i, part in enumerate(lines):
            sheet.line(LEFT + 28, top + px * 1.25 * i, part, Role.BODY, bold=True, height=1.25)
        if both:
            other, below = words.other(matter.name_zh, matter.name_en), top + px * 1.25 * len(lines)
            room = edge - 20 - LEFT - 28
            sheet.line(LEFT + 28, below, other, Role.META, height=1.3, color="ink-2", room=room)
        sheet.put(Symbol("next", RIGHT - 71, y + (h - 44) / 2, 44, "action"))
    return h


def tag_of(matter: MatterBrief, words: Words) -> tuple[str, str]:
    """Return the one tag of a matter's row and its colour: what helps most to choose it."""
    if matter.opens or matter.seat:
        return words.first("自助"), "action"
    if not matter.issues:
        return words.first("网上办"), "action"
    if matter.case_type == "joint":
        return words.first("一件事"), "action"
    if matter.committed_working_days == 0:
        return words.first("当场办结"), "ok"
    if matter.kiosk:
        return words.first("自助机也可办"), "action"
    if matter.committed_working_days is None:
        return "", ""
    return words.working_days(matter.committed_working_days), ""


def _pager(sheet: Sheet, page: int, pages: int, count: int) -> None:
    words = sheet.words
    y = BODY_END - 8 - PAGER_H
    before = Face(words.first("上一页"), "", "back", "plain" if page > 0 else "disabled", symbol_size=48)
    after = Face(
        words.first("下一页"), "", "next", "plain" if page < pages - 1 else "disabled",
        symbol_size=48, symbol_after=True,
    )  # fmt: skip
    sheet.button("page-before", (LEFT, y, 288, PAGER_H), before, Action(Act.PAGE, str(page - 1)))
    sheet.button("page-after", (RIGHT - 288, y, 288, PAGER_H), after, Action(Act.PAGE, str(page + 1)))
    text = words.first("第 {page} 页，共 {pages} 页", page=page + 1, pages=pages)
    middle = (LEFT + RIGHT) / 2
    role = Role.BODY if sheet.width(text, Role.BODY, True) < ROOM - 576 - 40 else Role.SMALL
    sheet.line(middle, y + 6, text, role, bold=True, align="center", height=1.2)
    below = words.first("共{n}项", n=count)
    sheet.line(
        middle, y + 12 + sheet.px(role) * 1.2, below, Role.META, color="ink-2", align="center", height=1.2
    )
