"""Flask for the hall: one door for all views, which asks who comes in, says no, and guards every answer.

What no view of the hall uses is left out, and a view that rides is called straight: through Flask's
own contexts, signals and headers it would take nearly twice as long, and everybody who writes waits for it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import flask
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import MapAdapter

from queue_server.http.problems import fault, guarded, install, refusal
from queue_server.http.requests import Identify, begin, nobody
from queue_server.http.riding import Ride, Rides
from queue_server.refusals import Refused


class _NoSession(SessionInterface):
    """Who asks is told by passes of our own (`people`), never by a cookie that Flask signs."""

    _none = NullSession()

    def open_session(self, app: flask.Flask, request: flask.Request) -> NullSession:
        return self._none

    def is_null_session(self, obj: object) -> bool:
        return True


class HallFlask(flask.Flask):
    """An application whose views are plain functions, reached by their path whatever the host is called.

    `identify` tells by the WSGI environ who sent a request; it may raise Refused.
    """

    session_interface = _NoSession()

    def __init__(self, name: str, identify: Identify = nobody) -> None:
        super().__init__(name, static_folder=None)
        self._identify = identify
        install(self)
        self.before_request(lambda: begin(flask.request.environ, identify))

    @functools.cached_property
    def rides(self) -> Rides:
        """The views that ride; to be asked when all views are there."""
        return Rides(self)

    def wsgi_app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request (PEP 3333): a view that rides straight, all others by Flask."""
        start = guarded(start_response)
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")  # WSGI has bytes in a text
        ride = self.rides.find(environ["REQUEST_METHOD"], path)
        if ride is None:
            return super().wsgi_app(environ, start)
        response = self._straight(ride, environ)
        # Its headers are complete; WSGI's own way of sending it would go through them once more.
        start(response.status, response.headers.to_wsgi_list())
        return [response.get_data()]

    def _straight(self, ride: Ride, environ: dict[str, Any]) -> flask.Response:
        try:
            begin(environ, self._identify)
            return ride.view(**ride.values)
        except Refused as refused:
            return refusal(refused)
        except Exception as error:  # noqa: BLE001  the web edge: a bug, told once
            return fault(error, "POST", ride.rule)

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
