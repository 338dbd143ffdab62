"""The hall and its matters on the wire: what a kiosk, a board or a phone needs to draw itself."""

from __future__ import annotations

import enum
from typing import Any

import msgspec


class CounterStatus(enum.StrEnum):
    """Whether a counter takes people now."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Floor(msgspec.Struct, frozen=True):
    """A floor of the hall; `number` 1 is the ground floor."""

    number: int
    name: str
    name_en: str


class Zone(msgspec.Struct, frozen=True):
    """A service zone. `mode`: `counters` issues tickets, `self_service` opens a function or names
    a seat, `reserved` issues nothing. `floor` is null where a zone has places on every floor;
    `everyday` names it in the words of people who don't know offices, empty for a rare one."""

    id: str
    sign: str
    name: str
    name_en: str
    full_name: str
    floor: int | None
    icon: str
    mode: str
    examples: str = ""
    examples_en: str = ""
    seats: int = 0
    everyday: str = ""
    everyday_en: str = ""


class Counter(msgspec.Struct, frozen=True):
    """A counter: `id` is `Z3-01`, `label` the hall-wide number that is shown and spoken.

    `serves` lists matter ids; `groups` the queues it draws from.
    """

    id: str
    label: str
    zone: str
    floor: int | None
    name: str
    serves: list[str]
    groups: list[str]
    state: CounterStatus = CounterStatus.CLOSED
    clerk: str | None = None
    name_en: str = ""


class Opening(msgspec.Struct, frozen=True):
    """Whether tickets are issued now. Times are RFC 3339 UTC; `always` marks a demo hall.

    `sessions` are the opening hours of an open day as local `HH:MM` pairs (sessions that touch are
    one), `open_days` ISO weekdays, 1 is Monday. `reason` tells why it is closed: `before_hours`,
    `between_sessions`, `after_hours`, `not_a_working_day`.
    """

    open: bool
    always: bool = False
    opens_at: str | None = None
    closes_at: str | None = None
    sessions: list[tuple[str, str]] = []
    reason: str = ""
    open_days: list[int] = []


class Voice(msgspec.Struct, frozen=True):
    """How calls are said in the whole hall.

    `one`: how the digit 1 is said, `yao` (幺) or `yi` (一). `times`: so often each call is said while
    nobody else has to wait for it. `english`: also in English for tickets that were taken in English.
    A call older than `stale_s` seconds is not said any more.
    """

    one: str = "yao"
    times: int = 2
    english: bool = True
    stale_s: int = 90


class AudioZone(msgspec.Struct, frozen=True):
    """A part of the hall that hears the same announcements, from one announcer.

    `zones`: whose calls are said there. `floor_said`: they lie on more than one floor, so the floor is
    said too. `volume` is percent. In the `quiet` times, local `HH:MM` pairs, nothing is said.
    """

    id: str
    name: str
    name_en: str
    zones: list[str]
    floor_said: bool = False
    volume: int = 100
    quiet: list[tuple[str, str]] = []


class Hall(msgspec.Struct, frozen=True):
    """The answer of `GET /hall`; `kiosks` maps the name of a kiosk to its floor,
    `letters` holds those that numbers begin with.

    A priority class is `{"id", "name", "name_en", "hint", "hint_en", "bonus_s"}`. An agent brings at most
    `matters_a_ticket` under one number, of which `matters_a_call` are handled at one call.
    """

    name: str
    name_en: str
    mark: str
    timezone: str
    guide_desk: str
    guide_desk_en: str
    hotline: str
    floors: list[Floor]
    zones: list[Zone]
    counters: list[Counter]
    boards: list[str]
    priority_classes: list[dict[str, Any]]
    opening: Opening
    policy: int
    catalogue: int
    server_time: str
    public_url: str
    kiosks: dict[str, int] = {}
    letters: str = ""
    voice: Voice = Voice()
    audio_zones: list[AudioZone] = []
    matters_a_call: int = 3
    matters_a_ticket: int = 20


class Material(msgspec.Struct, frozen=True):
    """One line of a checklist. `form`: original, copy, verify_original, capture, none, and so on."""

    key: str
    name: str
    form: str
    required: bool
    tolerable: bool
    elicence: str | None = None


class MatterBrief(msgspec.Struct, frozen=True):
    """A matter in a list. `issues` tells whether it draws a ticket; if not, `why_not` is a stable
    word (`self_service`, `online_only`, `reserved`), and `opens` (a function of the kiosk:
    `tickets`) or `seat` (a place, shown as it stands) says where to go instead.

    `name` is in the language asked for. `committed_working_days` 0 means on the spot.
    """

    id: str
    name: str
    name_zh: str
    name_en: str
    zone: str
    floor: int | None
    case_type: str
    committed_working_days: int | None
    appointment: bool
    kiosk: bool
    issues: bool
    why_not: str = ""
    opens: str = ""
    seat: str = ""
    seat_en: str = ""


class MatterList(msgspec.Struct, frozen=True):
    """The answer of `GET /matters`, in catalogue order; `version` is the catalogue version."""

    matters: list[MatterBrief]
    version: int = 0


class Guide(msgspec.Struct, frozen=True):
    """How a matter is done: by whom, through which channels, what comes out and how it is handed over.

    `service_min` is the mean time at the counter in minutes, from the catalogue.
    """

    department: str
    item_type: str
    applicants: list[str]
    channels: dict[str, bool]
    result_document: str
    result_delivery: list[str]
    site_visit: bool
    service_min: float | None
    notes: str


class Limits(msgspec.Struct, frozen=True):
    """How long a case may take: `statutory_unit` is working_day, calendar_day or month."""

    committed_working_days: int | None
    statutory_value: float | None = None
    statutory_unit: str = ""


class Fee(msgspec.Struct, frozen=True):
    """What a matter costs; `amount` is text as the price list words it (`住宅80元/件`)."""

    charged: bool
    amount: str = ""
    basis: str = ""


class Matter(msgspec.Struct, frozen=True):
    """The answer of `GET /matters/{id}`: a matter with what to bring, how long, what it costs.

    The first fields are those of `MatterBrief`; `version` is the catalogue version.
    """

    id: str
    name: str
    name_zh: str
    name_en: str
    zone: str
    floor: int | None
    case_type: str
    issues: bool
    checklist: list[Material]
    limits: Limits
    fee: Fee
    guide: Guide
    appointment: bool = False
    why_not: str = ""
    opens: str = ""
    seat: str = ""
    seat_en: str = ""
    version: int = 0
