"""The printer fails in every way it can: nobody loses a number, gets two slips, or has to wait for it.

Most of it drives the kiosk's own threads against the real server and the real virtual printer, with the
test in the place of the screen; the last test does it by touch, and reads the screen.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from display_board.look import Box
from kiosk.scene import Act
from kiosk.screens import draw
from kiosk.session import Paper
from queue_server.wire import PrintState, Ticket
from tests.hall_process import HallProcess
from tests.kiosk.eye import ATTRACT, CONFIRM, HOME, MATTERS, Eye
from tests.kiosk.gallery import views
from tests.kiosk.rig import NUMBER_PX, Desk, Kiosk
from tests.reading import shows
from tests.virtual_printer import Printer
from tests.x_server import until, x_server

COUNTER, MATTER = "Z2-01", "Z2-001"
KNOWN, FAILED, UNSURE = "号已取好，请记住票号", "小票没打出来，但号已取好", "小票可能没打完，但号已取好"
WITHOUT_SLIP = "没有小票，号一样有效。"
NO_PAPER, COVER, DEAD = "打印机没纸了。", "打印机盖没有关好。", "打印机没有回应。"
LARGE_NUMBER = Box(60, 550, 960, 195)
NOTED = draw(views()["ticket-no-paper"])
LOOK_YOURSELF = "请看看出纸口，有小票就拿好。"

pytestmark = pytest.mark.timeout(240)

Break = Callable[[Printer], None]


def off(printer: Printer) -> None:
    printer.stop()


def fault(name: str) -> Break:
    """A fault that holds from now on."""
    return lambda printer: printer.faults(name)


def in_the_middle(name: str) -> Break:
    """A fault that begins while a slip is on its way: asking takes 12 bytes, a slip some 300."""
    return lambda printer: printer.fault_after(150, name)


@pytest.fixture(scope="module")
def clerk(hall: HallProcess, browser: Any) -> Iterator[Page]:
    """The page of a clerk for whom all these people wait."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{hall.url}/login?next=/clerk/{COUNTER}")
    page.fill("[name=name]", "clerk")
    page.fill("[name=password]", hall.keys("staff")["clerk"])
    page.press("[name=password]", "Enter")
    page.click("[data-move=open]")
    page.wait_for_selector("[data-move=close]")
    page.wait_for_selector("#keys[aria-busy=false]")
    yield page
    context.close()


@pytest.fixture(autouse=True)
def all_gone(hall: HallProcess) -> Iterator[None]:
    """Send the people of this test home: the clerk's page lists only the next ten."""
    before = len(hall.journal("ticket.issued"))
    yield
    with hall.client("kiosk-1") as client:
        for event in hall.journal("ticket.issued")[before:]:
            assert event.ticket is not None
            client.cancel(event.ticket.id)


def ready(desk: Desk) -> None:
    desk.on("attract")
    desk.until(lambda: desk.conductor.facts.trouble is None, what="the printer is ready")


def take(desk: Desk, break_it: Break | None = None, printer: Printer | None = None) -> Ticket:
    """Touch through to the ticket; what breaks does so at the very last moment."""
    desk.to_confirm(MATTER)
    if break_it is not None and printer is not None:
        break_it(printer)
    desk.touch(Act.TAKE)
    desk.on("ticket")
    found = desk.conductor.state.ticket
    assert found is not None
    return found


def ended(desk: Desk) -> Paper:
    """Wait until the slip's fate is on the screen."""
    desk.until(lambda: desk.conductor.state.paper is not Paper.PRINTING, 40, "the slip ended")
    return desk.conductor.state.paper


def texts(desk: Desk) -> str:
    assert desk.scene is not None
    return " ".join(str(getattr(item, "text", "")) for item in desk.scene.all_items())


def clerk_sees(page: Page, ticket: Ticket, chip: str | None) -> None:
    """The row of this ticket at the clerk's page says how its slip stands; None: nothing to say."""
    row = page.locator(f'#waiting .person[data-number="{ticket.number}"]')
    expect(row).to_have_count(1, timeout=15_000)
    chips = row.locator(".chip.warn")
    if chip is None:
        expect(chips).to_have_count(0, timeout=15_000)
    else:
        expect(chips).to_have_text(chip, timeout=15_000)


