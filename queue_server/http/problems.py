"""Saying no over HTTP: every failure becomes problem+json with a stable code, once, here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import flask
import msgspec
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.routing import IntegerConverter, ValidationError

from queue_server.http.field_words import worded
from queue_server.http.requests import GUARDS, language
from queue_server.refusals import REFUSALS, Refused, sentence
from queue_server.wire import Problem
from queue_server.wire.words import translator

PROBLEM_TYPE = "application/problem+json"
_log = logging.getLogger("queue_server")

_HTTP_CODES: dict[type[HTTPException], str] = {
    NotFound: "not_found",
    MethodNotAllowed: "method_not_allowed",
    RequestEntityTooLarge: "body_too_large",
}

_GUARDS = [(name.lower(), (name, value)) for name, value in GUARDS.items()]
ROW_MAX = 2**53 - 1


class RowNumber(IntegerConverter):
    """A row number in a path. Longer ones would not fit the database, nor a browser's numbers."""

    regex = r"[0-9]{1,16}"

    def to_python(self, value: str) -> int:
        """Read the number; raises ValidationError, which means "no such address"."""
        number = int(super().to_python(value))
        if number > ROW_MAX:
            raise ValidationError
        return number


def install(app: flask.Flask) -> None:
    """Let every refusal and every fault of `app` be answered as problem+json.

    To be called before the routes are added. Raises FileNotFoundError if the English texts were
    not compiled by set-up: better no server than one that fails when it has to say no.
    """
    translator("server", "en")
    app.url_map.converters["int"] = RowNumber
    app.register_error_handler(Refused, refusal)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def guarded(start_response: Callable[..., Any]) -> Callable[..., Any]:
    """Add to an answer what it does not say itself: `GUARDS`, and that nobody keeps a copy.

    Done on the finished list of headers: through Flask's own it would cost more than encoding the answer.
    """

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        said = {name.lower() for name, _ in headers}
        missing = [guard for name, guard in _GUARDS if name not in said]
        return start_response(status, headers + missing, exc_info)

    return start


def problem(refused: Refused, lang: str) -> Problem:
    """A refusal in words. Its facts that name a field stand in `errors` too."""
    status, translate, facts = REFUSALS[refused.code][0], translator("server", lang), dict(refused.facts)
    if "problem" in facts:
        facts["problem"] = worded(str(facts["problem"]), translate)
    title = sentence(refused.code, facts, translate)
    field = facts.get("field")
    errors = [{"field": str(field), "problem": str(facts.get("problem", ""))}] if field else []
    errors += [
        {"field": fault.place, "problem": fault.text(translate)} for fault in getattr(refused, "faults", ())
    ]
    return Problem(
        type=f"/api/v1/docs#{refused.code}", title=title, status=status, code=refused.code, errors=errors
    )


def problem_bytes(refused: Refused, lang: str) -> tuple[int, bytes]:
    """A refusal as (status, body), for the side that answers without Flask."""
    found = problem(refused, lang)
    return found.status, msgspec.json.encode(found)


def refusal(refused: Refused) -> flask.Response:
    """The answer that says no, in the language of the request at hand."""
    status, content = problem_bytes(refused, language())
    response = flask.Response(content, status, content_type=PROBLEM_TYPE)
    if "wait_s" in refused.facts:
        response.headers["Retry-After"] = str(refused.facts["wait_s"])
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _http_error(error: HTTPException) -> flask.Response | HTTPException:
    code = _HTTP_CODES.get(type(error))
    if error.code is not None and error.code < HTTPStatus.BAD_REQUEST:
        return error  # a redirect is raised like an error
    if code is None and (error.code or 500) >= 500:
        return _fault(error)
    facts = {"limit_kb": 1024} if code == "body_too_large" else {"problem": error.name}
    response = refusal(Refused(code or "bad_request", **facts))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def fault(error: Exception, method: str, rule: object) -> flask.Response:
    """The answer after a bug, which is logged: by its rule, as the path of a citizen's page is a secret."""
    _log.error("a request failed: %s %s", method, rule, exc_info=error)
    return refusal(Refused("internal"))


def _fault(error: Exception) -> flask.Response:
    return fault(error, flask.request.method, flask.request.url_rule)
