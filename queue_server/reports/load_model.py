"""The load model: how many people come, when, how long they take and what becomes of them.

A YAML file with the keys of `config/load_model.yaml`; keys that are not known here are left alone,
so that a file may carry its sources with it.
"""

from __future__ import annotations

import dataclasses
import datetime
from typing import Annotated

import msgspec
import yaml

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AFTER_HOLIDAY = "first_day_after_long_holiday"

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Hour = Annotated[int, msgspec.Meta(ge=0, le=23)]
ClockTime = Annotated[str, msgspec.Meta(pattern=r"^\d\d:\d\d$")]


class DayLoad(msgspec.Struct, frozen=True):
    """When half of the staff is at lunch; `lunch_staff_share` is the share that stays at work."""

    lunch: tuple[ClockTime, ClockTime] = ("12:00", "13:30")
    lunch_staff_share: Share = 0.5


class ZoneLoad(msgspec.Struct, frozen=True):
    """Visits on an ordinary day, servers where the hall has no counters, minutes of service."""

    tickets: Annotated[float, msgspec.Meta(ge=0)]
    servers: Annotated[int, msgspec.Meta(ge=1)]
    mean: Annotated[float, msgspec.Meta(gt=0)]
    cv: Annotated[float, msgspec.Meta(gt=0)]


class Rates(msgspec.Struct, frozen=True):
    """Shares of people."""

    no_show: Share = 0.06
    no_show_peak: Share = 0.10
    appointment_share: Share = 0.20
    appointment_no_show: Share = 0.15
    appointment_late: Share = 0.10
    priority_share: Share = 0.07
    transfer: Share = 0.06
    parked: Share = 0.05
    wrong_queue: Share = 0.03
    agents: Share = 0.0


class LoadModel(msgspec.Struct, frozen=True):
    """All that a simulated day is drawn from; a weekday that is not named counts 1."""

    hour_share: dict[Hour, Share]
    zones: dict[str, ZoneLoad]
    weekday_factor: dict[str, Annotated[float, msgspec.Meta(ge=0)]] = {}
    day: DayLoad = DayLoad()
    rates: Rates = Rates()

    def factor(self, date: datetime.date, closed_before: int) -> float:
        """What a date's load is multiplied by; `closed_before` days in a row were days off."""
        if closed_before >= LONG_HOLIDAY_DAYS and AFTER_HOLIDAY in self.weekday_factor:
            return self.weekday_factor[AFTER_HOLIDAY]
        return self.weekday_factor.get(WEEKDAYS[date.weekday()], 1.0)

    def is_peak(self, hour: int) -> bool:
        """Whether an hour is one of the busiest of the day."""
        return self.hour_share.get(hour, 0.0) >= PEAK * max(self.hour_share.values())

    def scaled(self, factor: float) -> LoadModel:
        """The same day with more or fewer people."""
        zones = {
            key: msgspec.structs.replace(zone, tickets=zone.tickets * factor)
            for key, zone in self.zones.items()
        }
        return msgspec.structs.replace(self, zones=zones)

    def with_rates(self, **rates: float) -> LoadModel:
        """The same day with other shares."""
        return msgspec.structs.replace(self, rates=msgspec.structs.replace(self.rates, **rates))


LONG_HOLIDAY_DAYS = 4
"""So many days off in a row are more than a long week-end."""

PEAK = 0.9
"""An hour with this share of the busiest hour's visits is as busy."""


@dataclasses.dataclass(frozen=True, slots=True)
class Lunch:
    """When people go to lunch, in minutes after local midnight, and in how many shifts; 0: nobody goes."""

    starts: int
    ends: int
    shifts: int


def lunch_of(day: DayLoad) -> Lunch:
    """The shifts in which staff goes to lunch, so that the given share is always at work."""
    starts, ends = (int(text[:2]) * 60 + int(text[3:]) for text in day.lunch)
    away = 1.0 - day.lunch_staff_share
    return Lunch(starts, ends, round(1 / away) if away > 0 and ends > starts else 0)


def parse(content: str) -> LoadModel:
    """Read a load model; raises ValueError with the place that does not fit."""
    try:
        model = msgspec.convert(yaml.safe_load(content), LoadModel)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise ValueError("load model: " + " ".join(str(error).split())) from None
    if not model.hour_share or not any(model.hour_share.values()):
        raise ValueError("load model: hour_share is empty")
    return model