def reported(hall: HallProcess, ticket: Ticket, state: PrintState) -> None:
    with hall.client("kiosk-1") as client:
        until(lambda: client.ticket(ticket.id).print_state is state, f"{ticket.number} is {state}")


def numbers_on_paper(printer: Printer) -> list[str]:
    lines = [line for slip in printer.slips() for line in slip["text"]]
    return [line for line in lines if re.fullmatch(r"[A-G]\d{3,4}", line)]


def nothing_more_is_printed(desk: Desk, printer: Printer, numbers: list[str]) -> None:
    """The printer is well again and has been asked how it is; no slip came by itself."""
    desk.until(lambda: desk.conductor.facts.trouble is None, 20, "the printer is well again")
    time.sleep(0.5)
    assert numbers_on_paper(printer) == numbers


@pytest.mark.parametrize(
    ("break_it", "why"),
    [
        (off, DEAD),
        (fault("paper_out"), NO_PAPER),
        (fault("cover_open"), COVER),
        (fault("wrong_baud"), DEAD),
        (fault("silent"), DEAD),
    ],
    ids=["off", "no paper", "cover open", "wrong baud", "no answer"],
)
def test_known_before_the_number_is_promised(
    hall: HallProcess, printer: Printer, clerk: Page, tmp_path: Path, break_it: Break, why: str
) -> None:
    issued = len(hall.journal("ticket.issued"))
    break_it(printer)
    with Desk(hall, tmp_path / "disk", printer.url) as desk:
        desk.on("attract")
        desk.until(lambda: why != NO_PAPER or desk.conductor.facts.trouble == "paper_out", what="it is known")
        desk.until(lambda: why != COVER or desk.conductor.facts.trouble == "cover_open", what="it is known")
        ticket = take(desk)
        assert desk.conductor.state.paper is Paper.NONE
        assert all(part in texts(desk) for part in (KNOWN, why, WITHOUT_SLIP, ticket.number))
        reported(hall, ticket, PrintState.FAILED)
        clerk_sees(clerk, ticket, "未出票")
    assert len(hall.journal("ticket.issued")) == issued + 1
    assert printer.slips() == []


@pytest.mark.parametrize(
    ("break_it", "why"),
    [(fault("cover_open"), COVER), (fault("wrong_baud"), DEAD), (off, DEAD)],
    ids=["cover open", "wrong baud", "off"],
)
def test_broken_at_the_last_moment_a_slip_comes_only_when_asked_for(
    hall: HallProcess, printer: Printer, clerk: Page, tmp_path: Path, break_it: Break, why: str
) -> None:
    with Desk(hall, tmp_path / "disk", printer.url) as desk:
        ready(desk)
        ticket = take(desk, break_it, printer)
        assert ended(desk) is Paper.FAILED
        assert all(part in texts(desk) for part in (FAILED, why, WITHOUT_SLIP, ticket.number))
        desk.until(lambda: "再打一次" not in texts(desk), what="a broken printer is not offered")
        reported(hall, ticket, PrintState.FAILED)
        clerk_sees(clerk, ticket, "未出票")
        if break_it is off:
            printer = Printer(printer.folder, printer.port)
        else:
            printer.faults()
        try:
            nothing_more_is_printed(desk, printer, [])
            assert "再打一次" in texts(desk)
            desk.touch(Act.REPRINT)
            assert ended(desk) is Paper.PRINTED
            until(lambda: numbers_on_paper(printer) == [ticket.number], "the slip that was asked for")
            reported(hall, ticket, PrintState.PRINTED)
            clerk_sees(clerk, ticket, None)
        finally:
            printer.stop()


