"""Playing days of the hall: draw the visits, let people and clerks act, and count what came of it."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from queue_server.appointments.desk import Desk
from queue_server.appointments.rules import code_text
from queue_server.clock import ROLLOVER_HOUR, ManualClock
from queue_server.database import Database
from queue_server.hall.model import HallPlan
from queue_server.journal import store as journal
from queue_server.reports import fates, figures, places
from queue_server.reports.fates import Keeps, Source, Visit
from queue_server.reports.load_model import LoadModel, Lunch, lunch_of, parse
from queue_server.reports.parts import Carried, Rules, Shift
from queue_server.reports.played_hall import PlayedHall, Watch, midnight_ms, open_queue
from queue_server.reports.seats import at_seats
from queue_server.reports.simulation import Day
from queue_server.settings import HALL_FILE
from queue_server.tickets.model import APPOINTMENT
from queue_server.tickets.queue import Queue

LOAD_FILE = Path(__file__).resolve().parents[2] / "config" / "load_model.yaml"
FIRST_DAY = datetime.date(2026, 11, 23)
"""A Monday without a holiday near it: one seed must give one file, so it is not today."""

EARLY_S = 300.0
"""Clerks sit down before the doors open."""

EVENING_S = 23 * 3600.0
"""Bookings for a day are made on the evening before the business day begins."""

CARRIED_EARLY_S = 300.0
"""Whoever was given a first slot comes so long before it."""

LATE_S = 1800.0
"""Whoever is late comes within this time."""

DAY_S = 24 * 3600.0
CODE_BITS = 50
PAGE = 1000
LOOK_AHEAD_DAYS = 60

DATABASE = "hall.db"
SELF_SERVICE_SEATS = "self_service"


class CannotPlay(ValueError):
    """What was asked for can't be simulated; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to simulate: so many working days from `first_day` on, with the hall of `policy`."""

    days: int
    seed: int
    load: LoadModel
    policy: Path = HALL_FILE
    first_day: datetime.date = FIRST_DAY


@dataclass(slots=True)
class Played:
    """What came of it: `report` goes to `--out`, `log` to `--log`."""

    report: dict[str, Any]
    log: str


@dataclass(slots=True)
class _Course:
    """What is gathered while the days go by."""

    places: places.Places = field(default_factory=places.Places)
    seats: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[str] = field(default_factory=Counter)
    bookings: Counter[str] = field(default_factory=Counter)
    closes_ms: dict[str, int] = field(default_factory=dict)
    visits: int = 0
    seq: int = 0


def simulate(folder: Path, wish: Wish, watch: Callable[[Queue], Watch] | None = None) -> Played:
    """Play days on a new database in a folder.

    `watch` makes an observer of each day's queue. Raises CannotPlay when the folder holds a hall
    already, or the load model fits no queue of the hall; BadFile for a faulty policy.
    """
    path = folder / DATABASE
    if path.exists():
        raise CannotPlay(f"{folder} holds a hall already; give an empty folder")
    eve = wish.first_day - datetime.timedelta(days=1)
    clock = ManualClock(midnight_ms(eve) + round(EVENING_S * 1000))
    queue = open_queue(path, clock, wish.policy)
    try:
        codes = random.Random(f"{wish.seed} codes")
        desk = Desk(queue, lambda: code_text(codes.getrandbits(CODE_BITS)))
        play = _Play(desk, clock, wish, watch)
        for date, closed_before in _open_days(queue, wish):
            play.day(date, closed_before)
        return play.result()
    finally:
        queue.database.close()


def as_text(report: dict[str, Any]) -> str:
    """The report as it stands in the file: the same bytes for the same seed."""
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def load_model(path: Path = LOAD_FILE) -> LoadModel:
    """Read a load model file."""
    return parse(path.read_text(encoding="utf-8"))


