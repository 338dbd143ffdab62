"""What the hall tells everybody of the day: how many numbers are left, who will still be served."""

from __future__ import annotations

import msgspec


class QueueToday(msgspec.Struct, frozen=True):
    """One queue today, or one matter that has a quota of its own.

    `issues` is false when no number is given now; `title` says why, in the asker's language.
    `remaining` counts what the quotas leave in this session, `last_expected` is the number of the last
    waiting person who will probably be called before closing; null where nothing limits them.
    """

    id: str
    zone: str
    sign: str
    name: str
    matters: str
    waiting: int
    issues: bool
    title: str = ""
    remaining: int | None = None
    last_expected: str | None = None


class Today(msgspec.Struct, frozen=True):
    """The answer of `GET /today`; times are RFC 3339 UTC."""

    at: str
    closes_at: str | None
    queues: list[QueueToday]
