"""`GET /hall`: what a kiosk, a board or a page must know of the hall to draw itself."""

from __future__ import annotations

from collections.abc import Callable

import flask

from queue_server.clock import Clock, rfc3339
from queue_server.hall.actions import HallBook
from queue_server.hall.message import Matters, States, filled_in, hall_message
from queue_server.hall.model import HallPlan
from queue_server.hall.rules import opening
from queue_server.http import answer, described
from queue_server.wire import Hall


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
