"""Numbers that were taken before, looked up and brought back against the real server."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from kiosk.scene import Act, Action
from kiosk.session import Scanned
from queue_server.wire import TicketState
from tests.hall_process import HallProcess
from tests.kiosk.rig import Desk, wait_until

COUNTER = "Z4-01"


def missed(server: HallProcess, matter: str = "Z4-001") -> dict[str, object]:
    """Take a number, call it as often as the hall promises, and count it as missed."""
    ticket = server.issue(matter)
    device = f"counter-{COUNTER}"
    server.call("POST", f"/counters/{COUNTER}/open", device)
    called = server.call("POST", f"/counters/{COUNTER}/call-next", device)["ticket"]
    assert called["number"] == ticket["number"]
    with sqlite3.connect(server.data / "hall.db", timeout=5) as db:
        db.execute("UPDATE ticket SET calls = 3 WHERE id = ?", (ticket["id"],))
    server.call("POST", f"/counters/{COUNTER}/no-show", device)
    return ticket


def look_up(desk: Desk, number: str) -> None:
    desk.on("attract")
    desk.touch(Act.START)
    desk.touch(Act.NUMBER)
    for sign in number:
        desk.touch(Act.SIGN, sign)
    desk.touch(Act.LOOK_UP)


def test_a_missed_number_is_typed_and_queues_again_once(server: HallProcess, tmp_path: Path) -> None:
    ticket = missed(server)
    with Desk(server, tmp_path / "disk") as desk:
        look_up(desk, str(ticket["number"]))
        desk.on("place")
        found = desk.conductor.state.found
        assert found is not None and found.ticket.state is TicketState.MISSED and "reinstate" in found.can
        desk.touch(Act.RETURN, "reinstate")
        for _ in range(5):
            desk.conductor.touch(Action(Act.RETURN, "reinstate"))
        desk.until(lambda: (f := desk.conductor.state.found) and f.reinstated == 1, what="in the queue again")
        again = desk.conductor.state.found
        assert again is not None and again.ticket.state is TicketState.WAITING
        desk.touch(Act.DONE)
        desk.on("attract")
        assert desk.conductor.state.found is None
    (event,) = server.journal("ticket.reinstated")
    assert event.by == "device:kiosk-1" and event.ticket is not None and event.ticket.id == ticket["id"]


def test_a_scanned_slip_is_found_and_one_of_yesterday_is_not_somebody_else_s(
    server: HallProcess, tmp_path: Path
) -> None:
    ticket = server.issue("Z5-001")
    with Desk(server, tmp_path / "disk") as desk:
        desk.on("attract")
        desk.conductor.step(Scanned(f"{ticket['status_url']}#code", time.monotonic(), "scan-key-0001"))
        desk.on("place")
        found = desk.conductor.state.found
        assert found is not None and found.ticket.id == ticket["id"] and found.ticket.ahead is not None
        desk.touch(Act.DONE)
        with sqlite3.connect(server.data / "hall.db", timeout=5) as db:
            db.execute("UPDATE visit SET day = '2020-01-02' WHERE id = ?", (ticket["visit"],))
            db.execute("UPDATE ticket SET day = '2020-01-02' WHERE id = ?", (ticket["id"],))
        desk.conductor.step(Scanned(f"{ticket['status_url']}#code", time.monotonic(), "scan-key-0002"))
        desk.until(lambda: desk.conductor.state.refusal_code == "old_slip", what="the slip is old")


def test_a_number_that_nobody_has_and_a_server_that_goes_away(server: HallProcess, tmp_path: Path) -> None:
    with Desk(server, tmp_path / "disk") as desk:
        look_up(desk, "G999")
        desk.until(lambda: desk.conductor.state.refusal_code == "number_unknown", what="no such number")
        assert desk.conductor.state.typed == "G999"
        server.stop()
        desk.touch(Act.LOOK_UP)
        desk.on("away", 15)
        assert desk.conductor.state.typed == ""
        server.start()
        desk.until(lambda: desk.conductor.facts.online, 30, "the server is back")
        wait_until(lambda: desk.conductor.state.enquiry is None, 5, "nothing is asked any more")
