"""The demo's keys: complete, private, and the same after a restart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from queue_server.clock import ManualClock
from queue_server.database import Database
from queue_server.journal.store import last_seq
from queue_server.people.accounts import DEMO_KEYS, demo_accounts
from queue_server.people.actions import Doorman, revoke_device
from queue_server.refusals import Refused

COUNTERS, BOARDS, KIOSKS = ("Z1-01", "Z3-01"), ("1F", "all"), ("kiosk-1",)
STAFF = {"clerk", "guide", "supervisor", "reviewer", "issuer", "auditor", "admin"}


def start(database: Database, data: Path) -> dict[str, dict[str, str]]:
    demo_accounts(database, COUNTERS, BOARDS, KIOSKS, data)
    found: dict[str, dict[str, str]] = json.loads((data / DEMO_KEYS).read_text(encoding="utf-8"))
    return found


def test_every_device_and_role_can_come_in(database: Database, doorman: Doorman, tmp_path: Path) -> None:
    keys = start(database, tmp_path)
    assert set(keys) == {"devices", "staff"} and set(keys["staff"]) == STAFF
    roles = {name: doorman.recognise(f"Bearer {key}", None).role for name, key in keys["devices"].items()}
    assert roles == {
        "kiosk-1": "kiosk",
        "board-1F": "board",
        "board-all": "board",
        "counter-Z1-01": "counter",
        "counter-Z3-01": "counter",
    }
    for name, password in keys["staff"].items():
        assert doorman.sign_in(name, password, "127.0.0.1")[1].role == name


def test_only_the_owner_can_read_the_file(database: Database, tmp_path: Path) -> None:
    start(database, tmp_path)
    assert (tmp_path / DEMO_KEYS).stat().st_mode & 0o777 == 0o600


def test_a_restart_changes_nothing(database: Database, tmp_path: Path) -> None:
    first = start(database, tmp_path)
    seq, written = last_seq(database.read()), (tmp_path / DEMO_KEYS).stat().st_mtime_ns
    assert start(database, tmp_path) == first
    assert last_seq(database.read()) == seq
    assert (tmp_path / DEMO_KEYS).stat().st_mtime_ns == written


def test_a_new_database_takes_over_the_keys_of_the_file(tmp_path: Path, clock: ManualClock) -> None:
    old = Database(tmp_path / "old.db", clock)
    first = start(old, tmp_path)
    old.close()
    new = Database(tmp_path / "new.db", clock)
    assert start(new, tmp_path) == first
    doorman = Doorman(new)
    assert doorman.recognise(f"Bearer {first['devices']['kiosk-1']}", None).name == "kiosk-1"
    assert doorman.sign_in("clerk", first["staff"]["clerk"], "127.0.0.1")[1].role == "clerk"
    new.close()


def test_a_lost_file_is_made_anew_with_keys_that_work(
    database: Database, doorman: Doorman, tmp_path: Path
) -> None:
    first = start(database, tmp_path)
    (tmp_path / DEMO_KEYS).unlink()
    second = start(database, tmp_path)
    assert second["devices"]["kiosk-1"] != first["devices"]["kiosk-1"]
    assert doorman.recognise(f"Bearer {second['devices']['kiosk-1']}", None).name == "kiosk-1"
    assert doorman.sign_in("clerk", second["staff"]["clerk"], "127.0.0.1")[1].name == "clerk"


def test_what_was_revoked_stays_revoked(database: Database, doorman: Doorman, tmp_path: Path) -> None:
    keys = start(database, tmp_path)
    revoke_device(database, "kiosk-1", "staff:admin")
    assert start(database, tmp_path) == keys
    with pytest.raises(Refused, match="key_unknown"):
        doorman.recognise(f"Bearer {keys['devices']['kiosk-1']}", None)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"devices": 1, "staff": {}}', "\ufeff{}"])
def test_a_broken_file_is_named(database: Database, tmp_path: Path, content: str) -> None:
    (tmp_path / DEMO_KEYS).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=DEMO_KEYS):
        start(database, tmp_path)
