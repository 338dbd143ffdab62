"""A citizen's phone in a real Chromium against a real server process."""

from __future__ import annotations

import re
import signal
from typing import Any

import pytest
from playwright.sync_api import Page, expect


def phone(hall: Any, desk: Any, path: str, locale: str = "zh-CN") -> Page:
    page: Page = desk(390, 844, locale).open(path)
    return page


def path_of(ticket: dict[str, Any]) -> str:
    """The slip's address without the server's own name."""
    found = re.search(r"/s/[^/]+$", ticket["status_url"])
    assert found is not None
    return found.group()


def move(hall: Any, counter: str, name: str) -> None:
    hall.call("POST", f"/counters/{counter}/{name}", f"counter-{counter}", {})


def test_a_phone_follows_its_ticket_to_the_end(hall: Any, desk: Any) -> None:
    first, mine = (hall.issue("Z1-003") for _ in range(2))
    move(hall, "Z1-01", "open")
    page = phone(hall, desk, path_of(mine))
    expect(page.locator(".number")).to_have_text(mine["number"])
    expect(page.locator(".figures b").first).to_have_text("1 人")
    expect(page.locator(".figures b").last).to_contain_text("分钟")
    expect(page.locator(".place")).to_contain_text("去 1楼 A区 坐下等")
    expect(page.locator("#age")).to_contain_text("更新")
    page.click("summary")
    expect(page.locator("details li").first).to_be_visible()

    move(hall, "Z1-01", "call-next")
    expect(page.locator(".figures b").first).to_have_text("0 人", timeout=12_000)
    move(hall, "Z1-01", "serve")
    move(hall, "Z1-01", "call-next")
    expect(page.locator("body.called .counter")).to_have_text("1号窗口", timeout=12_000)
    expect(page.locator(".turn")).to_contain_text("轮到您了")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 210, 63)"
    expect(page).to_have_title(f"{mine['number']} 请到 1 号窗口")
    move(hall, "Z1-01", "serve")
    expect(page.locator(".end h1")).to_have_text("正在办理", timeout=12_000)
    move(hall, "Z1-01", "finish")
    expect(page.locator(".end h1")).to_have_text(f"{mine['number']} 已办完", timeout=12_000)
    assert first["number"] != mine["number"]


def test_a_call_is_on_the_phone_before_it_asks_again(hall: Any, desk: Any) -> None:
    """The page's own timers stand still, so only the stream can have told it."""
    one = desk(390, 844)
    mine = hall.issue("Z4-001")
    move(hall, "Z4-01", "open")
    one.page.clock.install()
    page = one.open(path_of(mine))
    expect(page.locator(".number")).to_have_text(mine["number"])
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
    called = hall.call("POST", "/counters/Z4-01/call-next", "counter-Z4-01", {})["ticket"]
    expect(page.locator("body.called .counter")).to_have_text(f"{called['counter_label']}号窗口")
    move(hall, "Z4-01", "serve")
    expect(page.locator(".end h1")).to_have_text("正在办理")


def test_an_answer_that_did_not_change_costs_no_body(hall: Any, desk: Any) -> None:
    one = desk(390, 844)
    statuses: list[int] = []
    one.page.on(
        "response", lambda answer: statuses.append(answer.status) if "/status/" in answer.url else None
    )
    one.page.clock.install()
    page = one.open(path_of(hall.issue("Z5-001")))
    expect(page.locator(".number")).to_be_visible()
    for _ in range(2):
        with page.expect_response("**/api/v1/status/*"):
            page.clock.run_for(4_000)
    assert statuses[0] == 200
    assert set(statuses[1:]) == {304}


