"""A device as stored: whose it is, how it is, since when and why."""

from __future__ import annotations

import dataclasses

from queue_server.wire.devices import DeviceKind, DeviceState

SILENT = "not_heard"
"""The reason of whatever said nothing for too long; only the server gives it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Device:
    """One row. `device` is unique in the hall, `reporter` the program that owns it; `since` is ms UTC."""

    device: str
    kind: DeviceKind
    reporter: str
    state: DeviceState
    code: str
    since: int
    counter: str | None = None
