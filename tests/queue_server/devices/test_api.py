"""Reports over HTTP against a real server process: who may make them, who sees them, where they show."""

from __future__ import annotations

import time
import uuid
from typing import Any

import httpx
import msgspec

from hardware.health import Health, HealthState
from queue_server.client import HealthReporter
from queue_server.wire.devices import DeviceHealth, DeviceKind, DeviceReport, DeviceState
from tests.hall_process import HallProcess

STRIP = DeviceReport(
    "strip-1", DeviceKind.LED_STRIP, DeviceState.AWAY, "no_answer", age_s=5.0, counter="Z1-01"
)


def look(hall: HallProcess, name: str = "supervisor") -> dict[str, DeviceHealth]:
    """All devices as a signed-in person reads them."""
    with httpx.Client(base_url=hall.url, trust_env=False) as browser:
        signed = browser.post("/api/v1/session", json={"name": name, "password": hall.keys("staff")[name]})
        assert signed.is_success, signed.text
        answer = browser.get("/api/v1/devices")
    assert answer.is_success, answer.text
    found = msgspec.convert(answer.json()["devices"], list[DeviceHealth])
    return {device.device: device for device in found}


def until(found: Any, what: str) -> None:
    end = time.monotonic() + 20
    while not found():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def test_a_report_is_seen_by_staff_in_the_stream_and_in_the_figures(hall: HallProcess) -> None:
    with hall.client("board-1F") as client:
        client.report_health([STRIP])
    found = look(hall)["board-1F/strip-1"]
    assert (found.state, found.code, found.counter) == (DeviceState.AWAY, "no_answer", "Z1-01")
    assert found.sentence.zh == "没有应答" and found.advice.en
    (event,) = [
        row for row in hall.journal("device.health_changed") if row.data["device"] == "board-1F/strip-1"
    ]
    assert msgspec.convert(event.data, DeviceHealth) == found
    figures = hall.http.get("/metrics").text
    assert (
        'hall_device{device="board-1F/strip-1",kind="led_strip",state="away",code="no_answer"} 1' in figures
    )
    assert 'hall_devices{state="away"}' in figures


def test_only_devices_report_and_only_staff_look(hall: HallProcess) -> None:
    body: dict[str, list[object]] = {"devices": []}
    assert hall.http.put("/api/v1/devices/health", json=body).json()["code"] == "sign_in_needed"
    headers = {"Authorization": f"Bearer {hall.key('kiosk-1')}"}
    assert hall.http.get("/api/v1/devices", headers=headers).json()["code"] == "not_allowed"


def test_a_report_that_makes_no_sense_is_refused_whole(hall: HallProcess) -> None:
    headers = {"Authorization": f"Bearer {hall.key('kiosk-1')}"}
    good = {"device": f"d-{uuid.uuid4().hex}", "kind": "led_strip", "state": "ok"}
    for bad in ({"state": "fine"}, {"kind": "toaster"}, {"device": "a/b"}, {"age_s": -1}, {"code": "Ä"}):
        body = {"devices": [good, {**good, **bad}]}
        answer = hall.http.put("/api/v1/devices/health", headers=headers, json=body)
        assert answer.status_code == 400 and answer.json()["code"] == "bad_field", answer.text
    assert f"kiosk-1/{good['device']}" not in look(hall)


def test_a_reporter_tells_changes_at_once_and_outlives_the_server(hall: HallProcess) -> None:
    name = "board-2F/speaker"
    reporter = HealthReporter(lambda: hall.client("board-2F"), every_s=0.2)
    began = time.monotonic()
    reporter.note("speaker", DeviceKind.SPEAKER, Health("x", HealthState.OK, "", began))
    reporter.start()
    try:
        until(lambda: look(hall).get(name), "the first report")
        hall.kill()
        reporter.note("speaker", DeviceKind.SPEAKER, Health("x", HealthState.AWAY, "no_sound_device", began))
        hall.start()
        until(lambda: look(hall)[name].state is DeviceState.AWAY, "the report after the server is back")
    finally:
        reporter.stop()