@pytest.mark.parametrize("end", ["no-show", "cancel"])
def test_whoever_missed_the_call_or_went_is_told_what_to_do(hall: Any, desk: Any, end: str) -> None:
    ticket = hall.issue("Z7-001")
    if end == "cancel":
        hall.call("POST", f"/tickets/{ticket['id']}/cancel", "kiosk-1", {})
    else:
        move(hall, "Z7-01", "call-next")
        move(hall, "Z7-01", "recall")
        move(hall, "Z7-01", "no-show")
    page = phone(hall, desk, path_of(ticket))
    expect(page.locator(".end.warn")).to_contain_text(ticket["number"])
    expect(page.locator(".next")).to_contain_text("导办台")


def test_whoever_missed_the_call_puts_the_number_back_by_phone(hall: Any, desk: Any) -> None:
    ticket = hall.issue("Z7-001")
    for step in ("call-next", "recall", "no-show"):
        move(hall, "Z7-02", step)
    page = phone(hall, desk, path_of(ticket))
    page.click(".next .btn")
    expect(page.locator(".figures")).to_be_visible()
    hall.call("POST", f"/tickets/{ticket['id']}/cancel", "kiosk-1", {})


def test_whoever_was_parked_says_that_they_are_back(hall: Any, desk: Any) -> None:
    ticket = hall.issue("Z7-001")
    for step in ("call-next", "serve", "park"):
        move(hall, "Z7-03", step)
    page = phone(hall, desk, path_of(ticket))
    page.click(".next .btn")
    expect(page.locator(".end")).to_contain_text("知道您回来了")
    move(hall, "Z7-03", "call-next")
    expect(page.locator(".turn")).to_be_visible()
    for step in ("serve", "finish"):
        move(hall, "Z7-03", step)


def test_a_counter_that_is_closed_promises_nothing(hall: Any, desk: Any) -> None:
    page = phone(hall, desk, path_of(hall.issue("Z6-001")))
    expect(page.locator(".figures")).to_contain_text("还说不准")
    expect(page.locator("#visit")).to_contain_text("窗口还没有开")


def test_an_unknown_code_is_told_in_words(hall: Any, desk: Any) -> None:
    page = phone(hall, desk, "/s/not-a-token")
    expect(page.locator(".end.warn")).to_contain_text("没有这个号")
    expect(page.locator(".end.warn")).to_contain_text("导办台")


def test_in_english_only_what_has_no_english_name_is_chinese(hall: Any, desk: Any) -> None:
    page = phone(hall, desk, path_of(hall.issue("Z3-001", lang="en")), "en-US")
    expect(page.locator(".face")).to_contain_text("Your number")
    page.locator("details").evaluate("node => node.remove()")  # materials have Chinese names only
    assert not re.search("[\u4e00-\u9fff]", page.inner_text("#visit"))
    page.click(".lang")
    expect(page.locator(".face")).to_contain_text("您的票号")


def test_what_can_be_touched_is_large_enough(hall: Any, desk: Any) -> None:
    page = phone(hall, desk, path_of(hall.issue("Z3-001")))
    expect(page.locator("summary")).to_be_visible()
    sizes = page.locator("a, summary, button").evaluate_all(
        "nodes => nodes.map(node => [node.offsetWidth, node.offsetHeight])"
    )
    assert min(min(size) for size in sizes) >= 54
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_server_that_is_away_leaves_the_number_and_its_age(hall: Any, desk: Any) -> None:
    ticket = hall.issue("Z3-002")
    one = desk(390, 844)
    one.page.clock.install()
    page = one.open(path_of(ticket))
    expect(page.locator(".number")).to_have_text(ticket["number"])
    hall.process.send_signal(signal.SIGSTOP)
    try:
        page.clock.fast_forward(19_000)
        expect(page.locator("#age:not(.old)")).to_contain_text("更新")
        page.clock.fast_forward(5_000)
        expect(page.locator("#age.old")).to_contain_text("秒前更新")
        expect(page.locator(".number")).to_have_text(ticket["number"])
    finally:
        hall.process.send_signal(signal.SIGCONT)
    expect(page.locator("#age:not(.old)")).to_contain_text("更新", timeout=40_000)
