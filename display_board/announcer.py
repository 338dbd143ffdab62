"""What an announcer says next: order, repetitions, and which calls are not said any more.

Pure: calls and the seconds of a clock that only goes forward come in, the next utterance comes out. Each
call that is heard meets exactly one fate. The rules, which `docs/voice.md` states for the hall:

1. One call at a time, first calls before recalls, each in the order of the journal.
2. A call that the journal told already is not heard again.
3. A call older than `stale_s` when its turn comes is dropped: so none begins later than that.
4. A newer call of the same number takes the place of one that still waits, and its age counts from then.
   A newer call of the same counter drops one that still waits: the counter has moved on.
5. A call that waits is dropped when its person is being served, or the ticket is over.
6. It is said `times` times, but not again while anybody waits longer than `REPEAT_MAY_DELAY_S`.
7. While anybody waits longer than `HURRY_S`, calls are said once and without a chime.
8. In quiet hours nothing is said, and nothing is kept for later.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

REPEAT_MAY_DELAY_S = 5.0
HURRY_S = 15.0


class Fate(enum.StrEnum):
    """What became of a call."""

    SAID = "said"
    MERGED = "merged"
    SETTLED = "settled"
    STALE = "stale"
    QUIET = "quiet"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the journal told it; `called_s` is when it was made, on the announcer's clock."""

    seq: int
    ticket: int
    number: str
    counter: str
    label: str
    floor: int | None
    lang: str
    times: int
    called_s: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is to be said now; `nth` counts from 1, `delay_s` is the age of the call as it begins."""

    call: Call
    chime: bool
    nth: int
    delay_s: float


@dataclass(frozen=True, slots=True)
class Rules:
    """The hall's settings: see `wire.Voice`."""

    times: int = 2
    stale_s: float = 90.0


@dataclass(frozen=True, slots=True)
class Announcing:
    """The calls that wait, what may be said once more, and what became of the others.

    `told` is the newest journal row that was heard. `fates` are those of the last step alone.
    """

    told: int = 0
    waiting: tuple[Call, ...] = ()
    again: Utterance | None = None
    fates: tuple[tuple[Call, Fate], ...] = field(default=())


def hear(state: Announcing, call: Call, *, quiet: bool = False) -> Announcing:
    """Take in a call that was made."""
    if call.seq <= state.told:
        return replace(state, fates=())
    if quiet:
        return Announcing(call.seq, fates=((call, Fate.QUIET), *_all(state.waiting, Fate.QUIET)))
    replaced = tuple(known for known in state.waiting if _replaces(call, known))
    same = next((known for known in replaced if known.ticket == call.ticket), None)
    new = call if same is None else replace(call, seq=same.seq, times=same.times)
    waiting = (*(known for known in state.waiting if known not in replaced), new)
    again = None if state.again and _replaces(call, state.again.call) else state.again
    return Announcing(call.seq, waiting, again, _all(replaced, Fate.MERGED))


def settle(state: Announcing, seq: int, ticket: int) -> Announcing:
    """Take in that a ticket needs no more calling: its person is being served, or it is over."""
    if seq <= state.told:
        return replace(state, fates=())
    gone = tuple(known for known in state.waiting if known.ticket == ticket)
    waiting = tuple(known for known in state.waiting if known.ticket != ticket)
    again = None if state.again and state.again.call.ticket == ticket else state.again
    return Announcing(seq, waiting, again, _all(gone, Fate.SETTLED))


def drop(state: Announcing, fate: Fate) -> Announcing:
    """Forget all that waits, since it is quiet now or another player speaks."""
    return Announcing(state.told, fates=_all(state.waiting, fate))


def say(state: Announcing, rules: Rules, now_s: float) -> tuple[Announcing, Utterance | None]:
    """Return what to say now, None for nothing; whoever asks must say it before asking again."""
    stale = tuple(call for call in state.waiting if now_s - call.called_s > rules.stale_s)
    waiting = tuple(call for call in state.waiting if call not in stale)
    fates = _all(stale, Fate.STALE)
    oldest_s = max((now_s - call.called_s for call in waiting), default=0.0)
    if state.again is not None and oldest_s <= REPEAT_MAY_DELAY_S:
        said = replace(state.again, nth=state.again.nth + 1, chime=False)
        return Announcing(state.told, waiting, _more(said, rules), fates), said
    if not waiting:
        return Announcing(state.told, fates=fates), None
    call = min(waiting, key=lambda one: (one.times > 1, one.seq))
    hurried = oldest_s > HURRY_S
    said = Utterance(call, not hurried, 1, now_s - call.called_s)
    left = tuple(one for one in waiting if one is not call)
    again = None if hurried else _more(said, rules)
    return Announcing(state.told, left, again, (*fates, (call, Fate.SAID))), said


def is_quiet(spans: Iterable[tuple[str, str]], clock: str) -> bool:
    """Whether a local time of day (`HH:MM`) lies in one of the spans; an end is not in its span."""
    return any(starts <= clock < ends for starts, ends in spans)


def _replaces(call: Call, known: Call) -> bool:
    return call.ticket == known.ticket or call.counter == known.counter


def _more(said: Utterance, rules: Rules) -> Utterance | None:
    return said if said.nth < rules.times else None


def _all(calls: Iterable[Call], fate: Fate) -> tuple[tuple[Call, Fate], ...]:
    return tuple((call, fate) for call in calls)
