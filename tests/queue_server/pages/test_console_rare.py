"""The rarer moves at the clerk's page, and the page that tells the story of a ticket."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

COUNTER = "Z5-01"


def opened(hall: Any, desk: Any, counter: str) -> Page:
    page: Page = desk().sign_in("clerk", hall.keys("staff")["clerk"], f"/clerk/{counter}")
    page.wait_for_selector("#live:not(.old)")
    page.click("[data-move=open]")
    page.wait_for_selector("[data-move=close]")
    page.wait_for_selector("#keys[aria-busy=false]")
    return page


def press(page: Page, key: str) -> None:
    """Press a key once the page hears it: the event of a move overtakes its answer and closes no dialog."""
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.keyboard.press(key)


def matter_of(hall: Any, counter: str) -> str:
    matter: str = hall.console(counter)["serves"][0]
    return matter


def test_park_serve_another_and_resume(hall: Any, desk: Any) -> None:
    matter = matter_of(hall, COUNTER)
    first, second = hall.issue(matter)["number"], hall.issue(matter)["number"]
    page = opened(hall, desk, COUNTER)
    for key, number in (("F1", first), ("F3", first)):
        press(page, key)
        expect(page.locator("#number")).to_have_text(number)
    press(page, "F7")
    expect(page.locator("#parked .person")).to_have_attribute("data-number", first)
    press(page, "F1")
    expect(page.locator("#number")).to_have_text(second)
    expect(page.locator("#parked .btn")).to_have_attribute("aria-disabled", "true")
    press(page, "F3")
    press(page, "F4")
    expect(page.locator("#number")).to_have_count(0)
    page.click("#parked .btn")
    expect(page.locator("#number")).to_have_text(first)
    expect(page.locator("#parked")).to_be_hidden()
    press(page, "F4")


def test_a_chosen_number_and_a_transfer(hall: Any, desk: Any) -> None:
    counter = "Z4-01"
    numbers = [hall.issue("Z4-001")["number"] for _ in range(3)]
    page = opened(hall, desk, counter)
    expect(page.locator("#waiting .person")).to_have_count(3)
    page.click(".choose")
    page.select_option("dialog select[name=number]", numbers[2])
    page.click("dialog .primary")
    expect(page.locator("dialog")).to_have_count(1)  # a reason is needed first
    page.fill("dialog input[name=reason]", "带孩子的老人")
    page.click("dialog .primary")
    expect(page.locator("#number")).to_have_text(numbers[2])
    press(page, "F3")
    expect(page.locator("[data-move=finish]")).to_have_attribute("aria-disabled", "false")
    press(page, "F8")
    page.wait_for_selector("dialog")
    page.keyboard.press("F4")  # keys of the page sleep while it asks
    page.select_option("dialog select[name=matter]", "Z6-001")
    page.click("dialog .primary")
    expect(page.locator("#number")).to_have_count(0)
    waiting = [row["number"] for row in hall.console("Z6-01")["waiting"]]
    assert numbers[2] in waiting
    page.goto(f"{hall.url}/why/{hall.call('GET', '/counters/Z4-01', 'counter-Z4-01')['waiting'][0]['id']}")
    expect(page.locator(".story")).to_contain_text(numbers[2])
    expect(page.locator(".story")).to_contain_text("带孩子的老人")


def test_a_missed_number_comes_back_after_its_calls(hall: Any, desk: Any) -> None:
    counter = "Z6-02"
    number = hall.issue("Z6-002")["number"]
    page = opened(hall, desk, counter)
    press(page, "F1")
    called = page.locator("#number").inner_text()
    no_show = page.locator("[data-move=no-show]")
    expect(no_show).to_have_attribute("aria-disabled", "true")
    press(page, "F2")
    expect(no_show).to_have_attribute("aria-disabled", "false")
    press(page, "F6")
    expect(page.locator("#missed .person")).to_have_attribute("data-number", called)
    page.click("#missed .btn:last-child")
    expect(page.locator(f"#waiting [data-number={called}]")).to_have_count(1)
    assert number
