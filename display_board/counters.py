"""Owns a serial bus for the counters that stand on it: strips show, pads act, evaluators ask and tell.

What the strips show is the same fold of the same events as every board's. One thread follows the
server, one owns the line, a few make the moves that pads ask for; all of them only leave messages, and
the loop here alone knows the state. When the plan of the hall changes, the line is opened anew. A
program that starts while the server is away opens the line by the plan that it kept.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from display_board.asking import ASKED_S, Ratings
from display_board.call_command import CallCommand
from display_board.kept_plan import KeptPlan
from display_board.kept_ratings import KeptRatings
from display_board.link import Link, News, Trouble
from display_board.pads import Ending, Presser, move_of
from display_board.strip_text import Sight, Situation
from display_board.units import Units, attach
from hardware.bus.owner import Bus
from hardware.caller_pad.event import PadEvent
from hardware.evaluator.rating import Rating
from hardware.health import Health
from queue_server.board import BoardState
from queue_server.client import Client, HealthReporter
from queue_server.wire import CounterStatus, EventKind
from queue_server.wire.board import CounterCell
from queue_server.wire.buses import Bus as BusPlan
from queue_server.wire.buses import PadMove
from queue_server.wire.devices import DeviceKind

LOOK_S = 0.25
FLASH_S = 3.0
"""So long a strip blinks after a call, at one blink a second."""

ALONE_S = 3.0
"""So long a program that starts waits for the server before it goes by the plan that it kept."""

LATE_S = 10.0
"""A call that is older, since the line to the server was broken, sounds no buzzer any more."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Habits:
    """How the program behaves.

    `away_s`: without news so long, strips say so. `dark_s`: so long after closing a strip goes dark.
    `kept` holds the last plan, `ratings` what the server has not taken in, `on_call` is run at each call.
    """

    kept: KeptPlan
    ratings: KeptRatings
    away_s: float = 20.0
    dark_s: float = 1800.0
    on_call: CallCommand | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key of the pad of a counter."""

    counter: str
    event: PadEvent


@dataclass(frozen=True, slots=True)
class Rated:
    """A key of the evaluator of a counter."""

    counter: str
    rating: Rating


Message = News | Trouble | Pressed | Rated


class Followed:
    """The bus of this program's key, as a source that a link can follow."""

    def __init__(self) -> None:
        self.plan: BusPlan | None = None

    @property
    def topic(self) -> dict[str, str]:
        """The query that the server named."""
        return self.plan.stream if self.plan is not None else {}

    def read(self, client: Client) -> BoardState:
        """Read the bus with its state."""
        self.plan = client.bus()
        return self.plan.state


@dataclass(slots=True)
class Seen:
    """When something was seen of a counter, in monotonic seconds."""

    called_s: float = float("-inf")
    closed_s: float | None = None


@dataclass(slots=True)
class Line:
    """The open bus and what stands on it; made anew for each plan."""

    plan: BusPlan
    bus: Bus
    client: Client
    presser: Presser
    ratings: Ratings
    units: dict[str, Units] = field(default_factory=dict)
    seen: dict[str, Seen] = field(default_factory=dict)


