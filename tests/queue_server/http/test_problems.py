"""Every failure is problem+json with a stable code, in the asker's language, and never a naked 500."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queue_server.http import problem_bytes
from queue_server.http.problems import problem
from queue_server.refusals import FACT_WORDS, REFUSALS, Refused, sentence
from queue_server.tickets.model import Move
from queue_server.wire import TicketState
from queue_server.wire.words import translator

KEY = {"Idempotency-Key": "abcdefgh"}
JSON = {"Content-Type": "application/json", **KEY}
HAN = re.compile("[\u3400-\u9fff]")


def post(client: FlaskClient, body: bytes, **headers: str) -> Any:
    return client.post("/wishes", data=body, headers={**JSON, **headers})


def code_of(answer: Any) -> str:
    assert answer.content_type == "application/problem+json"
    found = json.loads(answer.get_data())
    assert found["status"] == answer.status_code == REFUSALS[found["code"]][0]
    assert found["title"] and found["type"].endswith(f"#{found['code']}")
    return str(found["code"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_field"),
        (b"{", "bad_json"),
        (b"\xff\xfe", "bad_json"),
        (b'{"matter": "\xff"}', "bad_json"),
        (b'{"matter": "\\ud800"}', "bad_json"),
        (b"\xef\xbb\xbf{}", "bad_json"),
        (b"[" * 100_000, "bad_field"),
        (b'{"matter": "a", "copies": ' + b"[" * 100_000, "bad_field"),
        (b"null", "bad_field"),
        (b"[]", "bad_field"),
        (b'{"matter": 7}', "bad_field"),
        (b'{"matter": ""}', "bad_field"),
        (b'{"matter": "123456789"}', "bad_field"),
        (b'{"matter": "a", "copies": 10}', "bad_field"),
        (b'{"matter": "a", "copies": 1e999}', "bad_field"),
        (b'{"matter": "a", "copies": 99999999999999999999999999}', "bad_field"),
        (b'{"matter": "a", "more": 1}', "bad_field"),
    ],
)
def test_bad_bodies(client: FlaskClient, body: bytes, code: str) -> None:
    assert code_of(post(client, body)) == code


@pytest.mark.parametrize(
    ("body", "field", "zh", "en"),
    [
        (b"{}", "$.matter", "没有填", "it is missing"),
        (b'{"matter":"a","x":1}', "$.x", "没有这个字段", "there is no such field"),
        (b'{"matter":1}', "$.matter", "应是 str，收到的是 int", "it should be str, but is int"),
        (b'{"matter":""}', "$.matter", "长度应 >= 1", "its length should be >= 1"),
        (b'{"matter":"a","copies":0}', "$.copies", "应 >= 1", "it should be >= 1"),
    ],
)
def test_a_wrong_field_is_named_and_explained(
    client: FlaskClient, body: bytes, field: str, zh: str, en: str
) -> None:
    for lang, words in (("zh", zh), ("en", en)):
        found = post(client, body, **{"Accept-Language": lang}).get_json()
        assert found["errors"] == [{"field": field, "problem": words}]
        assert field in found["title"] and words in found["title"]


@given(st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
def test_no_body_is_a_fault(client: FlaskClient, body: bytes) -> None:
    assert post(client, body).status_code in {200, 400}


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "ÿ", "application/jsonp"],
)
def test_only_json_is_read(client: FlaskClient, kind: str) -> None:
    assert code_of(post(client, b'{"matter": "a"}', **{"Content-Type": kind})) == "media_type"


def test_the_charset_of_json_does_no_harm(client: FlaskClient) -> None:
    answer = post(
        client, '{"matter": "身份证"}'.encode(), **{"Content-Type": "application/json; charset=utf-8"}
    )
    assert answer.get_json() == {"matter": "身份证", "copies": 1}


def test_a_call_with_nothing_to_say_needs_no_body(client: FlaskClient) -> None:
    answer = client.post("/counters/Z3-01/open", headers={"X-Test-Caller": "counter"})
    assert answer.get_json() == {"by": "device:counter-Z3-01", "take_over": False}


@pytest.mark.parametrize(
    "key", [None, "", "short", "has a space", "x" * 129, "schlüssel", "汉字汉字汉字汉字"]
)
def test_a_creating_call_needs_a_proper_key(client: FlaskClient, key: str | None) -> None:
    headers = {"Content-Type": "application/json"}
    if key is not None:
        headers["Idempotency-Key"] = key.encode().decode("latin-1")
    assert code_of(client.post("/wishes", data=b'{"matter": "a"}', headers=headers)) == "key_needed"


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/tickets", "/tickets/x", "/tickets/-1", "/tickets/%FF", "/tickets/1/", "/%00"]
)
def test_unknown_addresses(client: FlaskClient, path: str) -> None:
    assert code_of(client.get(path)) == "not_found"


@pytest.mark.parametrize("number", [str(2**53), str(2**63), "9" * 40, "9" * 5000, "１２"])
def test_numbers_that_no_row_can_have_are_unknown_addresses(client: FlaskClient, number: str) -> None:
    assert code_of(client.get(f"/tickets/{number}")) == "not_found"


def test_the_largest_row_number_is_read(client: FlaskClient) -> None:
    assert client.get(f"/tickets/{2**53 - 1}").get_json()["ticket"] == 2**53 - 1


def test_a_wrong_method_tells_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete("/wishes")
    assert code_of(answer) == "method_not_allowed" and "POST" in answer.headers["Allow"]


def test_a_bug_is_told_to_the_log_once_and_not_to_the_asker(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken")
    assert code_of(answer) == "internal" and b"a bug" not in answer.get_data()
    assert len(caplog.records) == 1 and "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("header", "query", "lang"),
    [
        (None, "", "zh"),
        ("en", "", "en"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "", "zh"),
        ("en;q=0.2,zh;q=0.9", "", "zh"),
        ("de-DE,en;q=0.5", "", "en"),
        ("en;q=0", "", "zh"),
        ("en;q=much", "", "zh"),
        ("*", "", "zh"),
        (";;,,q=", "", "zh"),
        ("zh", "?lang=en", "en"),
        ("en", "?lang=zh", "zh"),
    ],
)
def test_the_language_is_the_askers(client: FlaskClient, header: str | None, query: str, lang: str) -> None:
    headers = {} if header is None else {"Accept-Language": header}
    assert client.get(f"/tickets/1{query}", headers=headers).get_json()["lang"] == lang
    title = client.get(f"/nowhere{query}", headers=headers).get_json()["title"]
    assert bool(HAN.search(title)) == (lang == "zh")


@pytest.mark.parametrize("lang", ["fr", "%FF", "zh-CN"])
def test_another_language_in_the_query_is_a_bad_filter(client: FlaskClient, lang: str) -> None:
    assert code_of(client.get(f"/tickets/1?lang={lang}")) == "bad_filter"


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_can_be_said_in_both_languages(code: str) -> None:
    facts = {name: f"<{name}>" for name in re.findall(r"\{(\w+)\}", REFUSALS[code][1])}
    chinese = sentence(code, facts)
    english = sentence(code, facts, translator("server", "en"))
    assert HAN.search(chinese) and not HAN.search(english)
    assert all(fact in chinese and fact in english for fact in facts.values())
    assert problem(Refused(code, **facts), "en").status == REFUSALS[code][0]


def test_states_and_moves_are_said_in_words() -> None:
    refused = Refused("wrong_state", number="C012", state="serving", move="no-show")
    assert problem(refused, "zh").title == "票 C012 现在是“在办理中”，不能记为过号。请刷新后再看。"
    assert (
        "“being served”" in problem(refused, "en").title
        and "“Mark as missed”" in problem(refused, "en").title
    )
    english = translator("server", "en")
    assert not any(HAN.search(english(word)) for words in FACT_WORDS.values() for word in words.values())


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_says_what_to_do_next(code: str) -> None:
    """A sentence that only says no leaves people standing there."""
    assert "请" in REFUSALS[code][1]


def test_every_move_has_a_word_for_its_refusal() -> None:
    assert {move.value for move in Move} <= set(FACT_WORDS["move"])
    assert {state.value for state in TicketState} == set(FACT_WORDS["state"])


def test_facts_that_look_like_placeholders_are_left_alone() -> None:
    status, content = problem_bytes(Refused("matter_unknown", matter="{0.__class__} {matter}"), "zh")
    assert status == 404 and "{0.__class__} {matter}" in content.decode()


def test_every_answer_is_guarded(client: FlaskClient) -> None:
    for path in ("/tickets/1", "/nowhere", "/broken"):
        answer = client.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_redirect_stays_one(app: flask.Flask) -> None:
    @app.get("/folder/")
    def folder() -> str:
        return "here"

    assert app.test_client().get("/folder").status_code == 308
