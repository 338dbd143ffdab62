"""The kiosk without its window against the real server and virtual printer, in good and in bad hours."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import httpx
import msgspec

from hardware.ticket_printer.job import JobReport, JobState
from kiosk.facts import Trouble
from kiosk.scene import Act, Action
from kiosk.session import Paper, Touched
from kiosk.slip import SlipFacts
from kiosk.store import Job, Store, Touch
from kiosk.words import clock_of
from queue_server.wire import IssueTicket, PrintState, TicketState
from tests.hall_process import HallProcess
from tests.kiosk.rig import Desk, booked, booked_for_now, wait_until
from tests.virtual_printer import Printer


def issued(server: HallProcess) -> list[str]:
    return [event.ticket.number for event in server.journal("ticket.issued") if event.ticket is not None]


def printer_codes(server: HallProcess) -> list[str]:
    """Why the kiosk's printer was not well, change by change, as the journal has it."""
    changes = server.journal("device.health_changed")
    return [row.data["code"] for row in changes if row.data["device"] == "kiosk-1/ticket_printer"]


def ready(desk: Desk) -> None:
    desk.on("attract")
    desk.until(lambda: desk.conductor.facts.trouble is None, what="the printer is ready")


def test_a_lost_touch_is_taken_up_after_a_restart_and_old_ones_are_given_back(
    server: HallProcess, printer: Printer, tmp_path: Path
) -> None:
    now = time.time_ns() // 1_000_000
    store = Store(tmp_path / "disk")
    store.begin_touch(Touch("restart-fresh-1", "Z7-001", "zh", now - 5_000))
    store.begin_touch(Touch("restart-old-111", "Z7-002", "zh", now - 500_000))
    store.close()
    with server.client("kiosk-1") as client:
        fresh = client.issue(IssueTicket("Z7-001"), "restart-fresh-1")
        old = client.issue(IssueTicket("Z7-002"), "restart-old-111")
        with Desk(server, tmp_path / "disk", printer.url) as desk:
            desk.on("ticket", 20)
            shown = desk.conductor.state.ticket
            assert shown is not None and shown.id == fresh.id
            desk.until(lambda: desk.conductor.state.paper is Paper.PRINTED, what="its slip is out")
            desk.until(
                lambda: client.ticket(old.id).state is TicketState.CANCELLED, 30, "the old one is given back"
            )
            desk.until(lambda: Store(tmp_path / "disk").open_touches() == [], 30, "no touch is left")
        assert client.ticket(fresh.id).state is TicketState.WAITING


def test_a_ticket_is_the_same_on_screen_on_paper_and_at_the_server(
    server: HallProcess, printer: Printer, tmp_path: Path
) -> None:
    before = len(issued(server))
    with Desk(server, tmp_path / "disk", printer.url) as desk:
        ready(desk)
        desk.to_confirm("Z3-004")
        desk.touch(Act.TAKE)
        for _ in range(5):
            desk.conductor.touch(Action(Act.TAKE))
        desk.on("ticket")
        found = desk.conductor.state.ticket
        assert found is not None
        desk.until(lambda: desk.conductor.state.paper is Paper.PRINTED, what="the slip is out")
        wait_until(lambda: printer.slips(), 5, "the slip's picture")
        with server.client("kiosk-1") as client:
            wait_until(lambda: client.ticket(found.id).print_state is PrintState.PRINTED, 10, "reported")
    (slip,) = printer.slips()
    assert issued(server)[before:] == [found.number]
    address, _, code = str(slip["qr"]).partition("#")
    assert found.number in slip["text"] and address == found.status_url
    proof = server.http.get("/api/v1/proof/verify", params={"code": code}).json()
    assert (proof["ok"], proof["slip"]["signed_by"]) == (True, "kiosk-1")
    assert slip["unknown"] == [] and int(str(slip["bytes"])) <= 540
    assert Store(tmp_path / "disk").open_touches() == []


def test_people_and_waits_are_live(server: HallProcess, tmp_path: Path) -> None:
    with Desk(server, tmp_path / "disk") as desk, server.client("kiosk-1") as client:
        desk.on("attract")
        line = desk.conductor.facts.line("Z6")
        assert line is not None
        client.issue(IssueTicket("Z6-001"), f"live-{time.monotonic_ns()}")
        desk.until(
            lambda: (desk.conductor.facts.line("Z6") or line).waiting == line.waiting + 1, 5, "one more waits"
        )


