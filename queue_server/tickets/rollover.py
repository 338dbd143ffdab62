"""What happens by itself: a new business day, and forgetting what may be forgotten.

Runs on a thread of its own every few seconds and once at start, so that a night switched off
costs nothing. Each piece is one short write; no piece holds the writer over 20 ms.
"""

from __future__ import annotations

import datetime
import functools
import logging
import threading
from collections.abc import Callable, Sequence

from queue_server.clock import TRUSTED_DRIFT_MS
from queue_server.database import Tx
from queue_server.journal.follower import Follower
from queue_server.journal.store import append
from queue_server.tickets import days, moves, store
from queue_server.tickets.model import Actor, Move
from queue_server.tickets.parked import miss_parked
from queue_server.tickets.queue import Queue
from queue_server.tickets.returning import rehome
from queue_server.wire import EventKind

EVERY_S = 5.0
EXPIRE_AT_ONCE = 50
FORGET_AT_ONCE = 500
DAY_MS = 24 * 3600 * 1000
DRIFT_MARK = "drift_told"

_log = logging.getLogger(__name__)


def roll_over(queue: Queue) -> int:
    """Open the business day if it is due and close what earlier days left; returns how many expired.

    Safe to call at any time and as often as one likes.
    """
    drift_ms = queue.database.clock.drift_ms()
    queue.database.write(lambda tx: _tell_drift(tx, drift_ms))
    expired = 0
    while piece := queue.database.write(lambda tx: _expire_piece(tx, queue)):
        expired += piece
    while queue.database.write(lambda tx: miss_parked(tx, queue, EXPIRE_AT_ONCE)):
        pass
    return expired


def take_plan(queue: Queue) -> None:
    """Take in a plan that came into force: what is shown, and who waits in a queue that is no more."""
    if queue.view.plan_version == queue.hall.plan.version:
        return
    # On the writer's thread, so that no event is folded into the old state meanwhile.
    queue.database.write(lambda tx: queue.view.rebuild())
    rehome(queue)


def forget(queue: Queue) -> None:
    """Drop keys of repeated requests and hashes of people after their time (hall's retention)."""
    retention = queue.hall.plan.retention
    now = queue.database.clock.now_ms()
    old = store.keys_before(queue.database.read(), now - retention.idempotency_days * DAY_MS)
    for first in range(0, len(old), FORGET_AT_ONCE):
        piece = old[first : first + FORGET_AT_ONCE]
        queue.database.write(functools.partial(store.forget_keys, keys=piece))
    day = datetime.datetime.fromtimestamp(
        (now - retention.ticket_identity_days * DAY_MS) / 1000, datetime.UTC
    )
    people_before = day.date().isoformat()
    while queue.database.write(lambda tx: store.forget_people(tx, people_before, FORGET_AT_ONCE)):
        pass


class Rollover:
    """The thread that does this while the server runs; rooms above hand in what they do `also`."""

    def __init__(self, queue: Queue, also: Sequence[Callable[[], object]] = ()) -> None:
        self._queue = queue
        self._also = also
        self._follower = Follower(queue.database)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rollover", daemon=True)

    def start(self) -> None:
        """Roll over once, then go on in the background."""
        roll_over(self._queue)
        for piece in self._also:
            piece()
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            try:
                self._follower.catch_up()
                take_plan(self._queue)
                if roll_over(self._queue):
                    forget(self._queue)
                for piece in self._also:
                    piece()
            except Exception:  # noqa: BLE001  the edge of this thread: it must live to try again
                _log.exception("the rollover failed and will be tried again")


def _expire_piece(tx: Tx, queue: Queue) -> int:
    rows = store.left_over(tx.db, days.today(tx), EXPIRE_AT_ONCE)
    for row in rows:
        moves.make(tx, queue, Actor("system"), row, Move.EXPIRE)
    return len(rows)


def _tell_drift(tx: Tx, drift_ms: int) -> None:
    """Journal once that the wall clock and the steady clock disagree; staff see it."""
    told = store.mark(tx.db, DRIFT_MARK) == "yes"
    off = abs(drift_ms) > TRUSTED_DRIFT_MS
    if off and not told:
        append(tx, EventKind.DAY_HELD, "system", data={"drift_s": drift_ms // 1000})
    if off != told:
        store.set_mark(tx, DRIFT_MARK, "yes" if off else "no")
