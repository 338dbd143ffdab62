"""What a check of a slip or of a public hash found, and the keys that anybody may know."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec

from queue_server.wire.day_key import DayKey


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


class DayKeys(msgspec.Struct, frozen=True):
    """All keys of a business day, so that anybody can check a slip without this server."""

    day_keys: list[DayKey]


class Roots(msgspec.Struct, frozen=True):
    """The public hashes of one business day, oldest first."""

    roots: list[RootFound]


class SlipCode(msgspec.Struct, frozen=True):
    """The answer of `GET /tickets/{id}/slip-code`; null where the hall leaves slips unsigned."""

    slip_code: str | None
