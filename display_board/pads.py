"""A key of a caller pad becomes a move at its counter, by the same calls as the clerk's page.

The pad says what came of it: one beep, done; two, refused, or nobody waits; three, the server is away
and nothing was kept for later.
"""

from __future__ import annotations

import enum
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from queue_server.client import Client, Refusal, ServerAway
from queue_server.wire import CounterStatus
from queue_server.wire.buses import PadMove

AGAIN_S = 0.3
"""Pause before the one repetition of a press whose answer was lost; the key makes it harmless."""

BEEP_S = 0.25
log = logging.getLogger(__name__)


class Ending(enum.IntEnum):
    """What came of a press, as a number of beeps."""

    DONE = 1
    REFUSED = 2
    AWAY = 3


def move_of(key: str, keys: dict[str, str], state: CounterStatus) -> str:
    """Return the move that a key means now, empty for a key without a use; `pause` ends a pause too."""
    move = keys.get(key, "")
    return "resume" if move == PadMove.PAUSE and state is CounterStatus.PAUSED else move


class Presser:
    """Makes moves, each counter's one after the other, and tells how they ended; never blocks its caller.

    A press while the one before is still on its way is refused: whoever presses twice in a second means
    one call. `ended(counter, ending)` is called on a thread of this presser.
    """

    def __init__(self, client: Client, counters: int, ended: Callable[[str, Ending], None]) -> None:
        self._client = client
        self._ended = ended
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(counters + 2, thread_name_prefix="press")
        self._stopping = threading.Event()

    def press(self, counter: str, move: str, key: str) -> None:
        """Make a move under an idempotency key of its own."""
        with self._lock:
            taken = counter in self._busy
            self._busy.add(counter)
        if taken or not move:
            self._pool.submit(self._tell, counter, Ending.REFUSED, release=not taken)
            return
        self._pool.submit(self._run, counter, move, key)

    def answer(self, counter: str, ending: Ending) -> None:
        """Tell at a pad how a press ended that needed no move."""
        self._pool.submit(self._ended, counter, ending)

    def close(self) -> None:
        """Take no more presses; those on their way end by themselves."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, counter: str, move: str, key: str) -> None:
        ending = Ending.AWAY
        try:
            ending = self._make(counter, move, key)
        except ServerAway as away:
            log.debug("%s at %s: the server is away: %s", move, counter, away)
        except Exception:  # the device worker's edge: a bug, not of the clerk who pressed
            log.exception("%s at %s failed", move, counter)
        self._tell(counter, ending, release=True)

    def _make(self, counter: str, move: str, key: str) -> Ending:
        try:
            return self._ask(counter, move, key)
        except ServerAway:
            if self._stopping.wait(AGAIN_S):
                raise
        return self._ask(counter, move, key)

    def _ask(self, counter: str, move: str, key: str) -> Ending:
        try:
            ticket = self._client.counter(counter, move, key=key)
        except Refusal as refusal:
            log.info("%s at %s: %s", move, counter, refusal.problem.code)
            return Ending.REFUSED
        return Ending.REFUSED if ticket is None and move == PadMove.CALL_NEXT else Ending.DONE

    def _tell(self, counter: str, ending: Ending, *, release: bool) -> None:
        if release:
            with self._lock:
                self._busy.discard(counter)
        self._ended(counter, ending)
