"""Personal data: people are found by a keyed hash, and the number itself is never kept or logged.

The key lies in a file beside the database, not in it: a stolen database or backup alone does not
tell who was in the hall, although there are few enough citizen numbers to try them all.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from queue_server.people.rules import read_document

KEY_FILE = "person.key"
KEY_BYTES = 32


class PersonKey:
    """The hall's secret key, made at the first use in a data folder and readable by its owner alone.

    Raises ValueError if the file is there but is not a key: making a new one in silence would
    cut the hall off from everybody it knows, and break the address on every slip.
    """

    def __init__(self, data: Path) -> None:
        key = _read_or_make(data / KEY_FILE)
        self._key = hmac.digest(key, b"person", "sha256")
        self.status_key = hmac.digest(key, b"status", "sha256")
        """For the addresses on slips (32 bytes), so that one file has to be kept and not two."""

    def hash(self, id_number: str) -> bytes:
        """The 32 bytes by which a person is found again; raises Refused("bad_id_number")."""
        number = read_document(id_number).number
        return hmac.new(self._key, number.encode(), hashlib.sha256).digest()


def _read_or_make(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(path, secrets.token_bytes(KEY_BYTES))
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ValueError(f"{path} is not a key of {KEY_BYTES} bytes; put back the one from the backup")
    return key


def _put(path: Path, key: bytes) -> None:
    """Write the file whole or not at all; if somebody else was faster, their key stands."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            return
        _sync_folder(path.parent)
    finally:
        fresh.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
