"""What people do with the catalogue: import a file, take it home as a file, look matters up."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml

from queue_server.catalogue import rules, store
from queue_server.catalogue.model import Catalogue, CatalogueItem, Imported
from queue_server.catalogue.search import clean
from queue_server.database import Database, Tx
from queue_server.hall import actions as hall
from queue_server.hall.located import BadFile
from queue_server.hall.model import HallPlan, MatterSite
from queue_server.journal.store import append
from queue_server.refusals import Refused
from queue_server.wire import EventKind, Matter, MatterBrief

LANGUAGES = ("zh", "en")
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
MATTERS_A_WRITE = 200
"""Matters in one command: 200 take the writer about 3 ms, and nobody should wait over 20 ms."""


def seed(database: Database, path: Path, by: str) -> None:
    """Give an empty database its first catalogue, from a YAML file; a stored one is left alone."""
    if store.newest(database.read()) is None:
        import_file(database, path, by)


def import_file(database: Database, path: Path, by: str) -> Imported:
    """Make the matters of a YAML file the catalogue in force, under the hall's plan in force.

    Raises `BadFile` with every fault of the file and its line; then nothing is changed. Content
    that is in force already is no change. An import that is cut off leaves the old version.
    """
    read = rules.parse(hall.read_file(path))
    matters = read.catalogue.items
    faults = rules.uncovered(hall.current(database), [rules.site(item) for item in matters])
    if faults:
        raise BadFile([read.locate(fault) for fault in faults])
    return _store(database, read.catalogue, by)


def export(database: Database) -> str:
    """Write the catalogue in force as YAML with the keys of an import file."""
    found = store.newest(database.read())
    if found is None:
        raise Refused("catalogue_missing")
    with database.snapshot() as db:
        head, items = store.head(db, found.version), store.items(db, found.version)
    plain = {**head, "items": [_plain(item) for item in items]}
    return str(yaml.dump(plain, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=160))


def sites(database: Database) -> list[MatterSite]:
    """List what the hall must know of each matter in force, to check a new plan against."""
    found = store.newest(database.read())
    return [] if found is None else [rules.site(item) for item in store.items(database.read(), found.version)]


def _store(database: Database, catalogue: Catalogue, by: str) -> Imported:
    """Write a version in short commands; the last one lets it count and tells everybody."""
    matters = catalogue.items
    digest = hashlib.sha256(store.digest_input(catalogue.head, matters)).hexdigest()
    newest = store.newest(database.read())
    if newest is not None and newest.digest == digest:
        return Imported(newest.version, len(matters), 0, 0, 0)
    before = store.items(database.read(), newest.version) if newest else ()
    added, changed, removed = rules.differences(before, matters)
    version = database.write(lambda tx: store.begin(tx, by, digest, catalogue.head))
    for first in range(0, len(matters), MATTERS_A_WRITE):
        _add(database, version, first, matters[first : first + MATTERS_A_WRITE])
    done = Imported(version, len(matters), added, changed, removed)

    def finish(tx: Tx) -> None:
        store.clear_unfinished(tx)
        store.complete(tx, version)
        append(tx, EventKind.CATALOGUE_CHANGED, by, data=done._asdict())

    database.write(finish)
    return done


def _add(database: Database, version: int, first: int, matters: Sequence[CatalogueItem]) -> None:
    database.write(lambda tx: store.add(tx, version, first, matters))


def _plain(item: CatalogueItem) -> dict[str, object]:
    """A matter with the keys of the file; an empty fee text is left out, as people write it."""
    plain: dict[str, object] = msgspec.to_builtins(item)
    fee = {key: value for key, value in msgspec.to_builtins(item.fee).items() if value != ""}
    minutes = msgspec.to_builtins(item.window_minutes)
    if minutes["mean"] == int(minutes["mean"]):
        minutes["mean"] = int(minutes["mean"])
    return {**plain, "fee": fee, "window_minutes": minutes}


class _View:
    """All messages about the matters under one plan and one version, made once."""

    def __init__(self, plan: HallPlan, version: int, items: Sequence[CatalogueItem]) -> None:
        self.plan = plan
        self.version = version
        self.offers = {item.id: rules.offer(item, plan) for item in items}
        self.briefs = {
            lang: [rules.brief(offer, lang) for offer in self.offers.values()] for lang in LANGUAGES
        }
        self.full = {
            lang: {key: rules.full(offer, lang, version) for key, offer in self.offers.items()}
            for lang in LANGUAGES
        }


class MatterBook:
    """The matters of this process, in memory and ready to send.

    Call `refresh` when the journal says `policy.catalogue_changed`; a new plan of the hall is
    noticed by itself. An empty database has version 0 and no matter.
    """

    def __init__(self, database: Database, hall_book: hall.HallBook) -> None:
        self._database = database
        self._hall = hall_book
        self._items: tuple[int, tuple[CatalogueItem, ...]] = (0, ())
        self._made: _View | None = None
        self.refresh()

    def refresh(self) -> None:
        """Read the catalogue in force."""
        with self._database.snapshot() as db:
            found = store.newest(db)
            self._items = (found.version, store.items(db, found.version)) if found else (0, ())

    @property
    def version(self) -> int:
        """The version of the catalogue in force."""
        return self._items[0]

    def get(self, matter: str) -> rules.Offer | None:
        """Return a matter as the hall offers it, None if there is none of this id."""
        return self._view().offers.get(matter)

    def all(self) -> list[rules.Offer]:
        """Return every matter in catalogue order."""
        return list(self._view().offers.values())

    def full(self, matter: str, lang: str) -> Matter:
        """Return the whole message about a matter; raises `Refused("matter_unknown")`."""
        found = self._view().full[lang].get(matter)
        if found is None:
            raise Refused("matter_unknown", matter=matter)
        return found

    def find(self, lang: str, zone: str = "", query: str = "") -> list[MatterBrief]:
        """List matters in catalogue order: of one zone, and such as `query` finds; "" finds all.

        Raises `Refused("bad_filter")` for a zone that the hall does not have.
        """
        view = self._view()
        if zone and zone not in view.plan.zones:
            raise Refused("bad_filter", field="zone", value=zone)
        wanted = clean(query)
        offers = view.offers
        return [
            brief
            for brief in view.briefs[lang]
            if (not zone or brief.zone == zone) and wanted in offers[brief.id].search_key
        ]

    def _view(self) -> _View:
        """The messages under the plan in force; made anew when plan or catalogue have changed."""
        plan, (version, items) = self._hall.plan, self._items
        view = self._made
        if view is None or view.plan is not plan or view.version != version:
            view = self._made = _View(plan, version, items)
        return view
