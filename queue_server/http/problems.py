"""Saying no over HTTP: every failure becomes problem+json with a stable code, once, here."""

from __future__ import annotations

import logging

import flask
import msgspec
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from queue_server.http.requests import language
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


def install(app: flask.Flask) -> None:
    """Let every refusal and every fault of `app` be answered as problem+json."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def problem(refused: Refused, lang: str) -> Problem:
    """A refusal in words. Its facts that name a field stand in `errors` too."""
    status = REFUSALS[refused.code][0]
    title = sentence(refused.code, refused.facts, translator("server", lang))
    field = refused.facts.get("field")
    errors = [{"field": str(field), "problem": str(refused.facts.get("problem", ""))}] if field else []
    errors += [
        {"field": fault.place, "problem": fault.text(translator("server", lang))}
        for fault in getattr(refused, "faults", ())
    ]
    return Problem(
        type=f"/api/v1/docs#{refused.code}", title=title, status=status, code=refused.code, errors=errors
    )


def problem_bytes(refused: Refused, lang: str) -> tuple[int, bytes]:
    """A refusal as (status, body), for the side that answers without Flask."""
    found = problem(refused, lang)
    return found.status, msgspec.json.encode(found)


def _refused(refused: Refused) -> flask.Response:
    status, content = problem_bytes(refused, language())
    response = flask.Response(content, status, content_type=PROBLEM_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if "wait_s" in refused.facts:
        response.headers["Retry-After"] = str(refused.facts["wait_s"])
    return response


def _http_error(error: HTTPException) -> flask.Response:
    code = _HTTP_CODES.get(type(error))
    if code is None and (error.code or 500) >= 500:
        return _fault(error)
    facts = {"limit_kb": 1024} if code == "body_too_large" else {"problem": error.name}
    response = _refused(Refused(code or "bad_request", **facts))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def _fault(error: Exception) -> flask.Response:
    _log.error("a request failed: %s %s", flask.request.method, flask.request.path, exc_info=error)
    return _refused(Refused("internal"))
