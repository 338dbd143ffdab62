"""Asks the server what a number for the matter on the screen would mean, beside everything else.

It has a thread of its own, so that a slow answer never stands before somebody's ticket, and only the
newest question counts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from kiosk.facts import Facts
from queue_server.client import Client, Refusal, ServerAway

log = logging.getLogger(__name__)


class Foresight:
    """Reads prospects; a question that stays without an answer leaves what was known as it is."""

    def __init__(
        self, speaking: Mapping[str, Client], tell: Callable[[Callable[[Facts], Facts]], None]
    ) -> None:
        self._speaking, self._tell = speaking, tell
        self._worker = ThreadPoolExecutor(1, "prospect")
        self._wanted: tuple[str, str, str] | None = None

    def ask(self, matter: str, lang: str, priority: str) -> None:
        """Ask about a matter and a priority class in a language; the answer becomes `Facts.prospect`."""
        self._wanted = (matter, lang, priority)
        self._worker.submit(self._read, matter, lang, priority)

    def stop(self) -> None:
        """Ask no more."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _read(self, matter: str, lang: str, priority: str) -> None:
        if self._wanted != (matter, lang, priority):
            return
        try:
            found = self._speaking[lang].prospect(matter, priority)
        except (Refusal, ServerAway) as error:
            log.info("no prospect of a matter: %s", error)
            return
        self._tell(lambda facts: replace(facts, prospect=found))
