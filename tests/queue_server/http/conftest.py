"""A Flask app with one view of each kind, and who asks chosen by a header."""

from __future__ import annotations

from typing import Annotated, Any

import flask
import msgspec
import pytest
from flask.testing import FlaskClient

from queue_server import http
from queue_server.http import Caller
from queue_server.refusals import Refused


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body with one field that must be given."""

    matter: Annotated[str, msgspec.Meta(min_length=1, max_length=8)]
    copies: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1


class Deed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a view shall do: answer, fail, refuse, or nothing."""

    what: str = "answer"


class Option(msgspec.Struct, frozen=True):
    """A body of which nothing must be given."""

    take_over: bool = False


WRONG_KEY = "a wrong key"
CALLERS = {
    "clerk": Caller("staff", "li", "clerk", None, "cookie", "secret"),
    "kiosk": Caller("device", "kiosk-1", "kiosk", None, "key"),
    "counter": Caller("device", "counter-Z3-01", "counter", frozenset({"Z3-01"}), "key", place="Z3-01"),
}


def identify(environ: dict[str, Any]) -> Caller:
    name = environ.get("HTTP_X_TEST_CALLER", "")
    if name == WRONG_KEY:
        raise Refused("key_unknown")
    return CALLERS.get(name, Caller())


def make_app() -> http.HallFlask:
    app = http.HallFlask("test", identify)

    @app.post("/wishes")
    @http.described("Wish", body=Wish, answers={200: Wish}, key=True)
    def wish() -> flask.Response:
        http.idempotency_key()
        return http.answer(http.body(Wish))

    @app.post("/counters/<counter>/open")
    @http.described("Open", who=("counter", "staff"), body=Option, refusals=("counter_unknown",), rides=True)
    def open_counter(counter: str) -> flask.Response:
        return http.answer({"by": http.caller().by, "take_over": http.body(Option).take_over})

    @app.get("/tickets/<int:ticket>")
    @http.described("Read", query={"lang": "zh or en"})
    def read(ticket: int) -> flask.Response:
        return http.answer({"ticket": ticket, "lang": http.language()})

    @app.get("/broken")
    @http.described("Fail")
    def broken() -> Any:
        raise ZeroDivisionError("a bug")

    # Views that ride have twins that do not: whoever asks must not see the difference.
    for folder, rides in (("ride", True), ("walk", False)):
        add_twin(app, folder, rides)
    return app


def add_twin(app: http.HallFlask, folder: str, rides: bool) -> None:
    """A view that does what its body says, at its own address."""

    @app.post(f"/{folder}/<int:ticket>/<name>", endpoint=folder)
    @http.described("Do", who=("staff", "device"), body=Deed, key=True, rides=rides)
    def deed(ticket: int, name: str) -> flask.Response:
        wish = http.body(Deed)
        if wish.what == "fail":
            raise ZeroDivisionError("a bug")
        if wish.what == "refuse":
            raise Refused("recall_too_soon", number="A001", wait_s=7)
        if wish.what == "nothing":
            return flask.Response(status=204)
        done = {"ticket": ticket, "name": name, "by": http.caller().by, "lang": http.language()}
        return http.answer({**done, "key": http.idempotency_key()}, 201, {"Idempotent-Replay": "true"})


@pytest.fixture
def app() -> http.HallFlask:
    return make_app()


@pytest.fixture
def client(app: http.HallFlask) -> FlaskClient:
    return app.test_client()
