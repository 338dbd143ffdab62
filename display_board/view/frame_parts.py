"""The parts of the board at its upper and lower edge: header and ticker."""

from __future__ import annotations

from display_board import look, scene
from display_board.layout import BLEED, MARGIN
from display_board.look import Box, Style
from display_board.view.painter import Painter
from display_board.words import Pair


def header(painter: Painter, model: scene.Header) -> None:
    """Floor, name of the hall, page, day and time."""
    box, colors, lang = painter.layout.header, painter.colors, painter.lang
    painter.box(Box(-BLEED, -BLEED, box.width + 2 * BLEED, box.height + BLEED), colors.surface)
    floor = model.floor.first(lang)
    big = Style(look.CLOCK, colors.on_plate, bold=True)
    width = min(painter.width(floor, big), box.width * 0.3) + 72 if floor else 0
    painter.box(Box(-BLEED, -BLEED, width + BLEED, box.height + BLEED), colors.plate)
    painter.text(floor, 36, box.middle, big, room=width - 72)
    right = box.width - MARGIN
    right -= 32 + painter.text(
        model.time, right, box.middle, Style(look.CLOCK, colors.ink, bold=True), align=1
    )
    left, upper, lower = width + 28, box.middle - 20, box.middle + 26
    if painter.layout.upright:
        _upright_lines(painter, model, left, right, (upper, lower))
        return
    small = Style(look.LABEL, colors.ink_2)
    right -= 48 + _two_lines(painter, model.date, right, (upper, lower - 2), small)
    right -= 48 + _two_lines(painter, model.page, right, (upper, lower - 2), small)
    name = Style(look.TEXT, colors.ink, bold=True)
    painter.text(model.hall.first(lang), left, upper, name, room=right - left)
    painter.text(model.hall.second(lang), left, lower + 2, Style(look.META, colors.ink_2), room=right - left)


def _two_lines(painter: Painter, pair: Pair, right: float, lines: tuple[float, float], style: Style) -> float:
    """Both languages below each other, ending at `right`; returns the width of the wider one."""
    return max(
        painter.text(pair.first(painter.lang), right, lines[0], style, align=1),
        painter.text(pair.second(painter.lang), right, lines[1], style, align=1),
    )


def _upright_lines(
    painter: Painter, model: scene.Header, left: float, right: float, lines: tuple[float, float]
) -> None:
    """Upright there is no room beside the name: day and page stand below it."""
    colors, lang, name = painter.colors, painter.lang, model.hall.first(painter.lang)
    upper, lower = lines
    small, bold = Style(look.META, colors.ink_2), Style(look.META, colors.ink, bold=True)
    if painter.width(name, bold) <= right - left:
        painter.text(name, left, upper - 6, Style(look.TEXT, colors.ink, bold=True), room=right - left)
    else:
        upper_half, lower_half = _halves(name)
        painter.text(upper_half, left, upper - 20, bold, room=right - left)
        painter.text(lower_half, left, upper + 18, bold, room=right - left)
        lower += 10
    page = painter.text(model.page.first(lang), right, lower + 6, small, align=1)
    painter.text(model.date.first(lang), left, lower + 6, small, room=right - left - page - 20)


def _halves(name: str) -> tuple[str, str]:
    """A long name in two lines, broken at the space nearest its middle."""
    spaces = [place for place, sign in enumerate(name) if sign == " "] or [len(name) // 2]
    middle = min(spaces, key=lambda place: abs(place - len(name) / 2))
    return name[:middle], name[middle:].strip()


def ticker(painter: Painter, model: scene.Ticker) -> None:
    """One sentence at the foot; it changes by page, nothing scrolls."""
    box, colors, lang = painter.layout.ticker, painter.colors, painter.lang
    ground, ink, ink_2 = (
        (look.NOTICE, look.ON_CALL, look.ON_CALL)
        if model.notice
        else (colors.foot, colors.on_foot, colors.on_foot_2)
    )
    painter.box(Box(-BLEED, box.y, box.width + 2 * BLEED, box.height + BLEED), ground)
    painter.symbol("info", Box(40, box.middle - 24, 48, 48), ink)
    first, second = Style(look.TEXT, ink, bold=True), Style(look.LABEL, ink_2)
    left, right = 116.0, box.width - MARGIN
    if painter.layout.upright:
        room = right - left
        place = painter.text(model.place.first(lang), right, box.middle + 32, second, align=1)
        painter.text(model.line.first(lang), left, box.middle - 28, first, room=room)
        painter.text(model.line.second(lang), left, box.middle + 32, second, room=room - place - 24)
        return
    right -= 40 + painter.text(model.place.first(lang), right, box.middle, second, align=1)
    left += 32 + painter.text(model.line.first(lang), left, box.middle, first, room=right - left)
    painter.text_if_it_fits(model.line.second(lang), left, box.middle + 2, second, right - left)
