"""From a touch to a called number: the same number on paper, on both screens and at the clerk's page.

Every part is the real program: the server, the kiosk under an X server that is touched with X events,
the virtual printer over TCP, the board under an X server of its own, the clerk's page in Chromium.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from display_board import look
from display_board.look import BIG, Box
from queue_server.wire import PrintState
from tests.browser import Desk
from tests.display_board.board_program import LEFT, RIGHT, band_number, board_program, cell_number, cells_of
from tests.display_board.test_screen import called, ground, rgb
from tests.hall_process import HallProcess
from tests.kiosk.eye import ATTRACT, CONFIRM, HOME, MATTERS, TICKET, Eye
from tests.kiosk.rig import NUMBER, NUMBER_PX, Kiosk
from tests.reading import shows
from tests.virtual_printer import Printer
from tests.x_server import Screen, until, x_server

ROOT = Path(__file__).resolve().parents[2]
COUNTER = "Z2-01"


@pytest.fixture
def kept() -> Path:
    """Where the pictures of this test stay, for people to look at."""
    folder = ROOT / "build" / "pictures" / "end-to-end"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def eye(hall: HallProcess, printer: Printer, tmp_path: Path) -> Iterator[Eye]:
    with x_server(1080, 1920) as screen, Kiosk(screen, hall, tmp_path / "kiosk", printer.url) as kiosk:
        found = Eye(kiosk)
        found.until("attract")
        yield found
        assert kiosk.stop() == 0
        assert "Traceback" not in kiosk.log.read_text(encoding="utf-8")


@pytest.fixture
def board(hall: HallProcess) -> Iterator[Screen]:
    with x_server() as screen, board_program(screen, hall.url, hall.key("board-1F"), "1F"):
        until(lambda: screen.pixel(5, 5) == rgb(look.DARK.plate), "the floor's white block")
        yield screen


def place_on_the_board(hall: HallProcess) -> Box:
    """Where the board shows our counter: the layout depends on how many counters each zone has."""
    with hall.client("board-1F") as client:
        state = client.board("1F")
    counts = tuple(
        (zone, sum(place.zone == zone for place in state.counters.values())) for zone in state.zones
    )
    return cells_of(*counts)[COUNTER]


def take(eye: Eye, printer: Printer, matter: str, kept: Path) -> str:
    """Touch through the kiosk as a citizen does, and find the same number and address on screen and paper."""
    before = len(printer.slips())
    eye.touch(ATTRACT, "start")
    eye.until("home")
    eye.touch(HOME, "zone-Z2")
    eye.until("matters")
    eye.touch(MATTERS, f"matter-{matter}")
    eye.until("confirm")
    eye.kiosk.picture().save(kept / "1-kiosk-confirm.png")
    eye.touch(CONFIRM, "take")
    until(lambda: len(printer.slips()) == before + 1, "the slip")
    slip = printer.slips()[-1]
    # Behind the # the paper also carries its own proof, which the phone does not need.
    number, address = str(slip["text"][1]), str(slip["qr"]).partition("#")[0]
    assert slip["unknown"] == []
    until(lambda: shows(eye.kiosk.screen, NUMBER, number, NUMBER_PX), f"{number} on the kiosk")
    until(lambda: eye.code() == address, "the slip's address on the kiosk")
    eye.kiosk.picture().save(kept / "2-kiosk-ticket.png")
    shutil.copy(printer.folder / f"slip-{before + 1:04}.png", kept / "3-slip.png")
    eye.touch(TICKET, "done")
    eye.until("attract")
    return number


def at_counter(hall: HallProcess, desk: Callable[..., Desk]) -> Page:
    page = desk().sign_in("clerk", hall.keys("staff")["clerk"], f"/clerk/{COUNTER}")
    page.wait_for_selector("#live:not(.old)")
    page.click("[data-move=open]")
    page.wait_for_selector("[data-move=close]")
    page.wait_for_selector("#keys[aria-busy=false]")
    return page


def press(page: Page, key: str, then: str) -> None:
    """Press a key of the clerk's keyboard, and wait for what it leads to and for its answer."""
    page.keyboard.press(key)
    expect(page.locator(then)).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


@pytest.mark.timeout(300)
def test_the_number_is_the_same_on_paper_screens_and_the_clerks_page(
    hall: HallProcess, printer: Printer, eye: Eye, board: Screen, desk: Any, kept: Path
) -> None:
    cell = place_on_the_board(hall)
    page = at_counter(hall, desk)
    until(lambda: ground(board, cell) == rgb(look.DARK.surface), "the open counter on the board")
    first, second = (take(eye, printer, matter, kept) for matter in ("Z2-001", "Z2-002"))
    assert first != second
    assert page.locator("#waiting .person").evaluate_all("rows => rows.map(row => row.dataset.number)") == [
        first,
        second,
    ]

    press(page, "F1", "#hand.called")
    expect(page.locator("#number")).to_have_text(first)
    until(lambda: called(board, LEFT, first), f"{first} in the band")
    until(lambda: shows(board, cell_number(cell), first), f"{first} in the counter's cell")
    board.picture().save(kept / "4-board-called.png")
    page.screenshot(path=kept / "5-clerk-called.png")
    press(page, "F3", "#hand.serving")
    until(lambda: ground(board, cell) == rgb(look.DARK.surface), "being served is not called")
    press(page, "F4", "#hand.free")
    until(lambda: not shows(board, cell_number(cell), first), "the counter is free")

    press(page, "F1", "#hand.called")
    expect(page.locator("#number")).to_have_text(second)
    until(lambda: shows(board, cell_number(cell), second), f"{second} in the counter's cell")
    until(
        lambda: any(shows(board, band_number(band), second, BIG) for band in (LEFT, RIGHT)),
        f"{second} in a band",
    )
    board.picture().save(kept / "6-board-next.png")
    page.screenshot(path=kept / "7-clerk-next.png")
    expect(page.locator("#waiting .person")).to_have_count(0)
    told = [event.ticket for event in hall.journal("ticket.issued") if event.ticket is not None]
    assert [ticket.number for ticket in told] == [first, second]
    with hall.client("kiosk-1") as client:
        assert {client.ticket(ticket.id).print_state for ticket in told} == {PrintState.PRINTED}
