"""A booked place as stored, and the moves on it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from queue_server.wire.appointments import AppointmentState


class BookingMove(enum.StrEnum):
    """What can be done with a booking."""

    CHECK_IN = "check-in"
    CANCEL = "cancel"
    MISS = "miss"
    EXPIRE = "expire"


class BookingKind(enum.StrEnum):
    """A place that somebody booked, or one that a ticket of an earlier day was given."""

    BOOKED = "booked"
    CARRIED = "carried"


class Arrival(enum.StrEnum):
    """When somebody comes, seen from their slot."""

    EARLY = "early"
    IN_TIME = "in_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class SlotTime:
    """A slot of a day in ms UTC; `ends_at` is not included."""

    starts_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class Booking:
    """One row; times in ms UTC. `person` is the keyed hash of who booked, forgotten in time."""

    id: int
    code: str
    kind: BookingKind
    state: AppointmentState
    person: bytes | None
    matter: str
    group: str
    day: str
    starts_at: int
    ends_at: int
    lang: str
    booked_at: int
    booked_by: str
    ended_at: int | None
    ticket: int | None
    policy: int
