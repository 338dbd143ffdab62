"""The kiosk's copy of the catalogue: read once a version, kept on disk, readable while the server is away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import msgspec

from kiosk.facts import Facts
from kiosk.store import Store
from queue_server.client import Client, Refusal
from queue_server.wire import Hall, Matter, MatterBrief

NOTE = "catalogue"
PAUSE_S = 0.02
"""Between two checklists, so that many kiosks that start together leave the server room for people."""


SHARE = 16
"""So many checklists are shown at a time while the rest is still being read."""


class Copy(msgspec.Struct, frozen=True):
    """Hall, matters and checklists of one version, as they lie on the disk."""

    hall: Hall
    matters: list[MatterBrief]
    details: dict[str, Matter]


class CatalogueReader:
    """Reads matters and checklists whenever the hall or the catalogue has another version."""

    def __init__(
        self,
        client: Client,
        store: Store,
        wall_ms: Callable[[], int],
        tell: Callable[[Callable[[Facts], Facts]], None],
        stopping: threading.Event,
    ) -> None:
        self._client, self._store, self._wall_ms = client, store, wall_ms
        self._tell, self._stopping = tell, stopping
        self._listed: tuple[int, int] | None = None
        self._read: tuple[int, int] | None = None
        self._matters: list[MatterBrief] = []

    def refresh_list(self, hall: Hall) -> None:
        """Read the list of matters if its version is new; raises `ServerAway` like the client."""
        version = (hall.policy, hall.catalogue)
        if version == self._listed:
            return
        self._matters = self._client.matters()
        matters = tuple(self._matters)
        self._tell(lambda facts: replace(facts, matters=matters))
        self._listed = version

    def refresh_details(self, hall: Hall) -> None:
        """Read every checklist if the version is new, a few at a time; raises `ServerAway`."""
        if self._listed is None or self._listed == self._read:
            return
        details: dict[str, Matter] = {}
        for brief in self._matters:
            if self._stopping.wait(PAUSE_S):
                return
            try:
                details[brief.id] = self._client.matter(brief.id)
            except Refusal:
                continue
            if len(details) % SHARE == 0:
                self._tell(_with_details(dict(details)))
        at = self._wall_ms()
        self._store.write_note(NOTE, msgspec.json.encode(Copy(hall, self._matters, details)), at)
        self._read = self._listed
        self._tell(lambda facts: replace(facts, details=details, fetched_at=at))


def _with_details(some: dict[str, Matter]) -> Callable[[Facts], Facts]:
    return lambda facts: replace(facts, details={**facts.details, **some})


def last_copy(store: Store) -> Callable[[Facts], Facts]:
    """Return the change that fills in what the disk remembers; a copy of an older program is left out."""
    kept = store.read_note(NOTE)
    if kept is None:
        return lambda facts: facts
    content, at = kept
    try:
        copy = msgspec.json.decode(content, type=Copy)
    except msgspec.MsgspecError:
        return lambda facts: facts
    return lambda facts: replace(
        facts, hall=copy.hall, matters=tuple(copy.matters), details=copy.details, fetched_at=at
    )
