"""What happened, as the journal records it and the stream delivers it.

An event carries its data, so that no listener has to read anything again. `seq` is the row id
of the journal and at the same time the SSE id: whoever reconnects resumes exactly there.
"""

from __future__ import annotations

import enum
from typing import Any

import msgspec

from queue_server.wire.tickets import Ticket


class EventKind(enum.StrEnum):
    """Every kind of journal row, in the past tense; the list is part of the contract."""

    TICKET_ISSUED = "ticket.issued"
    TICKET_CALLED = "ticket.called"
    TICKET_RECALLED = "ticket.recalled"
    TICKET_STARTED = "ticket.started"
    TICKET_COMPLETED = "ticket.completed"
    TICKET_MISSED = "ticket.missed"
    TICKET_REINSTATED = "ticket.reinstated"
    TICKET_PARKED = "ticket.parked"
    TICKET_RESUMED = "ticket.resumed"
    TICKET_TRANSFERRED = "ticket.transferred"
    TICKET_RETURNED = "ticket.returned"
    TICKET_REQUEUED = "ticket.requeued"
    TICKET_ABANDONED = "ticket.abandoned"
    TICKET_CANCELLED = "ticket.cancelled"
    TICKET_EXPIRED = "ticket.expired"
    SLIP_PRINTED = "slip.printed"
    SLIP_FAILED = "slip.failed"
    SLIP_REQUESTED = "slip.requested"
    COUNTER_OPENED = "counter.opened"
    COUNTER_CLOSED = "counter.closed"
    COUNTER_PAUSED = "counter.paused"
    COUNTER_RESUMED = "counter.resumed"
    COUNTER_LENT = "counter.lent"
    SKILLS_CHANGED = "policy.skills_changed"
    DAY_OPENED = "day.opened"
    DAY_HELD = "day.held"
    NOTICE_POSTED = "notice.posted"
    NOTICE_CLEARED = "notice.cleared"
    POLICY_CHANGED = "policy.changed"
    CATALOGUE_CHANGED = "policy.catalogue_changed"
    CHAIN_ROOT = "chain.root"
    DAY_KEY_CERTIFIED = "device.day_key_certified"
    CALENDAR_CHANGED = "policy.calendar_changed"
    APPOINTMENT_BOOKED = "appointment.booked"
    APPOINTMENT_CANCELLED = "appointment.cancelled"
    APPOINTMENT_CHECKED_IN = "appointment.checked_in"
    APPOINTMENT_MISSED = "appointment.missed"
    APPOINTMENT_EXPIRED = "appointment.expired"
    APPOINTMENT_CARRIED_OVER = "appointment.carried_over"
    DEVICE_ADDED = "device.added"
    DEVICE_REVOKED = "device.revoked"
    DEVICE_HEALTH_CHANGED = "device.health_changed"
    DEVICE_FORGOTTEN = "device.forgotten"
    DEVICE_HELP_ASKED = "device.help_asked"
    DEVICE_HELP_ANSWERED = "device.help_answered"
    RATING_GIVEN = "rating.given"
    STAFF_ADDED = "policy.staff_added"
    STAFF_SIGNED_IN = "device.staff_signed_in"
    STAFF_TOKEN_ADDED = "policy.staff_token_added"
    STAFF_TOKENS_REVOKED = "policy.staff_tokens_revoked"


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One journal row.

    `at` is RFC 3339 UTC with milliseconds. `ticket` stands in every `ticket.*` and `slip.*` row,
    as it is after the move and without its status address. `counter` is a counter id (`Z3-01`),
    `zone` a zone id. `by` names the actor: `device:kiosk-1`, `staff:clerk`, `system`.
    `data` holds what belongs to the kind:

    | kind | data |
    |---|---|
    | ticket.issued | order: sort key; group |
    | ticket.* | was: the state before; group: the queue |
    | ticket.called | waited_s; call: 1; reason, rule: why this one; order; first: put first in line; |
    | | queues: those it could have called from; passed: heads that lost, [[ticket, group, kind, reason], …] |
    | ticket.returned | order, from_counter, from_zone if it waits in a queue again |
    | ticket.requeued | left: matters; order; from_counter, from_zone; service_s and means as completed |
    | ticket.reinstated | order; after: how many it went behind; times |
    | ticket.transferred | order; from_zone, from_counter, from_group; first: put first in line |
    | ticket.recalled | call: 2, 3, … |
    | ticket.completed | service_s; group_mean_s, mean_s: rolling service time of the group, the zone |
    | ticket.expired | day: the business day that it belonged to |
    | slip.* | reason, copy |
    | slip.requested | kiosk: that is to print it; copy |
    | counter.* | state: open, paused, closed; clerk: shown name or null |
    | day.opened | day: 2026-11-23 |
    | notice.posted | zh, en: one line each; `zone` where it is for one zone only |
    | notice.cleared | notice: its journal row |
    | policy.calendar_changed | years, source: of a notice; dates: that became something else |
    | appointment.* | appointment: its id; matter, group, starts_at, ends_at; late: after the slot began |
    | device.health_changed | a DeviceHealth (wire/devices.py); was: the state before, null for a new device |
    | device.forgotten | device |
    | rating.given | ticket: its id; level: 1 very satisfied to 5 very dissatisfied; group |
    | device.help_asked | kiosk, floor, screen |
    | chain.root | hour: the full hour; root: hash of row upto, hexadecimal; algorithm |
    | device.day_key_certified | day; key, certificate: hexadecimal |
    """

    seq: int
    kind: str
    at: str
    by: str = ""
    ticket: Ticket | None = None
    counter: str | None = None
    zone: str | None = None
    data: dict[str, Any] = {}
