"""Asks whoever was served for a rating, and brings what they press to the server, once a ticket.

What was pressed is on the disk before anybody is told of it, and is brought again and again until the
server has answered, also after a restart.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from display_board.kept_ratings import KeptRating, KeptRatings
from hardware.evaluator.rating import Rating
from queue_server.client import Client, Refusal, ServerAway

ASKED_S = 60.0
"""So long after the service a press belongs to it; then the next person may stand there."""

AGAIN_S = 3.0
"""So long after a failure what is kept is brought again."""

FINAL = ("ticket_unknown", "rating_not_served", "rating_over", "rating_given")
"""Refusals that no repetition changes; after all others the rating is brought again."""

log = logging.getLogger(__name__)


class Lamp(Protocol):
    """An evaluator, as far as it is asked to ask."""

    def start(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Open:
    ticket: int
    asked_s: float


class Ratings:
    """Knows for each counter whose rating is awaited. One owner; a thread of its own tells the server."""

    def __init__(self, client: Client, evaluators: Mapping[str, Lamp], kept: KeptRatings) -> None:
        self._client, self._kept = client, kept
        self._evaluators = evaluators
        self._open: dict[str, _Open] = {}
        self._refused = False
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._bring, name="ratings", daemon=True)
        self._thread.start()

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
        self._kept.keep(counter, known.ticket, rating.score)
        self._wake.set()

    def close(self) -> None:
        """Tell the server no more; what is kept stays for the next start."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def _bring(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            left = [rating for rating in self._kept.all() if not self._told(rating)]
            self._wake.wait(AGAIN_S if left else None)

    def _told(self, rating: KeptRating) -> bool:
        """Bring one rating; returns whether there is nothing more to do about it."""
        if self._stopping.is_set():
            return False
        try:
            self._client.rate(rating.counter, rating.ticket, rating.level, self._kept.ago_s(rating))
        except ServerAway:
            return False
        except Refusal as refusal:
            final = refusal.problem.code in FINAL
            # What is brought again every few seconds for days is told once.
            level = logging.WARNING if final or not self._refused else logging.DEBUG
            log.log(
                level, "the rating of a ticket at %s was refused: %s", rating.counter, refusal.problem.code
            )
            self._refused = not final
            if not final:
                return False
        except Exception:  # the device worker's edge: a bug, not of the person who pressed
            log.exception("a rating at %s failed", rating.counter)
            return False
        self._kept.done(rating)
        return True
