"""Flask without what no view of the hall uses; that was a fifth of its share of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import MapAdapter


class _NoSession(SessionInterface):
    """Who asks is told by passes of our own (`people`), never by a cookie that Flask signs."""

    _none = NullSession()

    def open_session(self, app: flask.Flask, request: flask.Request) -> NullSession:
        return self._none

    def is_null_session(self, obj: object) -> bool:
        return True


class HallFlask(flask.Flask):
    """An application whose views are plain functions, reached by their path whatever the host is called."""

    session_interface = _NoSession()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view is a coroutine, so none has to be asked whether it is one."""
        return func

    def create_url_adapter(self, request: flask.Request | None) -> MapAdapter | None:
        """Look addresses up by path and method; Flask would take the name of the host apart first."""
        if request is None:
            return None
        return MapAdapter(
            self.url_map,
            server_name=request.environ.get("HTTP_HOST", ""),
            script_name="/",
            subdomain="",
            url_scheme=request.scheme,
            path_info=request.path,
            default_method=request.method,
            query_args=request.query_string.decode("latin-1"),
        )
