"""Which calls stand in the big bands now, and which wait for their turn.

A call stands in a band for 20 s, or gives way to the next one after 5 s. Two bands are the rule. When
more calls come than two bands can show within two turns, the board takes more and smaller bands: 6,
then 18, which is 216 calls a minute; when the rush is over it goes back by itself. So a call waits for
its band about 5 s. What bounds the line in any case: a counter has one place in it. If it calls the
next number while its last one still waits, that one is over and gives up its place. So the last of 66
counters waits half a minute at most. If its last one stands in a band already, that band ends after its
5 s, so that one counter does not call two people for longer than it must.

Calls are shown in the order in which they were made. A recall of a number that is in a band starts
that band anew; one that still waits keeps its place. Seconds are those of any clock that only goes
forward.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from queue_server.board import Call

LEVELS = (2, 6, 18)
"""So many bands there may be; a board whose numbers must be large leaves the last ones out."""

LEAST_S = 5.0
BAND_S = 20.0
PULSES = 3
PULSE_S = 1.0


@dataclass(frozen=True)
class Band:
    """A call and since when it stands in its band, in seconds."""

    call: Call
    since_s: float


@dataclass(frozen=True)
class Showing:
    """The bands in reading order, None where nothing is called, and the calls whose turn comes.

    There are as many bands as one of `LEVELS`.
    """

    bands: tuple[Band | None, ...] = (None,) * LEVELS[0]
    waiting: tuple[Call, ...] = ()


def hear(showing: Showing, call: Call, now_s: float) -> Showing:
    """Take in a call that was just made; `advance` gives it its band."""
    for place, band in enumerate(showing.bands):
        if band is not None and _same(band.call, call):
            return replace(showing, bands=_with(showing.bands, place, Band(call, now_s)))
    waiting = list(showing.waiting)
    for place, known in enumerate(waiting):
        if _same(known, call) or (call.counter and known.counter == call.counter):
            waiting[place] = call
            return replace(showing, waiting=tuple(waiting))
    return replace(showing, waiting=(*waiting, call))


def keep(showing: Showing, wanted: Callable[[Call], bool]) -> Showing:
    """Let go of waiting calls that nobody needs to see any more."""
    return replace(showing, waiting=tuple(call for call in showing.waiting if wanted(call)))


def advance(showing: Showing, now_s: float, levels: tuple[int, ...] = LEVELS) -> Showing:
    """Let time pass: bands end, and waiting calls take the free ones or the longest shown."""
    bands = tuple(
        None if band is not None and now_s - band.since_s >= _stay_s(band, showing) else band
        for band in showing.bands
    )
    bands += (None,) * (levels[-1] - len(bands))
    waiting = showing.waiting
    used = _bands_needed(bands, len(waiting), now_s, levels)
    while waiting:
        place = _place_for_next(bands[:used], now_s)
        if place is None:
            break
        bands = _with(bands, place, Band(waiting[0], now_s))
        waiting = waiting[1:]
    last = max((place for place, band in enumerate(bands) if band is not None), default=-1)
    return Showing(bands[: next(level for level in levels if level > last)], waiting)


def bright(band: Band, now_s: float) -> bool:
    """Whether a band is filled now; it pulses three times at 1 Hz, then stays filled."""
    age_s = now_s - band.since_s
    return age_s >= PULSES * PULSE_S or age_s % PULSE_S < PULSE_S / 2


def next_change_s(showing: Showing, now_s: float) -> float | None:
    """Seconds until something looks different, or None while nothing is called."""
    return min((_changes_in(band, showing, now_s) for band in showing.bands if band), default=None)


def _changes_in(band: Band, showing: Showing, now_s: float) -> float:
    age_s = max(0.0, now_s - band.since_s)
    steps = [LEAST_S if showing.waiting else BAND_S, _stay_s(band, showing)]
    steps += [step * PULSE_S / 2 for step in range(1, 2 * PULSES + 1)]
    return min((step - age_s for step in steps if step > age_s), default=0.0)


def _stay_s(band: Band, showing: Showing) -> float:
    """How long a band stands at most: a counter that has called somebody else is done with its last one."""
    counter = band.call.counter
    called_on = any(other.counter == counter for other in showing.waiting) or any(
        other is not None and other.call.counter == counter and other.since_s > band.since_s
        for other in showing.bands
    )
    return LEAST_S if counter and called_on else BAND_S


def _bands_needed(bands: tuple[Band | None, ...], waiting: int, now_s: float, levels: tuple[int, ...]) -> int:
    """The fewest bands in which every waiting call stands now or in the next turn."""
    for level in levels:
        ready = sum(_gives_way(band, now_s) for band in bands[:level])
        if waiting - ready <= level:
            return level
    return levels[-1]


def _gives_way(band: Band | None, now_s: float) -> bool:
    return band is None or now_s - band.since_s >= LEAST_S


def _place_for_next(bands: tuple[Band | None, ...], now_s: float) -> int | None:
    """The first free band, else the one shown longest, if any has been shown long enough."""
    ready = [
        (band.since_s if band is not None else float("-inf"), place)
        for place, band in enumerate(bands)
        if _gives_way(band, now_s)
    ]
    return min(ready)[1] if ready else None


def _with(bands: tuple[Band | None, ...], place: int, band: Band) -> tuple[Band | None, ...]:
    return (*bands[:place], band, *bands[place + 1 :])


def _same(one: Call, other: Call) -> bool:
    return one.number == other.number and one.zone == other.zone
