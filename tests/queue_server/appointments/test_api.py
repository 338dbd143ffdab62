"""Bookings over HTTP, through the whole application: who may do what, in which words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from queue_server.app import Server, build
from queue_server.clock import ManualClock
from queue_server.people.actions import add_device
from queue_server.settings import Settings
from tests.queue_server.appointments.desk import at

LI = "11010519491231002X"
WANG = "440524188001010014"
HAN = re.compile("[\u3400-\u9fff]")


class Hall:
    """A whole server without its sockets; `kiosk=True` asks with a kiosk's key."""

    def __init__(self, server: Server, clock: ManualClock) -> None:
        self.server, self.clock = server, clock
        self.client = server.flask.test_client()
        self.key = add_device(server.database, "kiosk-9", "kiosk", "system")
        self.keys = itertools.count(1)

    def post(
        self, path: str, body: Any = None, *, kiosk: bool = False, key: str = "", lang: str = "zh"
    ) -> Any:
        headers = {"Idempotency-Key": key or f"key-{next(self.keys):08d}"}
        if kiosk:
            headers["Authorization"] = f"Bearer {self.key}"
        return self.client.post(f"/api/v1{path}?lang={lang}", json=body or {}, headers=headers)

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}")

    def book(self, who: str = LI, starts: str = "2026-11-24T10:00:00+08:00", **more: Any) -> Any:
        body = {"matter": "Z1-001", "starts_at": starts, "citizen": {"id_number": who}}
        return self.post("/appointments", body, **more)

    def go_to(self, local: str) -> None:
        self.clock.advance((at(local) - self.clock.now_ms()) / 1000)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    clock = ManualClock(at("2026-11-23T09:00"))
    server = build(Settings(data=tmp_path), clock)
    yield Hall(server, clock)
    server.database.close()


def test_a_citizen_books_looks_and_cancels_with_the_code_alone(hall: Hall) -> None:
    days = hall.get("/appointments/slots?matter=Z1-001").get_json()["days"]
    assert len(days) == 5 and days[0]["slots"][0]["free"] == 2
    one = hall.get("/appointments/slots?matter=Z1-001&date=2026-11-25").get_json()["days"]
    assert [day["date"] for day in one] == ["2026-11-25"]
    booked = hall.book()
    assert booked.status_code == 201
    found = booked.get_json()["appointment"]
    assert len(found["code"]) == 11 and found["state"] == "booked"
    assert hall.get(f"/appointments/{found['code']}").get_json()["appointment"] == found
    cancelled = hall.post(f"/appointments/{found['code'].lower()}/cancel")
    assert cancelled.get_json()["appointment"]["state"] == "cancelled"


def test_a_repeated_booking_is_the_same_answer(hall: Hall) -> None:
    first, again = hall.book(key="one-key-of-mine"), hall.book(key="one-key-of-mine")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotent-Replay"] == "true" and again.get_json() == first.get_json()
    other = hall.book(WANG, key="one-key-of-mine")
    assert (other.status_code, other.get_json()["code"]) == (422, "key_reused")
    missing = hall.client.post("/api/v1/appointments", json={"matter": "Z1-001"})
    assert missing.status_code == 400


def test_check_in_is_for_the_kiosk_by_code_qr_or_document(hall: Hall) -> None:
    one, two = (hall.book(who).get_json()["appointment"] for who in (LI, WANG))
    hall.go_to("2026-11-24T09:50")
    path = f"/appointments/{one['code']}/check-in"
    assert hall.post(path).status_code == 401
    wrong = hall.post(path, {"citizen": {"id_number": WANG}}, kiosk=True)
    assert (wrong.status_code, wrong.get_json()["code"]) == (403, "appointment_not_yours")
    told = hall.post(f"/appointments/{one['qr']}/check-in", kiosk=True)
    assert told.status_code == 201
    assert told.get_json()["ticket"]["priority_class"] == "appointment"
    assert told.get_json()["appointment"]["number"] == told.get_json()["ticket"]["number"]
    body = {"citizen": {"id_number": WANG}, "lang": "en"}
    by_document = hall.post("/appointments/check-in", body, kiosk=True)
    assert by_document.get_json()["appointment"]["code"] == two["code"]
    assert by_document.get_json()["ticket"]["lang"] == "en"
    gone = hall.post("/appointments/check-in", body, kiosk=True)
    assert (gone.status_code, gone.get_json()["code"]) == (404, "appointment_none_today")


