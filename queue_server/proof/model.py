"""What a check of a slip or of a public hash found, and the keys that anybody may know."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import msgspec

Encoded = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{43}$")]
"""32 bytes in base64url without padding."""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `about` signature, journal or chain; what came out is a word of
    `words.FINDINGS` with its facts. `ok` is None for what could not be looked at."""

    about: str
    ok: bool | None
    word: str
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)


class SlipFound(msgspec.Struct, frozen=True):
    """What the slip says. `signed_by` is `hall` or the name of a kiosk, empty if the signature is wrong."""

    number: str
    matter: str
    day: str
    issued_at: str
    signed_by: str = ""


class RootFound(msgspec.Struct, frozen=True):
    """A hash of the journal that was made public at a full hour; it covers the rows up to `upto`."""

    hour: str
    root: str
    upto: int
    seq: int


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """All that a check found. It is `ok` when everything that could be looked at agreed."""

    findings: tuple[Finding, ...]
    slip: SlipFound | None = None
    root: RootFound | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing disagreed and something was looked at."""
        looked = [finding.ok for finding in self.findings if finding.ok is not None]
        return bool(looked) and all(looked)


class Checked(msgspec.Struct, frozen=True):
    """One finding in the asker's language; `ok` is null for what could not be looked at."""

    about: str
    ok: bool | None
    text: str


class ProofAnswer(msgspec.Struct, frozen=True):
    """The answer of `GET /proof/verify`; `not_checked` says in plain words what nobody looked at."""

    ok: bool
    checks: list[Checked]
    not_checked: list[str]
    slip: SlipFound | None
    root: RootFound | None


class HallKeyAnswer(msgspec.Struct, frozen=True):
    """The hall's public key; `hall` is the id that is signed, `chain` the algorithm of the journal."""

    hall: str
    algorithm: str
    key: str
    chain: str


class DayKeyWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /proof/day-key`: a kiosk's Ed25519 public key and its business day."""

    key: Encoded
    day: Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class DayKey(msgspec.Struct, frozen=True):
    """A kiosk's key that stands for the hall's on one business day.

    `certificate` is the hall's signature over `wire.slip_code.day_key_message`; both in base64url.
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


class DayKeys(msgspec.Struct, frozen=True):
    """All keys of a business day, so that anybody can check a slip without this server."""

    day_keys: list[DayKey]


class Roots(msgspec.Struct, frozen=True):
    """The public hashes of one business day, oldest first."""

    roots: list[RootFound]
