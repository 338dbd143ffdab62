"""One citizen's session as data: where it stands, what can happen to it, and what it may order.

`flow.step` is the only code that makes a new state out of an old one.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from kiosk.scene import Action
from queue_server.wire import FoundTicket, Ticket


class Screen(enum.StrEnum):
    """Where the citizen is."""

    ATTRACT = "attract"
    HOME = "home"
    MATTERS = "matters"
    CONFIRM = "confirm"
    ELSEWHERE = "elsewhere"
    PRIORITY = "priority"
    ERRANDS = "errands"
    CHECK_IN = "check_in"
    DOCUMENT = "document"
    OTHER_DOCUMENT = "other_document"
    NUMBER = "number"
    PLACE = "place"
    TICKET = "ticket"
    HELP = "help"
    CLOSED = "closed"
    AWAY = "away"


class Paper(enum.StrEnum):
    """How the slip of the ticket on the screen stands. `NONE`: taken on the screen, no slip was promised."""

    NONE = "none"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Help(enum.StrEnum):
    """How the call for a guide stands."""

    NONE = "none"
    CALLING = "calling"
    CALLED = "called"
    COMING = "coming"
    FAILED = "failed"


@dataclass(frozen=True)
class Take:
    """One confirmed wish for a ticket. `asked_at` None: no answer came, and it may be tried again.

    `code` is that of the booking that is to become the ticket; then `matter` is empty. Both are empty
    where the booking is found by the person's document, whose number stands in the state alone. `errands`:
    how many matters an agent brings.
    """

    key: str
    matter: str
    asked_at: float | None
    code: str = ""
    priority: str = ""
    errands: int = 1


@dataclass(frozen=True)
class Enquiry:
    """One question about a ticket that was taken before; `asked_at` None: no answer came."""

    key: str
    asked_at: float | None


@dataclass(frozen=True)
class State:
    """Everything that one citizen's session is; a wipe is a fresh one. Times are monotonic seconds.

    `reading` means that checklists are read while no ticket can be taken; `everything` that a home in
    large text shows all zones. `typed` is what stands on the pad so far, and never shown in a log;
    `priority` the class that is asked for, `errands` how many matters somebody brings, `found` a ticket
    that was looked up. `refusal_code` is the server's stable word beside its sentence.
    Before `deaf_until` a touch is what is left of somebody's hammering on the button before.
    """

    screen: Screen = Screen.AWAY
    lang: str = "zh"
    large: bool = False
    zone: str = ""
    page: int = 0
    matter: str = ""
    reading: bool = False
    everything: bool = False
    priority: str = ""
    errands: int = 1
    take: Take | None = None
    refusal: str = ""
    refusal_code: str = ""
    typed: str = field(default="", repr=False)
    enquiry: Enquiry | None = None
    found: FoundTicket | None = None
    ticket: Ticket | None = None
    paper: Paper = Paper.NONE
    paper_reason: str = ""
    may_reprint: bool = False
    copy: int = 1
    help: Help = Help.NONE
    before_help: Screen = Screen.HOME
    touched_at: float = 0.0
    deaf_until: float = 0.0
    warned_at: float | None = None
    done_at: float | None = None


def busy(state: State) -> bool:
    """Whether an answer about a ticket is out."""
    asked = (state.take, state.enquiry)
    return any(one is not None and one.asked_at is not None for one in asked)


# What happened ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Touched:
    """A finger was lifted inside a target; `fresh` is a new unguessable key, used if a ticket is taken."""

    action: Action
    at: float
    fresh: str = ""


@dataclass(frozen=True)
class Scanned:
    """A code scanner read a line; `fresh` is a new unguessable key, used if it is a code of ours."""

    text: str
    at: float
    fresh: str = ""


@dataclass(frozen=True)
class CardRead:
    """An ID card lies on the reader, `number` empty if it could not be read; `fresh` as in `Touched`."""

    number: str = field(repr=False)
    at: float
    fresh: str = ""


@dataclass(frozen=True)
class Ticked:
    """Time passed, or what is known of the hall changed."""

    at: float


@dataclass(frozen=True)
class Issued:
    """The server gave a ticket for `key`."""

    key: str
    ticket: Ticket
    at: float


@dataclass(frozen=True)
class Refused:
    """The server said no; `sentence` is its reason in the citizen's language."""

    key: str
    code: str
    sentence: str
    at: float