class Counters:
    """The program. `run` ends when `stop` is called from another thread or a signal handler."""

    def __init__(
        self,
        connect: Callable[[], Client],
        open_line: Callable[[Callable[[Health], None]], Bus],
        habits: Habits,
    ) -> None:
        self._connect = connect
        self._open_line = open_line
        self._habits = habits
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._followed = Followed()
        self._news: News | None = None
        self._line: Line | None = None
        self._trouble = ""
        self._health = HealthReporter(connect)
        self._stopping = threading.Event()
        self._run_id = uuid.uuid4().hex[:12]
        self._presses = 0

    def stop(self) -> None:
        """Let `run` end."""
        self._stopping.set()

    def run(self) -> None:
        """Follow the server and serve the bus."""
        link = Link(self._connect, self._followed, self._inbox.put)
        link.start()
        self._health.start()
        alone_s = time.monotonic() + ALONE_S
        try:
            while not self._stopping.is_set():
                self._take(LOOK_S)
                if time.monotonic() >= alone_s:
                    alone_s = float("inf")
                    self._open_alone()
                self._show(time.monotonic())
        finally:
            link.stop()
            self._close_line()
            self._health.stop()
            if self._habits.on_call is not None:
                self._habits.on_call.close()

    # -- from other threads ----------------------------------------------------------------------------

    def pressed(self, counter: str, event: PadEvent) -> None:
        """Take a key press from the bus's thread."""
        self._inbox.put(Pressed(counter, event))

    def rated(self, counter: str, rating: Rating) -> None:
        """Take a rating from the bus's thread."""
        self._inbox.put(Rated(counter, rating))

    def _ended(self, counter: str, ending: Ending) -> None:
        """Tell at the pad how a press ended; on a thread of the presser, since beeps take time."""
        line = self._line
        if line is not None and counter in line.units:
            line.units[counter].beep(ending, self._stopping)

    def _heard(self, health: Health) -> None:
        kind, _, counter = health.key.partition("-")
        self._health.note(health.key, DeviceKind(kind), health, counter=counter)

    # -- the loop --------------------------------------------------------------------------------------

    def _take(self, limit_s: float) -> None:
        """Take in all that has come, waiting a little for the first."""
        try:
            message = self._inbox.get(timeout=limit_s)
            while True:
                self._hear(message)
                message = self._inbox.get_nowait()
        except queue.Empty:
            return

    def _hear(self, message: Message) -> None:
        match message:
            case News():
                self._trouble = ""
                self._follow(message)
            case Trouble(code, title):
                if code != self._trouble:
                    log.error("the server refuses this bus: %s", title)
                self._trouble = code
            case Pressed(counter, event):
                self._press(counter, event)
            case Rated(counter, rating):
                if self._line is not None:
                    self._line.ratings.give(counter, rating)

    def _follow(self, news: News) -> None:
        self._news = news
        plan = self._followed.plan
        if news.fresh and plan is not None:
            self._open(plan)
            self._habits.kept.keep(plan)
        line, event = self._line, news.event
        if line is None or event is None or event.ticket is None:
            return
        seen = line.seen.get(event.ticket.counter or "")
        if seen is None:
            return
        if event.kind in (EventKind.TICKET_CALLED, EventKind.TICKET_RECALLED):
            seen.called_s = news.heard_s
            if self._habits.on_call is not None and age_s(news, event.at) < LATE_S:
                units = line.units[event.ticket.counter or ""].plan
                self._habits.on_call.called(units.counter, units.label, event.ticket.number)
        elif event.kind == EventKind.TICKET_STARTED:
            line.ratings.end(event.ticket.counter or "")
        elif event.kind == EventKind.TICKET_COMPLETED and age_s(news, event.at) < ASKED_S:
            line.ratings.ask(event.ticket.counter or "", event.ticket.id)

    def _open_alone(self) -> None:
        """Go by the plan that was kept if the server was not heard yet: the strips say so at once."""
        kept = self._habits.kept.read() if self._news is None else None
        if kept is not None:
            log.warning("the server is away; the bus is opened by the plan that was kept")
            self._open(kept)

    def _open(self, plan: BusPlan) -> None:
        """Open the line for a plan; one that has the same devices stays as it is."""
        line = self._line
        if line is not None and (line.plan.counters, line.plan.keys) == (plan.counters, plan.keys):
            line.plan = plan
            return
        self._close_line()
        bus = self._open_line(self._heard)
        client = self._connect()
        presser = Presser(client, len(plan.counters), self._ended)
        units = {one.counter: attach(bus, one, self) for one in plan.counters}
        evaluators = {key: one.evaluator for key, one in units.items() if one.evaluator}
        ratings = Ratings(client, evaluators, self._habits.ratings)
        seen = {counter: Seen() for counter in units}
        self._line = Line(plan, bus, client, presser, ratings, units, seen)
        for health in bus.health():
            self._heard(health)
        bus.start()
        log.warning("bus %s: %d counters on %s", plan.id, len(units), bus.url)

    def _close_line(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.presser.close()
            line.ratings.close()
            line.client.close()
            line.bus.close()

    def _press(self, counter: str, event: PadEvent) -> None:
        line, news = self._line, self._news
        if line is None:
            return
        if news is None:
            line.presser.answer(counter, Ending.AWAY)
            return
        cell = news.state.counters.get(counter)
        state = CounterStatus.CLOSED if cell is None else cell.state
        move = move_of(event.key, line.plan.keys, state)
        if move == PadMove.FINISH and (cell is None or not cell.number) and line.ratings.ask_again(counter):
            line.presser.answer(counter, Ending.DONE)
            return
        self._presses += 1
        line.presser.press(counter, move, f"pad-{counter}-{self._run_id}-{self._presses}")

    def _show(self, now_s: float) -> None:
        """Tell every strip and pad what it shall show now; what it shows already costs nothing."""
        line, news = self._line, self._news
        if line is None:
            return
        if news is None:
            for units in line.units.values():
                plan = units.plan
                units.show(Sight(label=plan.label, name=plan.name, zone="", situation=Situation.LOST))
            return
        lost = now_s - news.heard_s > self._habits.away_s
        for counter, units in line.units.items():
            cell = news.state.counters.get(counter)
            if cell is not None:
                self._show_one(units, cell, lost=lost, now_s=now_s)

    def _show_one(self, units: Units, cell: CounterCell, *, lost: bool, now_s: float) -> None:
        assert self._line is not None and self._news is not None
        seen, state = self._line.seen[cell.id], self._news.state
        if cell.state is not CounterStatus.CLOSED or cell.number:
            seen.closed_s = None
        elif seen.closed_s is None:
            seen.closed_s = now_s
        dark = seen.closed_s is not None and now_s - seen.closed_s > self._habits.dark_s
        waiting = sum(state.queues.get(group, 0) for group in units.plan.groups)
        zone = state.zones.get(units.plan.zone)
        situation = situation_of(cell, lost=lost, dark=dark)
        fresh = situation is Situation.CALLED and now_s - seen.called_s < FLASH_S
        units.show(
            Sight(
                label=units.plan.label,
                name=units.plan.name,
                zone=zone.name if zone else "",
                situation=situation,
                number=(cell.number or "") if situation in (Situation.CALLED, Situation.SERVING) else "",
                lang=cell.lang,
                waiting=waiting,
                fresh=fresh,
            )
        )
        units.display(waiting, cell.number or "")


def age_s(news: News, at: str) -> float:
    """Return how many seconds ago something happened, by the server's clock."""
    then = datetime.fromisoformat(at)
    now = datetime.fromisoformat(news.hall.server_time)
    return (now - then).total_seconds() + news.heard_s - news.hall_s


def situation_of(cell: CounterCell, *, lost: bool, dark: bool) -> Situation:
    """Name what a strip has to say of a counter; a ticket at hand comes before a pause."""
    if lost:
        return Situation.LOST
    if cell.number:
        return Situation.CALLED if cell.called else Situation.SERVING
    if cell.state is CounterStatus.CLOSED:
        return Situation.DARK if dark else Situation.CLOSED
    return Situation.PAUSED if cell.state is CounterStatus.PAUSED else Situation.FREE
