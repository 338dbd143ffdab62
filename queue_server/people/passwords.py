"""Passwords of staff: argon2id, made and checked outside the writer, a few at a time.

Parameters: 19 MiB, 2 passes, 1 lane, which is the least that OWASP's password storage sheet asks
for. Each check holds that memory, so only two run at once: a burst of sign-ins must not take the
small machine down.
"""

from __future__ import annotations

import secrets
import threading

import argon2

from queue_server.refusals import Refused

AT_ONCE = 2
LONGEST_WAIT_S = 10.0
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No 0, 1, i, l, o: a password is read from one screen and typed at another."""
GROUPS, GROUP_LENGTH = 4, 4

_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_places = threading.BoundedSemaphore(AT_ONCE)
_decoy_lock = threading.Lock()
_decoy = ""


def make() -> str:
    """Draw a password of 79 random bits, such as `k7mp-x2qd-9fhw-tz3c`."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))


def hashed(password: str) -> str:
    """Hash a password for storing; takes some 20 ms."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the stored one.

    For an unknown name (`stored` None) a decoy is checked, so that the time taken does not tell
    which names exist. Raises Refused("store_busy") when too many sign in at once.
    """
    if not _places.acquire(timeout=LONGEST_WAIT_S):
        raise Refused("store_busy")
    try:
        _hasher.verify(stored or _decoy_hash(), password)
    except argon2.exceptions.VerifyMismatchError:
        return False
    finally:
        _places.release()
    return stored is not None


def _decoy_hash() -> str:
    """The hash of a password that nobody knows, made once."""
    global _decoy
    with _decoy_lock:
        if not _decoy:
            _decoy = _hasher.hash(secrets.token_urlsafe())
        return _decoy
