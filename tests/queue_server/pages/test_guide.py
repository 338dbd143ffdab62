"""The guide's page in a real Chromium against a real server process."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, Route, expect

HAN = re.compile("[\u3400-\u9fff]")
SMALLEST_PX = 56


def opened(hall: Any, desk: Any, **more: Any) -> Page:
    page: Page = desk(1180, 820, **more).sign_in("guide", hall.keys("staff")["guide"], "/guide")
    page.wait_for_selector("#live:not(.old)")
    return page


def at_counter(hall: Any, counter: str, *moves: str) -> Any:
    answer = None
    for move in moves:
        answer = hall.call("POST", f"/counters/{counter}/{move}", f"counter-{counter}", {})
    return answer


def missed(hall: Any, matter: str, counter: str) -> str:
    hall.issue(matter)
    number: str = at_counter(hall, counter, "call-next", "recall", "no-show")["ticket"]["number"]
    return number


def test_a_missed_number_is_looked_up_and_put_back(hall: Any, desk: Any) -> None:
    number = missed(hall, "Z4-001", "Z4-02")
    page = opened(hall, desk)
    row = page.locator(f"#attention [data-number={number}]")
    expect(row).to_contain_text("过号")
    page.keyboard.type(number.lower())  # the keyboard, or a scanner, writes into the search field
    page.keyboard.press("Enter")
    expect(page.locator("#number")).to_have_text(number)
    expect(page.locator("#state")).to_have_text("过号")
    expect(page.locator(".outlook .big")).to_have_text("第 1 位")
    expect(page.locator(".history .line")).to_have_count(4)
    page.click("[data-act=reinstate]")
    expect(page.locator("#state")).to_have_text("等候中")
    expect(page.locator("#notice")).to_contain_text(f"{number} 已放回队列")
    expect(row).to_have_count(0)
    assert hall.call("GET", f"/tickets?number={number}", "kiosk-1")["reinstated"] == 1


def test_a_slip_is_scanned(hall: Any, desk: Any) -> None:
    ticket = hall.issue("Z6-001")
    page = opened(hall, desk)
    page.fill("#search input", ticket["status_url"])
    page.keyboard.press("Enter")
    expect(page.locator("#number")).to_have_text(ticket["number"])
    page.fill("#search input", "hello")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("一个字母加三位数字")
    page.fill("#search input", "A998")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("今天没有 A998")


def test_a_slip_scanned_during_a_search_is_looked_up_next(hall: Any, desk: Any) -> None:
    first, second = (hall.issue("Z6-001") for _ in range(2))
    page = opened(hall, desk)
    held: list[Route] = []
    page.route("**/api/v1/tickets/*/why", lambda route: held.append(route), times=1)
    for ticket in (first, second):
        page.fill("#search input", ticket["status_url"])
        page.keyboard.press("Enter")
        expect(page.locator("#number")).to_have_text(first["number"])
    held[0].continue_()
    expect(page.locator("#number")).to_have_text(second["number"])


def test_whoever_was_parked_is_marked_back(hall: Any, desk: Any) -> None:
    hall.issue("Z6-001")
    number = at_counter(hall, "Z6-03", "call-next", "serve", "park")["ticket"]["number"]
    page = opened(hall, desk)
    page.fill("#search input", number)
    page.keyboard.press("Enter")
    page.click("[data-act=back]")
    expect(page.locator(".chip.ok")).to_have_text("已回")
    hall.issue("Z6-001")
    assert at_counter(hall, "Z6-03", "call-next")["ticket"]["number"] == number
    expect(page.locator("#state")).to_have_text("已叫号")
    at_counter(hall, "Z6-03", "serve", "finish")


def test_a_number_is_taken_for_an_agent(hall: Any, desk: Any) -> None:
    page = opened(hall, desk)
    zone = page.locator("[data-zone=Z5] b")
    before = int(re.sub(r"\D", "", zone.inner_text()))
    page.keyboard.press("F2")
    page.fill("dialog input[type=search]", "Z5-001")
    expect(page.locator(".matter-row")).to_have_count(1)
    page.click("[data-matter=Z5-001]")
    expect(page.locator("dialog .muted")).to_contain_text("前面")
    page.click("dialog label:has([value=disabled])")
    page.click("dialog .stepper .btn:last-child")
    page.click("dialog .buttons .primary")
    expect(page.locator("#notice")).to_contain_text("已取号")
    number = page.locator("#number").inner_text()
    ticket = hall.call("GET", f"/tickets?number={number}", "kiosk-1")["ticket"]
    assert (ticket["channel"], ticket["priority_class"], ticket["errands"]) == ("guide", "disabled", 2)
    expect(zone).to_have_text(f"{before + 1} 人")
    page.click("[data-act=cancel]")
    page.click("dialog .buttons .btn:first-child")
    expect(page.locator("#state")).to_have_text("等候中")
    page.click("[data-act=cancel]")
    page.click("dialog .primary")
    expect(page.locator("#state")).to_have_text("已作废")
    expect(zone).to_have_text(f"{before} 人")


def test_a_help_call_comes_live_and_goes_from_every_tablet(hall: Any, desk: Any) -> None:
    one, two = opened(hall, desk), opened(hall, desk)
    hall.call("POST", "/help", "kiosk-1", {"screen": "confirm"})
    for page in (one, two):
        expect(page.locator("#helps .person")).to_contain_text("取号前")
    one.click("#helps .btn")
    for page in (one, two):
        expect(page.locator("#helps .person")).to_have_count(0)


def test_it_goes_on_after_the_server_was_away(hall: Any, desk: Any) -> None:
    page = opened(hall, desk)
    hall.kill()
    page.wait_for_selector("#live.old")
    hall.start()
    page.wait_for_selector("#live:not(.old)")
    number = missed(hall, "Z4-001", "Z4-03")
    expect(page.locator(f"#attention [data-number={number}]")).to_have_count(1)


def test_what_is_touched_is_large_and_english_has_no_chinese(hall: Any, desk: Any) -> None:
    number = missed(hall, "Z4-002", "Z4-04")
    page = opened(hall, desk)
    page.goto(f"{hall.url}/guide?lang=en")
    page.fill("#search input", number)
    page.keyboard.press("Enter")
    page.wait_for_selector(".history .line")
    for touched in page.locator("button:visible, a.chip:visible, .top a[lang]:visible").all():
        box = touched.bounding_box()
        assert box and min(box["height"], box["width"]) >= SMALLEST_PX - 0.5, touched.inner_text()
    text = page.locator("main").inner_text()
    assert not HAN.search(text), HAN.findall(text)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1180


def test_other_roles_are_sent_to_their_own_page(hall: Any, desk: Any) -> None:
    page: Page = desk().sign_in("clerk", hall.keys("staff")["clerk"], "/guide")
    expect(page.locator("body")).to_contain_text("这一页是导办用的")
    guide = opened(hall, desk)
    guide.goto(f"{hall.url}/clerk")
    expect(guide).to_have_url(f"{hall.url}/guide")
