"""The OpenAPI 3.1 document of the running app, and a page that reads it without any outside address."""

from __future__ import annotations

import html
from typing import Any

import flask
import msgspec

from queue_server.http.describing import PARAMETER, SAFE_METHODS, Description
from queue_server.http.problems import ROW_MAX
from queue_server.http.requests import LANGUAGES
from queue_server.refusals import REFUSALS
from queue_server.wire import Problem

ABOUT = "政务服务大厅排队与办件 · Queueing and cases of a service hall"
COOKIE = "sign-in cookie; unsafe methods also need X-CSRF-Token"
BOARD = "cookie of a browser board, from POST /api/v1/device-session"
KEY_SCHEMA = {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[!-~]+$"}
_TEXT = {"type": "string", "minLength": 1}
_PATH_SCHEMAS = {"int": {"type": "integer", "minimum": 0, "maximum": ROW_MAX}}
_QUERY_SCHEMAS = {"lang": {"type": "string", "enum": list(LANGUAGES)}}


def openapi(
    app: flask.Flask, version: str = "1", more: dict[str, dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Build the document from the descriptions of all views under `/api/v1` and beside it.

    `more` are path items, ready for the document, of what is served beside Flask (the stream).
    """
    views = [(rule, about) for rule in app.url_map.iter_rules() if (about := _about(app, rule)) is not None]
    kinds: list[Any] = [Problem]
    for _, about in views:
        kinds += [kind for kind in (about.body, *about.answers.values()) if kind is not None]
    _, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, Any]] = {}
    for rule, about in sorted(views, key=lambda view: view[0].rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(PARAMETER.sub(r"{\2}", rule.rule), {})[method.lower()] = _operation(
                rule, about, method
            )
    return {
        "openapi": "3.1.0",
        "info": {"title": "一窗 Yichuang", "version": version, "description": ABOUT},
        "paths": {**paths, **(more or {})},
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "device key or personal token"},
                "device": {"type": "apiKey", "in": "cookie", "name": "hall_device", "description": BOARD},
                "session": {"type": "apiKey", "in": "cookie", "name": "hall_session", "description": COOKIE},
            },
        },
    }


def docs_html(document: dict[str, Any]) -> str:
    """The document as one plain page."""
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>API · 一窗</title>"
        "<meta name='viewport' content='width=device-width'>"
        "<link rel='stylesheet' href='/api/v1/docs.css'></head><body><h1>一窗 Yichuang · API v1</h1>"
        "<p><a href='/api/v1/openapi.json'>openapi.json</a></p>"
    ]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts.append(_section(path, method, operation))
    parts.append(
        "<h2 id='refusals'>Refusals · 拒绝</h2><table><tr><th>code</th><th>status</th><th>中文</th></tr>"
    )
    for code, (status, text) in REFUSALS.items():
        parts.append(
            f"<tr id='{code}'><td><code>{code}</code></td><td>{status}</td><td>{html.escape(text)}</td></tr>"
        )
    return "".join([*parts, "</table></body></html>"])


DOCS_CSS = (
    "body{font:16px/1.5 'Noto Sans SC','Noto Sans CJK SC',sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem;color:#14202b}h2{margin-top:2rem}code{background:#f2f4f6;padding:0 .3em}"
    "section{border-top:1px solid #d5dce2;padding:.5rem 0}table{border-collapse:collapse}"
    "td,th{border-bottom:1px solid #d5dce2;padding:.2rem .6rem;text-align:left}b{color:#0b4f9e}"
)


def _about(app: flask.Flask, rule: Any) -> Description | None:
    found: Description | None = getattr(app.view_functions[rule.endpoint], "description", None)
    return found


def _operation(rule: Any, about: Description, method: str) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _PATH_SCHEMAS.get(kind, _TEXT),
        }
        for kind, name in PARAMETER.findall(rule.rule)
    ]
    parameters += [
        {
            "name": name,
            "in": "query",
            "required": False,
            "schema": _QUERY_SCHEMAS.get(name, {"type": "string"}),
            "description": text,
        }
        for name, text in about.query.items()
    ]
    if about.key:
        parameters.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": KEY_SCHEMA})
    operation: dict[str, Any] = {
        "summary": about.summary,
        "operationId": rule.endpoint.replace(".", "_"),
        "parameters": parameters,
        "responses": _responses(rule, about, method),
    }
    if "any" not in about.who:
        operation["security"] = [{"key": []}, {"session": []}, {"device": []}]
        operation["description"] = "For: " + ", ".join(about.who)
    if about.body is not None:
        operation["requestBody"] = {
            "required": _must_say(about.body),
            "content": {"application/json": {"schema": _schema(about.body)}},
        }
    return operation


def _must_say(body: type) -> bool:
    """Whether a body has a field that must be given."""
    try:
        msgspec.json.decode(b"{}", type=body)
    except msgspec.ValidationError:
        return True
    return False


def _responses(rule: Any, about: Description, method: str) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": _schema(Problem)}}
    responses: dict[str, Any] = {}
    for status, kind in about.answers.items():
        responses[str(status)] = {"description": "done"}
        if kind is not None:
            responses[str(status)]["content"] = {"application/json": {"schema": _schema(kind)}}
    for code in sorted(_codes(rule, about, method)):
        refused = str(REFUSALS[code][0])
        known = responses.get(refused) or {"description": "", "content": problem}
        responses[refused] = {**known, "description": ", ".join(filter(None, [known["description"], code]))}
    return responses


def _codes(rule: Any, about: Description, method: str) -> set[str]:
    """Every code with which a view may refuse: its own, and those of its form."""
    forms = (
        (True, {*about.refusals, "bad_request", "key_unknown", "internal"}),
        ("any" not in about.who, {"sign_in_needed", "not_allowed", "csrf_failed"}),
        (about.body is not None, {"bad_json", "bad_field", "media_type", "body_too_large", "body_too_slow"}),
        (bool(about.query), {"bad_filter"}),
        (about.key, {"key_needed", "key_reused"}),
        ("<" in rule.rule, {"not_found"}),
        (method not in SAFE_METHODS, {"disk_full", "store_busy"}),
    )
    return {code for holds, codes in forms if holds for code in codes}


def _schema(kind: Any) -> dict[str, Any]:
    (found,), _ = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
    return found


def _section(path: str, method: str, operation: dict[str, Any]) -> str:
    answers = "".join(
        f"<li><code>{status}</code> {html.escape(answer['description'])}</li>"
        for status, answer in operation["responses"].items()
    )
    who = html.escape(operation.get("description", "For: anybody"))
    return (
        f"<section><h3><b>{method.upper()}</b> <code>{html.escape(path)}</code></h3>"
        f"<p>{html.escape(operation['summary'])}. {who}.</p><ul>{answers}</ul></section>"
    )
