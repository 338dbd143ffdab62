"""The plan of a hall: what stands where, who serves what, and when it is open.

A plan is one stored version of the hall's TOML, parsed; it never changes. Dicts keep the order of
the file, which is the order of the hall. Times of day are minutes after local midnight.
"""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from queue_server.hall.boards import BoardPlan
from queue_server.hall.buses import BusPlan, PadRules
from queue_server.hall.calendar import Calendar, DayKind
from queue_server.hall.planning import AppointmentRules, CountingRules
from queue_server.hall.voice import AudioZonePlan, VoiceRules

REST: Literal["*"] = "*"
"""As `matters` of a group: all matters of its zone that no other group names."""


class ZoneMode(enum.StrEnum):
    """What a citizen does in a zone."""

    COUNTERS = "counters"
    SELF_SERVICE = "self_service"
    RESERVED = "reserved"


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """A floor; 1 is the ground floor."""

    number: int
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """A service zone. `floor` is None where it has places on every floor; `seats` counts self-service."""

    id: str
    sign: str
    name: str
    name_en: str
    full_name: str
    floor: int | None
    icon: str
    mode: ZoneMode
    examples: str
    examples_en: str
    seats: int
    everyday: str = ""
    everyday_en: str = ""


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """A series of ticket numbers: its letter, which no other series has."""

    id: str
    letter: str


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """One queue: the matters of a zone that the same counters serve, under one series."""

    id: str
    zone: str
    series: str
    matters: frozenset[str] | Literal["*"]


@dataclass(frozen=True, slots=True)
class CounterPlan:
    """A counter: `id` is `Z3-01`, `label` the hall-wide number that is shown and spoken.

    `groups` are the queues that it draws from.
    """

    id: str
    label: str
    zone: str
    floor: int
    name: str
    name_en: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """A stretch of opening time; both ends in minutes after local midnight, `ends` not included."""

    id: str
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class PriorityClass:
    """Whom the hall serves sooner: a ticket counts as if it had come `bonus_s` seconds earlier.

    A bonus is bounded, so nobody without one waits more than `bonus_s` longer for it.
    """

    id: str
    name: str
    name_en: str
    hint: str
    hint_en: str
    bonus_s: int


@dataclass(frozen=True, slots=True)
class KioskPlan:
    """A kiosk and where it stands."""

    id: str
    floor: int


@dataclass(frozen=True, slots=True)
class SelfService:
    """Where a self-service matter is done: `opens` a function of the kiosk, or a `seat` to go to."""

    matter: str
    opens: str
    seat: str
    seat_en: str


@dataclass(frozen=True, slots=True)
class CallRules:
    """How often a number is called, and the least time between two calls in seconds."""

    max_calls: int
    recall_gap_s: int


@dataclass(frozen=True, slots=True)
class FairnessRules:
    """What priority may cost the others.

    `delay_cap_s`: nobody without priority is delayed longer by it. `normals_per_priority`: after
    one with priority, so many others are called before the next.
    """

    delay_cap_s: int = 600
    normals_per_priority: int = 2


@dataclass(frozen=True, slots=True)
class MissedRules:
    """Who missed their call comes back behind `after` waiting people, at most `times` times."""

    after: int = 3
    times: int = 2


@dataclass(frozen=True, slots=True)
class ParkedRules:
    """A parked ticket whose holder does not come back within `limit_s` counts as missed."""

    limit_s: int = 1200


@dataclass(frozen=True, slots=True)
class ProfileRule:
    """One line of a work profile: WHEN a queue is in need, THEN it is called first.

    The queue is in need when at least `waiting` people wait there, or its first has waited
    `waited_s`; 0 switches a condition off.
    """

    group: str
    waiting: int = 0
    waited_s: int = 0


