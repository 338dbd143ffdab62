"""Another slip: asked for on the staff's pages in a real Chromium, printed by whoever reads the stream."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, expect

from queue_server.wire import EventKind
from queue_server.wire.devices import DeviceKind, DeviceReport, DeviceState
from tests.hall_process import HallProcess

PRINTED = {"state": "printed"}


def opened(hall: HallProcess, desk: Callable[..., Any], name: str, path: str) -> Page:
    page: Page = desk().sign_in(name, hall.keys("staff")[name], path)
    page.wait_for_selector("#live:not(.old)")
    return page


def printer(hall: HallProcess, state: str, code: str = "") -> None:
    with hall.client("kiosk-1") as client:
        client.report_health(
            [DeviceReport("ticket_printer", DeviceKind.TICKET_PRINTER, DeviceState(state), code)]
        )


def without_slip(hall: HallProcess, matter: str) -> dict[str, Any]:
    ticket = hall.issue(matter)
    result = {"state": "failed", "reason": "paper_out", "copy": 1}
    hall.call("POST", f"/tickets/{ticket['id']}/print-result", "kiosk-1", result)
    return ticket


@contextmanager
def kiosk(hall: HallProcess, result: dict[str, str]) -> Iterator[list[str]]:
    """Stand in for the kiosk: wait for one wish for a slip, read what it says, and report `result`."""
    numbers: list[str] = []
    with hall.client("kiosk-1") as client:
        board = client.board("hall")
        ended = threading.Event()

        def serve() -> None:
            for event in client.events(after=board.seq, epoch=board.epoch, kiosk="kiosk-1"):
                if ended.is_set():
                    return
                if event is not None and event.kind == EventKind.SLIP_REQUESTED and event.ticket is not None:
                    numbers.append(client.slip(event.ticket.id).number)
                    told = {"copy": event.data["copy"], **result}
                    hall.call("POST", f"/tickets/{event.ticket.id}/print-result", "kiosk-1", told)
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield numbers
        ended.set()
        thread.join(15)
        assert not thread.is_alive()


def test_a_clerk_has_the_slip_of_somebody_who_waits_printed(hall: Any, desk: Any) -> None:
    printer(hall, "ok")
    ticket = without_slip(hall, "Z7-001")
    page = opened(hall, desk, "clerk", "/clerk/Z7-01")
    row = page.locator(f"[data-number={ticket['number']}]")
    expect(row.locator(".chip.warn")).to_have_text("未出票")
    row.locator(".btn").click()
    expect(page.locator("dialog option")).to_have_text("kiosk-1 · 1楼 · 正常")
    with kiosk(hall, PRINTED) as numbers:
        page.click("dialog .primary")
        expect(page.locator("#notice")).to_contain_text(f"{ticket['number']} 的小票已在 kiosk-1 打出")
    assert numbers == [ticket["number"]]
    expect(row.locator(".chip.warn, .btn")).to_have_count(0)


def test_the_ticket_at_hand_can_be_printed_again_and_the_page_says_when_it_was_not(
    hall: Any, desk: Any
) -> None:
    printer(hall, "degraded", "paper_near_end")
    hall.issue("Z7-001")
    page = opened(hall, desk, "clerk", "/clerk/Z7-01")
    if hall.console("Z7-01")["state"] != "open":
        page.click("[data-move=open]")
    page.wait_for_selector("[data-move=close]")
    page.wait_for_selector("#keys[aria-busy=false]")
    page.keyboard.press("F1")
    expect(page.locator("#number")).to_be_visible()
    number = page.locator("#number").inner_text()
    page.click("#hand [data-act=reprint]")
    expect(page.locator("dialog option")).to_contain_text("纸快用完")
    with kiosk(hall, {"state": "unknown", "reason": "connection_lost"}) as numbers:
        page.click("dialog .primary")
        expect(page.locator("#notice")).to_contain_text(f"不知道 {number} 打出来没有")
    assert numbers == [number]
    expect(page.locator("#hand .chips")).to_contain_text("出票不明")
    page.goto(f"{hall.url}/why/{hall.console('Z7-01')['ticket']['id']}")
    expect(page.locator("body")).to_contain_text("不知道小票打出来没有")


def test_a_supervisor_comes_from_the_news_to_the_ticket_and_a_guide_sees_that_no_kiosk_can_print(
    hall: Any, desk: Any
) -> None:
    page = opened(hall, desk, "supervisor", "/supervisor")
    printer(hall, "fault", "paper_out")
    ticket = without_slip(hall, "Z6-001")
    page.locator("#happened .line", has_text=f"{ticket['number']} 的小票没打出来").locator("a").click()
    expect(page.locator("#number")).to_have_text(ticket["number"])
    expect(page.locator("#ticket .chip.warn")).to_have_text("未出票")
    page.click("[data-act=reprint]")
    expect(page.locator("#notice")).to_contain_text("现在没有能打印的取号机。kiosk-1：缺纸。")
    printer(hall, "ok")
    page.click("[data-act=reprint]")
    with kiosk(hall, {"state": "failed", "reason": "cover_open"}):
        page.click("dialog .primary")
        expect(page.locator("#notice")).to_contain_text(f"kiosk-1 没有打出 {ticket['number']}")
    expect(page.locator(".history")).to_contain_text("工作人员请 kiosk-1 补打小票")


def test_whoever_is_through_gets_no_other_slip(hall: Any, desk: Any) -> None:
    ticket = hall.issue("Z6-001")
    page = opened(hall, desk, "guide", "/guide")
    page.fill("#search input", ticket["number"])
    page.keyboard.press("Enter")
    expect(page.locator("[data-act=reprint]")).to_be_visible()
    hall.call("POST", f"/tickets/{ticket['id']}/cancel", "kiosk-1", {})
    expect(page.locator("#state")).to_have_text("已作废")
    expect(page.locator("[data-act=reprint]")).to_have_count(0)
