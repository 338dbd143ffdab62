"""What the line at the foot of a board says, page after page: notices, advice, the journal's hash."""

from __future__ import annotations

import datetime as dt

from display_board import scene, words
from display_board.layout import MARGIN, Layout
from display_board.look import LABEL, TEXT
from display_board.typeset import em
from display_board.words import Pair
from queue_server.board import BoardState
from queue_server.wire import Hall

_AROUND = 76 + 140 + 32
"""Symbol, page number and the gap between two languages, in design pixels."""


def ticker(
    plan: Layout, state: BoardState | None, hall: Hall | None, moment: scene.Moment
) -> scene.Ticker | None:
    """The page of this moment; while notices stand, every other page is one of them."""
    lang = state.look.lang if state else "zh"
    notices = _paged(plan, lang, _notices(state, moment))
    lines = _paged(plan, lang, _lines(state, hall, moment))
    if notices and (moment.turn % 2 == 0 or not lines):
        line = notices[moment.turn // 2 % len(notices)]
        return scene.Ticker(line, words.pair("通知"), notice=True)
    if not lines:
        return None
    place = (moment.turn // 2 if notices else moment.turn) % len(lines)
    where = f"{place + 1}/{len(lines)}"
    return scene.Ticker(lines[place], Pair(where, where))


def _notices(state: BoardState | None, moment: scene.Moment) -> list[Pair]:
    found = [moment.too_small] if moment.too_small is not None else []
    return found + [Pair(notice.zh, notice.en) for notice in (state.notices if state else ())]


def _lines(state: BoardState | None, hall: Hall | None, moment: scene.Moment) -> list[Pair]:
    found = list(words.ticker(hall)) if hall else []
    if state is None:
        return found
    found += [Pair(line.zh, line.en) for line in state.look.ticker]
    if state.root and state.root_hour:
        hour = dt.datetime.fromisoformat(state.root_hour).astimezone(moment.now.tzinfo)
        found.append(words.public_hash(state.root, hour))
    return found


def _paged(plan: Layout, lang: str, lines: list[Pair]) -> list[Pair]:
    """Both languages on one page if the line has room for them, else one page for each.

    Upright there are two lines, so that there is always room.
    """
    if plan.upright:
        return lines
    found = []
    for line in lines:
        if not line.en or _width(line, lang) <= plan.width - 2 * MARGIN - _AROUND:
            found.append(line)
        else:
            found += [Pair(text, text) for text in (line.first(lang), line.second(lang))]
    return found


def _width(line: Pair, lang: str) -> float:
    return TEXT * em(line.first(lang)) + LABEL * em(line.second(lang))