@dataclass(frozen=True)
class Unanswered:
    """Nobody answered for `key` within the time that a person will stand and wait."""

    key: str
    at: float


@dataclass(frozen=True)
class Found:
    """The server knows the ticket that `key` asked about."""

    key: str
    found: FoundTicket
    at: float


@dataclass(frozen=True)
class SlipEnded:
    """The printer is through with a slip: `printed` True, False (certainly not), None (nobody knows)."""

    ticket: int
    printed: bool | None
    reason: str
    at: float


@dataclass(frozen=True)
class StaffAsked:
    """Staff asked this kiosk for another slip of somebody's ticket."""

    ticket: Ticket
    copy: int
    at: float


@dataclass(frozen=True)
class HelpAnswered:
    """The call for a guide went out (`CALLED`), somebody took it (`COMING`), or it `FAILED`."""

    help: Help
    at: float


@dataclass(frozen=True)
class Resumed:
    """The kiosk restarted within a moment of a touch whose answer it never saw."""

    key: str
    matter: str
    lang: str
    at: float
    code: str = ""
    priority: str = ""
    errands: int = 1


Answer = Issued | Refused | Unanswered | Found | SlipEnded | HelpAnswered
Event = Touched | Scanned | CardRead | Ticked | StaffAsked | Resumed | Answer


# What is to be done ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TakeTicket:
    """Ask the server for a ticket; the key is stored before the request leaves."""

    key: str
    matter: str
    lang: str
    priority: str = ""
    errands: int = 1


@dataclass(frozen=True)
class CheckInBooking:
    """Ask the server to turn a booking into a ticket; the key is stored before the request leaves."""

    key: str
    code: str
    lang: str


@dataclass(frozen=True)
class CheckInPerson:
    """Ask the server to turn a person's booking into a ticket; the key is stored, the number never.

    After a restart the number is gone (empty): then only the outcome of the key is asked for.
    """

    key: str
    number: str = field(repr=False)
    lang: str


@dataclass(frozen=True)
class LookUp:
    """Ask where a ticket stands, by its number or by the `token` of its slip's address."""

    key: str
    lang: str
    number: str = ""
    token: str = ""


@dataclass(frozen=True)
class Return:
    """Bring a ticket back: `move` is `reinstate` (missed) or `back` (parked)."""

    key: str
    lang: str
    number: str
    move: str


@dataclass(frozen=True)
class PrintSlip:
    """Print a ticket, in large print for whoever chose large text; `copy` 2 and more says so on the paper.

    `key` is the touch that it answers.
    """

    ticket: Ticket
    copy: int
    key: str = ""
    large: bool = False


@dataclass(frozen=True)
class ReportNoSlip:
    """Tell the server that a ticket was taken without paper; `key` is the touch that it answers."""

    ticket: int
    reason: str
    key: str


@dataclass(frozen=True)
class CallGuide:
    """Page a guide to this kiosk."""

    screen: str
    lang: str


@dataclass(frozen=True)
class Forget:
    """Nobody waits for this key's ticket any more: one taken without a booking is given back."""

    key: str


@dataclass(frozen=True)
class Wipe:
    """A session ended: nothing of it stays in memory."""


Order = (
    TakeTicket
    | CheckInBooking
    | CheckInPerson
    | LookUp
    | Return
    | PrintSlip
    | ReportNoSlip
    | CallGuide
    | Forget
    | Wipe
)
Step = tuple[State, tuple[Order, ...]]