@dataclass(frozen=True, slots=True)
class WorkProfile:
    """In which order counters look at their queues; without a rule that holds, the longest wait wins."""

    id: str
    name: str
    name_en: str
    counters: frozenset[str]
    rules: tuple[ProfileRule, ...]


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` tickets in a session for a zone or for one matter.

    `session` is empty for every session, each by itself.
    """

    id: str
    limit: int
    zone: str
    matter: str
    session: str


@dataclass(frozen=True, slots=True)
class PersonLimits:
    """How many open tickets one person may hold: in one queue, and in all together.

    An agent brings at most `matters_a_ticket` under one number, of which `matters_a_call` are handled
    at one call; with the rest the number goes to the tail.
    """

    open_in_queue: int = 1
    open_in_all: int = 3
    matters_a_call: int = 3
    matters_a_ticket: int = 20


@dataclass(frozen=True, slots=True)
class ClosingRules:
    """When to stop giving numbers: if the wait would end later than `margin_s` before closing."""

    margin_s: int = 0


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days what is kept: whose ticket it was, and the keys of repeated requests."""

    ticket_identity_days: int
    idempotency_days: int


@dataclass(frozen=True, slots=True)
class MatterSite:
    """What the hall must know of a matter: its zone, and whether counters handle it at all."""

    id: str
    zone: str
    window: bool


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the hall sends people with a matter; the words are those of `wire.MatterBrief`.

    `group` is the queue of a matter that issues tickets. A matter that issues none says why.
    """

    issues: bool
    floor: int | None
    group: GroupPlan | None = None
    why_not: str = ""
    opens: str = ""
    seat: str = ""
    seat_en: str = ""


@dataclass(frozen=True)
class HallPlan:
    """The whole hall in one version; `open_days` are ISO weekdays (1 is Monday)."""

    version: int
    name: str
    name_en: str
    mark: str
    guide_desk: str
    guide_desk_en: str
    hotline: str
    open_days: frozenset[int]
    floors: dict[int, FloorPlan]
    zones: dict[str, ZonePlan]
    series: dict[str, SeriesPlan]
    groups: dict[str, GroupPlan]
    counters: dict[str, CounterPlan]
    sessions: tuple[SessionPlan, ...]
    priority_classes: dict[str, PriorityClass]
    boards: dict[str, BoardPlan]
    kiosks: dict[str, KioskPlan]
    self_service: dict[str, SelfService]
    calls: CallRules
    retention: Retention
    fairness: FairnessRules = FairnessRules()
    missed: MissedRules = MissedRules()
    parked: ParkedRules = ParkedRules()
    profiles: dict[str, WorkProfile] = field(default_factory=dict)
    quotas: dict[str, Quota] = field(default_factory=dict)
    person: PersonLimits = PersonLimits()
    closing: ClosingRules = ClosingRules()
    counting: CountingRules = field(default_factory=CountingRules)
    appointments: AppointmentRules = field(default_factory=AppointmentRules)
    calendar: Calendar = field(default_factory=Calendar)
    buses: dict[str, BusPlan] = field(default_factory=dict)
    pads: PadRules = field(default_factory=PadRules)
    voice: VoiceRules = field(default_factory=VoiceRules)
    audio_zones: dict[str, AudioZonePlan] = field(default_factory=dict)

    def profile_of(self, counter: str) -> WorkProfile | None:
        """Return the work profile of a counter, None for the longest wait alone."""
        return self._profile_by_counter.get(counter)

    def counters_at(self, place: str) -> frozenset[str]:
        """The counters that a device at a place acts for: those of a bus, or the one that is named."""
        bus = self.buses.get(place)
        return frozenset((place,)) if bus is None else frozenset(bus.counters)

    def session_at(self, minute: int) -> str:
        """Name the session that a minute after local midnight lies in, else the nearest before it."""
        found = [session.id for session in self.sessions if session.starts <= minute]
        return found[-1] if found else self.sessions[0].id

    def sessions_on(self, date: datetime.date) -> tuple[SessionPlan, ...]:
        """The sessions in which the hall opens on a date, none on a day off.

        What the hall decided for the date rules, then holidays and weekends that are worked, then
        `open_days`.
        """
        day = self.calendar.day(date)
        if day.local is not None:
            return tuple(session for session in self.sessions if session.id in day.local.sessions)
        if day.kind in (DayKind.WORKDAY, DayKind.WEEKEND):
            return self.sessions if date.isoweekday() in self.open_days else ()
        return self.sessions if day.kind is DayKind.MAKEUP else ()

    def spans_on(self, date: datetime.date) -> tuple[tuple[int, int], ...]:
        """The opening times of a date in minutes; sessions that touch are one."""
        found = self._spans_by_date.get(date)
        if found is None:
            found = self._spans_by_date[date] = _joined(self.sessions_on(date))
        return found

    def group_of(self, matter: str, zone: str) -> GroupPlan | None:
        """Return the queue of a matter, None where no counter serves it."""
        named = self._group_by_matter.get(matter)
        return named if named is not None and named.zone == zone else self._rest_group.get(zone)

    def counters_of(self, group: str) -> tuple[CounterPlan, ...]:
        """Return the counters that draw from a queue, in hall order; none for an unknown one.

        A queue that a newer plan dropped may still have people waiting in it.
        """
        return self._counters_by_group.get(group, ())

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The sessions as opening times of an open day, in minutes: those that touch are one."""
        return _joined(self.sessions)

    @cached_property
    def _spans_by_date(self) -> dict[datetime.date, tuple[tuple[int, int], ...]]:
        """Opening times by date, filled as they are asked for: a few dates a day."""
        return {}

    @cached_property
    def _profile_by_counter(self) -> dict[str, WorkProfile]:
        return {counter: profile for profile in self.profiles.values() for counter in profile.counters}

    @cached_property
    def _group_by_matter(self) -> dict[str, GroupPlan]:
        return {
            matter: group
            for group in self.groups.values()
            if group.matters != REST
            for matter in group.matters
        }

    @cached_property
    def _rest_group(self) -> dict[str, GroupPlan]:
        return {group.zone: group for group in self.groups.values() if group.matters == REST}

    @cached_property
    def _counters_by_group(self) -> dict[str, tuple[CounterPlan, ...]]:
        return {
            group: tuple(counter for counter in self.counters.values() if group in counter.groups)
            for group in self.groups
        }


def _joined(sessions: tuple[SessionPlan, ...]) -> tuple[tuple[int, int], ...]:
    """Sessions as stretches of time; those that touch are one."""
    spans: list[tuple[int, int]] = []
    for session in sessions:
        if spans and spans[-1][1] == session.starts:
            spans[-1] = (spans[-1][0], session.ends)
        else:
            spans.append((session.starts, session.ends))
    return tuple(spans)
