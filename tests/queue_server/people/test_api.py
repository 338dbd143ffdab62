"""Signing in, tokens and cookies over HTTP, as a browser and a program see them."""

from __future__ import annotations

from typing import Any

import flask
import pytest
from flask.testing import FlaskClient

from queue_server.database import Database
from queue_server.people.actions import add_device, add_staff
from queue_server.people.rules import FREE_TRIES_NAME

PASSWORD = "k7mp-x2qd-9fhw"
CALL = "/counters/Z3-01/call-next"


@pytest.fixture
def browser(app: flask.Flask, database: Database) -> FlaskClient:
    add_staff(database, "li", "clerk", "system", PASSWORD)
    return app.test_client()


def sign_in(browser: FlaskClient, name: str = "li", password: str = PASSWORD) -> Any:
    return browser.post("/api/v1/session", json={"name": name, "password": password})


def test_sign_in_look_and_sign_out(browser: FlaskClient) -> None:
    assert browser.get("/api/v1/session").get_json()["code"] == "sign_in_needed"
    answer = sign_in(browser)
    assert answer.status_code == 200
    csrf = answer.get_json()["csrf"]
    assert answer.get_json() == {"name": "li", "role": "clerk", "csrf": csrf}
    assert browser.get("/api/v1/session").get_json() == answer.get_json()
    assert browser.delete("/api/v1/session").get_json()["code"] == "csrf_failed"
    assert browser.delete("/api/v1/session", headers={"X-CSRF-Token": csrf}).status_code == 204
    assert browser.get("/api/v1/session").status_code == 401


def test_the_cookies_are_closed_to_scripts_and_other_sites(browser: FlaskClient) -> None:
    cookies = {one.split("=")[0]: one for one in sign_in(browser).headers.getlist("Set-Cookie")}
    assert "HttpOnly" in cookies["hall_session"] and "SameSite=Lax" in cookies["hall_session"]
    assert "Max-Age" not in cookies["hall_session"] and "Expires" not in cookies["hall_session"]
    assert "HttpOnly" not in cookies["csrf"] and "SameSite=Lax" in cookies["csrf"]
    assert browser.get_cookie("csrf").value == browser.get("/api/v1/session").get_json()["csrf"]  # type: ignore[union-attr]


def test_a_change_with_a_cookie_needs_the_token_of_this_session(
    browser: FlaskClient, app: flask.Flask
) -> None:
    csrf = sign_in(browser).get_json()["csrf"]
    other = app.test_client()
    foreign = sign_in(other).get_json()["csrf"]
    assert browser.post(CALL).get_json()["code"] == "csrf_failed"
    for wrong in (foreign, "", "é", csrf[:-1]):
        assert browser.post(CALL, headers={"X-CSRF-Token": wrong}).status_code == 403
    assert browser.post(CALL, headers={"X-CSRF-Token": csrf}).get_json() == {
        "by": "staff:li",
        "counter": "Z3-01",
    }


def test_one_can_sign_in_again_over_an_old_session(browser: FlaskClient) -> None:
    first = sign_in(browser).get_json()["csrf"]
    second = sign_in(browser)
    assert second.status_code == 200 and second.get_json()["csrf"] != first


def test_a_personal_token_acts_as_its_person_and_makes_no_more_tokens(
    browser: FlaskClient, app: flask.Flask
) -> None:
    csrf = {"X-CSRF-Token": sign_in(browser).get_json()["csrf"]}
    made = browser.post("/api/v1/session/tokens", headers=csrf)
    assert made.status_code == 201 and made.get_json()["role"] == "clerk"
    program, bearer = app.test_client(), {"Authorization": f"Bearer {made.get_json()['token']}"}
    assert program.post(CALL, headers=bearer).get_json()["by"] == "staff:li"
    assert program.post("/api/v1/session/tokens", headers=bearer).get_json()["code"] == "not_allowed"
    assert browser.delete("/api/v1/session/tokens", headers=csrf).status_code == 204
    assert program.post(CALL, headers=bearer).get_json()["code"] == "key_unknown"


def test_a_board_changes_its_key_for_a_cookie(browser: FlaskClient, database: Database) -> None:
    key = {"Authorization": f"Bearer {add_device(database, 'board-1F', 'board', 'system')}"}
    answer = browser.post("/api/v1/device-session", headers=key)
    assert answer.status_code == 200 and answer.get_json()["role"] == "board"
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Max-Age" in cookie
    assert browser.get("/api/v1/session").get_json() == answer.get_json()
    assert (
        browser.post(
            "/api/v1/device-session", headers={"X-CSRF-Token": answer.get_json()["csrf"]}
        ).status_code
        == 403
    )


def test_a_keypad_moves_only_its_own_counter(browser: FlaskClient, database: Database) -> None:
    key = {"Authorization": f"Bearer {add_device(database, 'counter-Z3-01', 'counter', 'system')}"}
    assert browser.post(CALL, headers=key).get_json()["by"] == "device:counter-Z3-01"
    assert browser.post("/counters/Z3-02/call-next", headers=key).get_json()["code"] == "not_allowed"


def test_only_named_roles_get_in(browser: FlaskClient, database: Database) -> None:
    key = {"Authorization": f"Bearer {add_device(database, 'kiosk-1', 'kiosk', 'system')}"}
    assert browser.post(CALL, headers=key).get_json()["code"] == "not_allowed"
    nobody = browser.post(CALL)
    assert nobody.get_json()["code"] == "sign_in_needed" and nobody.headers["WWW-Authenticate"] == "Bearer"


def test_which_of_name_and_password_was_wrong_is_not_told(browser: FlaskClient) -> None:
    known, unknown = sign_in(browser, password="wrong"), sign_in(browser, name="wang")
    assert known.status_code == unknown.status_code == 401
    assert known.get_data() == unknown.get_data()


def test_after_too_many_tries_the_answer_says_how_long_to_wait(browser: FlaskClient) -> None:
    for _ in range(FREE_TRIES_NAME):
        sign_in(browser, password="wrong")
    answer = sign_in(browser)
    assert answer.status_code == 429 and answer.get_json()["code"] == "too_many_tries"
    assert answer.headers["Retry-After"] == "5" and "5" in answer.get_json()["title"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad_field"),
        ({"name": "li"}, "bad_field"),
        ({"name": 7, "password": PASSWORD}, "bad_field"),
        ({"name": "li", "password": ""}, "bad_field"),
        ({"name": "x" * 61, "password": PASSWORD}, "bad_field"),
        ({"name": "li", "password": PASSWORD, "role": "admin"}, "bad_field"),
        ([], "bad_field"),
        ({"name": "li\x00", "password": PASSWORD}, "sign_in_failed"),
        ({"name": "' OR 1=1 --", "password": PASSWORD}, "sign_in_failed"),
    ],
)
def test_bad_sign_ins_are_refused(browser: FlaskClient, body: Any, code: str) -> None:
    assert browser.post("/api/v1/session", json=body).get_json()["code"] == code
