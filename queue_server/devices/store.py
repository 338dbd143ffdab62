"""SQL of the devices' health."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterable

from queue_server.database import Tx
from queue_server.devices.model import Device
from queue_server.wire.devices import DeviceKind, DeviceState

_COLUMNS = "device, kind, reporter, state, code, since, counter"
_PUT = f"""INSERT INTO device_health ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (device) DO UPDATE SET kind = excluded.kind, reporter = excluded.reporter,
state = excluded.state, code = excluded.code, since = excluded.since, counter = excluded.counter"""


def all_devices(db: sqlite3.Connection) -> dict[str, Device]:
    """Read every device by its name."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM device_health").fetchall()
    return {
        name: Device(name, DeviceKind(kind), reporter, DeviceState(state), code, since, counter)
        for name, kind, reporter, state, code, since, counter in rows
    }


def put(tx: Tx, device: Device) -> None:
    """Store a device, or store it anew."""
    tx.db.execute(_PUT, dataclasses.astuple(device))


def forget(tx: Tx, devices: Iterable[str]) -> None:
    """Drop devices."""
    tx.db.executemany("DELETE FROM device_health WHERE device = ?", [(name,) for name in devices])
