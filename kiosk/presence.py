"""What the line knows of the server by listening: whether it is there, and the newest board."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from kiosk.clocks import Clocks, Tell
from queue_server.board import BoardState

GRACE_S = 3.0


class LatestBoard:
    """Hands the newest state over at most twice a second: a busy hall must not keep the screen busy."""

    PAUSE_S = 0.5

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._state: BoardState | None = None
        self._timer: threading.Timer | None = None
        self._last = 0.0

    def put(self, state: BoardState) -> None:
        with self._lock:
            self._state = state
            if self._timer is not None:
                return
            wait = max(0.0, self._last + self.PAUSE_S - time.monotonic())
            if wait:
                self._timer = threading.Timer(wait, self._hand_over)
                self._timer.daemon = True
                self._timer.start()
                return
        self._hand_over()

    def _hand_over(self) -> None:
        with self._lock:
            state, self._timer, self._last = self._state, None, time.monotonic()
        self._tell(lambda facts: replace(facts, board=state))


class Health:
    """Decides whether the server is there: away once the stream or the poll was lost for three seconds."""

    def __init__(self, clocks: Clocks, tell: Tell) -> None:
        self._clocks, self._tell = clocks, tell
        self._lock = threading.Lock()
        self._lost_at: dict[str, float | None] = {"stream": 0.0, "poll": 0.0}
        self._online: bool | None = None

    def heard(self, source: str) -> None:
        """A source has an answer."""
        with self._lock:
            self._lost_at[source] = None
            online = all(lost is None for lost in self._lost_at.values())
            if not online or self._online:
                return
            self._online = True
        self._tell(lambda facts: replace(facts, online=True, away_since=None, retry_at=None))

    def lost(self, source: str, retry_s: float) -> None:
        """A source has none; it is tried again in `retry_s`."""
        now = self._clocks.now_s()
        with self._lock:
            if self._lost_at[source] is None:
                self._lost_at[source] = now
            lost_at = self._lost_at[source]
            if lost_at is not None and now - lost_at < GRACE_S:
                return
            self._online = False
            wall = self._clocks.wall_ms()
        self._tell(
            lambda facts: replace(
                facts,
                online=False,
                away_since=facts.away_since if facts.away_since is not None else wall + facts.clock_ms,
                retry_at=now + retry_s if retry_s else None,
            )
        )
