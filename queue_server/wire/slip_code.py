"""The signed code of a slip: what it claims, packed so small that it fits behind the slip's address.

It stands after a `#` in the QR code of the slip, so that a phone which follows the address does not
send it anywhere. In base64url (RFC 4648, without padding) these bytes:

| bytes | what |
|---|---|
| 1 | signed by: 1 the hall's key, 2 a key of the day |
| 4 | issued at, seconds since 1970 UTC, big-endian |
| 4 | only for 2: id of the key, the first bytes of SHA-256 of the public key |
| 1 | length n of the number |
| n | number, UTF-8 |
| … | matter id, UTF-8 |
| 64 | Ed25519 signature over `slip_message` |

The hall's id and the business day are signed too but not carried: the first belongs to the key, the
second follows from the time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

import msgspec

from queue_server.wire.tickets import Ticket
from queue_server.wire.times import business_day, parse_rfc3339

SIGNATURE_BYTES = 64
KEY_ID_BYTES = 4
LONGEST = 400
"""Characters of a code; a longer one was not made here."""
_BY_HALL, _BY_DAY_KEY = 1, 2
_TIME_BYTES = 4


class Claim(msgspec.Struct, frozen=True):
    """What a slip says: number, matter id, and when it was issued, in whole seconds since 1970 UTC."""

    number: str
    matter: str
    issued_s: int


class SignedClaim(msgspec.Struct, frozen=True):
    """A claim with its signature; `key_id` names the key of the day, empty for the hall's own key."""

    claim: Claim
    signature: bytes
    key_id: bytes = b""


def claim_of(ticket: Ticket) -> Claim:
    """What the slip of a ticket says; `ticket` as it was issued, for a transfer changes its matter."""
    return Claim(ticket.number, ticket.matter.id, parse_rfc3339(ticket.issued_at) // 1000)


def day_of(claim: Claim) -> str:
    """The business day that a claim belongs to."""
    return business_day(claim.issued_s * 1000)


def key_id(public: bytes) -> bytes:
    """The short name of a public key."""
    return hashlib.sha256(public).digest()[:KEY_ID_BYTES]


def slip_message(hall: str, day: str, claim: Claim) -> bytes:
    """The bytes that are signed for a slip; `day` is the business day of its time, `2026-11-23`."""
    return msgspec.json.encode(("yichuang slip 1", hall, day, claim.number, claim.matter, claim.issued_s))


def day_key_message(hall: str, day: str, kiosk: str, public: bytes) -> bytes:
    """The bytes that the hall signs to let a kiosk's key stand for its own on one business day."""
    return msgspec.json.encode(("yichuang day key 1", hall, day, kiosk, public.hex()))


def encode(signed: SignedClaim) -> str:
    """Write a code; raises ValueError or OverflowError for what has no room in it."""
    number = signed.claim.number.encode()
    if len(signed.signature) != SIGNATURE_BYTES or len(signed.key_id) not in (0, KEY_ID_BYTES):
        raise ValueError("a signature has 64 bytes, the id of a key none or 4")
    raw = b"".join(
        (
            bytes((_BY_DAY_KEY if signed.key_id else _BY_HALL,)),
            signed.claim.issued_s.to_bytes(_TIME_BYTES, "big"),
            signed.key_id,
            len(number).to_bytes(1, "big"),
            number,
            signed.claim.matter.encode(),
            signed.signature,
        )
    )
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(code: str) -> SignedClaim:
    """Read a code; raises ValueError for anything that `encode` did not write."""
    if not 1 <= len(code) <= LONGEST:
        raise ValueError("a code of this length was not made here")
    try:
        raw = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64url") from None
    body, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
    start = 1 + _TIME_BYTES
    key_end = start + (KEY_ID_BYTES if body[:1] == bytes((_BY_DAY_KEY,)) else 0)
    if len(body) <= key_end or body[0] not in (_BY_HALL, _BY_DAY_KEY):
        raise ValueError("too short, or of a form that is not known here")
    number_end = key_end + 1 + body[key_end]
    claim = Claim(
        number=body[key_end + 1 : number_end].decode(),
        matter=body[number_end:].decode(),
        issued_s=int.from_bytes(body[1:start], "big"),
    )
    signed = SignedClaim(claim, signature, body[start:key_end])
    # Base64 leaves bits unused and a length may lie: only what is written back the same is a code.
    if len(body) < number_end or encode(signed) != code:
        raise ValueError("not written by encode")
    return signed
