"""The OpenAPI document of the whole API, the stream included, and its readable page."""

from __future__ import annotations

from typing import Any

import flask

from queue_server import http
from queue_server.http.documents import DOCS_CSS
from queue_server.stream import document


def blueprint() -> flask.Blueprint:
    """`/openapi.json` and `/docs`, to be mounted under `/api/v1`."""
    routes = flask.Blueprint("document", __name__)

    def whole() -> dict[str, Any]:
        return http.openapi(flask.current_app, more=document.paths())

    @routes.get("/openapi.json")
    def openapi() -> flask.Response:
        return http.answer(whole())

    @routes.get("/docs")
    def docs() -> flask.Response:
        page = flask.Response(http.docs_html(whole()), mimetype="text/html")
        page.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
        return page

    @routes.get("/docs.css")
    def docs_css() -> flask.Response:
        return flask.Response(DOCS_CSS, mimetype="text/css")

    return routes
