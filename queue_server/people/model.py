"""Roles, and what a found session or key stands for."""

from __future__ import annotations

import dataclasses

DEVICE_ROLES = frozenset({"kiosk", "board", "counter", "printer", "hub"})
STAFF_ROLES = frozenset({"clerk", "guide", "supervisor", "reviewer", "issuer", "auditor", "admin"})
COUNTER_PREFIX = "counter-"


@dataclasses.dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person, a board's browser, or a personal token. Times in ms UTC."""

    kind: str
    name: str
    csrf: str
    expires_at: int


@dataclasses.dataclass(frozen=True, slots=True)
class SignedIn:
    """What a sign-in gives: the secret for the cookie, and what the page needs."""

    secret: str
    name: str
    role: str
    csrf: str