def test_paper_out_is_known_before_the_promise_and_reported(
    server: HallProcess, printer: Printer, tmp_path: Path
) -> None:
    printer.faults("paper_out")
    with Desk(server, tmp_path / "disk", printer.url) as desk:
        desk.until(lambda: desk.conductor.facts.trouble is Trouble.PAPER_OUT, what="no paper is known")
        wait_until(lambda: printer_codes(server)[-1:] == ["paper_out"], 10, "the server knows it too")
        desk.on("attract")
        desk.to_confirm("Z1-001")
        desk.touch(Act.TAKE)
        desk.on("ticket")
        found = desk.conductor.state.ticket
        assert found is not None and desk.conductor.state.paper is Paper.NONE
        with server.client("kiosk-1") as client:
            wait_until(lambda: client.ticket(found.id).print_state is PrintState.FAILED, 5, "reported")
        assert printer.slips() == []
        printer.faults()
        desk.until(lambda: desk.conductor.facts.trouble is None, what="paper is back")


def test_a_printer_that_breaks_at_the_last_moment_and_a_second_slip_that_is_asked_for(
    server: HallProcess, printer: Printer, tmp_path: Path
) -> None:
    with Desk(server, tmp_path / "disk", printer.url) as desk:
        ready(desk)
        desk.to_confirm("Z1-002")
        printer.faults("cover_open")
        desk.touch(Act.TAKE)
        desk.on("ticket")
        desk.until(lambda: desk.conductor.state.paper is Paper.FAILED, what="the slip failed")
        assert desk.conductor.state.paper_reason == "cover_open"
        printer.faults()
        desk.until(lambda: desk.conductor.facts.trouble is None, what="the printer is well again")
        assert printer.slips() == [], "nothing is printed unasked"
        desk.touch(Act.REPRINT)
        desk.until(lambda: desk.conductor.state.paper is Paper.PRINTED, what="the second slip is out")
        wait_until(lambda: printer.slips(), 5, "the slip's picture")
    (slip,) = printer.slips()
    assert any("补打 2" in line for line in slip["text"])  # type: ignore[attr-defined]


def test_staff_ask_for_another_slip_and_nobody_at_the_screen_is_disturbed(
    server: HallProcess, printer: Printer, tmp_path: Path
) -> None:
    with server.client("kiosk-1") as client, Desk(server, tmp_path / "disk", printer.url) as desk:
        ticket = client.issue(IssueTicket("Z7-001", lang="en"), "reprint-asked-1")
        ready(desk)
        desk.to_confirm("Z1-002")
        reprint(server, ticket.id, "kiosk-2", 404)
        reprint(server, ticket.id, "kiosk-1", 200)
        desk.until(lambda: printer.slips(), 15, "the second slip")
        desk.until(lambda: client.ticket(ticket.id).print_state is PrintState.PRINTED, 15, "reported")
        assert desk.conductor.state.screen == "confirm"
        reprint(server, ticket.id, "kiosk-1", 200)
        desk.until(lambda: len(printer.slips()) == 2, 15, "the third slip")
    assert [slip["text"][:3:2] for slip in printer.slips()] == [
        [" COPY 2", ticket.number], [" COPY 3", ticket.number],
    ]  # fmt: skip
    assert str(printer.slips()[0]["qr"]).partition("#")[0] == ticket.status_url


def reprint(server: HallProcess, ticket: int, kiosk: str, status: int) -> None:
    """Ask for another slip as the guide at the desk does."""
    assert _as_guide(server, f"/tickets/{ticket}/reprint", {"kiosk": kiosk}).status_code == status


def test_a_dead_printer_never_stands_before_the_number(
    server: HallProcess, printer: Printer, tmp_path: Path
) -> None:
    with Desk(server, tmp_path / "disk", printer.url) as desk:
        ready(desk)
        desk.to_confirm("Z1-003")
        printer.faults("silent")
        desk.touch(Act.TAKE)
        desk.on("ticket")
        assert desk.conductor.state.paper is Paper.PRINTING, "its fate is not known yet"
        desk.until(lambda: desk.conductor.state.paper is not Paper.PRINTING, 40, "the printer was given up")
        assert desk.conductor.state.paper in (Paper.FAILED, Paper.UNKNOWN)


def test_the_server_goes_and_comes_back(server: HallProcess, tmp_path: Path) -> None:
    with Desk(server, tmp_path / "disk") as desk:
        desk.on("attract")
        desk.until(
            lambda: len(desk.conductor.facts.details) == len(desk.conductor.facts.matters), 30, "checklists"
        )
        server.stop()
        desk.on("away", 15)
        desk.touch(Act.CHECKLISTS)
        desk.touch(Act.ZONE, "Z2")
        desk.touch(Act.MATTER, "Z2-018")
        desk.on("confirm")
        texts = {getattr(item, "text", "") for item in desk.scene.all_items()}  # type: ignore[union-attr]
        assert "婚姻状况证明(结婚证/离婚证等)" in texts and "现在不能取号" in texts
        desk.touch(Act.HOME)
        server.start()
        desk.until(lambda: desk.conductor.facts.online, 30, "the server is back")
        desk.on("home")
        assert not desk.conductor.state.reading
    with Desk(server, tmp_path / "disk") as desk:
        assert desk.conductor.facts.details, "the catalogue of the last time is there at once"


