"""HTTP of people: sessions of staff, tokens, and the cookie of a browser board."""

from __future__ import annotations

from typing import Annotated

import flask
import msgspec

from queue_server import http
from queue_server.http import Caller
from queue_server.people.doorman import DEVICE_COOKIE, STAFF_COOKIE, Doorman
from queue_server.refusals import Refused

CSRF_COOKIE = "csrf"
"""A page's script reads it and repeats it in `X-CSRF-Token`; another site's page can't."""
DEVICE_COOKIE_S = 400 * 24 * 3600
"""As long as browsers keep a cookie at most; the server ends it earlier if it lies unused."""


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /session`."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class Session(msgspec.Struct, frozen=True):
    """Who is signed in; `csrf` goes into `X-CSRF-Token` on every change made with the cookie."""

    name: str
    role: str
    csrf: str


class Token(msgspec.Struct, frozen=True):
    """A personal token, shown once; used as `Authorization: Bearer TOKEN`."""

    name: str
    role: str
    token: str


def blueprint(doorman: Doorman, *, secure_cookies: bool = False) -> flask.Blueprint:
    """All routes of this room under `/api/v1`; `secure_cookies` if people reach them by HTTPS."""
    routes = flask.Blueprint("people", __name__, url_prefix="/api/v1")
    _session_routes(routes, doorman, secure_cookies)
    _token_routes(routes, doorman)

    @routes.post("/device-session")
    @http.described("Give a device's browser a cookie", who=("device",), answers={200: Session})
    def device_session() -> flask.Response:
        asking = http.caller()
        if asking.via != "key":
            raise Refused("not_allowed")
        secret, found = doorman.give_device_cookie(asking)
        return with_device_cookie(http.answer(_session(found)), secret, secure=secure_cookies)

    return routes


def with_device_cookie(response: flask.Response, secret: str, *, secure: bool) -> flask.Response:
    """Let an answer carry the cookie of a device's browser."""
    response.set_cookie(
        DEVICE_COOKIE, secret, max_age=DEVICE_COOKIE_S, httponly=True, samesite="Strict", secure=secure
    )
    return response


def _session_routes(routes: flask.Blueprint, doorman: Doorman, secure: bool) -> None:
    @routes.post("/session")
    @http.described(
        "Sign in",
        body=SignIn,
        answers={200: Session},
        refusals=("sign_in_failed", "too_many_tries", "store_busy"),
    )
    def sign_in() -> flask.Response:
        asked = http.body(SignIn)
        secret, found = doorman.sign_in(asked.name, asked.password, flask.request.remote_addr or "")
        response = http.answer(_session(found))
        response.set_cookie(STAFF_COOKIE, secret, httponly=True, samesite="Lax", secure=secure)
        response.set_cookie(CSRF_COOKIE, found.csrf, samesite="Lax", secure=secure)
        return response

    @routes.get("/session")
    @http.described("Who is signed in", who=("staff", "device"), answers={200: Session})
    def session() -> flask.Response:
        return http.answer(_session(http.caller()))

    @routes.delete("/session")
    @http.described("Sign out", who=("staff",), answers={204: None})
    def sign_out() -> flask.Response:
        doorman.sign_out(flask.request.headers.get("Cookie", ""))
        response = flask.Response(status=204)
        response.delete_cookie(STAFF_COOKIE, httponly=True, samesite="Lax", secure=secure)
        response.delete_cookie(CSRF_COOKIE, samesite="Lax", secure=secure)
        return response


def _token_routes(routes: flask.Blueprint, doorman: Doorman) -> None:
    @routes.post("/session/tokens")
    @http.described("Make a personal token; it is shown once", who=("staff",), answers={201: Token})
    def add_token() -> flask.Response:
        asking = _signed_in()
        return http.answer(Token(asking.name, asking.role, doorman.give_token(asking)), 201)

    @routes.delete("/session/tokens")
    @http.described("Make all my tokens void", who=("staff",), answers={204: None})
    def drop_tokens() -> flask.Response:
        doorman.drop_tokens(_signed_in())
        return flask.Response(status=204)


def _signed_in() -> Caller:
    """The person who asks, if they are signed in: a token must not breed further tokens."""
    asking = http.caller()
    if asking.via != "cookie":
        raise Refused("not_allowed")
    return asking


def _session(found: Caller) -> Session:
    return Session(found.name, found.role, found.csrf)
