"""The rules of the days to come: how time limits are counted, and how places are booked ahead."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CountingRules:
    """Whether the day of receipt is the first day of a time limit; the law says it is not."""

    count_first_day: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentRules:
    """How places are booked, and what becomes of those who come early, late or not at all.

    `capacity` counts places a slot in a queue, `matters` at most so many of them for one matter; a
    queue without capacity takes no bookings. Booked from the next working day to `days_ahead`
    working days ahead. Check-in from `early_min` before the slot to `late_min` after its start.
    Whoever comes then counts as arrived `bonus_min` before the slot. After `no_shows` missed
    bookings within `no_show_days` nobody books for `blocked_days`.
    """

    slot_min: int = 30
    days_ahead: int = 5
    cancel_until_h: int = 2
    early_min: int = 15
    late_min: int = 10
    bonus_min: int = 10
    no_shows: int = 3
    no_show_days: int = 30
    blocked_days: int = 30
    capacity: dict[str, int] = field(default_factory=dict)
    matters: dict[str, int] = field(default_factory=dict)
