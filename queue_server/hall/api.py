"""`GET /hall`, what a kiosk, a board or a page must know to draw itself, and the working-day calendar."""

from __future__ import annotations

from collections.abc import Callable

import flask
import msgspec

from queue_server import http
from queue_server.clock import Clock, local, rfc3339
from queue_server.database import Database
from queue_server.hall import calendar_actions, calendar_file
from queue_server.hall.actions import HallBook
from queue_server.hall.message import Matters, States, filled_in, hall_message
from queue_server.hall.model import HallPlan
from queue_server.hall.rules import opening
from queue_server.http import answer, described
from queue_server.wire import Hall
from queue_server.wire.calendar import CalendarChanges, CalendarDates, ChangeCalendar


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
    def change() -> flask.Response:
        before = book.plan
        wish = calendar_file.read_plain(
            msgspec.to_builtins(http.body(ChangeCalendar)), [session.id for session in before.sessions]
        )
        changes = calendar_actions.change(database, wish, http.caller().by)
        book.refresh()
        return answer(CalendarChanges(calendar_actions.shown_changes(before, book.plan, changes)))

    return calls
