"""Roles, the kinds of a pass, and what is known of whoever shows one."""

from __future__ import annotations

import dataclasses
import enum

DEVICE_ROLES = frozenset({"kiosk", "board", "counter", "printer", "hub"})
STAFF_ROLES = frozenset({"clerk", "guide", "supervisor", "reviewer", "issuer", "auditor", "admin"})

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class PassKind(enum.StrEnum):
    """What a secret was given out as; it is good for nothing else."""

    DEVICE_KEY = "device_key"
    DEVICE_COOKIE = "device_cookie"
    STAFF_COOKIE = "staff_cookie"
    STAFF_TOKEN = "staff_token"


@dataclasses.dataclass(frozen=True)
class Lifetime:
    """How long a pass lasts unused, and how much of that may be used up before it is renewed.

    Renewing at each request would cost a durable write; so up to `renew_ms` of idle time is lost.
    """

    idle_ms: int
    renew_ms: int


LIFETIMES: dict[PassKind, Lifetime | None] = {
    PassKind.DEVICE_KEY: None,
    PassKind.DEVICE_COOKIE: Lifetime(90 * DAY_MS, DAY_MS),
    PassKind.STAFF_COOKIE: Lifetime(12 * HOUR_MS, 10 * MINUTE_MS),
    PassKind.STAFF_TOKEN: Lifetime(90 * DAY_MS, DAY_MS),
}
"""None: good until it is revoked."""


@dataclasses.dataclass(frozen=True, slots=True)
class Pass:
    """A secret as it is stored: whose it is, with which role, and until when (ms UTC)."""

    kind: PassKind
    owner: str
    role: str
    expires_at: int | None
