"""`GET /matters` over HTTP on a real database: filters, languages, refusals."""

import msgspec
import pytest

from queue_server import http
from queue_server.catalogue import actions, api
from queue_server.clock import ManualClock, parse_rfc3339
from queue_server.hall import actions as hall
from queue_server.wire import Matter, MatterList
from tests.queue_server.seeded import seeded


@pytest.fixture
def client(tmp_path):
    clock = ManualClock(parse_rfc3339("2026-11-23T09:00:00+08:00"))
    database = seeded(tmp_path / "hall.db", clock)
    app = http.HallFlask(__name__)
    book = actions.MatterBook(database, hall.HallBook(database, clock))
    app.register_blueprint(api.blueprint(book), url_prefix="/api/v1")
    yield app.test_client()
    database.close()


def matters(client, **query) -> MatterList:
    answer = client.get("/api/v1/matters", query_string=query)
    assert answer.status_code == 200, answer.data
    return msgspec.json.decode(answer.data, type=MatterList)


def test_anybody_reads_all_matters_in_catalogue_order(client):
    found = matters(client)
    assert (len(found.matters), found.version) == (146, 1)
    assert found.matters[0].id == "Z1-001" and found.matters[0].name == "公司设立登记"
    assert matters(client, zone="", q="", lang="") == found


def test_filters_narrow_and_keep_the_order(client):
    assert [brief.id for brief in matters(client, zone="Z7").matters] == [f"Z7-00{n}" for n in range(1, 6)]
    assert [brief.id for brief in matters(client, zone="Z3", q="sfz").matters] == [
        "Z3-001",
        "Z3-002",
        "Z3-003",
    ]
    assert [brief.id for brief in matters(client, q="出生").matters] == ["Z3-004", "Z3-016"]
    assert matters(client, zone="Z3", q="公司").matters == []


def test_names_come_in_the_language_asked_for(client):
    (found,) = matters(client, q="passport", lang="en").matters
    assert (found.name, found.name_zh, found.name_en) == ("Passport", "普通护照签发", "Passport")
    answer = client.get("/api/v1/matters/Z3-008", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert msgspec.json.decode(answer.data, type=Matter).name == "Passport"


def test_a_matter_comes_with_what_to_bring(client):
    answer = client.get("/api/v1/matters/Z3-004")
    found = msgspec.json.decode(answer.data, type=Matter)
    assert (found.id, found.name, found.zone, found.issues, found.version) == (
        "Z3-004",
        "出生登记",
        "Z3",
        True,
        1,
    )
    assert found.checklist and found.limits.committed_working_days is not None
    assert found.guide.department == "市公安局"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"zone": "Z9"}, "zone"),
        ({"zone": "z3"}, "zone"),
        ({"lang": "fr"}, "lang"),
        ({"q": "长" * 101}, "q"),
        ({"zones": "Z3"}, "zones"),
    ],
)
def test_an_unknown_filter_is_refused(client, query, field):
    answer = client.get("/api/v1/matters", query_string=query)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    problem = answer.get_json()
    assert problem["code"] == "bad_filter" and field in problem["title"]


@pytest.mark.parametrize("matter", ["Z9-001", "z3-004", "%00", "..%2f", "长"])
def test_an_unknown_matter_is_refused(client, matter):
    answer = client.get(f"/api/v1/matters/{matter}")
    assert answer.status_code == 404
    assert answer.get_json()["code"] in {"matter_unknown", "not_found"}


def test_a_matter_refuses_an_unknown_language(client):
    answer = client.get("/api/v1/matters/Z3-004?lang=de")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_filter")
