"""Puts the scene of one moment together from state, hall, bands and time."""

from __future__ import annotations

import datetime as dt

from display_board import foot, grid, layout, scene, showing, words
from display_board.look import Box, zone_fill
from display_board.words import NOTHING, Pair
from queue_server.board import BoardState, Call, CounterCell, ZoneLine
from queue_server.wire import Hall
from queue_server.wire.board import BoardLook

LISTS, MEDIA = "lists", "media"
Page = tuple[grid.Section, ...] | str
"""What the lower part shows in turn: sections of counters, the lists, or the media."""


def compose(
    state: BoardState | None, hall: Hall | None, bands: showing.Showing, moment: scene.Moment
) -> scene.Scene:
    """Say what stands where at this moment."""
    look = state.look if state else BoardLook()
    plan = layout.layout_of(look, bool(look.slides or moment.pictures))
    slides = _slides(plan, look, moment)
    pages = _pages(plan, state, bool(slides) and not _busy(bands, moment))
    turned = moment.turn % len(pages) if pages else 0
    page = pages[turned] if pages else ()
    below = None if _rush(bands, moment) else state
    lists = plan.lists(len(below.zones)) if below and (plan.beside or page == LISTS) else None
    return scene.Scene(
        layout=plan,
        theme=look.theme,
        lang=look.lang,
        header=scene.Header(
            floor=_title(state, hall),
            hall=Pair(hall.name, hall.name_en) if hall else NOTHING,
            page=words.page(turned + 1, len(pages)) if len(pages) > 1 else NOTHING,
            date=words.date(moment.now),
            time=words.clock(moment.now),
        ),
        bands=_bands(state, hall, bands, moment),
        zones=_zones(page, below, moment.silent) if below and not isinstance(page, str) else None,
        recent=_recent(lists, below, hall, bands, moment) if below and lists else None,
        waiting=_waiting(lists.waiting, below, moment) if below and lists and lists.waiting else None,
        media=_media(plan, page, slides, moment) if below else None,
        ticker=foot.ticker(plan, state, hall, moment),
    )


def _busy(bands: showing.Showing, moment: scene.Moment) -> bool:
    """Whether people look for their number now; then no page is given to media."""
    return moment.silent or any(bands.bands)


def _rush(bands: showing.Showing, moment: scene.Moment) -> bool:
    """Whether the calls take the whole board."""
    return len(bands.bands) > showing.LEVELS[0] and not moment.silent


def _pages(plan: layout.Layout, state: BoardState | None, media: bool) -> tuple[Page, ...]:
    if state is None:
        return ()
    counts = tuple((zone, len(_cells_of(state, zone))) for zone in state.zones)
    counters: tuple[Page, ...] = grid.pages(plan.grid, counts)
    if plan.beside:
        return counters
    return (LISTS, *counters, MEDIA) if media else (LISTS, *counters)


def _cells_of(state: BoardState, zone: str) -> list[CounterCell]:
    return [cell for cell in state.counters.values() if cell.zone == zone]


def _title(state: BoardState | None, hall: Hall | None) -> Pair:
    """The floor that all zones of the board share, else the board's own title."""
    if state is None or hall is None:
        return NOTHING
    numbers = {zone.floor for zone in state.zones.values()}
    for floor in hall.floors:
        if numbers == {floor.number}:
            return Pair(floor.name, floor.name_en)
    return Pair(state.name, state.name_en)


def _floor(number: int | None, state: BoardState, hall: Hall | None) -> Pair:
    """Where a call leads; nothing where the whole board is on one floor."""
    if hall is None or len({zone.floor for zone in state.zones.values()}) <= 1:
        return NOTHING
    return next((Pair(one.name, one.name_en) for one in hall.floors if one.number == number), NOTHING)


def _bands(
    state: BoardState | None, hall: Hall | None, bands: showing.Showing, moment: scene.Moment
) -> scene.Bands:
    if moment.silent or state is None:
        return _silence(moment)
    if not any(bands.bands):
        return scene.Sentence(
            words.pair("请留意您的号"), words.pair("叫到您时，号码和窗口显示在这里。"), warning=False
        )
    return tuple(
        scene.ShownCall(
            _sign(state.zones.get(band.call.zone), band.call.zone),
            band.call.number,
            band.call.label,
            _floor(band.call.floor, state, hall),
            showing.bright(band, moment.now_s),
        )
        if band
        else None
        for band in bands.bands
    )


