"""Bad requests get a clear refusal with a code in the asker's language, never a fault."""

from __future__ import annotations

import json
import socket
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from queue_server.refusals import REFUSALS
from tests.hall_process import HallProcess


def ask(
    hall: HallProcess, method: str, path: str, device: str | None = "kiosk-1", **more: Any
) -> httpx.Response:
    headers = {"Idempotency-Key": uuid.uuid4().hex, **more.pop("headers", {})}
    if device is not None:
        headers["Authorization"] = f"Bearer {hall.keys('devices')[device]}"
    return hall.http.request(method, path, headers=headers, **more)


TICKETS = "/api/v1/tickets"
BODY = {"matter": "Z1-001"}
WRONG_ID = {"id_number": "110105194912310021"}
FORM = "application/x-www-form-urlencoded"

BAD = [
    # method, path, device, what is sent, status, code
    ("POST", TICKETS, "kiosk-1", {"json": {"matter": "Z9-999"}}, 404, "matter_unknown"),
    ("POST", TICKETS, "kiosk-1", {"json": {"matter": 7}}, 400, "bad_field"),
    ("POST", TICKETS, "kiosk-1", {"json": {}}, 400, "bad_field"),
    ("POST", TICKETS, "kiosk-1", {"json": []}, 400, "bad_field"),
    ("POST", TICKETS, "kiosk-1", {"json": {**BODY, "colour": "red"}}, 400, "bad_field"),
    ("POST", TICKETS, "kiosk-1", {"json": {**BODY, "lang": "fr"}}, 400, "bad_field"),
    ("POST", TICKETS, "kiosk-1", {"json": {**BODY, "channel": "pigeon"}}, 400, "bad_field"),
    ("POST", TICKETS, "kiosk-1", {"json": {**BODY, "priority_class": "king"}}, 422, "priority_unknown"),
    ("POST", TICKETS, "kiosk-1", {"json": {**BODY, "citizen": WRONG_ID}}, 422, "bad_id_number"),
    ("POST", TICKETS, "kiosk-1", {"json": {"matter": "x" * 5000}}, 400, "bad_field"),
    ("POST", TICKETS, "kiosk-1", {"content": b"{"}, 400, "bad_json"),
    ("POST", TICKETS, "kiosk-1", {"content": b'{"matter": "\xff\xfe"}'}, 400, "bad_json"),
    ("POST", TICKETS, "kiosk-1", {"content": b""}, 400, "bad_field"),
    ("POST", TICKETS, "kiosk-1", {"content": b"[" * 100_000}, 400, "bad_field"),
    ("POST", TICKETS, "kiosk-1", {"content": b"matter=Z1-001", "type": FORM}, 415, "media_type"),
    ("POST", TICKETS, "kiosk-1", {"content": b" " * 11_000_000}, 413, "body_too_large"),
    ("POST", TICKETS, None, {"json": BODY}, 401, "sign_in_needed"),
    ("POST", TICKETS, "board-1F", {"json": BODY}, 403, "not_allowed"),
    ("POST", TICKETS, "counter-Z1-01", {"json": BODY}, 403, "not_allowed"),
    ("GET", f"{TICKETS}/999999", "kiosk-1", {}, 404, "ticket_unknown"),
    ("GET", f"{TICKETS}/abc", "kiosk-1", {}, 404, "not_found"),
    ("GET", f"{TICKETS}/{10**30}", "kiosk-1", {}, 404, "not_found"),
    ("DELETE", TICKETS, "kiosk-1", {}, 405, "method_not_allowed"),
    ("POST", "/api/v1/counters/Z1-01/call-next", "counter-Z1-02", {}, 403, "not_allowed"),
    ("POST", "/api/v1/counters/Z1-01/finish", "counter-Z1-01", {}, 409, "no_ticket_at_hand"),
    ("GET", "/api/v1/boards/9F", "board-1F", {}, 404, "board_unknown"),
    ("GET", "/api/v1/status/AAAAAAAAAAAAAAAAAAAAAAA", None, {}, 404, "status_unknown"),
    ("GET", "/api/v1/status/%F0%9F%98%80", None, {}, 404, "status_unknown"),
    ("GET", "/api/v1/matters?zone=Z99", None, {}, 400, "bad_filter"),
    ("GET", "/api/v1/matters?lang=fr", None, {}, 400, "bad_filter"),
    ("GET", "/api/v1/matters?colour=red", None, {}, 400, "bad_filter"),
    ("GET", "/api/v1/matters/Z1-999", None, {}, 404, "matter_unknown"),
    ("GET", "/api/v1/nowhere", None, {}, 404, "not_found"),
    ("POST", "/api/v1/help/1/answer", "kiosk-1", {}, 403, "not_allowed"),
    ("GET", "/api/v1/stream?board=9F", "board-1F", {}, 404, "board_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "device", "sent", "status", "code"), BAD)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_bad_request_is_refused_with_a_code(
    hall: HallProcess,
    method: str,
    path: str,
    device: str | None,
    sent: dict[str, Any],
    status: int,
    code: str,
    lang: str,
) -> None:
    sent = dict(sent)
    headers = {"Accept-Language": lang}
    if "content" in sent:
        headers["Content-Type"] = sent.pop("type", "application/json")
    answer = ask(hall, method, path, device, headers=headers, **sent)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status == REFUSALS[code][0]
    has_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in problem["title"].split("“")[0])
    assert has_chinese == (lang == "zh"), problem["title"]
    assert "{" not in problem["title"]


