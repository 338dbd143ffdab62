"""`GET /hall`, what a kiosk, a board or a page must know to draw itself; rules, calendar, audio leases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated

import flask
import msgspec

from queue_server import http
from queue_server.clock import Clock, local, parse_rfc3339, rfc3339
from queue_server.database import Database
from queue_server.hall import calendar_actions, calendar_file
from queue_server.hall.actions import HallBook, change, export
from queue_server.hall.leases import AudioLeases
from queue_server.hall.message import Matters, States, filled_in, hall_message
from queue_server.hall.model import HallPlan, MatterSite
from queue_server.hall.rules import opening
from queue_server.http import answer, described
from queue_server.journal.store import epoch, first_at, last_seq
from queue_server.refusals import Refused
from queue_server.wire import Hall
from queue_server.wire.audio import LEASE_S, RENEW_S, AudioLease, TakeAudioLease
from queue_server.wire.calendar import CalendarChanges, CalendarDates, ChangeCalendar


class Policy(msgspec.Struct, frozen=True):
    """The rules of the hall: their version, and the text of the hall file."""

    version: int
    toml: str


class ChangePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """New rules: the whole text of a hall file; `effective_at` is RFC 3339, now if left out."""

    toml: Annotated[str, msgspec.Meta(min_length=1, max_length=500_000)]
    effective_at: Annotated[str, msgspec.Meta(max_length=40)] | None = None


class PolicyStored(msgspec.Struct, frozen=True):
    """The version that was stored; `new` is false when it was in force already."""

    version: int
    effective_at: str
    new: bool
    notes: list[str]


class _Desk:
    """Answers what the hall is like now; the part that seldom changes is made once."""

    def __init__(
        self,
        book: HallBook,
        matters: Matters,
        states: Callable[[], States],
        clock: Clock,
        always: bool,
        public_url: str,
    ) -> None:
        self._book = book
        self._matters = matters
        self._states = states
        self._clock = clock
        self._always = always
        self._public_url = public_url
        self._made: tuple[HallPlan, int, Hall] | None = None

    def now(self) -> Hall:
        """The message of this moment."""
        now_ms, plan = self._clock.now_ms(), self._book.plan
        return filled_in(
            self._message(plan), self._states(), opening(plan, now_ms, self._always), rfc3339(now_ms)
        )

    def _message(self, plan: HallPlan) -> Hall:
        made, version = self._made, self._matters.version
        if made is None or made[0] is not plan or made[1] != version:
            made = self._made = (plan, version, hall_message(plan, self._matters, self._public_url))
        return made[2]


def blueprint(
    book: HallBook,
    matters: Matters,
    states: Callable[[], States],
    clock: Clock,
    always: bool,
    public_url: str,
) -> flask.Blueprint:
    """The calls of this room, to be mounted under `/api/v1`.

    `states` tells how the counters stand, `always` that the hall is open at any hour (a demo).
    """
    calls = flask.Blueprint("hall", __name__)
    desk = _Desk(book, matters, states, clock, always, public_url)

    @calls.get("/hall")
    @described("The hall: zones, floors, counters, opening", who=("device", "staff"), answers={200: Hall})
    def hall() -> flask.Response:
        return answer(desk.now())

    return calls


def policy_blueprint(
    database: Database, book: HallBook, sites: Callable[[], Iterable[MatterSite]]
) -> flask.Blueprint:
    """The calls that read and change the rules of the hall, to be mounted under `/api/v1`.

    `sites` lists the matters of the catalogue, each of which somebody has to handle.
    """
    calls = flask.Blueprint("policy", __name__)

    @calls.get("/policy")
    @described("The rules in force, as the TOML text that was stored", who=("staff",), answers={200: Policy})
    def policy() -> flask.Response:
        return answer(Policy(book.plan.version, export(database)))

    @calls.put("/policy")
    @described(
        "Store new rules, in force from a chosen time; a running day goes on",
        who=("admin",),
        body=ChangePolicy,
        answers={200: PolicyStored},
        refusals=("bad_file", "bad_field"),
    )
    def put_policy() -> flask.Response:
        wish = http.body(ChangePolicy)
        at_ms = None if wish.effective_at is None else _time(wish.effective_at)
        stored = change(database, wish.toml, http.caller().by, effective_at=at_ms, sites=sites())
        book.refresh()
        return answer(
            PolicyStored(stored.version, rfc3339(stored.effective_at), stored.new, list(stored.notes))
        )

    return calls


def audio_blueprint(database: Database, book: HallBook, leases: AudioLeases) -> flask.Blueprint:
    """The calls by which players agree who speaks in an audio zone, to be mounted under `/api/v1`."""
    calls = flask.Blueprint("audio", __name__)

    def known(zone: str) -> str:
        if zone not in book.plan.audio_zones:
            raise Refused("audio_zone_unknown", zone=zone)
        return zone

    @calls.post("/audio-zones/<zone>/lease")
    @described(
        "Take or renew the right to speak in an audio zone",
        who=("board",),
        body=TakeAudioLease,
        answers={200: AudioLease},
        refusals=("audio_zone_unknown", "audio_taken"),
    )
    def take(zone: str) -> flask.Response:
        by, wish = http.caller().by, http.body(TakeAudioLease)
        silent_since = leases.take(known(zone), by, wish.player, wish.audible)
        # What is older than this would be dropped by the player anyway.
        since = max(silent_since, database.clock.now_ms() - book.plan.voice.stale_s * 1000)
        read = database.read()
        newest = last_seq(read)
        seq = min(newest, first_at(read, since + 1) - 1)
        return answer(AudioLease(zone, by, LEASE_S, RENEW_S, seq, newest, epoch(read)))

    @calls.delete("/audio-zones/<zone>/lease/<player>")
    @described(
        "Give the right to speak back; the zone is free at once",
        who=("board",),
        answers={204: None},
        refusals=("audio_zone_unknown",),
    )
    def give_back(zone: str, player: str) -> flask.Response:
        leases.give_back(known(zone), http.caller().by, player)
        return flask.Response(status=204)

    return calls


def _time(text: str) -> int:
    try:
        return parse_rfc3339(text)
    except ValueError:
        problem = "RFC 3339: 2026-11-24T04:00:00+08:00"
        raise Refused("bad_field", field="$.effective_at", problem=problem) from None


def calendar_blueprint(database: Database, book: HallBook) -> flask.Blueprint:
    """The calls of the calendar, to be mounted under `/api/v1`."""
    calls = flask.Blueprint("calendar", __name__)

    @calls.get("/calendar")
    @described(
        "What dates are: working days, holidays, and when the hall opens",
        answers={200: CalendarDates},
        refusals=("bad_filter",),
        query={"from": "first date, 2027-01-01; today if left out", "to": "last date, at most 400 days on"},
    )
    def calendar() -> flask.Response:
        asked, today = flask.request.args, local(database.clock.now_ms()).date()
        return answer(calendar_actions.dates(book.plan, asked.get("from", ""), asked.get("to", ""), today))

    @calls.post("/calendar")
    @described(
        "Load a year's notice, or decide for single dates",
        who=("admin",),
        body=ChangeCalendar,
        answers={200: CalendarChanges},
        refusals=("bad_file",),
    )
    def change_calendar() -> flask.Response:
        before = book.plan
        wish = calendar_file.read_plain(
            msgspec.to_builtins(http.body(ChangeCalendar)), [session.id for session in before.sessions]
        )
        changes = calendar_actions.change(database, wish, http.caller().by)
        book.refresh()
        return answer(CalendarChanges(calendar_actions.shown_changes(before, book.plan, changes)))

    return calls
