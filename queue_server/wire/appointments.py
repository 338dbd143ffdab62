"""Bookings on the wire: free slots, a booking and its code, what check-in gives."""

from __future__ import annotations

import enum
from typing import Annotated

import msgspec

from queue_server.wire.tickets import Citizen, MatterName, Ticket


class AppointmentState(enum.StrEnum):
    """Where a booking stands; `missed` means that nobody came in time."""

    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    CANCELLED = "cancelled"
    MISSED = "missed"
    EXPIRED = "expired"


class Slot(msgspec.Struct, frozen=True):
    """A stretch of time that can be booked, RFC 3339 UTC, and how many places are left."""

    starts_at: str
    ends_at: str
    free: int


class SlotDay(msgspec.Struct, frozen=True):
    """A date that can be booked; `provisional`: its year's holidays are not announced yet."""

    date: str
    slots: list[Slot]
    provisional: bool = False


class Slots(msgspec.Struct, frozen=True):
    """The answer of `GET /appointments/slots`."""

    matter: str
    days: list[SlotDay]


class BookAppointment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /appointments`; `starts_at` is that of a free slot."""

    matter: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    starts_at: Annotated[str, msgspec.Meta(max_length=40)]
    citizen: Citizen
    lang: Annotated[str, msgspec.Meta(pattern="^(zh|en)$")] = "zh"


class CheckIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of check-in by code. A kiosk that read the person's document sends it along."""

    citizen: Citizen | None = None
    lang: Annotated[str, msgspec.Meta(pattern="^(zh|en)$")] | None = None


class CheckInByDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /appointments/check-in`: today's booking is found by its person."""

    citizen: Citizen
    lang: Annotated[str, msgspec.Meta(pattern="^(zh|en)$")] | None = None


class Appointment(msgspec.Struct, frozen=True):
    """A booking as its holder sees it. Times are RFC 3339 UTC.

    `code` is the secret by which it is shown, cancelled and checked in; `qr` is the text of its QR
    code. `kind` is `booked`, or `carried` for a place that a ticket of the day before was given.
    `number` is that of its ticket after check-in.
    """

    code: str
    qr: str
    kind: str
    state: AppointmentState
    matter: MatterName
    zone: str
    floor: int | None
    day: str
    starts_at: str
    ends_at: str
    check_in_from: str
    check_in_until: str
    cancel_until: str
    number: str | None = None


class AppointmentAnswer(msgspec.Struct, frozen=True):
    """A booking after a call, and the ticket that came out of it, if any."""

    appointment: Appointment
    ticket: Ticket | None = None
