"""What stands on the board at one moment, from state, hall, bands and time; equal scenes look equal.

The view draws a part again only when that part of the scene differs from the one before.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from display_board import layout, showing, words
from display_board.look import Box, zone_fill
from display_board.words import Pair
from queue_server.board import BoardState, Call, CounterCell, ZoneLine
from queue_server.wire import CounterStatus, Hall


@dataclass(frozen=True)
class Sign:
    """A zone's letter, symbol and colour; they are always shown together."""

    letter: str
    icon: str
    fill: str


@dataclass(frozen=True)
class Header:
    """Floor, hall, page of counters (empty if there is one only), day and time."""

    floor: str
    hall: Pair
    page: Pair
    date: Pair
    time: str


@dataclass(frozen=True)
class ShownCall:
    """One big band: `bright` is False in the dark halves of its pulse."""

    sign: Sign
    number: str
    label: str
    bright: bool


@dataclass(frozen=True)
class Notice:
    """A sentence over both bands; a warning tells that the rest of the board may be old."""

    title: Pair
    line: Pair
    warning: bool


@dataclass(frozen=True)
class Cell:
    """A counter: its label and the number at it, or the word for why there is none."""

    box: Box
    label: str
    number: str
    called: bool
    word: Pair
    state: CounterStatus


@dataclass(frozen=True)
class Zone:
    """The head of a section and its counters."""

    head: Box
    wide: bool
    sign: Sign
    name: Pair
    people: Pair
    wait: Pair
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Zones:
    """One page of sections."""

    zones: tuple[Zone, ...]
    dimmed: bool


@dataclass(frozen=True)
class Recent:
    """The latest calls that are not in a band, as (number, label), newest first."""

    calls: tuple[tuple[str, str], ...]
    dimmed: bool


@dataclass(frozen=True)
class Ticker:
    """One line at the foot and its place among them, `1/3`."""

    line: Pair
    place: str


@dataclass(frozen=True)
class Scene:
    """All parts of the board."""

    header: Header
    bands: tuple[ShownCall | None, ...] | Notice
    zones: Zones
    recent: Recent | None
    ticker: Ticker | None


@dataclass(frozen=True)
class Moment:
    """What the board knows now, besides its state.

    `now_s` is the clock of the bands, `now` the time of day in the hall, `turn` counts the pages
    turned, `silent_since` is set while there is no news: None with `silent` means there never was.
    `problem` is a refusal of the server in both languages.
    """

    now_s: float
    now: dt.datetime
    turn: int = 0
    silent: bool = False
    silent_since: dt.datetime | None = None
    problem: Pair | None = None


def compose(state: BoardState | None, hall: Hall | None, bands: showing.Showing, moment: Moment) -> Scene:
    """Say what stands where at this moment."""
    pages = layout.pages(_counts(state))
    turned = moment.turn % len(pages) if pages else 0
    page = pages[turned] if pages else ()
    lines = (words.ticker(hall) if hall else ()) + _public_hash(state, moment)
    place = moment.turn % len(lines) if lines else 0
    return Scene(
        header=Header(
            floor=_floor(state, hall).zh,
            hall=Pair(hall.name, hall.name_en) if hall else Pair("", ""),
            page=words.pair("窗口 {page}", {"page": f"{turned + 1}/{len(pages)}"})
            if len(pages) > 1
            else Pair("", ""),
            date=words.date(moment.now),
            time=words.clock(moment.now),
        ),
        bands=_bands(state, bands, moment),
        zones=Zones(tuple(_zone(section, state, moment.silent) for section in page if state), moment.silent),
        recent=Recent(_recent(state, bands), moment.silent) if state else None,
        ticker=Ticker(lines[place], f"{place + 1}/{len(lines)}") if lines else None,
    )


def _public_hash(state: BoardState | None, moment: Moment) -> tuple[Pair, ...]:
    if state is None or not state.root or not state.root_hour:
        return ()
    hour = dt.datetime.fromisoformat(state.root_hour).astimezone(moment.now.tzinfo)
    return (words.public_hash(state.root, hour),)


def _counts(state: BoardState | None) -> tuple[tuple[str, int], ...]:
    if state is None:
        return ()
    return tuple((zone, len(_cells_of(state, zone))) for zone in state.zones)


def _cells_of(state: BoardState, zone: str) -> list[CounterCell]:
    return [cell for cell in state.counters.values() if cell.zone == zone]


def _floor(state: BoardState | None, hall: Hall | None) -> Pair:
    """The floor that all zones of the board share, else the word for all of them."""
    if state is None or hall is None:
        return Pair("", "")
    numbers = {zone.floor for zone in state.zones.values()}
    for floor in hall.floors:
        if numbers == {floor.number}:
            return Pair(floor.name, floor.name_en)
    return words.pair("全厅")


def _bands(
    state: BoardState | None, bands: showing.Showing, moment: Moment
) -> tuple[ShownCall | None, ...] | Notice:
    if moment.silent or state is None:
        return _silence(moment)
    if not any(bands.bands):
        return Notice(
            words.pair("请留意您的号"), words.pair("叫到您时，号码和窗口显示在这里。"), warning=False
        )
    return tuple(
        ShownCall(
            _sign(state.zones.get(band.call.zone), band.call.zone),
            band.call.number,
            band.call.label,
            showing.bright(band, moment.now_s),
        )
        if band
        else None
        for band in bands.bands
    )


def _silence(moment: Moment) -> Notice:
    title = words.pair("叫号请听广播，看窗口上方")
    if moment.problem is not None:
        return Notice(title, moment.problem, warning=True)
    if moment.silent_since is None:
        return Notice(title, words.pair("本屏正在连接。"), warning=True)
    since = words.clock(moment.silent_since)
    return Notice(title, words.pair("本屏停在 {since}，正在重新连接。", {"since": since}), warning=True)


def _zone(section: layout.Section, state: BoardState, silent: bool) -> Zone:
    line = state.zones[section.zone]
    counters = _cells_of(state, section.zone)[section.first : section.first + len(section.cells)]
    return Zone(
        head=section.head,
        wide=section.wide,
        sign=_sign(line, line.id),
        name=Pair(line.name, line.name_en),
        people=words.pair("{count} 人", {"count": str(line.waiting)}),
        wait=words.wait(line.wait, wide=section.wide),
        cells=tuple(_cell(box, cell, silent) for box, cell in zip(section.cells, counters, strict=True)),
    )


def _cell(box: Box, cell: CounterCell, silent: bool) -> Cell:
    """A counter as it is; nothing is called on a board that may be old."""
    return Cell(
        box=box,
        label=cell.label,
        number=cell.number or "",
        called=cell.called and not silent,
        word=words.pair(words.COUNTER_WORDS[cell.state]),
        state=cell.state,
    )


def _sign(line: ZoneLine | None, zone: str) -> Sign:
    if line is None:
        return Sign("", "", zone_fill(zone))
    return Sign(line.sign, line.icon, zone_fill(zone))


def _recent(state: BoardState, bands: showing.Showing) -> tuple[tuple[str, str], ...]:
    standing = {(band.call.number, band.call.zone) for band in bands.bands if band}
    calls: list[Call] = [call for call in state.calls if (call.number, call.zone) not in standing]
    return tuple((call.number, call.label) for call in calls[: layout.RECENT_ROWS])
