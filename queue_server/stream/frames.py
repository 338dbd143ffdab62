"""A board for readers that only draw: whole at first, then what each batch of events changed.

The fold is done here, once for each board and batch, and the bytes go to all its readers. A reader
that comes back gets the whole board anew, which also tells the calls that it missed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from queue_server.board import BoardState, fold
from queue_server.wire import Event, EventKind
from queue_server.wire.board import BoardChange, BoardWhole

ReadBoard = Callable[[], tuple[int, BoardState]]
"""Gives the version of the hall's plan and the board under it, as they are now; no SQL."""

SHOWN_CALLS = 16
"""So many of the newest calls go along when there is a new one: more than any board lists."""

_encode = msgspec.json.Encoder().encode


class BoardFrames:
    """What the readers of one board get; lives on the event loop."""

    def __init__(self, read: ReadBoard) -> None:
        self._read = read
        self._version, self._state = read()
        self._anew = False

    def whole(self) -> tuple[int, bytes]:
        """The journal row that the board is true up to, and the whole board."""
        # The time is that of the reading, so that a board can set its clock by it.
        return self._whole(self._now().at)

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
            return self._whole(now.at)
        return after.seq, _frame(_difference(before, after))

    def _now(self) -> BoardState:
        """The board as it is read now; it takes the place of one that was drawn under an older plan."""
        version, state = self._read()
        if version != self._version:
            self._version, self._state, self._anew = version, state, True
        return state

    def _whole(self, at: str) -> tuple[int, bytes]:
        return self._state.seq, _frame(BoardWhole(self._state.seq, at, self._version, self._state))


def _difference(before: BoardState, after: BoardState) -> BoardChange:
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
    )


def _frame(told: BoardWhole | BoardChange) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (told.seq, told.kind.encode(), _encode(told))
