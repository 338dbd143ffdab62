"""Tickets on the wire: what a kiosk asks for and what everybody shows."""

from __future__ import annotations

import enum
from typing import Annotated

import msgspec


class TicketState(enum.StrEnum):
    """Where one leg of a visit stands; the moves between them are in `tickets/rules.py`."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    MISSED = "missed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    EXPIRED = "expired"


class PrintState(enum.StrEnum):
    """What is known of the paper; the ticket in the database is the truth, paper is a copy."""

    NONE = "none"
    PENDING = "pending"
    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Wait(msgspec.Struct, frozen=True):
    """A wait from now on, in seconds: a range in which it probably lies, and the likeliest value."""

    low_s: int
    likely_s: int
    high_s: int


class MatterName(msgspec.Struct, frozen=True):
    """A matter as it stands beside a ticket."""

    id: str
    name: str
    name_en: str = ""


class Ticket(msgspec.Struct, frozen=True):
    """One leg of a visit. `number` belongs to the visit and never changes.

    Times are RFC 3339 UTC. `ahead` counts those who wait before it (200 means 200 or more) and is
    null once it is called; `wait` likewise. `counter` is an id, `counter_label` the hall-wide
    number that is shown and spoken. `status_url` is given only to whoever took the ticket. `back_at`:
    when the holder of a parked ticket said that they are back. `errands` counts the matters that an
    agent still has under this number. `booked_at` is the beginning of the slot that a booked person had; it
    is given to whoever took the ticket or prints its slip.
    """

    id: int
    visit: int
    leg: int
    number: str
    state: TicketState
    matter: MatterName
    zone: str
    floor: int | None
    issued_at: str
    counter: str | None = None
    counter_label: str | None = None
    called_at: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    calls: int = 0
    ahead: int | None = None
    wait: Wait | None = None
    priority_class: str | None = None
    lang: str = "zh"
    channel: str = "kiosk"
    print_state: PrintState = PrintState.NONE
    policy: int = 0
    status_url: str | None = None
    back_at: str | None = None
    errands: int = 1
    booked_at: str | None = None


class Citizen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes the ticket, if the hall asks for it; kept only as a keyed hash."""

    id_number: Annotated[str, msgspec.Meta(min_length=6, max_length=32)]


class IssueTicket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /tickets`; `errands` is how many matters an agent brings."""

    matter: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    channel: Annotated[str, msgspec.Meta(pattern="^(kiosk|guide|phone|web)$")] = "kiosk"
    priority_class: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    lang: Annotated[str, msgspec.Meta(pattern="^(zh|en)$")] = "zh"
    citizen: Citizen | None = None
    errands: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1


class PrintResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /tickets/{id}/print-result`: how the slip of a ticket ended.

    `reason` is a device's stable word (`paper_out`, `cover_open`, `away`, …), empty when printed.
    """

    state: Annotated[str, msgspec.Meta(pattern="^(printed|failed|unknown)$")]
    reason: Annotated[str, msgspec.Meta(max_length=60)] = ""
    copy: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1


class ReprintRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /tickets/{id}/reprint`: the kiosk that is to print another slip."""

    kiosk: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class VisitStatus(msgspec.Struct, frozen=True):
    """What a citizen's phone shows (`GET /status/{token}`).

    `late`: the turn will probably come after closing, so a first slot of the next working day is offered
    (`POST /status/{token}/carry-over`).
    """

    number: str
    state: TicketState
    matter: MatterName
    zone: str
    zone_name: str
    zone_name_en: str
    sign: str
    floor: int | None
    at: str
    issued_at: str
    ahead: int | None = None
    wait: Wait | None = None
    counter_label: str | None = None
    called_at: str | None = None
    materials: list[str] = []
    back_at: str | None = None
    late: bool = False


class FoundTicket(msgspec.Struct, frozen=True):
    """A ticket found by its number (`GET /tickets?number=`), for a kiosk and for the guide's desk.

    `can` holds what may be done for its holder now: `reinstate`, `back`, `transfer`, `cancel`. A missed
    one that is put back now would have `back_ahead` people before it and wait `back_wait`.
    """

    ticket: Ticket
    can: list[str]
    reinstated: int = 0
    reinstates_left: int = 0
    back_ahead: int | None = None
    back_wait: Wait | None = None


class Prospect(msgspec.Struct, frozen=True):
    """What somebody who takes a number for a matter now may expect.

    `issues` is false when no number would be given; then `code` and `title` say why, in the asker's
    language. `remaining` counts what a quota leaves in this session; `last_expected` is the number
    of the last waiting person who will probably still be called today. Both are null where nothing
    limits them. `priority_class` is the class that was asked for; people ahead and wait are those of it.
    """

    matter: MatterName
    issues: bool
    ahead: int = 0
    wait: Wait | None = None
    code: str = ""
    title: str = ""
    remaining: int | None = None
    last_expected: str | None = None
    closes_at: str | None = None
    priority_class: str | None = None


class StoryLine(msgspec.Struct, frozen=True):
    """One thing that happened to a ticket, in the asker's language; `seq` names the journal row."""

    seq: int
    at: str
    kind: str
    by: str
    text: str


class Predecessors(msgspec.Struct, frozen=True):
    """Those who were called before a ticket for one reason, while it waited; `numbers` names the first."""

    reason: str
    count: int
    numbers: list[str]
    text: str


class Story(msgspec.Struct, frozen=True):
    """The whole story of a ticket, and the version of the rules that it was issued under.

    `before`: everybody whom a counter called first that could have called this ticket, by reason.
    """

    ticket: Ticket
    policy: int
    lines: list[StoryLine]
    before: list[Predecessors] = []


class WaitingRow(msgspec.Struct, frozen=True):
    """One line of a clerk's waiting list; `order` is the sort key, smaller is served sooner."""

    id: int
    number: str
    matter: MatterName
    issued_at: str
    order: int
    priority_class: str | None = None
    print_state: PrintState = PrintState.NONE


class HelpRequest(msgspec.Struct, frozen=True):
    """Somebody at a kiosk asked for a person; `seq` is the journal row and names the request."""

    seq: int
    kiosk: str
    floor: int | None
    screen: str
    at: str


class ConsoleState(msgspec.Struct, frozen=True):
    """All that a clerk's page shows (`GET /counters/{counter}`), true up to journal row `seq`.

    `groups` are the queues that the counter draws from now, its private one and lent ones included.
    `max_calls`: so often a number is called before it may count as missed. `matters_a_call`: so many of
    an agent's matters are handled at one call.
    """

    seq: int
    epoch: int
    at: str
    counter: str
    label: str
    zone: str
    zone_name: str
    zone_name_en: str
    sign: str
    state: str
    clerk: str | None
    serves: list[str]
    groups: list[str]
    ticket: Ticket | None
    waiting_count: int
    waiting: list[WaitingRow]
    missed: list[Ticket]
    parked: list[Ticket]
    served_today: int
    mean_service_s: int
    last: Ticket | None = None
    help: list[HelpRequest] = []
    max_calls: int = 3
    matters_a_call: int = 3