def _silence(moment: scene.Moment) -> scene.Sentence:
    title = words.pair("叫号请听广播，看窗口上方")
    if moment.problem is not None:
        return scene.Sentence(title, moment.problem, warning=True)
    if moment.silent_since is None:
        return scene.Sentence(title, words.pair("本屏正在连接。"), warning=True)
    since = words.clock(moment.silent_since)
    return scene.Sentence(
        title, words.pair("本屏停在 {since}，正在重新连接。", {"since": since}), warning=True
    )


def _zones(page: tuple[grid.Section, ...], state: BoardState, silent: bool) -> scene.Zones:
    return scene.Zones(tuple(_zone(section, state, silent) for section in page), silent)


def _zone(section: grid.Section, state: BoardState, silent: bool) -> scene.Zone:
    counters = _cells_of(state, section.zone)[section.first : section.first + len(section.cells)]
    cells = tuple(_cell(box, cell, silent) for box, cell in zip(section.cells, counters, strict=True))
    return _zone_line(state.zones[section.zone], section.head, section.wide, cells)


def _zone_line(line: ZoneLine, head: Box, wide: bool, cells: tuple[scene.Cell, ...]) -> scene.Zone:
    return scene.Zone(
        head=head,
        wide=wide,
        sign=_sign(line, line.id),
        name=Pair(line.name, line.name_en),
        waiting=line.waiting,
        people=words.pair("{count} 人", {"count": str(line.waiting)}),
        wait=words.wait(line.wait, wide=wide),
        cells=cells,
    )


def _cell(box: Box, cell: CounterCell, silent: bool) -> scene.Cell:
    """A counter as it is; nothing is called on a board that may be old."""
    return scene.Cell(
        box=box,
        label=cell.label,
        number=cell.number or "",
        called=cell.called and not silent,
        word=words.pair(words.COUNTER_WORDS[cell.state]),
        state=cell.state,
    )


def _sign(line: ZoneLine | None, zone: str) -> scene.Sign:
    if line is None:
        return scene.Sign("", "", zone_fill(zone))
    return scene.Sign(line.sign, line.icon, zone_fill(zone))


def _recent(
    lists: layout.Lists, state: BoardState, hall: Hall | None, bands: showing.Showing, moment: scene.Moment
) -> scene.Recent:
    standing = {(band.call.number, band.call.zone) for band in bands.bands if band}
    if moment.silent:
        standing = set()
    calls: list[Call] = [call for call in state.calls if (call.number, call.zone) not in standing]
    shown = tuple(
        scene.RecentCall(
            call.number,
            call.label,
            _floor(call.floor, state, hall),
            words.clock(dt.datetime.fromisoformat(call.at).astimezone(moment.now.tzinfo)),
        )
        for call in calls[: lists.rows]
    )
    return scene.Recent(lists.recent, lists.rows, shown, moment.silent)


def _waiting(box: Box, state: BoardState, moment: scene.Moment) -> scene.Waiting:
    height = (box.height - layout.LIST_HEAD) / max(1, len(state.zones))
    lines = tuple(
        _zone_line(
            line,
            Box(box.x, box.y + layout.LIST_HEAD + place * height, box.width, height),
            True,
            (),
        )
        for place, line in enumerate(state.zones.values())
    )
    return scene.Waiting(box, lines, moment.silent)


def _slides(
    plan: layout.Layout, look: BoardLook, moment: scene.Moment
) -> tuple[scene.TextSlide | scene.PictureSlide, ...]:
    """All slides in turn; the small area beside the counters has room for one language at a time."""
    texts: list[scene.TextSlide] = []
    for slide in look.slides:
        title, text = slide.title, slide.text
        if plan.beside and text.en:
            texts.append(scene.TextSlide(Pair(title.zh, ""), Pair(text.zh, "")))
            texts.append(scene.TextSlide(Pair(title.en, ""), Pair(text.en, "")))
        else:
            texts.append(scene.TextSlide(Pair(title.zh, title.en), Pair(text.zh, text.en)))
    return (*texts, *(scene.PictureSlide(key) for key in moment.pictures))


def _media(
    plan: layout.Layout,
    page: Page,
    slides: tuple[scene.TextSlide | scene.PictureSlide, ...],
    moment: scene.Moment,
) -> scene.Media | None:
    if plan.media is None or not (plan.beside or page == MEDIA):
        return None
    return scene.Media(plan.media, slides[moment.turn % len(slides)])
