"""The real kiosk on a real X server, touched with real X events: the number is the same everywhere."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.flow import DEBOUNCE_S, PAD_DEBOUNCE_S
from kiosk.scene import Box
from kiosk.screens import draw
from kiosk.session import Screen as At
from kiosk.session import State
from queue_server.wire import PrintState
from tests.hall_process import HallProcess
from tests.kiosk import samples
from tests.kiosk.eye import ATTRACT, CODE_PAD, CONFIRM, DOCUMENT_PAD, HOME, MATTERS, TICKET, Eye, where
from tests.kiosk.rig import NUMBER, NUMBER_PX, OTHER_ID, Kiosk, booked_for_now, traces, wait_until
from tests.reading import shows
from tests.virtual_printer import Printer
from tests.x_server import Screen, x_server

KEPT = os.environ.get("KIOSK_PICTURES")


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    with x_server(1080, 1920) as started:
        yield started


def test_from_a_touch_to_the_same_number_everywhere(
    server: HallProcess, printer: Printer, screen: Screen, tmp_path: Path
) -> None:
    with Kiosk(screen, server, tmp_path, printer.url) as kiosk:
        eye = Eye(kiosk)
        eye.until("attract")
        eye.touch(ATTRACT, "anywhere")
        eye.until("home")
        eye.touch(HOME, "zone-Z2")
        eye.until("matters")
        eye.touch(MATTERS, "matter-Z2-001")
        eye.until("confirm")
        _leave_without_releasing_inside(kiosk, eye)
        # A nervous finger: five quick clicks, then more while the answer is out.
        x, y = where(CONFIRM, "take")
        kiosk.do("mousemove", str(round(x)), str(round(y)), "click", "--repeat", "5", "--delay", "60", "1")
        wait_until(eye.code, 10, "the code on the screen")
        (event,) = server.journal("ticket.issued")
        taken = event.ticket
        assert taken is not None and event.by == "device:kiosk-1"
        wait_until(lambda: printer.slips(), 10, "the slip")
        (slip,) = printer.slips()
        number = taken.number
        assert number in slip["text"]
        wait_until(lambda: eye.code() == str(slip["qr"]).split("#")[0], 5, "the slip's address on the screen")
        assert shows(screen, NUMBER, number, NUMBER_PX)
        with server.client("kiosk-1") as client:
            wait_until(lambda: client.ticket(taken.id).print_state is PrintState.PRINTED, 5, "reported")
        if KEPT:
            kiosk.picture().save(Path(KEPT) / "kiosk-ticket.png")
        eye.touch(TICKET, "done")
        eye.until("attract")
        # The picture is read while it may still be written: its upper half can be a frame ahead.
        wait_until(lambda: not eye.code(), 5, "nothing of the session left")
        assert kiosk.stop() == 0
        assert "Traceback" not in kiosk.log.read_text(encoding="utf-8")


def _leave_without_releasing_inside(kiosk: Kiosk, eye: Eye) -> None:
    """A finger that slides off the button changes its mind."""
    time.sleep(0.35)
    x, y = where(CONFIRM, "take")
    kiosk.do("mousemove", str(round(x)), str(round(y)), "mousedown", "1")
    wait_until(lambda: eye.sees(60, 1500, "action-pressed"), 5, "the pressed button")
    kiosk.do("mousemove", "1000", "1200", "mouseup", "1")
    wait_until(lambda: eye.sees(60, 1500, "action"), 5, "the button as before")


def test_a_code_scanner_that_types_checks_a_booking_in(
    server: HallProcess, screen: Screen, tmp_path: Path
) -> None:
    code = booked_for_now(server)
    with Kiosk(screen, server, tmp_path, None) as kiosk:
        eye = Eye(kiosk)
        eye.until("attract")
        kiosk.do("type", "--delay", "12", f"YC-B:{code}")
        kiosk.do("key", "Return")
        wait_until(lambda: server.journal("appointment.checked_in"), 10, "the check-in")
        (event,) = server.journal("appointment.checked_in")
        assert event.ticket is not None and event.by == "device:kiosk-1"
        wait_until(eye.code, 10, "the ticket on the screen")
        assert kiosk.stop() == 0
        log = kiosk.log.read_text(encoding="utf-8")
        assert "Traceback" not in log and code[:5] not in log, "no booking code is logged"


def next_cell(i: int) -> tuple[float, float]:
    """A point that turns blue when sign `i` of an ID number stands on the screen."""
    if i + 1 == len(OTHER_ID):
        return 60, 1500
    state = State(screen=At.DOCUMENT, typed=OTHER_ID[: i + 1])
    cells = [item for item in draw(samples.view(state)).items if isinstance(item, Box)]
    cell = next(cell for cell in cells if cell.border == "action")
    return cell.x + 2, cell.y + cell.h / 2


def test_an_id_number_typed_on_the_screen_checks_in_and_stays_nowhere(
    server: HallProcess, screen: Screen, tmp_path: Path
) -> None:
    booked_for_now(server, person=OTHER_ID)
    before = len(server.journal("appointment.checked_in"))
    with Kiosk(screen, server, tmp_path, None) as kiosk:
        eye = Eye(kiosk)
        eye.until("attract")
        eye.touch(ATTRACT, "anywhere")
        eye.until("home")
        eye.touch(HOME, "booking")
        eye.until("code pad")
        eye.touch(CODE_PAD, "tab-document")
        eye.until("document pad")
        time.sleep(DEBOUNCE_S)  # a screen that has just appeared hears no touch
        for i, sign in enumerate(OTHER_ID):
            time.sleep(PAD_DEBOUNCE_S)
            kiosk.click(*where(DOCUMENT_PAD, f"sign-{sign}"))
            wait_until(functools.partial(eye.sees, *next_cell(i), "action"), 5, "the sign stands there")
        wait_until(lambda: eye.sees(60, 1500, "action"), 5, "the number is whole")
        if KEPT:
            kiosk.picture().save(Path(KEPT) / "kiosk-id-number.png")
        eye.touch(DOCUMENT_PAD, "check-in")
        wait_until(eye.code, 10, "the ticket on the screen")
        assert len(server.journal("appointment.checked_in")) == before + 1
        assert traces(tmp_path, OTHER_ID) == [] and traces(server.data, OTHER_ID) == []
        assert kiosk.stop() == 0
    assert traces(tmp_path, OTHER_ID) == []


def test_no_key_leads_out_and_other_sizes_scale(server: HallProcess, tmp_path: Path) -> None:
    with (
        x_server(540, 960) as screen,
        Kiosk(screen, server, tmp_path, None, "--size", "540x960") as kiosk,
    ):
        eye = Eye(kiosk, 0.5)
        eye.until("attract")
        keys = (
            "Escape",
            "F1",
            "F11",
            "F12",
            "alt+F4",
            "ctrl+c",
            "ctrl+q",
            "super",
            "ctrl+alt+Delete",
            "ctrl+e",
            "Return",
        )
        kiosk.do("key", "--delay", "30", *keys)
        time.sleep(0.5)
        assert kiosk.process.poll() is None
        eye.until("attract")
        eye.touch(ATTRACT, "anywhere")
        eye.until("home")
        eye.touch(HOME, "lang")
        wait_until(lambda: eye.sees(60, 1690, "ink"), 5, "the switch is set")
        eye.touch(HOME, "zone-Z2")
        eye.until("matters")
        assert kiosk.stop() == 0
        assert not list(tmp_path.rglob("*.png")) and not list(Path.cwd().glob("screenshot*.png"))


def test_the_kiosk_waits_for_a_server_that_comes_later(
    server: HallProcess, screen: Screen, tmp_path: Path
) -> None:
    key = server.key("kiosk-1")
    server.stop()
    assert key
    with Kiosk(screen, server, tmp_path, None) as kiosk:
        eye = Eye(kiosk)
        wait_until(lambda: eye.sees(540, 262, "warn-soft"), 15, "the away screen")
        server.start()
        eye.until("attract")
        assert kiosk.stop() == 0
