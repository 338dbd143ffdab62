"""The keys and sign-ins of the demo, in a file that only its owner can read."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from queue_server.database import Database, Tx
from queue_server.people import passwords, store
from queue_server.people.actions import register_device, register_staff
from queue_server.people.secret import new_secret

DEMO_KEYS = "demo-keys.json"
DEMO_STAFF = ("clerk", "guide", "supervisor", "reviewer", "issuer", "auditor", "admin")

Names = dict[str, str]


def demo_accounts(
    database: Database, counters: Iterable[str], boards: Iterable[str], kiosks: Iterable[str], data: Path
) -> None:
    """See that every device and every role of the demo can come in, and write `demo-keys.json`.

    Keys and passwords that the file holds stay as they are, also for a new database; what was
    revoked stays revoked. Raises ValueError if the file can't be read as what it should be.
    """
    path = data / DEMO_KEYS
    keys, words = _read(path)
    roles = {
        **dict.fromkeys(kiosks, "kiosk"),
        **{f"board-{name}": "board" for name in boards},
        **{f"counter-{counter}": "counter" for counter in counters},
    }
    known, people = store.devices(database.read()), set(store.staff(database.read()))
    new_devices = [name for name in roles if name not in known or (known[name] and name not in keys)]
    new_staff = [name for name in DEMO_STAFF if name not in people or name not in words]
    for name in new_devices:
        keys.setdefault(name, new_secret())
    for name in new_staff:
        words.setdefault(name, passwords.make())
    hashes = {name: passwords.hashed(words[name]) for name in new_staff}

    def command(tx: Tx) -> None:
        for name in new_devices:
            register_device(tx, name, roles[name], "system", keys[name])
        for name, hashed in hashes.items():
            register_staff(tx, name, name, "system", hashed)

    if new_devices or new_staff or not path.exists():
        database.write(command)
        # The file comes second: whoever sees it may use what stands in it.
        _write(path, {"devices": keys, "staff": words})


def _read(path: Path) -> tuple[Names, Names]:
    """Devices' keys and staff's passwords as the file holds them; empty if there is no file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        devices, staff = dict(found["devices"]), dict(found["staff"])
    except FileNotFoundError:
        return {}, {}
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is not a file of demo keys; delete it and a new one is made") from None
    return devices, staff


def _write(path: Path, content: dict[str, Names]) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.write("\n")
    fresh.replace(path)
