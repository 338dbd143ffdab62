"""The keys and sign-ins of a demo hall; without `--demo` no default account exists."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from queue_server.database import Database
from queue_server.people import store
from queue_server.people.actions import add_device, add_staff
from queue_server.people.model import STAFF_ROLES

KEYS_FILE = "demo-keys.json"


def demo_accounts(
    database: Database, counters: Iterable[str], boards: Iterable[str], kiosks: Iterable[str], data: Path
) -> None:
    """Write `demo-keys.json` with a key for each device and a password for each role.

    What the file already holds and the database knows is kept, so a restart changes no key.
    """
    path = data / KEYS_FILE
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"devices": {}, "staff": {}}
    devices, staff = known["devices"], known["staff"]
    wanted = {name: "kiosk" for name in kiosks}
    wanted |= {f"board-{name}": "board" for name in boards}
    wanted |= {f"counter-{name}": "counter" for name in counters}
    db = database.read()
    for name, role in wanted.items():
        if name not in devices or store.device_role(db, name) is None:
            devices[name] = add_device(database, name, role, "system")
    for role in sorted(STAFF_ROLES):
        if role not in staff or store.staff(db, role) is None:
            staff[role] = add_staff(database, role, role, "system")
    _write(path, json.dumps(known, indent=1))


def _write(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)
