"""Ratings: of a ticket that was served at this counter just now, once, and nothing of the person."""

from __future__ import annotations

import sqlite3

import pytest

from queue_server.client import Client, Refusal
from queue_server.wire import EventKind
from tests.hall_process import HallProcess, hall

__all__ = ["hall"]


def served(hall: HallProcess, client: Client, counter: str = "Z3-01") -> int:
    """Take a number, call, serve and finish it; returns its ticket."""
    hall.issue("Z3-001")
    for move in ("call-next", "serve", "finish"):
        ticket = client.counter(counter, move)
    assert ticket is not None and ticket.state == "completed"
    return ticket.id


def code(client: Client, counter: str, ticket: int, level: int) -> str:
    with pytest.raises(Refusal) as refused:
        client.rate(counter, ticket, level)
    return refused.value.problem.code


def test_one_rating_a_ticket(hall: HallProcess) -> None:
    with hall.client("counter-2F-a") as client:
        ticket = served(hall, client)
        given = client.rate("Z3-01", ticket, 2)
        assert (given.ticket, given.counter, given.level) == (ticket, "Z3-01", 2)
        assert client.rate("Z3-01", ticket, 2) == given, "the same press again is one rating"
        assert code(client, "Z3-01", ticket, 5) == "rating_given"
    rows = [row for row in hall.journal(EventKind.RATING_GIVEN) if row.data["ticket"] == ticket]
    assert [(row.counter, row.zone, row.by, row.data["level"]) for row in rows] == [
        ("Z3-01", "Z3", "device:counter-2F-a", 2)
    ]


def test_what_is_refused(hall: HallProcess) -> None:
    with hall.client("counter-2F-a") as client:
        ticket = served(hall, client, "Z3-02")
        waiting = hall.issue("Z3-001")["id"]
        assert code(client, "Z3-01", ticket, 1) == "rating_not_served"
        assert code(client, "Z3-01", waiting, 1) == "rating_not_served"
        assert code(client, "Z3-01", 999_999, 1) == "ticket_unknown"
        assert code(client, "Z3-02", ticket, 6) == "bad_field"
        assert code(client, "Z4-01", ticket, 1) == "not_allowed", "a counter of another bus"
        db = sqlite3.connect(hall.data / "hall.db")
        with db:
            db.execute("UPDATE ticket SET ended_at = ended_at - 300001 WHERE id = ?", (ticket,))
        db.close()
        assert code(client, "Z3-02", ticket, 1) == "rating_over"
        kept = client.rate("Z3-02", ticket, 1, 200)
        assert kept.level == 1, "pressed in time, brought when the server was back"
    with hall.client("kiosk-1") as kiosk:
        assert code(kiosk, "Z3-02", ticket, 1) == "not_allowed", "a clerk or kiosk can't rate"
