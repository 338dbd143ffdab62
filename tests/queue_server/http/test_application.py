"""What was taken out of Flask is missed by nobody."""

from __future__ import annotations

import flask
import pytest

from queue_server.http import HallFlask


@pytest.fixture
def app() -> HallFlask:
    app = HallFlask("test")

    @app.route("/matters/<path:name>/", methods=["GET", "POST"])
    def matter(name: str) -> dict[str, object]:
        return {
            "name": name,
            "method": flask.request.method,
            "asked": flask.request.args.getlist("a"),
            "own": flask.url_for("matter", name=name, b="二"),
            "host": flask.request.host_url,
        }

    return app


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_is_found_by_path_and_method_whatever_the_host_is_called(
    app: HallFlask, method: str
) -> None:
    found = app.test_client().open(
        "/matters/社保/卡/?a=1&a=%E4%BA%8C", method=method, base_url="http://hall.local:8080"
    )
    assert found.json == {
        "name": "社保/卡",
        "method": method,
        "asked": ["1", "二"],
        "own": "/matters/%E7%A4%BE%E4%BF%9D/%E5%8D%A1/?b=%E4%BA%8C",
        "host": "http://hall.local:8080/",
    }


@pytest.mark.parametrize("host", ["", "大厅", "a b", "hall.local:x", "[::1]:8080", "[", "x" * 3000])
def test_a_strange_host_harms_nobody(app: HallFlask, host: str) -> None:
    answer = app.test_client().get("/nowhere", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code == 404


def test_a_missing_slash_leads_to_the_address_with_its_question(app: HallFlask) -> None:
    answer = app.test_client().get("/matters/x?a=1")
    assert (answer.status_code, answer.location) == (308, "http://localhost/matters/x/?a=1")


def test_no_cookie_is_set(app: HallFlask) -> None:
    @app.get("/plain")
    def plain() -> str:
        return str(len(flask.session))

    answer = app.test_client().get("/plain", headers={"Cookie": "session=forged"})
    assert (answer.text, "Set-Cookie" in answer.headers) == ("0", False)
