"""The lists of the board: calls that no longer stand in a band, and who waits in which zone."""

from __future__ import annotations

from display_board import layout, look, scene, words
from display_board.look import Box, Style
from display_board.view.painter import Painter
from display_board.view.zones import plate
from display_board.words import Pair


def recent(painter: Painter, model: scene.Recent) -> None:
    """One row for each call: number, counter, floor if the board has several, time if there is room."""
    inner = _panel(painter, model.box, words.pair("刚叫过的号"))
    height = inner.height / model.rows
    if not model.calls:
        _nobody(painter, inner)
    for place, call in enumerate(model.calls):
        row = Box(inner.x, inner.y + place * height, inner.width, height)
        painter.box(Box(row.x, row.y, row.width, 2), painter.colors.rule)
        if painter.layout.beside:
            _narrow_row(painter, row, call)
        else:
            _wide_row(painter, row, call)
    if model.dimmed:
        painter.box(model.box, painter.colors.page, alpha=look.DIMMED)


def waiting(painter: Painter, model: scene.Waiting) -> None:
    """One row for each zone: sign, name, people, wait."""
    colors, lang = painter.colors, painter.lang
    inner = _panel(painter, model.box, words.pair("现在等候"))
    for zone in model.zones:
        row = Box(inner.x, zone.head.y, inner.width, zone.head.height)
        painter.box(Box(row.x, row.y, row.width, 2), colors.rule)
        sign = Box(row.x, row.y + 10, 136, row.height - 20)
        plate(painter, sign, zone.sign, look.TEXT, 44)
        wait = Style(look.LABEL, colors.ink_2)
        right = row.right - painter.text(zone.wait.first(lang), row.right, row.middle, wait, align=1) - 32
        people = Style(look.TEXT, colors.ink, bold=True)
        right -= painter.text(zone.people.first(lang), right, row.middle, people, align=1) + 24
        left = sign.right + 20
        name = Style(look.TEXT, colors.ink, bold=True)
        painter.text(zone.name.first(lang), left, row.middle, name, room=right - left)
    if model.dimmed:
        painter.box(model.box, colors.page, alpha=look.DIMMED)


def _nobody(painter: Painter, inner: Box) -> None:
    """What an empty list says, so that nobody takes it for a fault."""
    said, centre, lang = words.pair("今天还没有叫号"), inner.x + inner.width / 2, painter.lang
    first, second = Style(look.TEXT, painter.colors.ink_2), Style(look.META, painter.colors.ink_2)
    painter.text(said.first(lang), centre, inner.middle - 24, first, align=0.5, room=inner.width)
    painter.text(said.second(lang), centre, inner.middle + 28, second, align=0.5, room=inner.width)


def _panel(painter: Painter, box: Box, title: Pair) -> Box:
    """A list's ground and title; returns the room for its rows."""
    colors = painter.colors
    painter.box(box, colors.surface_2, radius=12)
    inner = box.inset(24, 0, 24, 8)
    middle = inner.y + layout.LIST_HEAD / 2 + 6
    painter.text(title.first(painter.lang), inner.x, middle, Style(look.LABEL, colors.ink_2, bold=True))
    painter.text(title.second(painter.lang), inner.right, middle, Style(look.META, colors.ink_2), align=1)
    return inner.inset(0, layout.LIST_HEAD)


def _narrow_row(painter: Painter, row: Box, call: scene.RecentCall) -> None:
    ink = painter.colors.ink
    number = Style(look.CELL, ink, bold=True)
    painter.text(call.number, row.x, row.middle, number, room=200)
    painter.symbol("next", Box(row.x + 206, row.middle - 18, 36, 36), ink, 5)
    unit = words.pair("号窗口")
    if painter.lang == "en":
        right = row.right - painter.text(call.label, row.right, row.middle, number, align=1, room=90) - 14
        before = Style(look.META, painter.colors.ink_2)
        painter.text(call.floor.en or unit.en, right, row.middle + 6, before, align=1, room=130)
        return
    after = f"号·{call.floor.zh}" if call.floor.zh else unit.zh
    right = row.right - 8
    right -= painter.text(
        after, row.right, row.middle + 6, Style(look.LABEL, ink, bold=True), align=1, room=150
    )
    painter.text(call.label, right, row.middle, number, align=1, room=90)


def _wide_row(painter: Painter, row: Box, call: scene.RecentCall) -> None:
    """With the time of the call; columns at fixed places, so that the eye finds them."""
    ink, size = (
        painter.colors.ink,
        max(look.CLOCK if painter.layout.upright else look.CELL, painter.layout.digits),
    )
    number = Style(size, ink, bold=True)
    time = painter.text(call.time, row.right, row.middle, Style(look.TEXT, painter.colors.ink_2), align=1)
    painter.text(call.number, row.x, row.middle, number, room=size * 2.7)
    arrow = size * 0.5
    left = row.x + size * 2.7 + 20
    painter.symbol("next", Box(left, row.middle - arrow / 2, arrow, arrow), ink, 5)
    label = left + arrow + 20 + size * 1.3
    painter.text(call.label, label, row.middle, number, align=1, room=size * 1.3)
    unit = words.pair("号窗口").first(painter.lang)
    floor = call.floor.first(painter.lang)
    after = f"{unit} · {floor}" if floor else unit
    style = Style(look.TEXT, ink, bold=True)
    room = row.right - time - label - 44
    painter.text_if_it_fits(after, label + 20, row.middle + size * 0.06, style, room)
