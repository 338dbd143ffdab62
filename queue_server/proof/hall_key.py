"""The hall's signing key: a file beside the database, made at the first use."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from queue_server.people import keyfile

KEY_FILE = "sign.key"
HALL_ID_BYTES = 8


class HallKey:
    """Signs for the hall. `public` has 32 bytes; `hall` is the id that stands in everything signed.

    The id comes from the key, so that a slip can't be taken to a hall with another key. Raises
    ValueError if the file is there but is not a key, FileNotFoundError if it must be there and is not.
    """

    def __init__(self, data: Path, *, make: bool = True) -> None:
        path = data / KEY_FILE
        seed = keyfile.read_or_make(path) if make else keyfile.read(path)
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()
        self.hall = hashlib.sha256(self.public).digest()[:HALL_ID_BYTES].hex()

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of an Ed25519 signature; the same for the same message."""
        return self._key.sign(message)
