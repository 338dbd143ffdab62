"""A real database file, a clock moved by hand, and a Flask app with the room's routes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask
import pytest

from queue_server import http
from queue_server.clock import ManualClock, parse_rfc3339
from queue_server.database import Database
from queue_server.people import api
from queue_server.people.actions import Doorman

MONDAY_9 = parse_rfc3339("2026-11-23T09:00:00+08:00")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MONDAY_9)


@pytest.fixture
def database(tmp_path: Path, clock: ManualClock) -> Iterator[Database]:
    database = Database(tmp_path / "hall.db", clock)
    yield database
    database.close()


@pytest.fixture
def doorman(database: Database) -> Doorman:
    return Doorman(database)


@pytest.fixture
def app(doorman: Doorman) -> flask.Flask:
    app = http.HallFlask("test", doorman.identify)
    app.register_blueprint(api.blueprint(doorman))

    @app.post("/counters/<counter>/call-next")
    @http.described("Call", who=("counter", "clerk"))
    def call_next(counter: str) -> flask.Response:
        return http.answer({"by": http.caller().by, "counter": counter})

    return app