def test_a_frozen_server_gives_one_ticket_for_all_tries(server: HallProcess, tmp_path: Path) -> None:
    """The answer does not come in time; the citizen tries again; the server has one ticket for both."""
    before = len(issued(server))
    with Desk(server, tmp_path / "disk") as desk:
        desk.on("attract")
        desk.to_confirm("Z4-001")
        server.tell(signal.SIGSTOP)
        desk.touch(Act.TAKE)
        desk.until(lambda: not _busy(desk), 40, "the kiosk gives up asking")
        assert Store(tmp_path / "disk").open_touches(), "the touch is kept"
        server.tell(signal.SIGCONT)
        desk.until(lambda: desk.conductor.facts.online, 30, "the server answers again")
        desk.on("confirm")
        desk.touch(Act.TAKE)
        desk.on("ticket", 30)
    assert len(issued(server)) == before + 1


def _busy(desk: Desk) -> bool:
    take = desk.conductor.state.take
    return take is not None and take.asked_at is not None


def test_slips_left_open_by_a_crash(server: HallProcess, printer: Printer, tmp_path: Path) -> None:
    """A fresh one is printed, an old one is not, one that had begun is never printed again."""
    now = time.time_ns() // 1_000_000
    store = Store(tmp_path / "disk")
    for name, age in (("900001/1", 1_000), ("900002/1", 900_000), ("900003/1", 1_000)):
        says = SlipFacts("厅", f"A{name[5]}00", 1, "A", "企业登记", "事项", "2026-11-23 10:24", "kiosk-1")
        store.add_job(Job(name, int(name[:6]), 1, msgspec.json.encode(says), now - age))
    store.save(JobReport("900003/1", JobState.SEND_STARTED, None, 300, 100))
    store.close()
    with Desk(server, tmp_path / "disk", printer.url) as desk:
        desk.until(lambda: Store(tmp_path / "disk").open_jobs() == [], 30, "all jobs ended")
        wait_until(lambda: printer.slips(), 5, "the slip's picture")
    # What the broken-off slip left in the printer is cut off, without a letter on it.
    assert [slip["text"][1] for slip in printer.slips() if slip["text"]] == ["A100"]  # type: ignore[index]
    found = Store(tmp_path / "disk")
    states = {name: found.load(name) for name in ("900001/1", "900002/1", "900003/1")}
    assert [report.state for report in states.values() if report] == [
        "cut_confirmed",
        "failed_known",
        "unknown",
    ]


def test_a_refusal_is_worded_in_the_citizen_s_language(server: HallProcess, tmp_path: Path) -> None:
    """The key of one touch with another matter is what the server refuses even in an always open hall."""
    with Desk(server, tmp_path / "disk") as desk, server.client("kiosk-1") as client:
        desk.on("attract")
        desk.touch(Act.LANG)
        desk.touch(Act.ZONE, "Z1")
        desk.touch(Act.MATTER, "Z1-001")
        client.issue(IssueTicket("Z1-002"), "used-before-1234")
        desk.conductor.step(Touched(Action(Act.TAKE), time.monotonic() + 1, "used-before-1234"))
        desk.until(lambda: desk.conductor.state.refusal, 10, "the refusal")
        assert desk.conductor.state.refusal.isascii() and desk.conductor.state.screen == "confirm"
        assert desk.conductor.store.open_touches() == []


def test_a_booking_is_checked_in_with_its_slip_and_only_once(
    server: HallProcess, printer: Printer, tmp_path: Path
) -> None:
    with Desk(server, tmp_path / "disk", printer.url) as desk:
        ready(desk)
        code = booked_for_now(server)
        desk.touch(Act.START)
        desk.touch(Act.BOOKING)
        for sign in code.replace("-", ""):
            desk.touch(Act.SIGN, sign)
        desk.touch(Act.CHECK_IN)
        desk.on("ticket")
        found = desk.conductor.state.ticket
        assert found is not None and found.matter.id == "Z3-004"
        desk.until(lambda: desk.conductor.state.paper is Paper.PRINTED, what="the slip is out")
        wait_until(lambda: printer.slips(), 5, "the slip's picture")
        kept = server.call("GET", f"/appointments/{code}", "kiosk-1")["appointment"]
        assert (kept["state"], kept["number"]) == ("checked_in", found.number)
        desk.touch(Act.DONE)
        desk.on("attract")
        assert desk.conductor.state.typed == ""
        time.sleep(0.4)
        desk.conductor.scanned(f"YC-B:{code}")
        desk.until(lambda: desk.conductor.state.refusal_code, what="the refusal")
        assert desk.conductor.state.refusal_code == "appointment_state"
    slip = printer.slips()[0]["text"]
    assert found.booked_at is not None
    time_booked = clock_of(found.booked_at, "Asia/Shanghai")
    assert found.number in slip and f"预约 {time_booked}" in slip
    assert Store(tmp_path / "disk").open_touches() == []


