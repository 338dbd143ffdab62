"""HTTP of signing in and out, and of a board's browser session."""

from __future__ import annotations

from typing import Annotated

import flask
import msgspec

from queue_server import http
from queue_server.people.actions import COOKIE, DEVICE_SESSION_MS, Doorman
from queue_server.people.model import SignedIn


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and password."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class SessionAnswer(msgspec.Struct, frozen=True):
    """Who is signed in; `csrf` goes into the header X-CSRF-Token of every unsafe request."""

    name: str
    role: str
    csrf: str


class TokenAnswer(msgspec.Struct, frozen=True):
    """A personal token, shown this once."""

    token: str


def blueprint(doorman: Doorman, *, secure_cookies: bool) -> flask.Blueprint:
    """All routes of this room under `/api/v1`."""
    routes = flask.Blueprint("people", __name__, url_prefix="/api/v1")

    def with_cookie(signed: SignedIn, max_age_s: int | None, site: str) -> flask.Response:
        response = http.answer(SessionAnswer(signed.name, signed.role, signed.csrf))
        response.set_cookie(
            COOKIE, signed.secret, max_age=max_age_s, httponly=True, samesite=site, secure=secure_cookies
        )
        return response

    @routes.post("/session")
    @http.described(
        "Sign in", body=SignIn, answers={200: SessionAnswer}, refusals=("sign_in_failed", "too_many_tries")
    )
    def sign_in() -> flask.Response:
        wish = http.body(SignIn)
        signed = doorman.sign_in(wish.name, wish.password, flask.request.remote_addr or "")
        return with_cookie(signed, None, "Lax")

    @routes.get("/session")
    @http.described("Who is signed in", who=("staff",), answers={200: SessionAnswer})
    def who_am_i() -> flask.Response:
        caller = http.caller()
        return http.answer(SessionAnswer(caller.name, caller.role, caller.csrf))

    @routes.delete("/session")
    @http.described("Sign out", who=("staff", "device"), answers={204: None})
    def sign_out() -> flask.Response:
        doorman.sign_out(flask.request.environ)
        response = flask.Response(status=204)
        response.delete_cookie(COOKIE)
        return response

    @routes.post("/session/tokens")
    @http.described("Make a personal token", who=("staff",), answers={201: TokenAnswer})
    def token() -> flask.Response:
        return http.answer(TokenAnswer(doorman.personal_token(http.caller())), 201)

    @routes.post("/device-session")
    @http.described("Give a board's browser a session cookie", who=("device",), answers={200: SessionAnswer})
    def device_session() -> flask.Response:
        return with_cookie(doorman.device_session(http.caller()), DEVICE_SESSION_MS // 1000, "Strict")

    return routes
