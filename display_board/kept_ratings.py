"""Ratings that the server has not taken in yet, on the program's own disk: one small file for each.

An evaluator thanks for a press at once, so the press must outlive a server that is away, a program
that is killed and a pulled plug. A file is written whole or not at all, and goes with the answer.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

KEEP_MS = 7 * 24 * 3_600_000
"""Older ones are given up: the hall takes none in that is older."""

log = logging.getLogger(__name__)


class KeptRating(msgspec.Struct, frozen=True):
    """What was pressed at a counter for a ticket; `at` is milliseconds UTC by this machine's clock."""

    counter: str
    ticket: int
    level: int
    at: int


class KeptRatings:
    """A folder of ratings, made when the first one comes. Used from any thread.

    `wall_ms` is this machine's clock in milliseconds UTC: the press must keep its age over a restart. What
    the disk does not take is kept in memory alone.
    """

    def __init__(self, folder: Path, wall_ms: Callable[[], int]) -> None:
        self._folder, self._wall_ms = folder, wall_ms
        self._unstored: dict[int, KeptRating] = {}

    def keep(self, counter: str, ticket: int, level: int) -> None:
        """Store a rating durably; a second one of the same ticket changes nothing."""
        rating = KeptRating(counter, ticket, level, self._wall_ms())
        try:
            self._store(rating)
        except OSError as error:
            log.error("a rating at %s could not be stored: %s", counter, error)
            self._unstored.setdefault(ticket, rating)

    def _store(self, rating: KeptRating) -> None:
        path = self._path(rating)
        if path.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(rating))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def all(self) -> list[KeptRating]:
        """Return what waits for the server, the longest first; what is spoilt or too old is removed.

        What the disk does not give just now stays for the next time.
        """
        found = list(self._unstored.values())
        for path in self._folder.glob("rating-*.json"):
            try:
                rating = msgspec.json.decode(path.read_bytes(), type=KeptRating)
            except OSError as error:
                log.error("%s could not be read: %s", path.name, error)
                continue
            except msgspec.DecodeError as error:
                log.warning("%s is no rating and is removed: %s", path.name, error)
                self._remove(path)
                continue
            if self._wall_ms() - rating.at > KEEP_MS:
                log.warning("a rating at %s is a week old and is given up", rating.counter)
                self._remove(path)
            else:
                found.append(rating)
        return sorted(found, key=lambda one: (one.at, one.ticket))

    def ago_s(self, rating: KeptRating) -> int:
        """How long ago a rating was pressed."""
        return max(0, self._wall_ms() - rating.at) // 1000

    def done(self, rating: KeptRating) -> None:
        """Forget a rating: the server has it, or will never take it."""
        self._unstored.pop(rating.ticket, None)
        self._remove(self._path(rating))

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.error("%s could not be removed: %s", path.name, error)

    def _path(self, rating: KeptRating) -> Path:
        return self._folder / f"rating-{rating.ticket}.json"
