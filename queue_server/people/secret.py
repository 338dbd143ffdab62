"""Keys, cookies and tokens: how they are drawn, and how they are kept.

They are kept as plain SHA-256. Argon2 slows down whoever guesses a password that a person chose;
a secret of 256 random bits can't be guessed at any speed, and a slow hash would cost every
request of every device some 20 ms.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """Draw a key, cookie or token: 256 random bits, 43 characters that need no escaping."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> bytes:
    """The form in which a secret is stored and looked up; any text will do."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def csrf_of(secret: str) -> str:
    """The token that a page repeats in `X-CSRF-Token`: bound to its cookie, computed, never stored."""
    return hmac.new(secret.encode("utf-8", "replace"), b"csrf", hashlib.sha256).hexdigest()
