"""Moments of a hall, from the emptiest to the fullest, as scenes of every kind of board."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from display_board.link import News
from display_board.presenter import Presenter
from display_board.scene import Scene
from queue_server.board import BoardState, fold
from queue_server.wire import CounterStatus, Event, EventKind, MatterName, Ticket, TicketState, Wait
from queue_server.wire.board import BoardLook, Line, Orientation, Slide, Theme, ZoneLine
from tests.display_board.small_server import board_state, hall

NOW = dt.datetime(2026, 11, 23, 2, 24, tzinfo=dt.UTC)
T0 = 1000.0
LANDSCAPE, PORTRAIT, ULTRA = (1920, 1080), (1080, 1920), (3840, 2160)

SLIDE = Slide(
    Line("材料不齐也能先收", "Papers missing?"),
    Line("标着“可后补”的材料，可以先办理，回头再补。", "You can hand in the missing ones later."),
)
RARE = "㙍𬭎𠮷龘𰻝"
"""Signs of family and place names outside of what most fonts hold."""


@dataclass(frozen=True)
class Sample:
    """A scene and the screen that it is drawn on."""

    name: str
    scene: Scene
    size: tuple[int, int]


def when(at_s: float) -> str:
    return (NOW + dt.timedelta(seconds=at_s)).isoformat()


def ticket(state: BoardState, number: str, counter: str) -> Ticket:
    cell = state.counters[counter]
    return Ticket(
        id=1, visit=1, leg=1, number=number, state=TicketState.CALLED, matter=MatterName("m", "m"),
        zone=cell.zone, floor=state.zones[cell.zone].floor, issued_at=when(0), counter=counter,
        counter_label=cell.label,
    )  # fmt: skip


class Play:
    """Lets things happen at a board and takes its picture; time is what the play says it is."""

    def __init__(self, board: str, look: BoardLook, size: tuple[int, int] = LANDSCAPE) -> None:
        self.presenter = Presenter(NOW, T0)
        self.presenter.resize(*size)
        self.hall = hall(NOW.isoformat())
        self.state = msgspec.structs.replace(board_state(board), look=look, at=NOW.isoformat())
        self.numbers = itertools.count(38)
        self.presenter.take(News(self.hall, T0, self.state, T0, fresh=True), T0)

    def happen(self, kind: EventKind, at_s: float, **fields: object) -> None:
        event = Event(self.state.seq + 1, kind, when(at_s), **fields)  # type: ignore[arg-type]
        self.state = fold(self.state, event)
        called = bool(self.state.calls) and self.state.calls[0].seq == event.seq
        self.presenter.take(News(self.hall, T0, self.state, T0 + at_s, called=called), T0 + at_s)

    def call(self, counter: str, at_s: float) -> None:
        cell = self.state.counters[counter]
        letter = self.state.zones[cell.zone].sign
        made = ticket(self.state, f"{letter}{next(self.numbers):03}", counter)
        self.happen(EventKind.TICKET_CALLED, at_s, ticket=made)

    def fill(self) -> None:
        """Every counter is at work but a few, and people wait everywhere."""
        counters = list(self.state.counters)
        for place, counter in enumerate(counters):
            kind = {4: EventKind.COUNTER_PAUSED, 9: EventKind.COUNTER_CLOSED}.get(
                place % 11, EventKind.COUNTER_OPENED
            )
            self.happen(kind, 0, counter=counter)
        for place, counter in enumerate(counters):
            if place % 11 not in (4, 7, 9):
                self.call(counter, -200 + place)
                made = ticket(self.state, self.state.calls[0].number, counter)
                self.happen(EventKind.TICKET_STARTED, -100, ticket=made)
        zones = {
            key: msgspec.structs.replace(
                line, waiting=14 + place * 29, wait=Wait(1500 + place * 600, 2000, 2400 + place * 900)
            )
            for place, (key, line) in enumerate(self.state.zones.items())
        }
        self._set(zones=zones)

    def beat(self, at_s: float) -> None:
        self.presenter.take(News(self.hall, T0, self.state, T0 + at_s), T0 + at_s)

    def notice(self, zh: str, en: str) -> None:
        self.happen(EventKind.NOTICE_POSTED, 0, data={"zh": zh, "en": en})

    def rename(self, name: str) -> None:
        """Give the first zone this name."""
        key, line = next(iter(self.state.zones.items()))
        named: ZoneLine = msgspec.structs.replace(line, name=name)
        self._set(zones={**self.state.zones, key: named})

    def _set(self, **changes: object) -> None:
        self.state = msgspec.structs.replace(self.state, seq=self.state.seq + 1, **changes)
        self.presenter.take(News(self.hall, T0, self.state, T0), T0)

    def scene(self, at_s: float = 0.2) -> Scene:
        return self.presenter.scene(T0 + at_s)


def busy(board: str, look: BoardLook, size: tuple[int, int], calls: int = 2, at_s: float = 0.2) -> Scene:
    """A full board with so many people just called."""
    play = Play(board, look, size)
    play.fill()
    ready = [key for key, cell in play.state.counters.items() if cell.state is CounterStatus.OPEN]
    for counter in ready[:calls]:
        play.call(counter, 0)
    return play.scene(at_s)


def empty(board: str, look: BoardLook, size: tuple[int, int]) -> Scene:
    """The morning: all counters closed, nobody there."""
    return Play(board, look, size).scene()


def lost(board: str, look: BoardLook, size: tuple[int, int]) -> Scene:
    """No news for three minutes."""
    play = Play(board, look, size)
    play.fill()
    return play.scene(180)


def noticed(board: str, look: BoardLook, size: tuple[int, int]) -> Scene:
    """A notice as long as it may be, and names with rare signs."""
    play = Play(board, look, size)
    play.fill()
    play.rename(f"{RARE}服务区")
    play.notice(
        "二楼今天因线路检修，下午四点半提前下班，请改日再来办理业务",
        "Floor 2 closes at 16:30 today for repairs; please come back",
    )
    return play.scene(0.2)


UPRIGHT = BoardLook(orientation=Orientation.PORTRAIT)


def all_samples() -> Iterator[Sample]:
    """Every layout in both languages and themes, fullest and emptiest."""
    for lang in ("zh", "en"):
        for theme in Theme:
            for look, size in ((BoardLook(), LANDSCAPE), (UPRIGHT, PORTRAIT)):
                look = msgspec.structs.replace(look, lang=lang, theme=theme)
                way = f"{look.orientation}-{lang}-{theme}"
                yield Sample(f"full-{way}", busy("2F", look, size), size)
                yield Sample(f"counters-{way}", busy("1F", look, size, at_s=12.5), size)
                yield Sample(f"empty-{way}", empty("2F", look, size), size)
                yield Sample(f"lost-{way}", lost("2F", look, size), size)
                yield Sample(f"notice-{way}", noticed("3F", look, size), size)
                yield Sample(f"all-{way}", busy("all", look, size, calls=1), size)
                media = msgspec.structs.replace(look, slides=(SLIDE,))
                play = Play("3F", media, size)
                play.fill()
                play.beat(25)
                yield Sample(f"media-{way}", play.scene(25), size)
    for look, size in ((BoardLook(), LANDSCAPE), (UPRIGHT, PORTRAIT)):
        yield Sample(f"rush6-{look.orientation}", busy("1F", look, size, calls=6), size)
        yield Sample(f"rush18-{look.orientation}", busy("all", look, size, calls=24), size)
        far = msgspec.structs.replace(look, diagonal_in=75, distance_m=16.0)
        yield Sample(f"far-{look.orientation}", busy("2F", far, size, at_s=12.5), size)
        yield Sample(f"far-lists-{look.orientation}", busy("2F", far, size), size)
    yield Sample("full-4k", busy("2F", BoardLook(), ULTRA), ULTRA)
