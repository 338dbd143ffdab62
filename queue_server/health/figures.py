"""The figures of `/metrics`, in the text form that Prometheus reads (exposition format 0.0.4)."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from queue_server.board import BoardState
from queue_server.devices.model import Device
from queue_server.tickets.queue import Queue

Sample = tuple[str, str, str, float]
"""Name, labels, help text, value."""


def text(queue: Queue, devices: Iterable[Device]) -> str:
    """All figures of this moment, one a line, each name with its help line once."""
    lines: list[str] = []
    told: set[str] = set()
    for name, labels, help_text, value in itertools.chain(_samples(queue), _of_devices(devices)):
        if name not in told:
            lines += [f"# HELP {name} {help_text}", f"# TYPE {name} gauge"]
            told.add(name)
        lines.append(f"{name}{{{labels}}} {value:.15g}" if labels else f"{name} {value:.15g}")
    return "\n".join(lines) + "\n"


def _samples(queue: Queue) -> Iterator[Sample]:
    state = queue.view.state
    yield from _of_zones(state)
    for status, count in sorted(Counter(cell.state.value for cell in state.counters.values()).items()):
        yield "hall_counters", f'state="{status}"', "counters by state", count
    yield "hall_help_requests", "", "people at a kiosk who wait for a guide", len(queue.view.help)
    yield "hall_journal_seq", "", "newest row of the journal", state.seq
    yield "hall_store_bytes", "", "size of the database file", _size(queue.database.path)
    log = queue.database.path.with_name(queue.database.path.name + "-wal")
    yield (
        "hall_store_log_bytes",
        "",
        "size of the write-ahead log; grows if a read is never ended",
        _size(log),
    )
    drift_s = queue.database.clock.drift_ms() / 1000
    yield "hall_clock_drift_seconds", "", "wall clock minus the hall's steady clock", drift_s


def _of_zones(state: BoardState) -> Iterator[Sample]:
    for zone in state.zones.values():
        yield "hall_waiting", f'zone="{zone.id}"', "people who wait", zone.waiting
    for zone in state.zones.values():
        yield "hall_service_seconds", f'zone="{zone.id}"', "rolling service time", zone.service_s
    for zone in state.zones.values():
        if zone.wait is not None:
            yield "hall_wait_seconds", f'zone="{zone.id}"', "likely wait of who comes now", zone.wait.likely_s


def _of_devices(devices: Iterable[Device]) -> Iterator[Sample]:
    found = sorted(devices, key=lambda device: device.device)
    for state, count in sorted(Counter(device.state.value for device in found).items()):
        yield "hall_devices", f'state="{state}"', "devices by state", count
    for device in found:
        labels = f'device="{device.device}",kind="{device.kind}",state="{device.state}",code="{device.code}"'
        yield "hall_device", labels, "one device, its state and why", 1
    for device in found:
        labels = f'device="{device.device}"'
        yield "hall_device_since_seconds", labels, "when its state began, Unix time", device.since // 1000


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
