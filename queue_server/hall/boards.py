"""The boards of a hall: what each shows and how it looks, and how the hall file says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from queue_server.hall.located import Row, Sink, list_of, number, one_of, table, text, whole
from queue_server.wire import sight
from queue_server.wire.board import BoardLook, Line, Orientation, Slide, Theme

LANGUAGES = ("zh", "en")

_title = text(1, 40)
_sentence, _sentence_en = text(1, 30), text(1, 60)
_LINE = table({"zh": _sentence, "en": _sentence_en}, {})
_SLIDE = table(
    {"title": text(1, 16), "title_en": text(1, 40), "text": text(1, 80), "text_en": text(1, 160)}, {}
)
BOARD = table(
    {"name": _title, "name_en": _title, "zones": list_of(text(), 1)},
    {
        "orientation": (one_of(*Orientation), Orientation.LANDSCAPE),
        "theme": (one_of(*Theme), Theme.DARK),
        "lang": (one_of(*LANGUAGES), "zh"),
        "diagonal_in": (whole(15, 400), 55),
        "distance_m": (number(1, 60), 4.0),
        "ticker": (list_of(_LINE), ()),
        "slides": (list_of(_SLIDE), ()),
        "media": (text(0, 40, form=r"[A-Za-z0-9_-]*", example="hall-1F"), ""),
    },
)


PLAIN = BoardLook()
"""A board of which the plan says nothing special."""


@dataclass(frozen=True, slots=True)
class BoardPlan:
    """A hall board, the zones that it shows in order, and how it looks."""

    id: str
    name: str
    name_en: str
    zones: tuple[str, ...]
    look: BoardLook = PLAIN


def compare(parts: dict[str, Any], sink: Sink) -> None:
    """Look at what has to fit to the rest of the file, and whether the numbers can be read."""
    for row in parts["boards"].values():
        for zone in row["zones"] or ():
            if zone not in parts["zones"]:
                row.fault(sink, "zones", "unknown_zone", value=zone)
        if row["orientation"] and row["diagonal_in"] and row["distance_m"]:
            _check_distance(row, sink)


def build(key: str, row: Row) -> BoardPlan:
    """The plan of a board out of a table without a fault."""
    look = BoardLook(
        orientation=Orientation(row["orientation"]),
        theme=Theme(row["theme"]),
        lang=row["lang"],
        diagonal_in=row["diagonal_in"],
        distance_m=row["distance_m"],
        ticker=tuple(Line(line["zh"], line["en"]) for line in row["ticker"]),
        slides=tuple(
            Slide(Line(slide["title"], slide["title_en"]), Line(slide["text"], slide["text_en"]))
            for slide in row["slides"]
        ),
        media=row["media"],
    )
    return BoardPlan(key, row["name"], row["name_en"], tuple(row["zones"]), look)


def _check_distance(row: Row, sink: Sink) -> None:
    look = BoardLook(
        Orientation(row["orientation"]), diagonal_in=row["diagonal_in"], distance_m=row["distance_m"]
    )
    if sight.holds(look):
        return
    row.fault(
        sink,
        "distance_m",
        "board_too_far",
        inches=look.diagonal_in,
        farthest=f"{sight.farthest_m(look):g}",
        distance=f"{look.distance_m:g}",
        needed=sight.least_inches(look),
    )
