"""The big calls, two or in a rush more, or one sentence in their place."""

from __future__ import annotations

from display_board import layout, look, scene, words
from display_board.look import Box, Style
from display_board.view.painter import Painter

WHITE = "#FFFFFF"


def bands(painter: Painter, model: scene.Bands) -> None:
    """Draw every band; in a rush they have the whole board between header and foot."""
    if isinstance(model, scene.Sentence):
        _sentence(painter, model)
        return
    plan = painter.layout
    size = layout.number_px(plan.upright, len(model))
    for place, call in enumerate(model):
        box = plan.band(place, len(model))
        if call is None:
            painter.outline(box, painter.colors.rule, painter.colors.page, line=3, radius=12)
        else:
            _call(painter, box, call, size)


def _call(painter: Painter, box: Box, call: scene.ShownCall, size: int) -> None:
    if size <= look.CLOCK:
        _small_call(painter, box, call, size)
        return
    ground, ink = _call_colors(painter, call)
    painter.box(box, ground, radius=12)
    plate = Box(box.x, box.y, 96, box.height)
    painter.left_end(plate, call.sign.fill, 12)
    _sign(painter, plate, call.sign, look.CLOCK, 64)
    big = Style(size, ink, bold=True)
    right = box.right - 28
    right -= _unit(painter, call, right, box.middle, ink) + 16
    right -= painter.text(call.label, right, box.middle, big, align=1, room=box.width * 0.3)
    left = plate.right + 26
    number = painter.text(call.number, left, box.middle, big, room=right - left - 24)
    arrow = size * 0.4
    if right - left - number > arrow + 16:
        painter.symbol("next", Box(right - arrow - 8, box.middle - arrow / 2, arrow, arrow), ink, 6)


def _call_colors(painter: Painter, call: scene.ShownCall) -> tuple[str, str]:
    colors = painter.colors
    return (look.CALL, look.ON_CALL) if call.bright else (colors.resting, colors.on_resting)


def _small_call(painter: Painter, box: Box, call: scene.ShownCall, size: int) -> None:
    """A call in a rush: as in a counter's cell, since there is no room for an arrow.

    Number and label have the same size; what stands beside the label has what they leave.
    """
    ground, ink = _call_colors(painter, call)
    painter.box(box, WHITE if call.bright else ground, radius=12)
    plate = Box(box.x, box.y, 64, box.height)
    width = min(layout.COUNTER_EM * size, box.right - plate.right - layout.NUMBER_EM * size - 12)
    counter = Box(box.right - width, box.y, width, box.height)
    painter.left_end(Box(box.x, box.y, counter.x - box.x, box.height), ground, 12)
    painter.left_end(plate, call.sign.fill, 12)
    _sign(painter, plate, call.sign, look.UNIT, 44)
    middle = (plate.right + counter.x) / 2
    big, room = Style(size, ink, bold=True), counter.x - plate.right - 12
    painter.text(call.number, middle, box.middle, big, align=0.5, room=room)
    lines = ("号", call.floor.zh or "窗口") if painter.lang == "zh" else ("", call.floor.en)
    unit, label = Style(look.META, ink, bold=True), layout.LABEL_EM * size
    wide = min(max(painter.width(line, unit) for line in lines), width - label - 32)
    left = counter.right - 12 - wide
    for line, down in zip(lines, (-22, 22), strict=True):
        painter.text(line, left, box.middle + down, unit, room=wide)
    painter.text(call.label, left - 8, box.middle, big, align=1, room=label)


def _sign(painter: Painter, plate: Box, sign: scene.Sign, size: int, icon: float) -> None:
    centre, letter = plate.x + plate.width / 2, Style(size, look.ON_ZONE, bold=True)
    painter.text(sign.letter, centre, plate.middle - size / 2, letter, align=0.5, room=plate.width - 8)
    painter.symbol(sign.icon, Box(centre - icon / 2, plate.middle + 8, icon, icon), look.ON_ZONE, 4)


def _unit(painter: Painter, call: scene.ShownCall, right: float, middle: float, ink: str) -> float:
    """What stands after the counter's number: 号窗口 and Counter, on a board of several floors the floor."""
    unit, floor = words.pair("号窗口"), call.floor
    if painter.lang == "en":
        lines = [(unit.en, look.META, True), (floor.en or unit.zh, look.META, False)]
        if floor.en:
            lines.append((unit.zh, look.META, False))
    else:
        lines = [
            ("号", look.UNIT, True),
            ("窗口", look.UNIT, True),
            (floor.zh or unit.en, look.META, bool(floor.zh)),
        ]
    width = max(painter.width(text, Style(size, ink, bold)) for text, size, bold in lines)
    step = 42 if painter.lang == "en" else 62
    y = middle - step * (len(lines) - 1) / 2
    for text, size, bold in lines:
        painter.text(text, right - width, y, Style(size, ink, bold))
        y += step
    return width


def _sentence(painter: Painter, model: scene.Sentence) -> None:
    box, colors = painter.layout.bands, painter.colors
    left = box.x + 56
    if model.warning:
        painter.outline(box, colors.warn, colors.page, line=6, radius=12)
        painter.symbol("cut off", Box(left, box.middle - 68, 136, 136), colors.warn, 3.5)
        left += 172
    else:
        painter.box(box, colors.surface_2, radius=12)
    room = box.right - 40 - left
    if painter.layout.upright:
        _sentence_upright(painter, model, left, room)
        return
    title = Style(look.CLOCK, colors.ink, bold=True)
    text, small = Style(look.TEXT, colors.ink_2), Style(look.LABEL, colors.ink_2)
    lang, right = painter.lang, left + room
    after = left + 32 + painter.text(model.title.first(lang), left, box.middle - 44, title, room=room)
    painter.text_if_it_fits(model.title.second(lang), after, box.middle - 36, text, right - after)
    after = left + 32 + painter.text(model.line.first(lang), left, box.middle + 44, text, room=room)
    painter.text_if_it_fits(model.line.second(lang), after, box.middle + 46, small, right - after)


def _sentence_upright(painter: Painter, model: scene.Sentence, left: float, room: float) -> None:
    """Four lines below each other: both sentences in both languages."""
    colors, lang, middle = painter.colors, painter.lang, painter.layout.bands.middle
    lines = (
        (model.title.first(lang), Style(look.CELL, colors.ink, bold=True), -126),
        (model.title.second(lang), Style(look.TEXT, colors.ink_2), -52),
        (model.line.first(lang), Style(look.TEXT, colors.ink_2), 46),
        (model.line.second(lang), Style(look.LABEL, colors.ink_2), 112),
    )
    for text, style, down in lines:
        painter.text(text, left, middle + down, style, room=room)