class _Play:
    """The course of the days, one after the other."""

    def __init__(
        self, desk: Desk, clock: ManualClock, wish: Wish, watch: Callable[[Queue], Watch] | None
    ) -> None:
        self._desk, self._queue, self._clock, self._wish, self._watch = desk, desk.queue, clock, wish, watch
        self._sources = _sources(desk.queue, wish.load)
        self._course = _Course()
        self._last: PlayedHall | None = None
        self._carried: list[tuple[Visit, Carried]] = []

    def day(self, date: datetime.date, closed_before: int) -> None:
        """Play one date: people book on the eve, at 04:00 the day begins, and they come."""
        wish, course, plan = self._wish, self._course, self._queue.hall.plan
        factor = wish.load.factor(date, closed_before)
        visits = fates.draw(wish.load, self._sources, factor, f"{wish.seed} {date.isoformat()}")
        hall = PlayedHall(self._desk, self._clock, date, self._watch(self._queue) if self._watch else None)
        hall.at(EVENING_S - DAY_S)
        coming = [*self._from_before(date), *self._book(hall, date, [one for one in visits if one.group])]
        hall.at(ROLLOVER_HOUR * 3600.0)
        hall.sweep()
        calls, per_call = plan.calls, plan.person.matters_a_call
        rules = Rules(calls.max_calls, calls.recall_gap_s, plan.parked.limit_s, per_call)
        played = Day(hall, rules, shifts_of(plan, date, lunch_of(wish.load.day)), coming)
        played.run()
        self._carried += played.carried
        course.bookings["carried_over"] += len(played.carried)
        for source in self._sources:
            if not source.queues:
                mine = [visit for visit in visits if visit.key == source.key]
                course.seats[source.zone] += at_seats(mine, source.load.servers)
        course.visits += len(visits)
        course.refused.update(hall.refused)
        course.closes_ms[date.isoformat()] = midnight_ms(date) + plan.spans_on(date)[-1][1] * 60_000
        self._last = hall

    def _from_before(self, date: datetime.date) -> list[Visit]:
        """Who was carried over to this date, from an earlier day."""
        begins_ms = midnight_ms(date)
        mine = [one for one in self._carried if 0 <= one[1].starts_ms - begins_ms < DAY_S * 1000]
        self._carried = [one for one in self._carried if one not in mine]
        return [
            dataclasses.replace(
                visit, code=one.code, at_s=(one.starts_ms - begins_ms) / 1000 - CARRIED_EARLY_S
            )
            for visit, one in mine
        ]

    def result(self) -> Played:
        """Roll the last day over, and tell what came of all days."""
        if self._last is not None:
            self._last.at(DAY_S + ROLLOVER_HOUR * 3600)
            self._last.sweep()
        _read_on(self._queue.database, self._course)
        return _result(self._queue, self._wish, self._course)

    def _book(self, hall: PlayedHall, date: datetime.date, visits: Sequence[Visit]) -> list[Visit]:
        """Let people book the slot in which they want to come; returns who comes and when."""
        plan = self._queue.hall.plan.appointments
        slot_s, coming = plan.slot_min * 60, []
        for number, visit in enumerate(visits):
            starts_s = visit.at_s // slot_s * slot_s
            person = hashlib.sha256(f"{date} {number}".encode()).digest()
            starts_ms = midnight_ms(date) + round(starts_s * 1000)
            code = hall.book(visit, starts_ms, person) if visit.plan is not None else ""
            if visit.plan is None or not code:
                coming.append(visit)
                continue
            self._course.bookings["booked"] += 1
            self._course.bookings[visit.plan.keeps.value] += 1
            opens_s, late_s = starts_s - plan.early_min * 60, starts_s + plan.late_min * 60
            if visit.plan.keeps is Keeps.IN_TIME:
                at_s = opens_s + visit.plan.share * (late_s - opens_s)
            else:
                at_s = late_s + 1 + visit.plan.share * LATE_S
            if visit.plan.keeps is not Keeps.NOT:
                coming.append(dataclasses.replace(visit, at_s=at_s, code=code))
        return coming


def shifts_of(plan: HallPlan, date: datetime.date, lunch: Lunch) -> list[Shift]:
    """When each counter works on a date: the whole opening time, and lunch in turns within a zone."""
    spans = plan.spans_on(date)
    opens_s, closes_s = spans[0][0] * 60.0 - EARLY_S, spans[-1][1] * 60.0
    places_of: Counter[str] = Counter()
    found = []
    for counter in plan.counters.values():
        turn = places_of[counter.groups[0] if counter.groups else counter.zone]
        places_of[counter.groups[0] if counter.groups else counter.zone] += 1
        found.append(Shift(counter.id, counter.groups, opens_s, closes_s, _lunch_s(lunch, turn)))
    return found


def _lunch_s(lunch: Lunch, turn: int) -> tuple[float, float] | None:
    if lunch.shifts == 0:
        return None
    length_s = (lunch.ends - lunch.starts) * 60 / lunch.shifts
    starts_s = lunch.starts * 60 + (turn % lunch.shifts) * length_s
    return starts_s, starts_s + length_s


