"""A secret key in a file of its own: made once, whole or not at all, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

KEY_BYTES = 32


def read_or_make(path: Path) -> bytes:
    """The 32 random bytes in `path`, drawn at the first use.

    Raises ValueError if the file is there but is not a key: making a new one in silence would void
    everything that was done with the old one.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(path, secrets.token_bytes(KEY_BYTES))
    return read(path)


def read(path: Path) -> bytes:
    """The key in `path`; raises FileNotFoundError, or ValueError if that is no key."""
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
