"""The rules of the hall are changed over HTTP: checked whole, stored in versions, in force at a time."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.hall_process import HallProcess


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallProcess]:
    process = HallProcess(tmp_path_factory.mktemp("hall"))
    process.start()
    yield process
    process.stop()


@pytest.fixture
def admin(hall: HallProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{hall.url}/api/v1", trust_env=False) as client:
        signed = client.post("/session", json={"name": "admin", "password": hall.keys("staff")["admin"]})
        client.headers["X-CSRF-Token"] = signed.json()["csrf"]
        yield client


def test_a_changed_rule_holds_at_once_and_is_journaled(hall: HallProcess, admin: httpx.Client) -> None:
    before = admin.get("/policy").json()
    toml = before["toml"].replace("max_calls = 3", "max_calls = 1")
    stored = admin.put("/policy", json={"toml": toml}).json()
    assert stored == {
        "version": before["version"] + 1,
        "effective_at": stored["effective_at"],
        "new": True,
        "notes": [],
    }
    assert admin.put("/policy", json={"toml": toml}).json()["new"] is False
    number = hall.issue("Z1-001")["number"]
    hall.call("POST", "/counters/Z1-01/call-next", "counter-Z1-01", {})
    missed = hall.call("POST", "/counters/Z1-01/no-show", "counter-Z1-01", {})["ticket"]
    assert (missed["number"], missed["state"], missed["policy"]) == (number, "missed", stored["version"])
    assert admin.get("/policy").json()["toml"] == toml


def test_rules_for_tomorrow_do_not_hold_today(admin: httpx.Client) -> None:
    before = admin.get("/policy").json()
    toml = before["toml"].replace("recall_gap_s = 20", "recall_gap_s = 30")
    stored = admin.put("/policy", json={"toml": toml, "effective_at": "2099-01-01T04:00:00+08:00"}).json()
    assert stored["effective_at"] == "2098-12-31T20:00:00.000Z"
    assert admin.get("/policy").json() == before


def test_every_fault_of_the_rules_is_told_at_once(admin: httpx.Client) -> None:
    before = admin.get("/policy").json()
    toml = before["toml"].replace("max_calls = 1", "max_calls = 0").replace("max_calls = 3", "max_calls = 0")
    answer = admin.put("/policy", json={"toml": toml + "\n[nonsense]\nx = 1\n"})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_file")
    assert len(answer.json()["errors"]) >= 2
    assert admin.get("/policy").json() == before
    wrong = admin.put("/policy", json={"toml": before["toml"], "effective_at": "tomorrow"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_field")


@pytest.mark.parametrize("name", ["clerk", "supervisor"])
def test_only_an_admin_changes_the_rules(hall: HallProcess, name: str) -> None:
    with httpx.Client(base_url=f"{hall.url}/api/v1", trust_env=False) as client:
        signed = client.post("/session", json={"name": name, "password": hall.keys("staff")[name]}).json()
        answer = client.put("/policy", json={"toml": "x"}, headers={"X-CSRF-Token": signed["csrf"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
