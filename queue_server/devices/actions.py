"""What is done about devices: take in a report, notice who has fallen silent, forget who is gone."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from queue_server.database import Database, Tx
from queue_server.devices import rules, store
from queue_server.devices.damping import Damper
from queue_server.devices.model import Device
from queue_server.devices.words import shown
from queue_server.journal.store import append
from queue_server.people.store import device_roles
from queue_server.refusals import Refused
from queue_server.wire import EventKind
from queue_server.wire.devices import DeviceReport

SYSTEM = "system"
AT_ONCE = 50
"""Devices in one write: a whole bus that falls silent must not hold the writer up."""


class _Known(dict[str, Device]):
    """All devices as a commit leaves them, for the book that shows them."""


class DeviceBook:
    """All devices as they are now.

    When somebody was last heard of is kept in memory alone: a report that changes nothing costs no write.
    After a restart everybody has the whole time again. `counters` are the ids of the plan in force; a
    program with a counter's key and another name serves a bus.
    """

    def __init__(self, database: Database, away_s: int, counters: Callable[[], Container[str]]) -> None:
        self._database, self._away_ms, self._counters = database, away_s * 1000, counters
        self._damper, self._damping = Damper(), threading.Lock()
        self._all: Mapping[str, Device] = store.all_devices(database.read())
        self._heard_at = dict.fromkeys(self._all, database.clock.now_ms())
        self.present: Callable[[], Iterable[str]] = tuple
        """The programs that read a stream now; the server hands it in once it has streams."""
        database.subscribe(self._listen)

    @property
    def all(self) -> Mapping[str, Device]:
        """Every device by its name; replaced as a whole after a commit that changes one."""
        return self._all

    def report(self, reporter: str, role: str, reports: Iterable[DeviceReport]) -> None:
        """Take in what a program says of its devices, and that it lives; raises Refused("devices_full")."""
        now = self._now()
        heard = [rules.alive(reporter, role, now, self._counters()), *rules.reported(reporter, reports, now)]
        known = (device.device for device in self._all.values() if device.reporter == reporter)
        if len({*known, *(device.device for device in heard)}) > rules.MOST:
            raise Refused("devices_full", most=rules.MOST - 1)
        self._hear(heard, f"device:{reporter}")

    def notice(self) -> None:
        """See who is there by an open stream, who said nothing for too long, and whom to forget.

        Safe to call at any time and as often as one likes.
        """
        welcome = device_roles(self._database.read())
        now = self._now()
        counters = self._counters()
        here = [rules.alive(name, welcome[name], now, counters) for name in self.present() if name in welcome]
        self._hear(here, SYSTEM)
        with self._damping:
            due = self._damper.due(now)
        for device in due:
            self._save([device], f"device:{device.reporter}")
        silent = rules.silent(self._all.values(), self._heard_at, now, self._away_ms)
        with self._damping:
            self._damper.drop(silent)
        self._save(silent, SYSTEM)
        self._forget(rules.outdated(self._all.values(), self._heard_at, welcome, now))

    def _now(self) -> int:
        return self._database.clock.now_ms()

    def _hear(self, devices: Sequence[Device], by: str) -> None:
        self._heard_at.update(dict.fromkeys((device.device for device in devices), self._now()))
        changed = rules.changes(self._all, devices)
        with self._damping:
            self._damper.drop(devices)
            passing = self._damper.admit(changed, self._now())
        self._save(passing, by)

    def _save(self, devices: Sequence[Device], by: str) -> None:
        for start in range(0, len(devices), AT_ONCE):
            piece = devices[start : start + AT_ONCE]
            self._database.write(functools.partial(_save, devices=piece, by=by))

    def _forget(self, devices: Sequence[Device]) -> None:
        if devices:
            self._database.write(lambda tx: _forget(tx, devices))
        for device in devices:
            self._heard_at.pop(device.device, None)
        with self._damping:
            self._damper.forget(devices)

    def _listen(self, told: list[Any]) -> None:
        for thing in told:
            if isinstance(thing, _Known):
                self._all = thing


def _save(tx: Tx, devices: Sequence[Device], by: str) -> None:
    known = _Known(store.all_devices(tx.db))
    for device in rules.changes(known, devices):
        old = known.get(device.device)
        store.put(tx, device)
        data = {**msgspec.to_builtins(shown(device)), "was": old and old.state}
        append(tx, EventKind.DEVICE_HEALTH_CHANGED, by, data=data)
        known[device.device] = device
    tx.emit(known)


def _forget(tx: Tx, devices: Sequence[Device]) -> None:
    store.forget(tx, [device.device for device in devices])
    for device in devices:
        append(tx, EventKind.DEVICE_FORGOTTEN, SYSTEM, data={"device": device.device})
    tx.emit(_Known(store.all_devices(tx.db)))
