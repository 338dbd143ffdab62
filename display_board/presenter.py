"""From what the link tells and the time that passes to the scene on the board.

It owns the bands, the silence after which the board calls itself paused, and the moments at which
something looks different; in between nothing is drawn. Time comes in as seconds of a clock that
only goes forward; the time of day is the server's, so that a board needs no clock of its own.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from display_board import scene, showing
from display_board.link import News, Trouble
from display_board.words import Pair, pair
from queue_server.board import BoardState, Call
from queue_server.wire import Hall

SILENT_AFTER_S = 20.0
TURN_S = 12.0
OLD_CALL_S = 90.0
"""A call that is heard later than this, after a broken line, is history: the person was called by voice."""

LOCAL = ZoneInfo("Asia/Shanghai")


class Presenter:
    """What one board shows. `wall` is the machine's time at `now_s`, used until the server tells its own."""

    def __init__(self, wall: dt.datetime, now_s: float) -> None:
        self._zero = wall - dt.timedelta(seconds=now_s)
        self._start_s = now_s
        self._zone = LOCAL
        self._hall: Hall | None = None
        self._state: BoardState | None = None
        self._heard_s: float | None = None
        self._showing = showing.Showing()
        self._problem: Pair | None = None

    def take(self, told: News | Trouble, now_s: float) -> None:
        """Take in what the link tells."""
        if isinstance(told, Trouble):
            detail = {"title": told.title, "code": told.code}
            self._problem = pair("本屏还没有接通，请找管理员：{title}（{code}）", detail)
            return
        if told.hall is not self._hall:
            self._take_hall(told.hall, told.hall_s)
        before, self._state, self._heard_s, self._problem = self._state, told.state, told.heard_s, None
        if told.fresh or (before is not None and before.day != told.state.day):
            self._showing = showing.Showing()
            for call in reversed(told.state.calls):
                if self._age_s(call, now_s) < showing.BAND_S:
                    self._showing = showing.hear(self._showing, call, now_s)
        elif told.called and self._age_s(told.state.calls[0], now_s) < OLD_CALL_S:
            self._showing = showing.hear(self._showing, told.state.calls[0], now_s)

    def scene(self, now_s: float) -> scene.Scene:
        """What stands on the board at this moment."""
        self._showing = showing.advance(self._showing, now_s)
        silent = self._silent(now_s)
        moment = scene.Moment(
            now_s=now_s,
            now=self._wall(now_s),
            turn=int((now_s - self._start_s) // TURN_S),
            silent=silent,
            silent_since=self._wall(self._heard_s) if silent and self._heard_s is not None else None,
            problem=self._problem,
        )
        return scene.compose(self._state, self._hall, self._showing, moment)

    def next_s(self, now_s: float) -> float:
        """Seconds until the scene looks different if nobody tells anything."""
        wall = self._wall(now_s)
        steps = [
            60 - wall.second - wall.microsecond / 1e6,
            TURN_S - (now_s - self._start_s) % TURN_S,
        ]
        if not self._silent(now_s) and self._heard_s is not None:
            steps.append(self._heard_s + SILENT_AFTER_S - now_s)
        change_s = showing.next_change_s(self._showing, now_s)
        if change_s is not None:
            steps.append(change_s)
        return max(0.01, min(steps))

    def _take_hall(self, hall: Hall, hall_s: float) -> None:
        self._hall = hall
        self._zone = ZoneInfo(hall.timezone)
        self._zero = dt.datetime.fromisoformat(hall.server_time) - dt.timedelta(seconds=hall_s)

    def _silent(self, now_s: float) -> bool:
        return self._heard_s is None or now_s - self._heard_s >= SILENT_AFTER_S

    def _wall(self, now_s: float) -> dt.datetime:
        return (self._zero + dt.timedelta(seconds=now_s)).astimezone(self._zone)

    def _age_s(self, call: Call, now_s: float) -> float:
        return (self._wall(now_s) - dt.datetime.fromisoformat(call.at)).total_seconds()
