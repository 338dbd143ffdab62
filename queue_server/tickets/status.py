"""The citizen's address of a visit: short enough for a slip, impossible to guess.

    token = base64url( visit id, 5 bytes big-endian | keyed BLAKE2b of it, 12 bytes )

It is computed, not stored: no random index grows beside the tickets, and a lost row can't leak it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from queue_server.refusals import Refused

ID_BYTES, TAG_BYTES = 5, 12


def token_of(key: bytes, visit: int) -> str:
    """The token of a visit under the hall's secret key (16 to 64 bytes)."""
    head = visit.to_bytes(ID_BYTES, "big")
    return base64.urlsafe_b64encode(head + _tag(key, head)).decode().rstrip("=")


def visit_of(key: bytes, token: str) -> int:
    """The visit of a token; raises Refused("status_unknown") for anything not made by `token_of`."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"==")
    except (ValueError, binascii.Error, UnicodeEncodeError):
        raise Refused("status_unknown") from None
    head, tag = raw[:ID_BYTES], raw[ID_BYTES:]
    if len(raw) != ID_BYTES + TAG_BYTES or not hmac.compare_digest(tag, _tag(key, head)):
        raise Refused("status_unknown")
    return int.from_bytes(head, "big")


def _tag(key: bytes, head: bytes) -> bytes:
    return hashlib.blake2b(head, key=key, digest_size=TAG_BYTES, person=b"visit status").digest()
