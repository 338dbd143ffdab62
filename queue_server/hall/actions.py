"""What people do with the hall's plan: seed it, change it, read it, take it home as a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from queue_server.clock import Clock, rfc3339
from queue_server.database import Database, Tx
from queue_server.hall import calendar_actions, rules, store
from queue_server.hall.located import BadFile, Fault
from queue_server.hall.model import HallPlan, MatterSite
from queue_server.journal.store import append
from queue_server.refusals import Refused
from queue_server.wire import EventKind


class Stored(NamedTuple):
    """A version of the plan after it was handed in; `new` is false when it was the newest already.

    `notes` are lines for whoever handed it in: what is allowed but may be a slip of the pen.
    """

    version: int
    effective_at: int
    new: bool
    notes: tuple[str, ...] = ()


def seed(database: Database, path: Path, by: str) -> HallPlan:
    """Give an empty database its first plan, from a TOML file; a stored plan is left alone.

    The working-day calendar takes in the years that it lacks.

    Raises `BadFile` with every fault of the file.
    """
    if store.newest(database.read()) is None:
        content = read_file(path)
        rules.parse(content)
        database.write(lambda tx: _store_first(tx, content, by))
    calendar_actions.seed(database)
    return current(database)


def change(
    database: Database,
    content: str,
    by: str,
    *,
    effective_at: int | None = None,
    sites: Iterable[MatterSite] = (),
) -> Stored:
    """Store a new version of the plan, in force from `effective_at` (ms UTC; now if None).

    `sites` are the matters of the catalogue: each must have somebody to handle it. A queue may
    name matters that the catalogue does not hold yet, since one of the two has to come first; the
    notes say so. The newest version in effect rules, so a version also overtakes those that were
    scheduled before it. Raises `BadFile` with every fault; then nothing is changed. The same text
    as the newest version is no change.
    """
    plan = rules.parse(content)
    known = tuple(sites)
    if faults := rules.uncovered(plan, known):
        raise BadFile(faults)
    notes = tuple(fault.text() for fault in rules.unknown_matters(plan, known)) if known else ()

    def store_next(tx: Tx) -> Stored:
        newest = store.newest(tx.db)
        if newest is not None and newest.toml == content and effective_at is None:
            return Stored(newest.version, newest.effective_at, False, notes)
        return _store(tx, content, max(tx.now, effective_at or 0), by)._replace(notes=notes)

    return database.write(store_next)


def current(database: Database) -> HallPlan:
    """Return the plan in force; raises `Refused("hall_missing")` before the first is stored."""
    found = store.in_force(database.read(), database.clock.now_ms())
    if found is None:
        raise Refused("hall_missing")
    plan = rules.parse(found.toml, found.version)
    return dataclasses.replace(plan, calendar=store.calendar(database.read()))


def export(database: Database) -> str:
    """Return the TOML of the plan in force as it was handed in, comments and all."""
    found = store.in_force(database.read(), database.clock.now_ms())
    if found is None:
        raise Refused("hall_missing")
    return found.toml


def read_file(path: Path) -> str:
    """Read a text file; raises `BadFile` where it is not UTF-8, OSError where there is none."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadFile([Fault(line, "", "encoding")]) from None


def _store_first(tx: Tx, content: str, by: str) -> None:
    if store.newest(tx.db) is None:
        _store(tx, content, tx.now, by)


def _store(tx: Tx, content: str, effective_at: int, by: str) -> Stored:
    version = store.insert(tx, effective_at, by, content)
    data = {"version": version, "effective_at": rfc3339(effective_at)}
    append(tx, EventKind.POLICY_CHANGED, by, data=data)
    return Stored(version, effective_at, True)


class HallBook:
    """The plan of this process with its calendar, in memory.

    Call `refresh` when the journal says `policy.changed` or `policy.calendar_changed`.

    Reading it costs a comparison. A version that was stored for later takes over by itself.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._plans: tuple[tuple[int, HallPlan], ...] = ()
        self.refresh()

    def refresh(self) -> None:
        """Read the plan in force and those that are scheduled."""
        now = self._clock.now_ms()
        with self._database.snapshot() as db:
            found = store.in_force(db, now)
            if found is None:
                raise Refused("hall_missing")
            versions = [found, *store.scheduled(db, found.version, now)]
            calendar = store.calendar(db)
        self._plans = tuple(
            (one.effective_at, dataclasses.replace(rules.parse(one.toml, one.version), calendar=calendar))
            for one in versions
        )

    @property
    def plan(self) -> HallPlan:
        """The plan in force now."""
        plans = self._plans
        return plans[0][1] if len(plans) == 1 else self.at(self._clock.now_ms())

    def at(self, now_ms: int) -> HallPlan:
        """The plan in force at `now_ms`, which is not before the last refresh."""
        plans = self._plans
        if len(plans) == 1:
            return plans[0][1]
        return next(plan for effective_at, plan in reversed(plans) if effective_at <= now_ms)
