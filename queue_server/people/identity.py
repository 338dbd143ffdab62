"""Citizens without their data: a keyed hash finds a person again, nothing leads back.

The key stands in a file beside the database, never inside it: whoever copies the database alone
cannot try all ID numbers against it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from queue_server.people.rules import ID_LENGTH, is_citizen_id
from queue_server.refusals import Refused

KEY_FILE = "person.key"
KEY_BYTES = 32


class PersonKey:
    """The hall's secret, made on first use in `data` with access for the owner alone."""

    def __init__(self, data: Path) -> None:
        self._key = _read_or_make(data / KEY_FILE)

    @property
    def status_key(self) -> bytes:
        """A key of its own for the citizens' status addresses (32 bytes)."""
        return hmac.digest(self._key, b"status", "sha256")

    def hash(self, id_number: str) -> bytes:
        """The keyed hash (HMAC-SHA256, 32 bytes) of an identity document's number.

        A number of 18 places must pass GB 11643; other documents are taken as they are, without
        spaces and in capitals. Raises Refused("bad_id_number").
        """
        number = "".join(id_number.split()).upper()
        plain = number.isascii() and number.isalnum()
        if not plain or (len(number) == ID_LENGTH and not is_citizen_id(number)):
            raise Refused("bad_id_number")
        return hmac.digest(self._key, number.encode(), hashlib.sha256)


def _read_or_make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_bytes(KEY_BYTES).hex())
        file.flush()
        os.fsync(file.fileno())
    return bytes.fromhex(path.read_text(encoding="ascii"))
