"""How the devices of the hall are, on the wire: what their programs report and what staff are shown."""

from __future__ import annotations

import enum
from typing import Annotated

import msgspec

Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]{0,40}$")]


class DeviceState(enum.StrEnum):
    """What a device can be said to be.

    UNKNOWN is no news: not asked yet, or it never answers by its nature. DEGRADED works, but not as it
    should. AWAY was not reached; it is tried again by itself. FAULT was reached and cannot work until a
    person puts it right.
    """

    UNKNOWN = "unknown"
    OK = "ok"
    DEGRADED = "degraded"
    AWAY = "away"
    FAULT = "fault"


class DeviceKind(enum.StrEnum):
    """What a device is; the last five are programs: BUS serves the counters of one line."""

    TICKET_PRINTER = "ticket_printer"
    CARD_READER = "card_reader"
    CODE_SCANNER = "code_scanner"
    SPEAKER = "speaker"
    LED_STRIP = "led_strip"
    POLE_DISPLAY = "pole_display"
    CALLER_PAD = "caller_pad"
    EVALUATOR = "evaluator"
    RELAY = "relay"
    BUS = "bus"
    KIOSK = "kiosk"
    BOARD = "board"
    COUNTER = "counter"
    HUB = "hub"


class DeviceReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One device as the program that owns it knows it.

    `device` is its name within that program. `code` is a stable reason, empty when all is well. `age_s`
    says for how many seconds the state has lasted: clocks of different machines need not agree.
    `counter` is the id of the counter that it stands at, if it stands at one.
    """

    device: Name
    kind: DeviceKind
    state: DeviceState
    code: Code = ""
    age_s: Annotated[float, msgspec.Meta(ge=0, le=1e9)] = 0.0
    counter: Name | None = None


class DeviceReports(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All devices of one program; an empty list says that the program lives."""

    devices: Annotated[list[DeviceReport], msgspec.Meta(max_length=500)]


class Bilingual(msgspec.Struct, frozen=True):
    """The same words in Chinese and English."""

    zh: str
    en: str


class DeviceHealth(msgspec.Struct, frozen=True):
    """One device as staff are shown it; the data of `device.health_changed` is the same.

    `device` is unique in the hall: the program's name for itself (`kiosk-1`), or with the device's name
    behind it (`kiosk-1/ticket_printer`). `since` is when the state began, RFC 3339 UTC. `sentence` says how
    it is, `advice` what to do; both are empty when there is nothing to say.
    """

    device: str
    kind: DeviceKind
    reporter: str
    state: DeviceState
    code: str
    since: str
    counter: str | None
    sentence: Bilingual
    advice: Bilingual


class DeviceList(msgspec.Struct, frozen=True):
    """All devices of the hall that were ever heard of and not forgotten, those in trouble first."""

    devices: list[DeviceHealth]
