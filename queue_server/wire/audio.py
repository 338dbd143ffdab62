"""Who speaks in an audio zone: one player at a time holds its lease and renews it."""

from __future__ import annotations

from typing import Annotated

import msgspec

LEASE_S = 12.0
"""A lease that is not renewed for so long is free again."""
RENEW_S = 4.0
"""So often its holder renews it; two lost answers do not cost it the lease."""

Player = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{8,64}$")]


class TakeAudioLease(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /audio-zones/{zone}/lease`; the same again renews it.

    `player` names one running program or page, drawn at its start: two pages of one board's key are two.
    One that is not `audible` (it has no sound device, or no gesture yet allowed its page to sound) makes
    way for one that is.
    """

    player: Player
    audible: bool = True


class WaitingNumber(msgspec.Struct, frozen=True):
    """A number that is called some time, and the language in which its ticket was taken."""

    number: str
    lang: str


class WaitingNumbers(msgspec.Struct, frozen=True):
    """Whose calls can be prepared in an audio zone, those who came first before others, 500 at most."""

    waiting: list[WaitingNumber]


class AudioLease(msgspec.Struct, frozen=True):
    """The lease of an audio zone: who holds it, as `by` of events has it, and how long yet.

    A player that has just come announces what was called after the journal row `seq`: nobody was heard
    since then. It first reads on to `newest`, the last row now, so that it does not call who came meanwhile.
    """

    zone: str
    holder: str
    left_s: float
    renew_s: float
    seq: int
    newest: int
    epoch: int
