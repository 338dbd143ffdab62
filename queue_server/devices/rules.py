"""Decisions about devices, pure: what a report changes, who has fallen silent, whom to forget."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterable, Mapping

from queue_server.devices.model import SILENT, Device
from queue_server.wire.devices import DeviceKind, DeviceReport, DeviceState

FORGET_MS = 24 * 3600 * 1000
"""A device that was silent for so long was taken away on purpose."""

MOST = 501
"""So many devices one program may have, itself included; more mean that it invents names."""

PROGRAMS = {
    "kiosk": DeviceKind.KIOSK,
    "board": DeviceKind.BOARD,
    "counter": DeviceKind.COUNTER,
    "printer": DeviceKind.TICKET_PRINTER,
    "hub": DeviceKind.HUB,
}
"""What the program with a key of this role is."""


def alive(reporter: str, role: str, now: int, counters: Container[str]) -> Device:
    """The program itself, which was just heard of; one with a counter's key may serve a whole bus."""
    counter = reporter.removeprefix("counter-") if role == "counter" else None
    if counter is not None and counter not in counters:
        return Device(reporter, DeviceKind.BUS, reporter, DeviceState.OK, "", now)
    return Device(reporter, PROGRAMS[role], reporter, DeviceState.OK, "", now, counter)


def reported(reporter: str, reports: Iterable[DeviceReport], now: int) -> list[Device]:
    """The devices that a program tells of, under names that are unique in the hall."""
    return [
        Device(
            f"{reporter}/{report.device}",
            report.kind,
            reporter,
            report.state,
            report.code,
            now - round(report.age_s * 1000),
            report.counter,
        )
        for report in reports
    ]


def changes(known: Mapping[str, Device], heard: Iterable[Device]) -> list[Device]:
    """What is new in `heard`. A state that goes on keeps its since-when, whatever its reason becomes."""
    found = []
    for device in heard:
        old = known.get(device.device)
        if old is not None and old.state is device.state:
            device = dataclasses.replace(device, since=old.since)
        if device != old:
            found.append(device)
    return found


def silent(known: Iterable[Device], heard_at: Mapping[str, int], now: int, away_ms: int) -> list[Device]:
    """Those that were not heard of for `away_ms` and are not yet known to be away for that."""
    return [
        dataclasses.replace(
            device,
            state=DeviceState.AWAY,
            code=SILENT,
            since=device.since if device.state is DeviceState.AWAY else heard_at[device.device],
        )
        for device in known
        if device.code != SILENT and now - heard_at[device.device] > away_ms
    ]


def outdated(
    known: Iterable[Device], heard_at: Mapping[str, int], welcome: Mapping[str, str], now: int
) -> list[Device]:
    """Those to forget: silent for a day, or of a program whose key is void."""
    return [
        device
        for device in known
        if device.reporter not in welcome or now - heard_at[device.device] > FORGET_MS
    ]
