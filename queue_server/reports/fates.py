"""Who comes to the hall on a day and what becomes of them, drawn before the day begins.

All that chance decides about a visit is drawn at once, in one place: so the same people come with
the same papers whatever the hall makes of them, and two policies can be compared on one crowd.

What stands as a constant here is an assumption that the load model has no key for.
"""

from __future__ import annotations

import enum
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from queue_server.reports.load_model import LoadModel, Rates, ZoneLoad

HOUR_S = 3600
BURST_SHARE, BURST_S = 0.07, 300
"""So much of the day waits at the door and is through the kiosks in this time."""

CONSULTATIONS, CONSULTATION_S = 0.10, (180.0, 240.0)
"""Who only has a question, and how long it takes."""

MIN_SERVICE_S, MAX_SERVICE_S = 30.0, 2 * 3600.0
WALK_S = (6.0, 34.0)
"""From seat to counter; who takes longer than the gap between two calls is called again."""

RETURNS, BACK_S = 0.7, (180.0, 1200.0)
"""Who missed the call comes back to the kiosk, and after how long."""

ROUNDS = 4
"""More often nobody is called: the hall gives a number up before."""

PARKED_S = (120.0, 900.0)
LONG_PARKED, LONG_PARKED_S = 0.3, (900.0, 2400.0)
"""Of those who are parked, who has to go to a bank or home for it."""

IMPATIENT, PATIENCE_S = 0.02, (900.0, 3600.0)
"""Who gives the number back when it takes too long, and how long that is."""

TO_ZONE, TO_COUNTER, FIRST = 0.15, 0.30, 0.3
"""Of those who are sent elsewhere: to another zone, to a colleague; and put first in line there."""

ERRANDS = (2, 7)
"""How many matters an agent brings."""

