"""Which calls stand in the two big bands now, and which wait for their turn.

A call stands in a band for 20 s, or gives way to the next one after 5 s. Calls that come at the
same time are shown one after the other in the order in which they were made. A recall of a number
that is in a band starts that band anew; one that still waits keeps its place. Seconds are those
of any clock that only goes forward.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from queue_server.board import Call

BANDS = 2
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
    """The bands from left to right, None where nothing is called, and the calls whose turn comes."""

    bands: tuple[Band | None, ...] = (None,) * BANDS
    waiting: tuple[Call, ...] = ()


def hear(showing: Showing, call: Call, now_s: float) -> Showing:
    """Take in a call that was just made."""
    for place, band in enumerate(showing.bands):
        if band is not None and _same(band.call, call):
            return advance(_put(showing, place, call, now_s), now_s)
    if any(_same(known, call) for known in showing.waiting):
        waiting = tuple(call if _same(known, call) else known for known in showing.waiting)
        return advance(replace(showing, waiting=waiting), now_s)
    return advance(replace(showing, waiting=(*showing.waiting, call)), now_s)


def advance(showing: Showing, now_s: float) -> Showing:
    """Let time pass: bands end, and waiting calls take the free ones or the longest shown."""
    bands = tuple(
        None if band is not None and now_s - band.since_s >= BAND_S else band for band in showing.bands
    )
    showing = replace(showing, bands=bands)
    while showing.waiting:
        place = _place_for_next(showing, now_s)
        if place is None:
            break
        call, *rest = showing.waiting
        showing = replace(_put(showing, place, call, now_s), waiting=tuple(rest))
    return showing


def bright(band: Band, now_s: float) -> bool:
    """Whether a band is filled now; it pulses three times at 1 Hz, then stays filled."""
    age_s = now_s - band.since_s
    return age_s >= PULSES * PULSE_S or age_s % PULSE_S < PULSE_S / 2


def next_change_s(showing: Showing, now_s: float) -> float | None:
    """Seconds until something looks different, or None while nothing is called."""
    return min(
        (_changes_in(band, bool(showing.waiting), now_s) for band in showing.bands if band), default=None
    )


def _changes_in(band: Band, contested: bool, now_s: float) -> float:
    age_s = max(0.0, now_s - band.since_s)
    steps = [BAND_S, LEAST_S] if contested else [BAND_S]
    steps += [step * PULSE_S / 2 for step in range(1, 2 * PULSES + 1)]
    return min((step - age_s for step in steps if step > age_s), default=0.0)


def _place_for_next(showing: Showing, now_s: float) -> int | None:
    free = [place for place, band in enumerate(showing.bands) if band is None]
    if free:
        return free[0]
    shown = [
        (band.since_s, place)
        for place, band in enumerate(showing.bands)
        if band is not None and now_s - band.since_s >= LEAST_S
    ]
    return min(shown)[1] if shown else None


def _put(showing: Showing, place: int, call: Call, now_s: float) -> Showing:
    bands = tuple(Band(call, now_s) if at == place else band for at, band in enumerate(showing.bands))
    return replace(showing, bands=bands)


def _same(one: Call, other: Call) -> bool:
    return one.number == other.number and one.zone == other.zone
