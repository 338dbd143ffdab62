"""Who gets in, and that the document says the same as the check."""

from __future__ import annotations

import itertools
import re
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient

from queue_server import http
from queue_server.refusals import REFUSALS, Refused

OPEN = "/counters/Z3-01/open"


@pytest.mark.parametrize(
    ("who", "path", "csrf", "status"),
    [
        ("", OPEN, None, 401),
        ("kiosk", OPEN, None, 403),
        ("counter", OPEN, None, 200),
        ("counter", "/counters/Z3-02/open", None, 403),
        ("clerk", OPEN, None, 403),
        ("clerk", OPEN, "wrong", 403),
        ("clerk", OPEN, "secret", 200),
        ("clerk", "/counters/Z3-02/open", "secret", 200),
    ],
)
def test_who_gets_in(client: FlaskClient, who: str, path: str, csrf: str | None, status: int) -> None:
    headers = {"X-Test-Caller": who} | ({} if csrf is None else {"X-CSRF-Token": csrf})
    assert client.post(path, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "rides"),
    [
        ("POST", OPEN, True),
        ("POST", "/counters/窗口/open", True),
        ("GET", OPEN, False),
        ("POST", "/counters//open", False),
        ("POST", "/counters/Z3-01/open/more", False),
        ("POST", "/counters/Z3/01/open", False),
        ("POST", f"/api{OPEN}", False),
        ("POST", "/wishes", False),
        ("GET", "/tickets/1", False),
    ],
)
def test_which_requests_ride(app: http.HallFlask, method: str, path: str, rides: bool) -> None:
    assert app.rides.has(method, path) is rides


def test_where_no_view_rides_no_request_does() -> None:
    bare = http.HallFlask("bare").rides
    assert not bare.has("POST", "")
    assert not bare.has("POST", "/")


def test_reading_with_a_cookie_needs_no_token(client: FlaskClient) -> None:
    assert client.get("/tickets/1", headers={"X-Test-Caller": "clerk"}).status_code == 200


def test_the_document_describes_every_view(app: flask.Flask) -> None:
    document = http.openapi(app)
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {
        "/wishes",
        "/counters/{counter}/open",
        "/tickets/{ticket}",
        "/broken",
        "/ride/{ticket}/{name}",
        "/walk/{ticket}/{name}",
    }
    wish = document["paths"]["/wishes"]["post"]
    assert wish["requestBody"]["required"] is True
    assert [one["name"] for one in wish["parameters"]] == ["Idempotency-Key"]
    assert "security" not in wish
    opening = document["paths"]["/counters/{counter}/open"]["post"]
    assert opening["requestBody"]["required"] is False
    assert opening["security"] == [{"key": []}, {"session": []}, {"device": []}]
    assert document["paths"]["/tickets/{ticket}"]["get"]["parameters"][0]["schema"]["maximum"] == 2**53 - 1


def test_every_reference_of_the_document_leads_somewhere(app: flask.Flask) -> None:
    document = http.openapi(app)

    def references(part: Any) -> list[str]:
        if isinstance(part, dict):
            own = [part["$ref"]] if "$ref" in part else []
            return own + list(itertools.chain.from_iterable(map(references, part.values())))
        return list(itertools.chain.from_iterable(map(references, part))) if isinstance(part, list) else []

    found = references(document)
    assert len(found) > 5
    for reference in found:
        name = reference.removeprefix("#/components/schemas/")
        assert name in document["components"]["schemas"]


def test_each_refusal_of_a_request_is_documented_with_its_status(
    app: flask.Flask, client: FlaskClient
) -> None:
    """What the server answers to a wrong request stands in the document of that very call."""
    document = http.openapi(app)
    asked = [
        (
            "/wishes",
            client.post(
                "/wishes", data=b"{", content_type="application/json", headers={"Idempotency-Key": "k" * 8}
            ),
        ),
        (
            "/wishes",
            client.post(
                "/wishes", data=b"x", content_type="text/plain", headers={"Idempotency-Key": "k" * 8}
            ),
        ),
        ("/wishes", client.post("/wishes", json={"matter": "a"})),
        ("/counters/{counter}/open", client.post(OPEN)),
        ("/counters/{counter}/open", client.post(OPEN, headers={"X-Test-Caller": "clerk"})),
        ("/counters/{counter}/open", client.post(OPEN, headers={"X-Test-Caller": "kiosk"})),
    ]
    for path, answer in asked:
        known = document["paths"][path]["post"]["responses"]
        assert answer.get_json()["code"] in re.split(", ", known[str(answer.status_code)]["description"])


def test_what_is_served_beside_flask_can_be_added(app: flask.Flask) -> None:
    stream = {"/api/v1/stream": {"get": {"summary": "Events", "responses": {"200": {"description": "done"}}}}}
    document = http.openapi(app, more=stream)
    assert "/api/v1/stream" in document["paths"] and "/wishes" in document["paths"]
    assert "/api/v1/stream" in http.docs_html(document)


def test_the_page_reads_without_any_outside_address(app: flask.Flask) -> None:
    page = http.docs_html(http.openapi(app))
    assert not re.search(r"(?:https?:)?//[a-z]", page)
    assert "<script" not in page and "style=" not in page
    for code in REFUSALS:
        assert f"id='{code}'" in page
    assert "/counters/{counter}/open" in page


def test_a_refusal_without_a_row_in_the_table_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Refused("made_up")
