"""An Evaluator is one box of keys on a bus: a rating is asked for, a rating comes out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from hardware.bus.exchange import Exchange
from hardware.bus.owner import Bus
from hardware.evaluator.protocol import FOUR_KEYS, EvaluatorHearing, EvaluatorProfile, start
from hardware.evaluator.rating import Rating


class Evaluator:
    """One evaluator; every call returns at once. It may stand on the same line as pads and strips.

    `on_rating` is called on the bus's thread and must be quick: put the rating into a queue.
    """

    def __init__(
        self,
        bus: Bus,
        address: int,
        on_rating: Callable[[Rating], None],
        *,
        key: str = "",
        profile: EvaluatorProfile = FOUR_KEYS,
        asked_s: float = 60.0,
    ) -> None:
        self.key = key or f"evaluator {address}"
        self.address = address
        self.heard_s: float | None = None
        self._bus = bus
        self._on_rating = on_rating
        self._hearing = EvaluatorHearing(address, profile, asked_s)
        self._start = Exchange(start(address, profile))
        self._lock = threading.Lock()
        bus.attach(self.key)
        bus.listen(self)

    def start(self) -> None:
        """Ask the citizen for a rating; the next result counts as asked for."""
        with self._lock:
            self._hearing.started(time.monotonic())
        self._bus.ask(self.key, self._start)

    def feed(self, data: bytes) -> tuple[bytes, ...]:
        """Take what the bus hears; returns acknowledgements. Only the bus calls this."""
        now_s = time.monotonic()
        with self._lock:
            heard = self._hearing.feed(data, now_s)
        for rating in heard.ratings:
            self.heard_s = now_s
            self._on_rating(rating)
        return heard.replies