def test_an_agent_s_number_says_on_paper_how_many_matters_it_brings(
    server: HallProcess, printer: Printer, tmp_path: Path
) -> None:
    with Desk(server, tmp_path / "disk", printer.url) as desk:
        ready(desk)
        desk.to_confirm("Z4-002")
        desk.touch(Act.ERRANDS)
        desk.touch(Act.COUNT, "5")
        desk.touch(Act.TAKE)
        desk.on("ticket")
        found = desk.conductor.state.ticket
        assert found is not None and found.errands == 5
        desk.until(lambda: desk.conductor.state.paper is Paper.PRINTED, what="the slip is out")
        wait_until(lambda: printer.slips(), 5, "the slip's picture")
    assert "还办：4件" in printer.slips()[0]["text"]


def test_who_comes_too_early_is_told_when_to_come(server: HallProcess, tmp_path: Path) -> None:
    with Desk(server, tmp_path / "disk") as desk:
        desk.on("attract")
        desk.conductor.scanned("0000000000")
        desk.until(lambda: desk.conductor.state.refusal_code == "appointment_unknown", what="unknown")
        code = booked(server)
        time.sleep(0.4)
        desk.conductor.scanned(code)
        desk.until(lambda: desk.conductor.state.refusal_code == "appointment_early", what="too early")
        assert desk.conductor.state.refusal and desk.conductor.state.screen == "check_in"


def test_the_confirm_screen_knows_the_queue_of_its_own_matter(server: HallProcess, tmp_path: Path) -> None:
    with Desk(server, tmp_path / "disk") as desk, server.client("kiosk-1") as client:
        desk.on("attract")
        assert desk.conductor.facts.prospect is None
        desk.to_confirm("Z3-004")
        desk.until(lambda: desk.conductor.facts.foreseen("Z3-004"), what="the prospect")
        found = desk.conductor.facts.foreseen("Z3-004")
        assert found is not None and found.issues and found.ahead == client.prospect("Z3-004").ahead
        desk.touch(Act.PRIORITY)
        desk.touch(Act.CLASS, "elderly")
        desk.until(lambda: desk.conductor.facts.foreseen("Z3-004", "elderly"), what="that of the class")
        assert desk.conductor.facts.foreseen("Z3-004") is None
        desk.touch(Act.HOME)
        assert desk.conductor.facts.prospect is None, "nothing of a matter stays behind"


def test_help_reaches_the_hall(server: HallProcess, tmp_path: Path) -> None:
    before = len(server.journal("device.help_asked"))
    with Desk(server, tmp_path / "disk") as desk:
        desk.on("attract")
        desk.touch(Act.HELP)
        desk.until(lambda: desk.conductor.state.help == "called", 10, "a guide is called")
        asked = server.journal("device.help_asked")
        assert len(asked) == before + 1 and asked[-1].by == "device:kiosk-1"
        _send_a_guide(server, asked[-1].seq)
        desk.until(lambda: desk.conductor.state.help == "coming", 10, "the guide is on the way")
        server.stop()
        desk.until(lambda: not desk.conductor.facts.online, 15, "away")
        desk.touch(Act.BACK)
        desk.touch(Act.HELP)
        desk.until(lambda: desk.conductor.state.help == "failed", 10, "nobody is reached")
    server.start()


def _send_a_guide(server: HallProcess, asked: int) -> None:
    """A guide takes the call."""
    _as_guide(server, f"/help/{asked}/answer", {}).raise_for_status()


def _as_guide(server: HallProcess, path: str, body: object) -> httpx.Response:
    """Sign in as the guide and send one thing."""
    with httpx.Client(base_url=f"{server.url}/api/v1", trust_env=False) as guide:
        signing = {"name": "guide", "password": server.keys("staff")["guide"]}
        csrf = guide.post("/session", json=signing).raise_for_status().json()["csrf"]
        return guide.post(path, json=body, headers={"X-CSRF-Token": csrf})


def test_a_wrong_key_is_an_away_kiosk_that_goes_on_trying(server: HallProcess, tmp_path: Path) -> None:
    with Desk(server, tmp_path / "disk", key="no-such-key") as desk:
        desk.until(lambda: desk.conductor.facts.retry_at is not None, 20, "the next try is announced")
        assert desk.conductor.state.screen == "away" and desk.conductor.facts.away_since is not None
