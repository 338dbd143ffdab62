"""A booking desk on a real SQLite file with the hall of the rule, and the words that its tests speak."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from queue_server.appointments import actions
from queue_server.appointments.actions import Told
from queue_server.appointments.desk import Desk
from queue_server.clock import ManualClock, parse_rfc3339, rfc3339
from queue_server.hall import actions as hall
from queue_server.hall import calendar_actions, calendar_file, rules
from queue_server.journal import store as journal
from queue_server.refusals import Refused
from queue_server.tickets.model import Actor, Once
from queue_server.wire import Event
from queue_server.wire.appointments import Appointment, BookAppointment
from queue_server.wire.tickets import Citizen
from tests.queue_server.tickets.desk import Bench, make_queue

WEB = Actor("nobody")
KIOSK = Actor("device:kiosk-1")
GUIDE = Actor("staff:guide", "guide")
SESSIONS = ("morning", "afternoon")


def at(local: str) -> int:
    return parse_rfc3339(f"{local}:00+08:00")


def person(number: int) -> bytes:
    return number.to_bytes(32, "big")


@dataclasses.dataclass
class Counter:
    """Where people book; it keeps the clock, and opens and closes as the calendar says."""

    desk: Desk
    bench: Bench
    keys: Iterator[int] = dataclasses.field(default_factory=lambda: itertools.count(1))

    def once(self, key: str | None = None, request: bytes = b"r") -> Once:
        return Once("nobody", key or f"key-{next(self.keys):06d}", request)

    def go_to(self, local: str) -> None:
        """Let time pass until then."""
        self.bench.clock.advance((at(local) - self.bench.clock.now_ms()) / 1000)

    def book(self, who: int = 1, starts: str = "2026-11-24T10:00", matter: str = "Z1-001") -> Appointment:
        wish = BookAppointment(matter, f"{starts}:00+08:00", Citizen("citizen-number"))
        return actions.book(self.desk, WEB, wish, person(who), self.once()).answer.appointment

    def check_in(self, code: str, **more: object) -> Told:
        return actions.check_in(self.desk, KIOSK, code, self.once(), **more)  # type: ignore[arg-type]

    def change_plan(self, *changes: tuple[str, str]) -> None:
        """Put the hall under other rules: texts of its file, each in the place of another."""
        queue = self.desk.queue
        text = hall.export(queue.database)
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        hall.change(queue.database, text, "staff:admin")
        queue.hall.refresh()

    def decide(self, date: str, kind: str, *sessions: str) -> None:
        """Let the hall decide for a date."""
        wish = calendar_file.read_plain(
            {"local": {date: {"kind": kind, "sessions": list(sessions)}}}, SESSIONS
        )
        calendar_actions.change(self.desk.queue.database, wish, "staff:admin")
        self.desk.queue.hall.refresh()

    def events(self, prefix: str = "appointment.") -> list[Event]:
        found = journal.rows_after(self.desk.queue.database.read(), 0, 5000)
        return [event for event in found if event.kind.startswith(prefix)]


def make_counter(path: Path, local: str = "2026-11-23T09:00") -> Counter:
    clock = ManualClock(at(local))
    queue = make_queue(path, clock)
    book = queue.hall
    queue = dataclasses.replace(queue, open_now=lambda at_ms: rules.is_open(book.plan, at_ms, False))
    codes = itertools.count(1)
    return Counter(Desk(queue, lambda: f"{next(codes):010d}"), Bench(queue, clock))


def code_of(call: object) -> str:
    assert isinstance(call, pytest.ExceptionInfo)
    assert isinstance(call.value, Refused)
    return call.value.code


def free(counter: Counter, starts: str, matter: str = "Z1-001") -> int:
    days = actions.slots(counter.desk, matter, starts[:10]).days
    return next(slot.free for slot in days[0].slots if slot.starts_at == rfc3339(at(starts)))
