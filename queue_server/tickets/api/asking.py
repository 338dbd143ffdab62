"""What the calls of this room share: who acts, the key of a request, the answer of a move."""

from __future__ import annotations

import hashlib

import flask
import msgspec

from queue_server import http
from queue_server.refusals import Refused
from queue_server.tickets.model import Actor, Once, Outcome
from queue_server.wire import Ticket

AT_COUNTERS = ("counter", "clerk", "supervisor", "admin")
AT_DESKS = ("clerk", "guide", "supervisor", "admin")
GUIDES = ("guide", "supervisor", "admin")
READERS = ("device", "staff")
MISSED_CALLERS = {"clerk", "supervisor", "admin"}
"""Roles with the right to call a number that was missed; keypads have no way to ask for it."""


class TicketAnswer(msgspec.Struct, frozen=True):
    """A ticket after a move; null where a move leaves none."""

    ticket: Ticket | None


def actor() -> Actor:
    """Who makes this request, as the queue sees it."""
    caller = http.caller()
    staff = caller.kind == "staff"
    return Actor(caller.by, caller.name if staff else None, staff and caller.role in MISSED_CALLERS)


def check_own(counter: str) -> None:
    """A counter device acts for its own counters only; raises Refused("not_allowed")."""
    caller = http.caller()
    if caller.kind == "device" and counter not in (caller.counters or ()):
        raise Refused("not_allowed")


def once(request: object) -> Once:
    """The idempotency key of this request with the fingerprint of what it asks."""
    fingerprint = hashlib.blake2b(msgspec.json.encode(request), digest_size=16).digest()
    return Once(http.caller().by, http.idempotency_key(), fingerprint)


def once_if_given(request: object) -> Once | None:
    """The same where the key may be left out."""
    return once(request) if "HTTP_IDEMPOTENCY_KEY" in http.environ() else None


def answer(outcome: Outcome, fresh: int = 200) -> flask.Response:
    """The ticket after a move; 204 where there is none."""
    if outcome.ticket is None:
        return flask.Response(status=204)
    if outcome.replayed:
        return http.answer(TicketAnswer(outcome.ticket), headers={"Idempotent-Replay": "true"})
    return http.answer(TicketAnswer(outcome.ticket), fresh)
