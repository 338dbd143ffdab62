"""A board for readers that only draw: whole at first, then what each batch of events changed.

The fold is done here, once for each board and batch, and the bytes go to all its readers. A reader
that comes back gets the whole board anew, which also tells the calls that it missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from queue_server.board import BoardState, Call, fold
from queue_server.clock import parse_rfc3339
from queue_server.refusals import Refused
from queue_server.wire import Event, EventKind
from queue_server.wire.board import Announcement, BoardChange, BoardWhole

SHOWN_CALLS = 16
"""So many of the newest calls go along when there is a new one: more than any board lists."""
SAID_MS = 600_000
"""No hall says a call later than that."""

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Reading:
    """A board as it is now under version `plan` of the hall's plan; `say` words one of its calls as clips."""

    plan: int
    state: BoardState
    say: Callable[[Call], Announcement]


ReadBoard = Callable[[], Reading]
"""Reads a board; no SQL. Raises Refused("board_unknown") if there is none."""


class BoardFrames:
    """What the readers of one board get; lives on the event loop."""

    def __init__(self, read: ReadBoard) -> None:
        self._read = read
        self._last = read()
        self._plan, self._state = self._last.plan, self._last.state
        self._anew = False

    def whole(self) -> tuple[int, bytes]:
        """The journal row that the board is true up to, and the whole board."""
        return self._whole(self._now())

    def changed(self, events: Sequence[Event]) -> tuple[int, bytes] | None:
        """What these events changed; None if they were all known. Under a new plan all has changed."""
        now = self._now()
        before = after = self._state
        for event in events:
            after = fold(after, event)
        self._state = after
        if after.seq == before.seq and not self._anew:
            return None
        if self._anew or any(event.kind == EventKind.DAY_OPENED for event in events):
            self._anew = False
            return self._whole(now)
        return after.seq, _frame(_difference(before, after, now))

    def _now(self) -> Reading:
        """The board as it is read now; it takes the place of one that was drawn under an older plan."""
        try:
            now = self._read()
        except Refused:
            # A new plan has no such board any more: it stands as it was until its page is loaded anew.
            return self._last
        self._last = now
        if now.plan != self._plan:
            self._plan, self._state, self._anew = now.plan, now.state, True
        return now

    def _whole(self, now: Reading) -> tuple[int, bytes]:
        state, at_ms = self._state, parse_rfc3339(now.state.at)
        young = [call for call in state.calls if at_ms - parse_rfc3339(call.at) < SAID_MS]
        # The time is that of the reading, so that a board can set its clock by it.
        return state.seq, _frame(BoardWhole(state.seq, now.state.at, now.plan, state, _said(young, now)))


def _difference(before: BoardState, after: BoardState, now: Reading) -> BoardChange:
    """The fold replaces what it changes and keeps the rest, so looking is enough."""
    called = [call for call in reversed(after.calls) if call.seq > before.seq]
    return BoardChange(
        after.seq,
        after.at,
        zones={key: zone for key, zone in after.zones.items() if zone is not before.zones.get(key)},
        counters={key: cell for key, cell in after.counters.items() if cell is not before.counters.get(key)},
        called=called,
        calls=after.calls[:SHOWN_CALLS] if called else [],
        root=after.root if after.root != before.root else "",
        root_hour=after.root_hour if after.root != before.root else "",
        notices=after.notices if after.notices != before.notices else None,
        said=_said(called, now),
    )


def _said(calls: Iterable[Call], now: Reading) -> dict[str, Announcement]:
    worded = ((str(call.seq), now.say(call)) for call in calls)
    return {seq: announcement for seq, announcement in worded if announcement}


def _frame(told: BoardWhole | BoardChange) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (told.seq, told.kind.encode(), _encode(told))
