"""The calendar over HTTP and on the command line, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from queue_server import http
from queue_server.__main__ import main
from queue_server.app import opened
from queue_server.clock import ManualClock, parse_rfc3339
from queue_server.database import Database
from queue_server.hall import actions, api
from queue_server.settings import HALL_FILE

ADMIN = http.Caller("staff", "admin", "admin", None, "token")
CLERK = http.Caller("staff", "clerk", "clerk", None, "token")
NEW_YEAR = {"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"}


class Desk:
    """The calendar's calls alone; the test says who asks."""

    def __init__(self, database: Database) -> None:
        self.caller = http.Caller()
        self.book = actions.HallBook(database, database.clock)
        app = http.HallFlask(__name__, lambda environ: self.caller)
        app.register_blueprint(api.calendar_blueprint(database, self.book))
        self.client: FlaskClient = app.test_client()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database = Database(tmp_path / "hall.db", ManualClock(parse_rfc3339("2026-12-30T09:00:00+08:00")))
    actions.seed(database, HALL_FILE, "system")
    yield Desk(database)
    database.close()


def test_anybody_may_read_what_a_date_is(desk: Desk) -> None:
    answer = desk.client.get("/calendar?from=2026-12-31&to=2027-01-02").get_json()
    assert [(day["date"], day["kind"], day["provisional"]) for day in answer["dates"]] == [
        ("2026-12-31", "workday", False),
        ("2027-01-01", "holiday", True),
        ("2027-01-02", "weekend", True),
    ]
    assert answer["provisional"] is True
    assert len(desk.client.get("/calendar").get_json()["dates"]) == 31


@pytest.mark.parametrize(
    "query", ["from=tomorrow", "from=1999-01-01", "to=9999-12-31", "from=2027-01-01&to=2026-01-01"]
)
def test_an_odd_date_is_refused(desk: Desk, query: str) -> None:
    answer = desk.client.get(f"/calendar?{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_filter")


def test_only_an_administrator_changes_it_and_sees_what_changed(desk: Desk) -> None:
    body = {
        "notice": {"year": 2027, "source": "notice", "holidays": [NEW_YEAR], "workdays": ["2027-01-09"]},
        "local": {"2027-01-05": {"kind": "half_day", "sessions": ["morning"], "reason": "training"}},
    }
    for who, status in ((http.Caller(), 401), (CLERK, 403), (ADMIN, 200)):
        desk.caller = who
        answer = desk.client.post("/calendar", json=body)
        assert answer.status_code == status
    changes = {row["date"]: (row["was"]["kind"], row["now"]["kind"]) for row in answer.get_json()["changes"]}
    assert changes["2027-01-02"] == ("weekend", "holiday")
    assert changes["2027-01-05"] == ("workday", "workday")
    assert changes["2027-01-09"] == ("weekend", "makeup")
    shown = desk.client.get("/calendar?from=2027-01-05&to=2027-01-05").get_json()["dates"][0]
    assert shown["sessions"] == ["morning"] and shown["local"]["reason"] == "training"


def test_a_wrong_notice_is_refused_with_every_fault_in_both_languages(desk: Desk) -> None:
    desk.caller = ADMIN
    body = {
        "notice": {"year": 2028, "source": "notice", "holidays": [NEW_YEAR], "workdays": ["2027-01-08"]},
        "local": {"2027-01-05": {"kind": "party"}},
    }
    chinese = desk.client.post("/calendar", json=body)
    assert (chinese.status_code, chinese.get_json()["code"]) == (422, "bad_file")
    assert len(chinese.get_json()["errors"]) >= 4
    english = desk.client.post("/calendar?lang=en", json=body).get_json()
    assert "holidays" in " ".join(error["field"] for error in english["errors"])
    assert all(ord(sign) < 0x3400 for error in english["errors"] for sign in error["problem"])
    assert desk.book.plan.calendar.day(Date(2028, 1, 1)).provisional


def test_a_notice_is_loaded_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(tmp_path) as database:
        actions.seed(database, HALL_FILE, "system")
    file = tmp_path / "2027.toml"
    file.write_text(
        '[notice]\nyear = 2027\nsource = "x"\n'
        'holidays = [{ name = "元旦", from = 2027-01-01, to = 2027-01-03 }]\n'
    )
    assert main(["hall", "calendar", "import", str(file), "--data", str(tmp_path)]) == 0
    assert "2027-01-02 weekend -> holiday" in capsys.readouterr().out
    file.write_text("[notice]\nyear = 2027\n")
    assert main(["hall", "calendar", "import", str(file), "--data", str(tmp_path)]) == 2
    assert "notice" in capsys.readouterr().err
