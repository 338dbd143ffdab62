"""A kiosk's key of the day on the wire: what it asks the hall to certify, and what it gets."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

import msgspec

Encoded = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{43}$")]
"""32 bytes in base64url without padding."""


class DayKeyWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /proof/day-key`: a kiosk's Ed25519 public key and its business day."""

    key: Encoded
    day: Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class DayKey(msgspec.Struct, frozen=True):
    """A kiosk's key that stands for the hall's on one business day.

    `certificate` is the hall's signature over `slip_code.day_key_message`; both in base64url.
    """

    day: str
    kiosk: str
    key: str
    certificate: str


class DayKeyAnswer(msgspec.Struct, frozen=True):
    """The key of the day, with the hall id that the kiosk signs and the hall's own public key."""

    hall: str
    hall_key: str
    day_key: DayKey


def to_text(raw: bytes) -> str:
    """Bytes in base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """The bytes of a base64url text; empty for what is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
