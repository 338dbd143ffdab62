"""Signing and judging without any file or clock: what a signature proves and what it does not."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from queue_server.clock import rfc3339
from queue_server.proof.model import Finding, SlipFound
from queue_server.refusals import Refused
from queue_server.wire import Ticket
from queue_server.wire.day_key import DayKey, from_text
from queue_server.wire.slip_code import (
    Claim,
    SignedClaim,
    claim_of,
    day_key_message,
    day_of,
    decode,
    key_id,
    slip_message,
)

DAY_KEYS_MOST = 8
"""Keys of one kiosk for one day; one is normal, more come from a machine that was set up anew."""


def shown(claim: Claim, signed_by: str = "") -> SlipFound:
    """A claim in people's terms."""
    at = rfc3339(claim.issued_s * 1000)
    return SlipFound(claim.number, claim.matter, day_of(claim), at, signed_by)


def read_code(code: str) -> SignedClaim:
    """Read a slip's code; raises Refused("slip_code_bad")."""
    try:
        return decode(code)
    except ValueError:
        raise Refused("slip_code_bad") from None


def judge(hall: str, hall_key: bytes, signed: SignedClaim, day_keys: list[DayKey]) -> tuple[str, Finding]:
    """Who signed a claim (`hall`, a kiosk's name, or nobody: empty) and the finding for it.

    `day_keys` are the keys known for the claim's business day; each counts only with the certificate
    of the hall, whoever may have put it there.
    """
    message = slip_message(hall, day_of(signed.claim), signed.claim)
    if not signed.key_id:
        if holds(hall_key, signed.signature, message):
            return "hall", Finding("signature", True, "by_hall")
        return "", Finding("signature", False, "signature_wrong")
    named = [key for key in day_keys if key_id(from_text(key.key)) == signed.key_id]
    good = [key for key in named if key.day == day_of(signed.claim) and certified(hall, hall_key, key)]
    for key in good:
        if holds(from_text(key.key), signed.signature, message):
            return key.kiosk, Finding("signature", True, "by_kiosk", {"kiosk": key.kiosk})
    return "", Finding("signature", False, "signature_wrong" if good else "day_key_unknown")


def certified(hall: str, hall_key: bytes, key: DayKey) -> bool:
    """Whether the hall signed that this key stands for its own on its day."""
    message = day_key_message(hall, key.day, key.kiosk, from_text(key.key))
    return holds(hall_key, from_text(key.certificate), message)


def holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature is good."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def agrees(claim: Claim, ticket: Ticket | None) -> bool:
    """Whether the journal's ticket is the one that the slip claims."""
    return ticket is not None and claim_of(ticket) == claim