def test_no_number_of_a_person_is_kept(hall: Hall) -> None:
    hall.book(LI)
    db = hall.server.database.read()
    for table in ("journal", "appointment", "idempotency", "visit"):
        assert LI not in repr(db.execute(f"SELECT * FROM {table}").fetchall()), table
    ((code,),) = db.execute("SELECT code FROM appointment").fetchall()
    assert code not in repr(db.execute("SELECT body FROM journal").fetchall()), "many read the journal"


def test_a_kiosk_carries_over_only_when_it_is_too_late(hall: Hall) -> None:
    ticket = hall.post("/tickets", {"matter": "Z1-001"}, kiosk=True).get_json()["ticket"]
    path = f"/tickets/{ticket['id']}/carry-over"
    early = hall.post(path, kiosk=True)
    assert (early.status_code, early.get_json()["code"]) == (409, "carry_over_early")
    assert hall.post(path).status_code == 401
    hall.go_to("2026-11-23T17:05")
    told = hall.post(path, kiosk=True)
    assert told.status_code == 201
    assert told.get_json()["appointment"]["starts_at"] == "2026-11-24T01:00:00.000Z"
    assert hall.post(path, kiosk=True).status_code == 200


REFUSALS = [
    ("/appointments/ABCDE-FGHJK", None, 404, "appointment_unknown"),
    ("/appointments/slots?matter=Z7-001", None, 409, "appointment_not_offered"),
    ("/appointments/slots?matter=Z1-001&date=2026-11-23", None, 400, "bad_filter"),
    ("/appointments/slots", None, 404, "matter_unknown"),
    ("/appointments", {"starts_at": "2026-11-24T10:10:00+08:00"}, 422, "appointment_slot"),
    ("/appointments", {"starts_at": "tomorrow"}, 422, "appointment_slot"),
    ("/appointments", {"citizen": {"id_number": "110105194912310021"}}, 422, "bad_id_number"),
]


def test_a_phone_is_offered_tomorrow_when_today_is_too_late(hall: Hall) -> None:
    ticket = hall.post("/tickets", {"matter": "Z1-001"}, kiosk=True).get_json()["ticket"]
    token = ticket["status_url"].rsplit("/", 1)[1]
    assert not hall.get(f"/status/{token}").get_json()["late"]
    assert hall.post(f"/status/{token}/carry-over").get_json()["code"] == "carry_over_early"
    hall.go_to("2026-11-23T17:01")
    assert hall.get(f"/status/{token}").get_json()["late"]
    told = hall.post(f"/status/{token}/carry-over").get_json()["appointment"]
    assert told["day"] == "2026-11-24"
    assert hall.get(f"/status/{token}/carried-over").get_json()["appointment"] == told
    assert hall.get(f"/status/{token}").get_json()["state"] == "cancelled"
    assert hall.get("/status/nothing/carried-over").status_code == 404


@pytest.mark.parametrize(("path", "body", "status", "code"), REFUSALS, ids=[row[3] for row in REFUSALS])
def test_a_refusal_has_a_code_and_a_sentence_in_both_languages(
    hall: Hall, path: str, body: dict[str, Any] | None, status: int, code: str
) -> None:
    whole = {"matter": "Z1-001", "starts_at": "2026-11-24T02:00:00Z", "citizen": {"id_number": LI}}
    titles = []
    for lang in ("zh", "en"):
        if body is None:
            answer = hall.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
        else:
            answer = hall.post(path, {**whole, **body}, lang=lang)
        assert (answer.status_code, answer.get_json()["code"]) == (status, code)
        titles.append(answer.get_json()["title"])
    chinese, english = titles
    assert HAN.search(chinese) and not HAN.search(re.sub("“.*”", "", english))


def test_a_state_is_quoted_in_words_in_both_languages(hall: Hall) -> None:
    code = hall.book().get_json()["appointment"]["code"]
    hall.post(f"/appointments/{code}/cancel")
    chinese = hall.post(f"/appointments/{code}/cancel").get_json()["title"]
    english = hall.post(f"/appointments/{code}/cancel", lang="en").get_json()["title"]
    assert "已取消" in chinese and "is cancelled; you cannot cancel it" in english


def test_the_rollover_looks_after_bookings(hall: Hall) -> None:
    code = hall.book().get_json()["appointment"]["code"]
    hall.go_to("2026-11-24T10:11")
    hall.server.rollover.start()
    hall.server.rollover.stop()
    assert hall.get(f"/appointments/{code}").get_json()["appointment"]["state"] == "missed"