@pytest.mark.parametrize("name", ["unplugged", "paper_out", "silent", "wrong_baud"])
def test_broken_in_mid_job_nobody_knows_and_nothing_is_printed_again(
    hall: HallProcess, printer: Printer, clerk: Page, tmp_path: Path, name: str
) -> None:
    """A printer out of paper prints the rest later, a dumb one without a word; of others half a slip is left.

    Whatever is on paper, the next citizen's slip is a piece of its own.
    """
    with Desk(hall, tmp_path / "disk", printer.url) as desk:
        ready(desk)
        first = take(desk, in_the_middle(name), printer)
        assert ended(desk) is Paper.UNKNOWN
        assert all(part in texts(desk) for part in (UNSURE, LOOK_YOURSELF, first.number))
        reported(hall, first, PrintState.UNKNOWN)
        clerk_sees(clerk, first, "出票不明")
        desk.until(lambda: desk.conductor.facts.trouble is not None, 20, "the next citizen would be warned")
        printer.faults("paper_near_end")
        desk.until(lambda: desk.conductor.facts.trouble is None, 20, "the printer is well again")
        assert "再打一次" not in texts(desk), "it may lie in the tray"
        desk.touch(Act.DONE)
        desk.on("attract")
        second = take(desk)
        assert ended(desk) is Paper.PRINTED
        until(lambda: numbers_on_paper(printer)[-1:] == [second.number], "the next slip")
        assert numbers_on_paper(printer) == [first.number, second.number]
        assert first.number not in printer.slips()[-1]["text"], "one paper, one number"
        assert second.number != first.number
        reported(hall, second, PrintState.PRINTED)
        clerk_sees(clerk, second, None)


def test_nobody_waits_for_a_printer_that_hangs(
    hall: HallProcess, printer: Printer, clerk: Page, tmp_path: Path
) -> None:
    """The first slip hangs for many seconds; the second citizen's number is there as fast as ever."""
    with Desk(hall, tmp_path / "disk", f"{printer.address}?patience=12") as desk:
        ready(desk)
        first = take(desk, in_the_middle("silent"), printer)
        assert desk.conductor.state.paper is Paper.PRINTING
        desk.touch(Act.DONE)
        desk.on("attract")
        begun = time.monotonic()
        second = take(desk)
        took_s = time.monotonic() - begun
        assert desk.conductor.state.paper is Paper.PRINTING, "its slip waits its turn"
        with hall.client("kiosk-1") as client:
            assert client.ticket(first.id).print_state is PrintState.PENDING, (
                "the printer hangs all the while"
            )
        assert took_s < 10, "four touches with a third of a second between them"
        assert ended(desk) is not Paper.PRINTED
        reported(hall, first, PrintState.UNKNOWN)
        clerk_sees(clerk, first, "出票不明")
        clerk_sees(clerk, second, "未出票")


def touch_through(eye: Eye, break_it: Callable[[], None]) -> None:
    eye.until("attract")
    eye.touch(ATTRACT, "start")
    eye.until("home")
    eye.touch(HOME, "zone-Z2")
    eye.until("matters")
    eye.touch(MATTERS, f"matter-{MATTER}")
    eye.until("confirm")
    break_it()
    eye.touch(CONFIRM, "take")


@pytest.mark.parametrize(
    ("break_it", "chip"),
    [(in_the_middle("unplugged"), "出票不明"), (fault("paper_out"), "未出票")],
    ids=["cable pulled", "no paper"],
)
def test_by_touch_the_number_stands_large_on_the_screen(
    hall: HallProcess, printer: Printer, clerk: Page, tmp_path: Path, break_it: Break, chip: str
) -> None:
    issued = len(hall.journal("ticket.issued"))
    with x_server(1080, 1920) as screen, Kiosk(screen, hall, tmp_path / "kiosk", printer.url) as kiosk:
        eye = Eye(kiosk)
        touch_through(eye, lambda: break_it(printer))
        eye.until("no slip")
        (ticket,) = [event.ticket for event in hall.journal("ticket.issued")[issued:]]
        assert ticket is not None
        until(lambda: shows(screen, LARGE_NUMBER, ticket.number, NUMBER_PX), f"{ticket.number}, large")
        with hall.client("kiosk-1") as client:
            clerk_sees(clerk, client.ticket(ticket.id), chip)
        eye.touch(NOTED, "done")
        eye.until("attract")
        assert kiosk.stop() == 0
    assert printer.slips() == []