WRONG_QUEUE_S = (40.0, 120.0)
"""How long it takes to see that somebody is in the wrong queue."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where visits of one key of the load model go: queues with their weights and matters.

    `queues` is empty for self-service.
    """

    key: str
    zone: str
    load: ZoneLoad
    queues: tuple[tuple[str, float, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Sending:
    """Where a clerk sends a visit, after `after_s` at the counter; `pick` (0 to 1) chooses a colleague.

    `kind` is matter, zone or counter.
    """

    kind: str
    matter: str
    zone: str
    pick: float
    first: bool
    after_s: float
    service_s: float


class Keeps(enum.Enum):
    """How somebody keeps a booking."""

    IN_TIME = "in_time"
    LATE = "late"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Booking:
    """A wish to book; `share` (0 to 1) is how much of the time to come has passed when they come."""

    keeps: Keeps
    share: float


@dataclass(frozen=True, slots=True)
class Visit:
    """One person's day in the hall; `at_s` counts from local midnight.

    For each time that the number is called: `absent` says whether nobody comes, `back_s` how long
    after it they come back, None for not at all. `parked_s` is how long a form takes to fill in.
    `errands` counts the matters of an agent; each call takes `service_s` anew.
    `plan` says that somebody books for about `at_s` and how they keep it; `code` is that of a booking.
    """

    at_s: float
    key: str
    zone: str
    group: str
    matter: str
    priority: bool
    pick: float
    service_s: float
    walk_s: float
    absent: tuple[bool, ...]
    back_s: tuple[float | None, ...]
    patience_s: float | None
    parked_s: float | None
    sending: Sending | None
    errands: int = 1
    plan: Booking | None = None
    code: str = ""


def draw(model: LoadModel, sources: Sequence[Source], factor: float, seed: str) -> list[Visit]:
    """Draw all visits of a day in the order of arrival; each key has its own generator."""
    visits: list[Visit] = []
    for source in sources:
        rng = random.Random(f"{seed} {source.key}")
        for at_s in _arrivals(rng, model, source.load.tickets * factor):
            visits.append(_visit(rng, model, sources, source, at_s))
    visits.sort(key=lambda visit: visit.at_s)
    return visits


def lognormal_s(rng: random.Random, load: ZoneLoad) -> float:
    """A service time in seconds: lognormal, or a short question."""
    if rng.random() < CONSULTATIONS:
        return rng.uniform(*CONSULTATION_S)
    sigma_2 = math.log(1 + load.cv**2)
    drawn = rng.lognormvariate(math.log(load.mean * 60) - sigma_2 / 2, math.sqrt(sigma_2))
    return min(max(drawn, MIN_SERVICE_S), MAX_SERVICE_S)


def _arrivals(rng: random.Random, model: LoadModel, visits: float) -> list[float]:
    """Poisson arrivals in seconds after midnight: a rate for each hour, and a burst in the first."""
    first = min(model.hour_share)
    burst = min(BURST_SHARE, model.hour_share[first])
    times = _poisson(rng, first * HOUR_S, BURST_S, visits * burst)
    for hour, share in model.hour_share.items():
        times += _poisson(rng, hour * HOUR_S, HOUR_S, visits * (share - (burst if hour == first else 0)))
    return times


def _poisson(rng: random.Random, starts_s: float, lasts_s: float, expected: float) -> list[float]:
    times: list[float] = []
    if expected <= 0:
        return times
    at = rng.expovariate(expected / lasts_s)
    while at < lasts_s:
        times.append(starts_s + at)
        at += rng.expovariate(expected / lasts_s)
    return times


def _visit(
    rng: random.Random, model: LoadModel, sources: Sequence[Source], source: Source, at_s: float
) -> Visit:
    rates = model.rates
    no_show = rates.no_show_peak if model.is_peak(int(at_s // HOUR_S)) else rates.no_show
    group, matter = _errand(rng, source)
    service_s = lognormal_s(rng, source.load)
    return Visit(
        at_s=at_s,
        key=source.key,
        zone=source.zone,
        group=group,
        matter=matter,
        priority=rng.random() < rates.priority_share,
        pick=rng.random(),
        service_s=service_s,
        walk_s=rng.uniform(*WALK_S),
        absent=tuple(rng.random() < no_show for _ in range(ROUNDS)),
        back_s=tuple(_maybe(rng, RETURNS, BACK_S) for _ in range(ROUNDS)),
        patience_s=_maybe(rng, IMPATIENT, PATIENCE_S),
        parked_s=_parked_s(rng, rates.parked),
        sending=_sending(rng, model, sources, service_s),
        errands=_errands(rng, rates.agents),
        plan=_booking(rng, rates),
    )


def _booking(rng: random.Random, rates: Rates) -> Booking | None:
    wants, keeps, share = rng.random(), rng.random(), rng.random()
    if wants >= rates.appointment_share:
        return None
    if keeps < rates.appointment_no_show:
        return Booking(Keeps.NOT, share)
    late = keeps < rates.appointment_no_show + rates.appointment_late
    return Booking(Keeps.LATE if late else Keeps.IN_TIME, share)


def _errands(rng: random.Random, share: float) -> int:
    hit, drawn = rng.random() < share, rng.randint(*ERRANDS)
    return drawn if hit else 1


def _maybe(rng: random.Random, share: float, bounds: tuple[float, float]) -> float | None:
    """A time in bounds for a share of people; both numbers are drawn in any case."""
    hit, drawn = rng.random() < share, rng.uniform(*bounds)
    return drawn if hit else None


def _parked_s(rng: random.Random, share: float) -> float | None:
    hit, long = rng.random() < share, rng.random() < LONG_PARKED
    drawn = rng.uniform(*(LONG_PARKED_S if long else PARKED_S))
    return drawn if hit else None


def _errand(rng: random.Random, source: Source) -> tuple[str, str]:
    """A queue by weight and one of its matters; empty for self-service."""
    if not source.queues:
        return "", ""
    weights = [weight for _, weight, _ in source.queues]
    group, _, matters = rng.choices(source.queues, weights)[0]
    return group, rng.choice(matters)


def _sending(
    rng: random.Random, model: LoadModel, sources: Sequence[Source], service_s: float
) -> Sending | None:
    """Whether and where a visit is sent on: from a wrong queue at once, else in the middle of service."""
    lot, kind, first, pick = rng.random(), rng.random(), rng.random(), rng.random()
    wrong_s, target = rng.uniform(*WRONG_QUEUE_S), rng.choice([one for one in sources if one.queues])
    _, matter = _errand(rng, target)
    new_s = lognormal_s(rng, target.load)
    rates = model.rates
    if lot >= rates.wrong_queue + rates.transfer:
        return None
    wrong = lot < rates.wrong_queue
    to = "matter" if wrong or kind > TO_COUNTER else ("zone" if kind < TO_ZONE else "counter")
    after_s = min(wrong_s, service_s) if wrong else service_s / 2
    return Sending(to, matter, target.zone, pick, not wrong and first < FIRST, after_s, new_s)
