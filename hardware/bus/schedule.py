"""The schedule of a bus says whose turn is next; it is pure: times come in, a Job goes out.

What a unit shall show is kept as the last value of a topic. A value is sent when it differs from what
the unit acknowledged last, and again every `refresh_s`, since a unit may have lost its power in between.
A unit that stays silent twice is away: nothing is sent to it but a short question now and then, and
its newest values when it is back. Changes come first; what waits longer overtakes in the end, so
nothing starves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from hardware.bus.exchange import Exchange, Reply, Verdict
from hardware.health import Health, HealthState

Answered = Callable[[Reply | None], None]


class Kind(StrEnum):
    """Why a frame is sent."""

    ASK = "ask"  # a person or program asked once
    CHANGE = "change"  # a value differs from what the unit has
    POLL = "poll"  # a question that is repeated
    REFRESH = "refresh"  # the same value once more
    PROBE = "probe"  # is the unit back?


# Seconds that a job of this kind stands back behind one that became due at the same time.
STANDS_BACK_S = {Kind.ASK: 0.0, Kind.CHANGE: 0.0, Kind.POLL: 0.15, Kind.REFRESH: 5.0, Kind.PROBE: 1.0}
# A frame is sent this often without a reply before its unit counts as away.
TRIES = 2


@dataclass(frozen=True, slots=True)
class Job:
    """One exchange whose turn has come; `topic` names the value or the poll it belongs to."""

    key: str
    kind: Kind
    topic: str
    exchange: Exchange
    due_s: float


@dataclass(slots=True)
class _Value:
    wanted: Exchange
    due_s: float
    kept: Exchange | None = None
    kept_s: float = 0.0


@dataclass(slots=True)
class _Poll:
    exchange: Exchange
    every_s: float
    due_s: float
    answered: Answered


@dataclass(slots=True)
class _Ask:
    exchange: Exchange
    due_s: float
    answered: Answered


@dataclass(slots=True)
class _Unit:
    key: str
    probe: Exchange | None
    refresh_s: float
    health: Health
    misses: int = 0
    probe_s: float = 0.0
    values: dict[str, _Value] = field(default_factory=dict)
    polls: dict[str, _Poll] = field(default_factory=dict)
    asks: deque[_Ask] = field(default_factory=deque)


class Schedule:
    """The units of one bus, their values and whose turn is next. Not thread-safe: one owner."""

    def __init__(
        self, *, probe_every_s: float = 10.0, on_change: Callable[[Health], None] = lambda health: None
    ) -> None:
        self._probe_every_s = probe_every_s
        self._on_change = on_change
        self._units: dict[str, _Unit] = {}

    # -- what is wanted --------------------------------------------------------------------------------

    def attach(self, key: str, probe: Exchange | None, refresh_s: float, now_s: float) -> None:
        """Make a unit known; `probe` is the short question for a unit that is away."""
        health = Health(key, HealthState.UNKNOWN, "never_asked", now_s)
        self._units[key] = _Unit(key, probe, refresh_s, health)

    def put(self, key: str, topic: str, exchange: Exchange, now_s: float) -> None:
        """Set the value of a topic; an older one that was not sent yet is forgotten."""
        value = self._units[key].values.get(topic)
        if value is None:
            self._units[key].values[topic] = _Value(exchange, now_s)
        elif value.wanted != exchange:
            if value.kept == value.wanted:
                value.due_s = now_s
            value.wanted = exchange

    def poll(
        self, key: str, topic: str, exchange: Exchange, every_s: float, answered: Answered, now_s: float
    ) -> None:
        """Repeat a question every `every_s`; `answered` gets each reply, or None when there was none."""
        self._units[key].polls[topic] = _Poll(exchange, every_s, now_s, answered)

    def ask(self, key: str, exchange: Exchange, answered: Answered, now_s: float) -> None:
        """Send a frame once; `answered` gets the reply, or None at once when the unit is away."""
        unit = self._units[key]
        if unit.health.state is HealthState.AWAY:
            answered(None)
        else:
            unit.asks.append(_Ask(exchange, now_s, answered))

    def health(self) -> tuple[Health, ...]:
        """How each unit is."""
        return tuple(unit.health for unit in self._units.values())

    # -- whose turn ------------------------------------------------------------------------------------

    def next(self, now_s: float) -> Job | None:
        """Return the job whose turn it is, or None when nothing is due."""
        due = [job for job in self._jobs() if job.due_s <= now_s]
        return min(due, key=lambda job: job.due_s + STANDS_BACK_S[job.kind], default=None)

    def pressing(self, now_s: float) -> bool:
        """Return whether a change or an asked frame waits: a probe then ends its wait early."""
        return any(job.due_s <= now_s and job.kind in (Kind.ASK, Kind.CHANGE) for job in self._jobs())

    def next_due_s(self) -> float:
        """Return when the next job becomes due, infinity when none will by itself."""
        return min((job.due_s for job in self._jobs()), default=float("inf"))

    def _jobs(self) -> Iterator[Job]:
        for unit in self._units.values():
            if unit.health.state is HealthState.AWAY:
                exchange = unit.probe or next(self._frames(unit), None)
                if exchange is not None:
                    yield Job(unit.key, Kind.PROBE, "", exchange, unit.probe_s)
                continue
            for ask in unit.asks:
                yield Job(unit.key, Kind.ASK, "", ask.exchange, ask.due_s)
                break  # the others wait behind it
            for topic, value in unit.values.items():
                if value.kept != value.wanted:
                    yield Job(unit.key, Kind.CHANGE, topic, value.wanted, value.due_s)
                else:
                    again_s = value.kept_s + unit.refresh_s
                    yield Job(unit.key, Kind.REFRESH, topic, value.wanted, again_s)
            for topic, poll in unit.polls.items():
                yield Job(unit.key, Kind.POLL, topic, poll.exchange, poll.due_s)

    @staticmethod
    def _frames(unit: _Unit) -> Iterator[Exchange]:
        yield from (value.wanted for value in unit.values.values())
        yield from (poll.exchange for poll in unit.polls.values())

    # -- what came of it -------------------------------------------------------------------------------

    def finish(self, job: Job, reply: Reply | None, now_s: float, *, noise: bool = False) -> None:
        """Note how a job ended: `reply` None is silence, or with `noise` bytes that made no frame."""
        unit = self._units[job.key]
        if reply is None and job.exchange.reader is not None:
            self._missed(unit, job, "garbled" if noise else "no_answer", now_s)
        elif reply is not None and reply.verdict is Verdict.AGAIN and unit.misses + 1 < TRIES:
            unit.misses += 1
            self._once_more(unit, job, now_s)
        else:
            self._heard(unit, job, reply, now_s)

    def give_up(self, job: Job, now_s: float) -> None:
        """Note that a probe was broken off for something more pressing: it proves nothing."""
        self._units[job.key].probe_s = now_s + self._probe_every_s

    def line_lost(self, reason: str, now_s: float) -> None:
        """The whole line is gone: every unit is away, and asked at once when the line is back."""
        for unit in self._units.values():
            self._away(unit, reason, now_s, probe_s=now_s)

    def _missed(self, unit: _Unit, job: Job, reason: str, now_s: float) -> None:
        unit.misses += 1
        if unit.health.state is HealthState.AWAY:
            unit.probe_s = now_s + self._probe_every_s
            self._change(unit, HealthState.AWAY, reason, now_s)
        elif unit.misses >= TRIES:
            self._away(unit, reason, now_s, probe_s=now_s + self._probe_every_s)
        else:
            self._once_more(unit, job, now_s)

    @staticmethod
    def _once_more(unit: _Unit, job: Job, now_s: float) -> None:
        """Line up again, behind all that is due already: a weak unit holds up nobody."""
        if job.kind is Kind.ASK and unit.asks:
            unit.asks[0].due_s = now_s
        if job.topic in unit.values:
            unit.values[job.topic].due_s = now_s
            unit.values[job.topic].kept = None
        if job.topic in unit.polls and job.kind is Kind.POLL:
            unit.polls[job.topic].due_s = now_s

    def _away(self, unit: _Unit, reason: str, now_s: float, probe_s: float) -> None:
        unit.probe_s = probe_s
        for value in unit.values.values():
            value.kept = None
        self._change(unit, HealthState.AWAY, reason, now_s)
        asks, unit.asks = unit.asks, deque()
        for ask in asks:
            ask.answered(None)
        for poll in unit.polls.values():
            poll.answered(None)

    def _heard(self, unit: _Unit, job: Job, reply: Reply | None, now_s: float) -> None:
        unit.misses = 0
        if unit.health.state is HealthState.AWAY:
            # Back: it may have been switched off, so everything is told anew.
            for value in unit.values.values():
                value.due_s = now_s
            for poll in unit.polls.values():
                poll.due_s = now_s
        self._judge(unit, reply, now_s)
        if job.kind is Kind.ASK and unit.asks:
            unit.asks.popleft().answered(reply)
        elif job.kind is Kind.POLL and job.topic in unit.polls:
            poll = unit.polls[job.topic]
            poll.due_s = max(now_s, job.due_s + poll.every_s)
            poll.answered(reply)
        elif job.topic in unit.values:
            # A refused value is kept too: the next change or refresh is soon enough to try again.
            value = unit.values[job.topic]
            value.kept, value.kept_s = job.exchange, now_s
            value.due_s = now_s

    def _judge(self, unit: _Unit, reply: Reply | None, now_s: float) -> None:
        if reply is None:
            self._change(unit, HealthState.UNKNOWN, "never_answers", now_s)
        elif reply.verdict is Verdict.DONE:
            self._change(unit, HealthState.OK, "", now_s)
        else:
            self._change(unit, HealthState.DEGRADED, reply.reason, now_s)

    def _change(self, unit: _Unit, state: HealthState, reason: str, now_s: float) -> None:
        old, unit.health = unit.health, unit.health.becomes(state, reason, now_s)
        if unit.health is not old:
            self._on_change(unit.health)
