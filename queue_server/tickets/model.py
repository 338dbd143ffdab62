"""What the queue is made of: ticket rows, the moves on them, and the results of actions."""

from __future__ import annotations

import enum

import msgspec

from queue_server.wire import Event, PrintState, Ticket, TicketState

APPOINTMENT = "appointment"
"""The priority class of whoever comes in time; nobody can ask for it, so no hall file names it."""


class Move(enum.StrEnum):
    """What can be done with a ticket, in the words of the hall."""

    CALL = "call"
    RECALL = "recall"
    SERVE = "serve"
    FINISH = "finish"
    NO_SHOW = "no-show"
    CANCEL = "cancel"
    EXPIRE = "expire"
    PARK = "park"
    RESUME = "resume-ticket"
    TRANSFER = "transfer"
    REINSTATE = "reinstate"
    CALL_MISSED = "call-missed"
    GIVE_UP = "give-up"
    BACK = "back"
    REJOIN = "rejoin"
    CALL_PARKED = "call-parked"
    REQUEUE = "requeue"


class TicketRow(msgspec.Struct, frozen=True):
    """One leg of a visit as stored, with what it takes from its visit; times in ms UTC.

    `sort_key` is the virtual arrival: issue time minus the bonus of the priority class; `kind` is 1
    where a priority class applies. The order of a queue is the order of an index over them; only
    being put back, or first in line, changes it. `group` is a queue of the plan, or the private
    queue of one counter (`@Z3-01`). `back_at` is when the holder of a parked ticket said that they are
    back; `errands` counts the matters that an agent still has under this number.
    """

    id: int
    visit: int
    leg: int
    day: str
    matter: str
    group: str
    zone: str
    state: TicketState
    priority_class: str | None
    kind: int
    sort_key: int
    issued_at: int
    called_at: int | None
    started_at: int | None
    ended_at: int | None
    last_call_at: int | None
    counter: str | None
    calls: int
    reinstated: int
    policy: int
    print_state: PrintState
    number: str
    lang: str
    channel: str
    back_at: int | None = None
    errands: int = 1


class Actor(msgspec.Struct, frozen=True):
    """Who acts: `by` stands in the journal, `clerk` is the staff name if a person acts.

    `may_call_missed` is the right to call a number that was missed.
    """

    by: str
    clerk: str | None = None
    may_call_missed: bool = False


class Once(msgspec.Struct, frozen=True):
    """A caller's idempotency key with the fingerprint of what was asked under it."""

    caller: str
    key: str
    request: bytes


class Outcome(msgspec.Struct, frozen=True):
    """What an action did: the ticket after it, and whether this answer was given before."""

    ticket: Ticket | None
    replayed: bool = False
    event: Event | None = None
