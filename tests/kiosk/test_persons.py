"""Checking in with an ID card against the real server and reader: the number is kept nowhere."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hardware.card_reader.samples import SAMPLES
from kiosk.scene import Act
from kiosk.session import busy
from kiosk.store import Store
from tests.hall_process import HallProcess
from tests.kiosk.rig import Desk, booked_for_now, traces, wait_until

PEOPLE = ("11010519491231002X", "440524188001010014", "34052419800101001X")


def type_number(desk: Desk, number: str, pad: Act = Act.DOCUMENT) -> None:
    desk.on("attract")
    desk.touch(Act.START)
    desk.touch(pad)
    for sign in number:
        desk.touch(Act.SIGN, sign)
    assert desk.conductor.state.typed == number


def test_a_typed_number_becomes_the_booking_s_ticket_and_is_kept_nowhere(
    server: HallProcess, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    booked_for_now(server, person=PEOPLE[0])
    with Desk(server, tmp_path / "disk") as desk:
        type_number(desk, PEOPLE[0])
        desk.touch(Act.CHECK_IN)
        assert traces(tmp_path, PEOPLE[0]) == [], "not even while the answer is out"
        desk.on("ticket")
        shown = desk.conductor.state.ticket
        assert shown is not None and shown.matter.id == "Z3-004"
        (checked_in,) = [row for row in server.journal("appointment.checked_in") if row.ticket is not None]
        assert checked_in.ticket is not None and checked_in.ticket.id == shown.id
        desk.touch(Act.DONE)
        type_number(desk, PEOPLE[0])
        desk.touch(Act.CHECK_IN)
        desk.until(lambda: desk.conductor.state.refusal_code == "appointment_none_today", what="only once")
    assert traces(tmp_path, PEOPLE[0]) == [] and traces(server.data, PEOPLE[0]) == []
    assert PEOPLE[0] not in caplog.text and PEOPLE[0][:17] not in caplog.text


def test_a_passport_checks_in_too_and_its_number_is_kept_nowhere(server: HallProcess, tmp_path: Path) -> None:
    passport = "EC7654321"
    booked_for_now(server, person=passport)
    with Desk(server, tmp_path / "disk") as desk:
        type_number(desk, passport, Act.OTHER_DOCUMENT)
        desk.touch(Act.CHECK_IN)
        desk.on("ticket")
        shown = desk.conductor.state.ticket
        assert shown is not None and shown.matter.id == "Z3-004" and shown.booked_at
    assert traces(tmp_path, passport) == [] and traces(server.data, passport) == []


def test_a_kiosk_that_dies_before_the_answer_finds_the_ticket_again_without_the_number(
    server: HallProcess, tmp_path: Path
) -> None:
    booked_for_now(server, person=PEOPLE[1])
    before = len(server.journal("appointment.checked_in"))
    with Desk(server, tmp_path / "disk") as desk:
        type_number(desk, PEOPLE[1])
        server.tell(signal.SIGSTOP)
        earlier = unread(server)
        desk.touch(Act.CHECK_IN)
        kept = wait_for_touch(tmp_path / "disk")
        wait_until(lambda: unread(server) > earlier, 15, "the request has left")
        assert (kept.matter, kept.code) == ("", "") and busy(desk.conductor.state)
    server.tell(signal.SIGCONT)
    wait_until(lambda: len(server.journal("appointment.checked_in")) > before, 10, "the server took it")
    assert traces(tmp_path, PEOPLE[1]) == []
    with Desk(server, tmp_path / "disk") as desk:
        desk.on("ticket", 20)
        shown = desk.conductor.state.ticket
        assert shown is not None and shown.matter.id == "Z3-004" and shown.status_url
    assert Store(tmp_path / "disk").open_touches() == []


def test_a_check_in_that_never_arrived_is_told_after_the_restart(server: HallProcess, tmp_path: Path) -> None:
    with Desk(server, tmp_path / "disk") as desk:
        type_number(desk, PEOPLE[2])
        server.stop()
        desk.touch(Act.CHECK_IN)
        wait_for_touch(tmp_path / "disk")
    server.start()
    with Desk(server, tmp_path / "disk") as desk:
        desk.until(lambda: desk.conductor.state.refusal_code == "answer_unknown", 20, "the truth")
        assert desk.conductor.state.screen == "document"
    assert Store(tmp_path / "disk").open_touches() == [] and traces(tmp_path, PEOPLE[2]) == []


def unread(server: HallProcess) -> int:
    """Bytes that have come to the server and that it has not read; see proc(5), /proc/net/tcp."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(int(row[4].partition(":")[2], 16) for row in rows if row[1].endswith(f":{server.port:04X}"))


def wait_for_touch(disk: Path):  # type: ignore[no-untyped-def]
    def kept() -> list[object]:
        store = Store(disk)
        try:
            return list(store.open_touches())
        finally:
            store.close()

    wait_until(kept, 5, "the touch is on the disk")
    return kept()[0]


def test_a_card_on_the_reader_checks_in_and_the_reader_sleeps_until_it_is_asked(
    server: HallProcess, tmp_path: Path
) -> None:
    number = SAMPLES["li"].number
    booked_for_now(server, person=number)
    line = [sys.executable, "-m", "hardware", "simulate", "card_reader", "--tcp", "0"]
    reader = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert reader.stdin is not None and reader.stdout is not None
    try:
        url = next(word for row in reader.stdout for word in row.split() if word.startswith("tcp://"))
        with Desk(server, tmp_path / "disk", reader=url) as desk:
            desk.on("attract")
            desk.until(lambda: desk.conductor.facts.card_reader, what="the reader is ready")
            reader.stdin.write("card li\n")
            reader.stdin.flush()
            desk.touch(Act.START)
            desk.until(lambda: desk.conductor.facts.online)
            assert desk.conductor.state.typed == "" and desk.conductor.state.screen == "home"
            desk.touch(Act.DOCUMENT)
            desk.on("ticket")
            shown = desk.conductor.state.ticket
            assert shown is not None and shown.matter.id == "Z3-004"
    finally:
        reader.kill()
        reader.wait(10)
        reader.stdin.close()
        reader.stdout.close()
    assert traces(tmp_path, number) == [] and traces(server.data, number) == []
