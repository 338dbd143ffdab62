"""A view that rides is called without Flask, and nobody who asks can tell."""

from __future__ import annotations

import logging
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient

from queue_server import http
from tests.queue_server.http.conftest import WRONG_KEY

KIOSK = {"X-Test-Caller": "kiosk", "Idempotency-Key": "k" * 8}
CLERK = {"X-Test-Caller": "clerk", "Idempotency-Key": "k" * 8}


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("7/x", {"json": {}, "headers": KIOSK}, 201),
        ("7/x", {"headers": KIOSK}, 201),
        ("007/窗口 一", {"json": {}, "headers": KIOSK}, 201),
        ("7/%E7%AA%97%2F", {"json": {}, "headers": KIOSK}, None),
        ("7/x", {"json": {}, "headers": {**CLERK, "X-CSRF-Token": "secret"}}, 201),
        ("7/x?lang=en", {"json": {}, "headers": KIOSK}, 201),
        ("7/x?a=%FF&lang=&lang=en", {"json": {}, "headers": KIOSK}, 201),
        ("7/x", {"json": {}, "headers": {**KIOSK, "Accept-Language": "fr, en;q=0.5"}}, 201),
        ("7/x", {"json": {"what": "nothing"}, "headers": KIOSK}, 204),
        ("7/x", {"json": {"what": "refuse"}, "headers": KIOSK}, 409),
        ("7/x", {"json": {"what": "fail"}, "headers": KIOSK}, 500),
        ("7/x", {"json": {}, "headers": {"X-Test-Caller": "kiosk"}}, 400),
        ("7/x", {"json": {}, "headers": {"X-Test-Caller": WRONG_KEY}}, 401),
        ("7/x", {"json": {}}, 401),
        ("7/x", {"json": {}, "headers": CLERK}, 403),
        ("7/x", {"data": b"{", "content_type": "application/json; charset=utf-8", "headers": KIOSK}, 400),
        ("7/x", {"data": b"{}", "content_type": "Application/JSON", "headers": KIOSK}, 201),
        ("7/x", {"data": b"{}", "content_type": "text/plain", "headers": KIOSK}, 415),
        ("7/x", {"json": {"what": "fail"}, "headers": {**KIOSK, "Accept-Language": "en"}}, 500),
        ("9007199254740991/x", {"json": {}, "headers": KIOSK}, 201),
        ("9007199254740992/x", {"json": {}, "headers": KIOSK}, 404),
        ("-1/x", {"json": {}, "headers": KIOSK}, 404),
        ("7/", {"json": {}, "headers": KIOSK}, 404),
        ("7/x/", {"json": {}, "headers": KIOSK}, 404),
    ],
)
def test_it_answers_to_the_letter_as_it_would_by_flask(
    client: FlaskClient, path: str, asked: dict[str, Any], status: int | None
) -> None:
    rode, walked = (client.post(f"/{folder}/{path}", **asked) for folder in ("ride", "walk"))
    assert (rode.status, rode.get_data()) == (walked.status, walked.get_data())
    assert sorted(rode.headers) == sorted(walked.headers)
    assert status in (None, rode.status_code)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS"])
def test_other_methods_are_answered_alike(client: FlaskClient, method: str) -> None:
    rode, walked = (client.open(f"/{folder}/7/x", method=method) for folder in ("ride", "walk"))
    assert (rode.status, rode.get_data()) == (walked.status, walked.get_data())
    assert set(rode.headers["Allow"].split(", ")) == set(walked.headers["Allow"].split(", "))


def test_it_does_without_flask(app: http.HallFlask, client: FlaskClient) -> None:
    @app.post("/look")
    @http.described("Look", rides=True)
    def look() -> flask.Response:
        return http.answer({"flask": flask.has_request_context()})

    assert client.post("/look").json == {"flask": False}


def test_a_view_of_another_method_never_rides(app: http.HallFlask, client: FlaskClient) -> None:
    @app.get("/look")
    @http.described("Look", rides=True)
    def look() -> flask.Response:
        return http.answer({})

    assert not app.rides.has("GET", "/look") and not app.rides.has("POST", "/look")
    assert (client.get("/look").status_code, client.post("/look").status_code) == (200, 405)


def test_its_bug_is_logged_by_its_rule(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "queue_server"):
        client.post("/ride/7/secret", json={"what": "fail"}, headers=KIOSK)
    (record,) = caplog.records
    assert record.getMessage() == "a request failed: POST /ride/<int:ticket>/<name>"
    assert record.exc_info is not None and record.exc_info[0] is ZeroDivisionError


def test_who_asked_before_is_forgotten(client: FlaskClient) -> None:
    assert client.post("/ride/7/x", json={}, headers=KIOSK).status_code == 201
    assert client.post("/ride/7/x", json={}, headers={"X-Test-Caller": WRONG_KEY}).status_code == 401
    assert client.post("/ride/7/x", json={}, headers={"Idempotency-Key": "k" * 8}).status_code == 401