@pytest.mark.parametrize("key", [None, "short", "x" * 129, "has space", "汉字汉字汉字汉字"])
def test_a_ticket_needs_a_proper_key(hall: HallProcess, key: str | None) -> None:
    headers: dict[str, Any] = {"Authorization": f"Bearer {hall.keys('devices')['kiosk-1']}"}
    if key is not None:
        headers["Idempotency-Key"] = key.encode()
    answer = hall.http.post(TICKETS, json=BODY, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "key_needed")


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer x y", "Bearer é", "Bearer " + "x" * 8000])
def test_a_foreign_key_is_refused(hall: HallProcess, header: str) -> None:
    answer = hall.http.get("/api/v1/hall", headers=[(b"Authorization", header.encode())])
    assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown")


def test_a_repeated_key_is_answered_with_the_same_ticket(hall: HallProcess) -> None:
    key = uuid.uuid4().hex
    first = ask(hall, "POST", TICKETS, json=BODY, headers={"Idempotency-Key": key})
    again = ask(hall, "POST", TICKETS, json=BODY, headers={"Idempotency-Key": key})
    other = ask(hall, "POST", TICKETS, json={"matter": "Z1-002"}, headers={"Idempotency-Key": key})
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 422)
    assert again.headers["idempotent-replay"] == "true"
    assert "idempotent-replay" not in first.headers
    assert again.json() == first.json()
    assert other.json()["code"] == "key_reused"


def test_a_key_belongs_to_one_person_too(hall: HallProcess) -> None:
    key, answers = uuid.uuid4().hex, []
    for number in ("11010519491231002X", "11010519491231002x", "440524188001010014"):
        body = {"matter": "Z6-001", "citizen": {"id_number": number}}
        answers.append(ask(hall, "POST", TICKETS, json=body, headers={"Idempotency-Key": key}).status_code)
    assert answers == [201, 200, 422]


def test_a_key_tells_its_own_caller_what_it_got(hall: HallProcess) -> None:
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    path = f"/api/v1/answers/{headers['Idempotency-Key']}"
    assert ask(hall, "GET", path).json()["code"] == "answer_unknown"
    taken = ask(hall, "POST", TICKETS, json=BODY, headers=headers).json()["ticket"]
    told = ask(hall, "GET", path).json()["ticket"]
    assert (told["id"], told["status_url"]) == (taken["id"], taken["status_url"])
    assert ask(hall, "GET", path, "counter-Z1-01").json()["code"] == "not_allowed"
    assert ask(hall, "GET", path, None).json()["code"] == "sign_in_needed"


def test_a_body_in_chunks_without_an_end_is_cut_off(hall: HallProcess) -> None:
    """An 11 MB chunked body gets its refusal after the limit, not after the last byte."""
    key = hall.keys("devices")["kiosk-1"]
    with socket.create_connection(("127.0.0.1", hall.port), timeout=20) as line:
        line.sendall(
            f"POST {TICKETS} HTTP/1.1\r\nHost: hall\r\nAuthorization: Bearer {key}\r\n"
            "Idempotency-Key: 0123456789\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        try:
            for _ in range(170):
                line.sendall(chunk)
        except OSError:
            pass  # the server has said what it had to say and closed
        assert b"413" in line.recv(200)


def test_the_document_describes_every_call_of_the_api(hall: HallProcess) -> None:
    document = hall.http.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/tickets", "/api/v1/hall", "/api/v1/stream", "/api/v1/status/{token}"} <= set(
        document["paths"]
    )
    page = hall.http.get("/api/v1/docs")
    assert page.status_code == 200
    assert "http://" not in page.text.replace("http://127.0.0.1", "")
    assert all(code in page.text for code in REFUSALS)
    json.dumps(document)


def test_a_database_without_demo_has_no_account(tmp_path: Path) -> None:
    process = HallProcess(tmp_path, demo=False)
    process.start()
    try:
        answer = process.http.post("/api/v1/session", json={"name": "admin", "password": "admin"})
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_failed")
        assert not (tmp_path / "demo-keys.json").exists()
        assert process.http.get("/").status_code in {302, 404}
    finally:
        process.stop()


def test_figures_for_the_watch(hall: HallProcess) -> None:
    before = hall.http.get("/metrics")
    assert before.headers["content-type"].startswith("text/plain; version=0.0.4")
    ask(hall, "POST", TICKETS, json={"matter": "Z4-001"})
    figures = dict(
        line.rsplit(" ", 1) for line in hall.http.get("/metrics").text.splitlines() if line[0] != "#"
    )
    assert float(figures['hall_waiting{zone="Z4"}']) >= 1
    assert sum(float(value) for name, value in figures.items() if name.startswith("hall_counters")) == 66
    assert float(figures["hall_journal_seq"]) > 0
