"""Personal data: people are found by a keyed hash, and the number itself is never kept or logged.

The key lies in a file beside the database, not in it: a stolen database or backup alone does not
tell who was in the hall, although there are few enough citizen numbers to try them all.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from queue_server.people import keyfile
from queue_server.people.rules import read_document

KEY_FILE = "person.key"


class PersonKey:
    """The hall's secret key, made at the first use in a data folder and readable by its owner alone.

    Raises ValueError if the file is there but is not a key: making a new one in silence would
    cut the hall off from everybody it knows, and break the address on every slip.
    """

    def __init__(self, data: Path) -> None:
        key = keyfile.read_or_make(data / KEY_FILE)
        self._key = hmac.digest(key, b"person", "sha256")
        self.status_key = hmac.digest(key, b"status", "sha256")
        """For the addresses on slips (32 bytes), so that one file has to be kept and not two."""

    def hash(self, id_number: str) -> bytes:
        """The 32 bytes by which a person is found again; raises Refused("bad_id_number")."""
        number = read_document(id_number).number
        return hmac.new(self._key, number.encode(), hashlib.sha256).digest()
