"""Proofs over HTTP and on the command line, against a real server process."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from queue_server.clock import parse_rfc3339
from queue_server.wire.day_key import from_text, to_text
from queue_server.wire.slip_code import (
    Claim,
    SignedClaim,
    day_key_message,
    decode,
    encode,
    key_id,
    slip_message,
)
from tests.hall_process import HallProcess

VERIFY = "/api/v1/proof/verify"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallProcess]:
    process = HallProcess(tmp_path_factory.mktemp("hall"))
    process.start()
    yield process
    process.stop()


def command(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "queue_server", "verify", *arguments, "--data", str(data)]
    return subprocess.run(line, capture_output=True, text=True, timeout=60)


def certify(hall: HallProcess, key: str, day: str, device: str | None = "kiosk-1") -> httpx.Response:
    headers = {} if device is None else {"Authorization": f"Bearer {hall.keys('devices')[device]}"}
    return hall.http.post("/api/v1/proof/day-key", json={"key": key, "day": day}, headers=headers)


def code_of(hall: HallProcess, ticket: int, device: str = "kiosk-1") -> str:
    found: str = hall.call("GET", f"/tickets/{ticket}/slip-code", device)["slip_code"]
    return found


def test_whoever_prints_asks_for_the_code_and_no_ticket_waits_for_it(hall: HallProcess) -> None:
    ticket = hall.issue("Z1-003")
    assert "slip_code" not in ticket, "nothing is signed while a ticket is written"
    code = code_of(hall, ticket["id"])
    assert code == code_of(hall, ticket["id"])
    path = f"/api/v1/tickets/{ticket['id']}/slip-code"
    board = {"Authorization": f"Bearer {hall.key('board-1F')}"}
    refused = [hall.http.get(path), hall.http.get(path, headers=board)]
    kiosk = {"Authorization": f"Bearer {hall.key('kiosk-1')}"}
    refused.append(hall.http.get("/api/v1/tickets/999999/slip-code", headers=kiosk))
    assert [answer.json()["code"] for answer in refused] == [
        "sign_in_needed", "not_allowed", "ticket_unknown"
    ]  # fmt: skip


def test_a_transferred_ticket_keeps_the_code_that_it_was_issued_with(hall: HallProcess) -> None:
    ticket = hall.issue("Z1-003")
    before = code_of(hall, ticket["id"])
    hall.call("POST", "/counters/Z1-01/open", "counter-Z1-01")
    called = hall.call("POST", "/counters/Z1-01/call-next", "counter-Z1-01")
    while called["ticket"]["number"] != ticket["number"]:
        hall.call("POST", "/counters/Z1-01/serve", "counter-Z1-01")
        called = hall.call("POST", "/counters/Z1-01/call-next", "counter-Z1-01")
    hall.call("POST", "/counters/Z1-01/transfer", "counter-Z1-01", {"matter": "Z1-005"})
    assert code_of(hall, ticket["id"]) == before
    assert hall.http.get(VERIFY, params={"code": before}).json()["ok"]


def test_anybody_can_check_a_slip_with_nothing_but_the_public_key(hall: HallProcess) -> None:
    ticket = hall.issue("Z1-003")
    answer = hall.http.get(VERIFY, params={"code": code_of(hall, ticket["id"])}).json()
    assert answer["ok"] and [check["ok"] for check in answer["checks"]] == [True] * 3
    english = hall.http.get(VERIFY, params={"code": code_of(hall, ticket["id"]), "lang": "en"}).json()
    assert english["checks"][0]["text"].startswith("Signature good")
    # Without the server: the bytes of the code, the hall's key, the message as documented.
    known, read = hall.http.get("/api/v1/proof/key").json(), decode(code_of(hall, ticket["id"]))
    message = slip_message(known["hall"], answer["slip"]["day"], read.claim)
    Ed25519PublicKey.from_public_bytes(from_text(known["key"])).verify(read.signature, message)
    assert read.claim.number == ticket["number"]


@pytest.mark.parametrize("code", ["", "A001", "x" * 107, "签名", "A" * 5_000, "%00"])
def test_what_is_no_code_is_refused_in_both_languages(hall: HallProcess, code: str) -> None:
    for lang, words in (("zh", "小票代码不对"), ("en", "not a slip's code")):
        answer = hall.http.get(VERIFY, params={"code": code, "lang": lang})
        assert answer.status_code == 422
        assert (answer.json()["code"], words in answer.json()["title"]) == ("slip_code_bad", True)


def test_a_kiosk_gets_its_key_certified_and_its_slips_are_checked(hall: HallProcess) -> None:
    today = hall.http.get("/readyz").json()["day"]
    kiosk = Ed25519PrivateKey.generate()
    public = kiosk.public_key().public_bytes_raw()
    first = certify(hall, to_text(public), today)
    again = certify(hall, to_text(public), today)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    given = first.json()["day_key"]
    message = day_key_message(first.json()["hall"], today, "kiosk-1", public)
    hall_key = Ed25519PublicKey.from_public_bytes(from_text(first.json()["hall_key"]))
    hall_key.verify(from_text(given["certificate"]), message)
    assert hall.http.get("/api/v1/proof/day-keys").json()["day_keys"] == [given]

    ticket = hall.issue("Z5-001")
    claim = Claim(ticket["number"], "Z5-001", signed_at(ticket))
    signature = kiosk.sign(slip_message(first.json()["hall"], today, claim))
    answer = hall.http.get(
        VERIFY, params={"code": encode(SignedClaim(claim, signature, key_id(public)))}
    ).json()
    assert (answer["ok"], answer["slip"]["signed_by"]) == (True, "kiosk-1")


def signed_at(ticket: dict[str, Any]) -> int:
    return parse_rfc3339(ticket["issued_at"]) // 1000


def test_who_may_not_certify_and_what(hall: HallProcess) -> None:
    today = hall.http.get("/readyz").json()["day"]
    key = to_text(bytes(range(32)))
    refused = {
        "sign_in_needed": certify(hall, key, today, None),
        "not_allowed": certify(hall, key, today, "counter-Z1-01"),
        "bad_field": certify(hall, "short", today),
        "day_key_day": certify(hall, key, "2020-01-01"),
    }
    assert {name: answer.json()["code"] for name, answer in refused.items()} == {
        name: name for name in refused
    }
    assert hall.http.get("/api/v1/proof/roots", params={"day": "then"}).json()["code"] == "bad_filter"


def test_codes_hold_over_a_restart_and_the_command_line_agrees(tmp_path: Path) -> None:
    hall = HallProcess(tmp_path)
    hall.start()
    code = code_of(hall, hall.issue("Z1-003")["id"])
    running = command(tmp_path, code)
    assert running.returncode == 0 and "Everything agrees" in running.stdout and "核对无误" in running.stdout
    hall.kill()
    hall.start()
    assert hall.http.get(VERIFY, params={"code": code}).json()["ok"]
    whole = command(tmp_path)
    assert whole.returncode == 0 and "流水完整" in whole.stdout and "OK: the journal is whole" in whole.stdout
    hall.stop()

    bad = command(tmp_path, "no-code")
    assert bad.returncode == 2 and len(bad.stderr.strip().splitlines()) == 1
    empty = command(tmp_path / "nowhere")
    assert empty.returncode == 2 and not (tmp_path / "nowhere").exists()
    with sqlite3.connect(tmp_path / "hall.db") as db:
        row = db.execute("SELECT max(seq) FROM journal WHERE kind = 'ticket.issued'").fetchall()[0][0]
        db.execute("UPDATE journal SET body = replace(body, 'Z1-003', 'Z1-002') WHERE seq = ?", (row,))
    db.close()
    broken, slip = command(tmp_path), command(tmp_path, code)
    assert (broken.returncode, slip.returncode) == (1, 1)
    assert f"第 {row} 行" in broken.stdout and f"Row {row} " in broken.stdout
    assert "Something does not agree" in slip.stdout
    (tmp_path / "sign.key").unlink()
    assert command(tmp_path, code).returncode == 2


def test_a_hall_can_leave_the_code_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_SIGN_SLIPS", "0")
    hall = HallProcess(tmp_path)
    hall.start()
    ticket = hall.issue("Z1-003")["id"]
    assert hall.call("GET", f"/tickets/{ticket}/slip-code", "kiosk-1") == {"slip_code": None}
    refused = certify(hall, to_text(bytes(range(32))), hall.http.get("/readyz").json()["day"])
    assert refused.json()["code"] == "slips_unsigned"
    hall.stop()