def _open_days(queue: Queue, wish: Wish) -> Iterator[tuple[datetime.date, int]]:
    """The next dates on which the hall opens, each with how many closed ones lay before it in a row."""
    date, closed, found = wish.first_day, _closed_before(queue.hall.plan, wish.first_day), 0
    while found < wish.days:
        if queue.hall.plan.spans_on(date):
            yield date, closed
            found, closed = found + 1, 0
        else:
            closed += 1
            if closed > LOOK_AHEAD_DAYS:
                raise CannotPlay(f"this hall never opens after {date.isoformat()}")
        date += datetime.timedelta(days=1)


def _closed_before(plan: HallPlan, date: datetime.date) -> int:
    closed = 0
    while closed < LOOK_AHEAD_DAYS and not plan.spans_on(date - datetime.timedelta(days=closed + 1)):
        closed += 1
    return closed


def _sources(queue: Queue, load: LoadModel) -> list[Source]:
    """Join the keys of the load model with the hall's zones and queues; unknown keys are left out.

    A queue gets its share of a zone's visits by the counters that work for it.
    """
    plan = queue.hall.plan
    by_name = {group.replace("-", ""): group for group in plan.groups}
    named = {by_name[key] for key in load.zones if key in by_name}
    matters: dict[str, list[str]] = defaultdict(list)
    for offer in queue.matters.all():
        if offer.group is not None and offer.placement.issues:
            matters[offer.group.id].append(offer.id)
    found = []
    for key, zone_load in load.zones.items():
        group = by_name.get(key)
        if group is None and key not in plan.zones:
            continue
        zone = plan.groups[group].zone if group else key
        mine = [group] if group else _rest(plan, zone, named)
        weighed = tuple((one, _weight(plan, one), tuple(matters[one])) for one in mine if matters[one])
        if weighed or plan.zones[zone].mode == SELF_SERVICE_SEATS:
            found.append(Source(key, zone, zone_load, weighed))
    if not any(source.queues for source in found):
        raise CannotPlay("the load model names no queue or zone of this hall that draws numbers")
    return found


def _rest(plan: HallPlan, zone: str, named: set[str]) -> list[str]:
    return [group.id for group in plan.groups.values() if group.zone == zone and group.id not in named]


def _weight(plan: HallPlan, group: str) -> float:
    return sum(1 / len(counter.groups) for counter in plan.counters_of(group))


def _read_on(database: Database, course: _Course) -> None:
    """Take in the journal rows since the last time."""
    while page := journal.rows_after(database.read(), course.seq, PAGE):
        course.places.take(page)
        course.seq = page[-1].seq


def _result(queue: Queue, wish: Wish, course: _Course) -> Played:
    everywhere = course.places.all
    by_zone: dict[str, list[places.Place]] = defaultdict(list)
    by_queue: dict[str, list[places.Place]] = defaultdict(list)
    for place in everywhere:
        by_zone[place.zone].append(place)
        by_queue[place.queue].append(place)
    head = journal.newest(queue.database.read())
    zones = {zone: figures.of_places(found, course.closes_ms) for zone, found in sorted(by_zone.items())}
    zones |= {zone: figures.of_seats(stays) for zone, stays in sorted(course.seats.items())}
    report = {
        "seed": wish.seed,
        "days": list(course.closes_ms),
        "visits": course.visits,
        "tickets": sum(1 for place in everywhere if place.leg == 1),
        "refused": dict(sorted(course.refused.items())),
        "appointments": {
            **{
                name: course.bookings[name]
                for name in ("booked", *(keeps.value for keeps in Keeps), "carried_over")
            },
            "after_slot": figures.waits(
                late for place in everywhere if (late := place.after_slot_s) is not None
            ),
        },
        "all": figures.of_places(everywhere, course.closes_ms),
        "zones": zones,
        "queues": {
            name: figures.of_places(found, course.closes_ms) for name, found in sorted(by_queue.items())
        },
        "journal": {"rows": head.seq, "chain": head.chain.hex()},
    }
    plan = queue.hall.plan
    bonus_s = {one.id: one.bonus_s for one in plan.priority_classes.values()}
    bonus_s[APPOINTMENT] = plan.appointments.bonus_min * 60
    return Played(report, places.log(everywhere, bonus_s))
