"""The kiosk's key of the day: certified once, kept for its owner alone, gone when its day is over."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.signing import AHEAD_MS, RETRY_MS, Signer
from queue_server.client import Client, ServerAway
from queue_server.wire import IssueTicket, Ticket
from queue_server.wire.slip_code import decode
from queue_server.wire.times import business_day, parse_rfc3339
from tests.hall_process import HallProcess

HOUR_MS = 3_600_000


def noon_ms() -> int:
    """Noon of the business day that it is: shortly before the rollover there would be two keys."""
    return parse_rfc3339(f"{business_day(time.time_ns() // 1_000_000)}T12:00:00+08:00")


def ticket_of(server: HallProcess, matter: str = "Z1-001") -> Ticket:
    with server.client("kiosk-1") as client:
        return client.issue(IssueTicket(matter), f"sign-{time.monotonic_ns()}")


def certified(server: HallProcess, folder: Path, at_ms: int) -> Signer:
    signer = Signer(folder)
    with server.client("kiosk-1") as client:
        signer.renew(client, at_ms)
    return signer


def proof(server: HallProcess, code: str) -> tuple[bool, str]:
    found = server.http.get("/api/v1/proof/verify", params={"code": code}).json()
    return found["ok"], found["slip"]["signed_by"]


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.key"))


def test_a_slip_of_the_kiosk_verifies_by_address_and_by_command(server: HallProcess, tmp_path: Path) -> None:
    ticket = ticket_of(server)
    signer = certified(server, tmp_path, noon_ms())
    code = signer.code(ticket)
    assert proof(server, code) == (True, "kiosk-1")
    line = [sys.executable, "-m", "queue_server", "verify", code, "--data", str(server.data)]
    told = subprocess.run(line, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0 and "Everything agrees" in told.stdout
    page = server.http.get("/verify", params={"code": code})
    assert page.status_code == 200 and ticket.number in page.text and "kiosk-1" in page.text


def test_a_restart_signs_at_once_with_the_same_key(server: HallProcess, tmp_path: Path) -> None:
    ticket = ticket_of(server)
    code = certified(server, tmp_path, noon_ms()).code(ticket)
    (file,) = files(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = Signer(tmp_path)
    assert again.code(ticket) == code, "before any word with the server"
    keys = len(server.http.get("/api/v1/proof/day-keys").json()["day_keys"])
    with server.client("kiosk-1") as client:
        again.renew(client, noon_ms())
    assert len(server.http.get("/api/v1/proof/day-keys").json()["day_keys"]) == keys


def test_no_key_no_code(server: HallProcess, tmp_path: Path) -> None:
    ticket = ticket_of(server)
    signer = Signer(tmp_path)
    assert signer.code(ticket) == ""
    server.stop()
    with server.client("kiosk-1") as client, pytest.raises(ServerAway):
        signer.renew(client, noon_ms())
    assert signer.code(ticket) == "", "a key without its certificate signs nothing"
    server.start()
    with server.client("kiosk-1") as client:
        signer.renew(client, noon_ms())
    assert proof(server, signer.code(ticket)) == (True, "kiosk-1")


def test_the_next_day_has_its_key_before_it_begins_and_the_old_one_goes(
    server: HallProcess, tmp_path: Path
) -> None:
    today = business_day(noon_ms())
    rollover = parse_rfc3339(f"{today}T04:00:00+08:00") + 24 * HOUR_MS
    signer = certified(server, tmp_path, rollover - AHEAD_MS)
    tomorrow = business_day(rollover)
    assert [file.stem for file in files(tmp_path)] == [f"day-{today}", f"day-{tomorrow}"]
    with server.client("kiosk-1") as client:
        signer.renew(client, rollover + AHEAD_MS // 2)
        assert len(files(tmp_path)) == 2, "a slip of the last minute may still be on its way"
        signer.renew(client, rollover + AHEAD_MS)
    assert [file.stem for file in files(tmp_path)] == [f"day-{tomorrow}"]
    assert signer.code(ticket_of(server)) == "", "the key of another day signs nothing"


def test_a_copied_disk_does_not_sign_for_another_kiosk(server: HallProcess, tmp_path: Path) -> None:
    certified(server, tmp_path / "first", noon_ms())
    shutil.copytree(tmp_path / "first", tmp_path / "copy")
    line = [sys.executable, "-m", "queue_server", "device", "add", "kiosk-2", "--role", "kiosk"]
    made = subprocess.run(
        [*line, "--data", str(server.data)], capture_output=True, text=True, timeout=60, check=True
    )
    other, ticket = Signer(tmp_path / "copy"), ticket_of(server)
    with Client(server.url, made.stdout.split()[-1]) as client:
        other.renew(client, noon_ms())
        assert other.code(ticket) == ""
        other.renew(client, noon_ms() + RETRY_MS)
    assert proof(server, other.code(ticket)) == (True, "kiosk-2")


def test_what_is_no_key_is_made_anew(server: HallProcess, tmp_path: Path) -> None:
    (tmp_path / f"day-{business_day(noon_ms())}.key").write_bytes(b"no key")
    signer = certified(server, tmp_path, noon_ms())
    assert decode(signer.code(ticket_of(server))).key_id
