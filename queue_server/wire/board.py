"""What a board shows, on the wire: zones with their waits, counters, calls, true up to one journal row."""

from __future__ import annotations

import enum
from typing import Annotated, Literal

import msgspec

from queue_server.wire.hall import CounterStatus
from queue_server.wire.tickets import Wait


class ZoneLine(msgspec.Struct, frozen=True):
    """A zone on a board: how many wait, and how long somebody who comes now will probably wait.

    `service_s` is the rolling service time, in seconds. `wait` is null while no counter is open.
    """

    id: str
    sign: str
    name: str
    name_en: str
    floor: int | None
    icon: str
    waiting: int = 0
    service_s: float = 600.0
    wait: Wait | None = None


class CounterCell(msgspec.Struct, frozen=True):
    """A counter on a board; `number` is the visit at hand, `called` until it is being served.

    `lang` is that of the newest ticket there.
    """

    id: str
    label: str
    zone: str
    state: CounterStatus = CounterStatus.CLOSED
    number: str | None = None
    called: bool = False
    since: str | None = None
    lang: str = "zh"


class Call(msgspec.Struct, frozen=True):
    """One call, newest first in the list; `call` counts 1, 2, 3 for the same number."""

    number: str
    counter: str
    label: str
    zone: str
    floor: int | None
    at: str
    lang: str = "zh"
    call: int = 1
    seq: int = 0


class Orientation(enum.StrEnum):
    """How the panel hangs."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"


class Theme(enum.StrEnum):
    """White on dark for a dim hall, dark on white for a bright one."""

    DARK = "dark"
    LIGHT = "light"


class Line(msgspec.Struct, frozen=True):
    """One text in both languages; without English it stands alone."""

    zh: str
    en: str = ""


class Slide(msgspec.Struct, frozen=True):
    """A text in the media area: a title and what it says."""

    title: Line
    text: Line


class BoardLook(msgspec.Struct, frozen=True):
    """How a board looks, from the hall's plan; the same for the Kivy and the web board.

    `lang` is the language that stands first, the other stands beside it. `diagonal_in` is the size
    of the panel in inches, `distance_m` how far away its numbers must be readable. `ticker` are
    lines for the foot beside the board's own, `slides` and the pictures of the folder `media` fill
    the media area; without both there is none.
    """

    orientation: Orientation = Orientation.LANDSCAPE
    theme: Theme = Theme.DARK
    lang: str = "zh"
    diagonal_in: int = 55
    distance_m: float = 4.0
    ticker: tuple[Line, ...] = ()
    slides: tuple[Slide, ...] = ()
    media: str = ""


class Picture(msgspec.Struct, frozen=True):
    """A picture of a board's media folder; `version` changes with its content."""

    name: str
    version: str


class MediaList(msgspec.Struct, frozen=True):
    """The answer of `GET /boards/{board}/media`, in the order in which the pictures are shown."""

    pictures: list[Picture]


class Notice(msgspec.Struct, frozen=True):
    """What a supervisor lets the boards say, until it is cleared or the business day ends.

    `id` is its journal row. With a `zone` only boards that show that zone say it.
    """

    id: int
    zh: str
    en: str
    at: str
    zone: str | None = None


class PostNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /notices`; one line in each language, for all boards or those of one zone."""

    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    zone: Annotated[str, msgspec.Meta(max_length=40)] | None = None


class NoticeList(msgspec.Struct, frozen=True):
    """The answer of `GET /notices`, oldest first."""

    notices: list[Notice]


class BoardState(msgspec.Struct, frozen=True):
    """All that a board shows, true up to journal row `seq` of `epoch`.

    `name_en` is the English title. `notices` stand oldest first. `root` are the first digits of
    today's newest public hash of the journal, `root_hour` its full hour (RFC 3339 UTC); both are
    empty until there is one. `queues` counts who waits in each queue, for those who want to know it
    (the pads of a bus).
    """

    board: str
    name: str
    seq: int
    epoch: int
    day: str
    at: str
    zones: dict[str, ZoneLine] = {}
    counters: dict[str, CounterCell] = {}
    calls: list[Call] = []
    root: str = ""
    root_hour: str = ""
    queues: dict[str, int] = {}
    name_en: str = ""
    look: BoardLook = BoardLook()
    notices: list[Notice] = []


Announcement = list[list[list[str]]]
"""How a call is said: sentences of parts, each part as its clips in order."""


class BoardWhole(msgspec.Struct, frozen=True):
    """A whole board on the stream of boards that only draw; `plan` is the version of the hall's plan.

    `at` is the server's time, which a board sets its clock by. `said` has the announcement of each
    call that may still be said, by its `seq`.
    """

    seq: int
    at: str
    plan: int
    board: BoardState
    said: dict[str, Announcement] = {}
    kind: Literal["board.state"] = "board.state"


class BoardChange(msgspec.Struct, frozen=True):
    """What one batch of events changed of a board: put each thing in the place of the old one.

    `called` are the calls just made, oldest first; only with them come `calls`, the newest of the
    board, newest first; `said` is that of BoardWhole. `notices` are null and `root` is empty where
    they have not changed.
    """

    seq: int
    at: str
    zones: dict[str, ZoneLine] = {}
    counters: dict[str, CounterCell] = {}
    called: list[Call] = []
    calls: list[Call] = []
    root: str = ""
    root_hour: str = ""
    notices: list[Notice] | None = None
    said: dict[str, Announcement] = {}
    kind: Literal["board.changed"] = "board.changed"
