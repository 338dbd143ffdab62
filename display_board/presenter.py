"""From what the link tells and the time that passes to the scene on the board.

It owns the bands, the silence after which the board calls itself paused, and the moments at which
something looks different; in between nothing is drawn. Time comes in as seconds of a clock that
only goes forward; the time of day is the server's, so that a board needs no clock of its own.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from display_board import composing, scene, showing, words
from display_board.frame import wander, wanders_in_s
from display_board.layout import layout_of
from display_board.link import News, Trouble
from display_board.words import Pair, pair
from queue_server.board import BoardState, Call
from queue_server.wire import Hall, sight

SILENT_AFTER_S = 20.0
TURN_S = 12.0
OLD_CALL_S = 90.0
"""A call older than this that nobody waits at its counter for any more is history and needs no band."""

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
        self._pictures: tuple[str, ...] = ()
        self._size = (0, 0)

    def hang(self, pictures: tuple[str, ...]) -> None:
        """Show these pictures in the media area."""
        self._pictures = pictures

    def resize(self, width: int, height: int) -> None:
        """The real screen has so many pixels."""
        self._size = (width, height)

    def readable_m(self) -> float | None:
        """From how far the numbers on the real screen can be read, if that is less than the plan asks."""
        if self._state is None or 0 in self._size:
            return None
        farthest = sight.readable_m(self._state.look, *self._size)
        return farthest if farthest < self._state.look.distance_m else None

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
                if self._age_s(call, now_s) < showing.BAND_S or self._stands(call):
                    self._showing = showing.hear(self._showing, call, now_s)
        elif told.called:
            self._showing = showing.hear(self._showing, told.state.calls[0], now_s)

    def scene(self, now_s: float) -> scene.Scene:
        """What stands on the board at this moment."""
        silent = self._silent(now_s)
        if self._state is not None and not silent:
            # While the bands are covered by the warning nobody's five seconds may run out.
            current = showing.keep(self._showing, lambda call: self._is_wanted(call, now_s))
            levels = layout_of(self._state.look, False).levels
            self._showing = showing.advance(current, now_s, levels)
        moment = scene.Moment(
            now_s=now_s,
            now=self._wall(now_s),
            turn=int((now_s - self._start_s) // TURN_S),
            silent=silent,
            silent_since=self._wall(self._heard_s) if silent and self._heard_s is not None else None,
            problem=self._problem,
            pictures=self._pictures,
            too_small=self._too_small(),
        )
        return composing.compose(self._state, self._hall, self._showing, moment)

    def moved(self, now_s: float) -> tuple[int, int]:
        """Where the picture wanders now, so that nothing burns in."""
        return wander(now_s - self._start_s)

    def next_s(self, now_s: float) -> float:
        """Seconds until the scene looks different if nobody tells anything."""
        wall = self._wall(now_s)
        steps = [
            60 - wall.second - wall.microsecond / 1e6,
            TURN_S - (now_s - self._start_s) % TURN_S,
            wanders_in_s(now_s - self._start_s),
        ]
        if not self._silent(now_s) and self._heard_s is not None:
            steps.append(self._heard_s + SILENT_AFTER_S - now_s)
        change_s = None if self._silent(now_s) else showing.next_change_s(self._showing, now_s)
        if change_s is not None:
            steps.append(change_s)
        return max(0.01, min(steps))

    def _too_small(self) -> Pair | None:
        readable_m = self.readable_m()
        if readable_m is None or self._state is None:
            return None
        return words.too_small(readable_m, self._state.look.distance_m)

    def _is_wanted(self, call: Call, now_s: float) -> bool:
        """Whether a call that waits for its band still has to be shown.

        After a broken line the calls of minutes come at once. Who was served or given up meanwhile
        need not be called again; whoever has not come yet must be, however old the call is.
        """
        return self._age_s(call, now_s) < OLD_CALL_S or self._stands(call)

    def _stands(self, call: Call) -> bool:
        """Whether the person called has not come to the counter yet."""
        cell = self._state.counters.get(call.counter) if self._state is not None else None
        return cell is not None and cell.called and cell.number == call.number

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
