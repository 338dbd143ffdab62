"""Asks whoever was served for a rating, and brings what they press to the server, once a ticket."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from hardware.evaluator.rating import Rating
from queue_server.client import Client, Refusal, ServerAway

ASKED_S = 60.0
"""So long after the service a press belongs to it; then the next person may stand there."""

TRIES, AGAIN_S = 5, 3.0

log = logging.getLogger(__name__)


class Lamp(Protocol):
    """An evaluator, as far as it is asked to ask."""

    def start(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Open:
    ticket: int
    asked_s: float


class Ratings:
    """Knows for each counter whose rating is awaited. One owner; the server is told on its own threads."""

    def __init__(self, client: Client, evaluators: Mapping[str, Lamp]) -> None:
        self._client = client
        self._evaluators = evaluators
        self._open: dict[str, _Open] = {}
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="rating")
        self._stopping = threading.Event()

    def ask(self, counter: str, ticket: int) -> None:
        """Ask the holder of a finished ticket; it lights the evaluator's keys."""
        if counter in self._evaluators:
            self._open[counter] = _Open(ticket, time.monotonic())
            self._evaluators[counter].start()

    def ask_again(self, counter: str) -> bool:
        """Ask once more, if a rating is still awaited there; returns whether it is."""
        known = self._open.get(counter)
        if known is None or time.monotonic() - known.asked_s > ASKED_S:
            return False
        self.ask(counter, known.ticket)
        return True

    def end(self, counter: str) -> None:
        """Await nothing there any more: the next one is being served."""
        self._open.pop(counter, None)

    def give(self, counter: str, rating: Rating) -> None:
        """Take a press; one that nobody was asked for belongs to no ticket and is dropped."""
        known = self._open.pop(counter, None)
        if known is None or not rating.asked:
            log.info("a rating at %s belongs to no ticket", counter)
            return
        self._pool.submit(self._tell, counter, known.ticket, rating.score)

    def close(self) -> None:
        """Tell the server no more."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _tell(self, counter: str, ticket: int, level: int) -> None:
        for _ in range(TRIES):
            try:
                self._client.rate(counter, ticket, level)
                return
            except ServerAway:
                if self._stopping.wait(AGAIN_S):
                    break
            except Refusal as refusal:
                log.warning("the rating of a ticket at %s was refused: %s", counter, refusal.problem.code)
                return
            except Exception:  # the device worker's edge: a bug, not of the person who pressed
                log.exception("a rating at %s failed", counter)
                return
        log.warning("a rating at %s is lost: the server is away", counter)
