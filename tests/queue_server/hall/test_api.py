"""`GET /hall` over HTTP on a real database: who may read it and what it says."""

import msgspec
import pytest

from queue_server import http
from queue_server.catalogue import actions as catalogue
from queue_server.clock import ManualClock, parse_rfc3339
from queue_server.database import Database
from queue_server.hall import actions, api
from queue_server.hall.leases import AudioLeases
from queue_server.journal.store import append, last_seq
from queue_server.wire import EventKind, Hall
from queue_server.wire.audio import LEASE_S, AudioLease
from tests.queue_server.seeded import seeded

MONDAY = parse_rfc3339("2026-11-23T08:00:00+08:00")
KIOSK = http.Caller("device", "kiosk-1", "kiosk", None, "key")
BOARD = http.Caller("device", "board-1F", "board", None, "key")
ALL_BOARD = http.Caller("device", "board-all", "board", None, "key")
CLERK = http.Caller("staff", "clerk", "clerk", None, "token")


class House:
    """A small application with the hall's calls alone; `caller` and `states` are set by the test."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database, self.clock = database, clock
        self.book = actions.HallBook(database, clock)
        self.matters = catalogue.MatterBook(database, self.book)
        self.caller = KIOSK
        self.states: dict[str, tuple[str, str | None]] = {}
        app = http.HallFlask(__name__, lambda environ: self.caller)
        app.register_blueprint(
            api.blueprint(self.book, self.matters, lambda: self.states, clock, False, "http://hall"),
            url_prefix="/api/v1",
        )
        app.register_blueprint(
            api.audio_blueprint(database, self.book, AudioLeases(clock)), url_prefix="/api/v1"
        )
        self.client = app.test_client()

    def hall(self) -> Hall:
        answer = self.client.get("/api/v1/hall")
        assert answer.status_code == 200
        return msgspec.json.decode(answer.data, type=Hall)


@pytest.fixture
def house(tmp_path):
    clock = ManualClock(MONDAY)
    database = seeded(tmp_path / "hall.db", clock)
    yield House(database, clock)
    database.close()


def test_the_hall_is_for_devices_and_staff(house):
    assert house.hall().name == "上饶市行政服务中心"
    house.caller = CLERK
    assert house.hall().mark == "饶"
    house.caller = http.Caller()
    answer = house.client.get("/api/v1/hall")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.get_json()["code"] == "sign_in_needed"


def test_the_hall_tells_zones_counters_and_what_they_serve(house):
    hall = house.hall()
    assert [floor.number for floor in hall.floors] == [1, 2, 3]
    assert [zone.id for zone in hall.zones] == ["Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z7", "Z8", "ZR"]
    assert len(hall.counters) == 66 and hall.boards[:5] == ["1F", "2F", "3F", "all", "Z1"]
    counters = {counter.id: counter for counter in hall.counters}
    assert (counters["Z3-01"].label, counters["Z3-01"].state, counters["Z3-01"].clerk) == (
        "25",
        "closed",
        None,
    )
    assert counters["Z3-05"].serves == ["Z3-008", "Z3-009", "Z3-010"]
    assert len(counters["Z1-01"].serves) == 18 and len(counters["Z2-01"].serves) == 13
    served = {matter for counter in hall.counters for matter in counter.serves}
    assert len(served) == 120 and "Z5-016" not in served
    assert hall.kiosks == {"kiosk-1": 1}
    assert (hall.policy, hall.catalogue, hall.public_url) == (1, 1, "http://hall")
    assert hall.priority_classes[0]["id"] == "elderly"


def test_counter_states_opening_and_time_are_those_of_the_moment(house):
    before = house.hall()
    assert (before.opening.open, before.opening.reason) == (False, "before_hours")
    assert before.server_time == "2026-11-23T00:00:00.000Z"
    house.states = {"Z3-01": ("open", "李敏"), "Z3-02": ("paused", None)}
    house.clock.advance(3600)
    after = house.hall()
    states = {counter.id: (counter.state, counter.clerk) for counter in after.counters}
    assert states["Z3-01"] == ("open", "李敏") and states["Z3-02"] == ("paused", None)
    assert states["Z3-03"] == ("closed", None)
    assert (after.opening.open, after.opening.closes_at) == (True, "2026-11-23T09:00:00.000Z")


def test_a_new_plan_is_shown_after_a_refresh(house):
    text = actions.export(house.database).replace('hotline = "12345"', 'hotline = "0793 12345"')
    actions.change(house.database, text, "staff:admin")
    assert house.hall().hotline == "12345"
    house.book.refresh()
    assert (house.hall().hotline, house.hall().policy) == ("0793 12345", 2)


def test_the_hall_tells_how_it_speaks_and_where(house):
    hall = house.hall()
    assert (hall.voice.one, hall.voice.times, hall.voice.stale_s) == ("yao", 2, 90)
    areas = {area.id: area for area in hall.audio_zones}
    assert areas["1F"].zones == ["Z1", "Z2", "Z7"] and not areas["1F"].floor_said
    assert areas["all"].floor_said and areas["all"].volume == 100
    quiet = 'floors = [3], volume = 60, quiet = [{ from = "12:00", to = "13:30" }] }'
    text = actions.export(house.database).replace("floors = [3] }", quiet)
    actions.change(house.database, text, "staff:admin")
    house.book.refresh()
    area = {area.id: area for area in house.hall().audio_zones}["3F"]
    assert (area.volume, area.quiet) == (60, [("12:00", "13:30")])


def lease(house, caller, player, zone="1F"):
    house.caller = caller
    return house.client.post(f"/api/v1/audio-zones/{zone}/lease", json={"player": player})


def test_one_player_at_a_time_speaks_in_an_audio_zone(house):
    first = lease(house, BOARD, "announcer-1")
    assert first.status_code == 200
    held = msgspec.json.decode(first.data, type=AudioLease)
    assert (held.holder, held.left_s, held.seq > 0) == ("device:board-1F", LEASE_S, True)
    for caller, player in ((ALL_BOARD, "announcer-1"), (BOARD, "page-00001")):
        refused = lease(house, caller, player)
        assert (refused.status_code, refused.get_json()["code"]) == (409, "audio_taken")
        assert "board-1F" in refused.get_json()["title"]
    assert lease(house, ALL_BOARD, "page-00001", "2F").status_code == 200
    house.clock.advance(LEASE_S - 1)
    assert lease(house, BOARD, "announcer-1").status_code == 200
    house.clock.advance(LEASE_S - 1)
    assert lease(house, ALL_BOARD, "page-00001").status_code == 409
    house.clock.advance(1)
    assert lease(house, ALL_BOARD, "page-00001").status_code == 200


def test_a_lease_that_is_given_back_is_free_at_once_and_only_its_holder_gives_it_back(house):
    assert lease(house, BOARD, "announcer-1").status_code == 200
    for caller, player, then in (
        (ALL_BOARD, "announcer-1", 409),
        (BOARD, "page-00001", 409),
        (BOARD, "announcer-1", 200),
    ):
        house.caller = caller
        assert house.client.delete(f"/api/v1/audio-zones/1F/lease/{player}").status_code == 204
        assert lease(house, ALL_BOARD, "page-00002").status_code == then


def test_a_silent_player_makes_way_for_an_audible_one_and_never_the_other_way_round(house):
    house.caller = BOARD
    silent = {"player": "announcer-1", "audible": False}
    assert house.client.post("/api/v1/audio-zones/1F/lease", json=silent).status_code == 200
    assert lease(house, ALL_BOARD, "page-00001").status_code == 200
    house.caller = BOARD
    assert house.client.post("/api/v1/audio-zones/1F/lease", json=silent).status_code == 409
    assert lease(house, ALL_BOARD, "page-00001").status_code == 200


def test_whoever_comes_says_what_was_called_since_nobody_was_heard(house):
    def row():
        """Let a second pass and something happen; returns its journal row."""
        house.clock.advance(1)
        return house.database.write(lambda tx: append(tx, EventKind.DAY_HELD, "system")).seq

    def begins(caller, player, audible=True):
        house.caller = caller
        wish = {"player": player, "audible": audible}
        answer = house.client.post("/api/v1/audio-zones/1F/lease", json=wish)
        assert answer.status_code == 200, answer.get_json()
        held = msgspec.json.decode(answer.data, type=AudioLease)
        assert held.newest == last_seq(house.database.read())
        return held.seq

    before = row()
    assert begins(BOARD, "announcer-1") == before, "after a start a player of the time before may still speak"
    house.clock.advance(LEASE_S)
    missed = row()
    assert begins(ALL_BOARD, "page-00001", audible=False) == missed - 1, "the lease had run out by then"
    unheard = row()
    assert begins(BOARD, "announcer-1") == missed - 1, "what a silent player said was not heard"
    said = row()
    assert begins(BOARD, "announcer-1") >= unheard
    house.client.delete("/api/v1/audio-zones/1F/lease/announcer-1")
    late = row()
    assert begins(ALL_BOARD, "page-00001") == said == late - 1, "given back, and then nobody was there"
    house.clock.advance(LEASE_S)
    old = row()
    house.clock.advance(house.book.plan.voice.stale_s + 1)
    assert begins(BOARD, "announcer-1") == old, "what is too old to be said is left out"


def test_leases_are_for_boards_and_for_zones_that_exist(house):
    assert lease(house, KIOSK, "announcer-1").status_code == 403
    assert lease(house, BOARD, "announcer-1", "9F").get_json()["code"] == "audio_zone_unknown"
    assert lease(house, BOARD, "short").status_code == 400
