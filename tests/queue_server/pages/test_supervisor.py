"""The supervisor's page in a real Chromium: live, honest about its age, whole in both languages."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from queue_server.wire.devices import DeviceKind, DeviceReport, DeviceState

OVERFULL = """() => {
    const parts = document.querySelectorAll(".top > *, .sum, .panel, .device, .line, td, .btn, .chip");
    return [...parts].filter((one) => {
        const box = one.getBoundingClientRect();
        const hides = getComputedStyle(one).overflow === "hidden";
        const bursts = one.clientWidth && one.scrollWidth > one.clientWidth + 2 && !hides;
        return box.width && (box.right > innerWidth + 1 || box.left < -1 || bursts);
    }).map((one) => one.outerHTML.slice(0, 160));
}"""

FAINT = """() => {
    const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const linear = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const share = [0.2126, 0.7152, 0.0722];
    const light = (color) => share.reduce((sum, part, i) => sum + part * linear(color[i] / 255), 0);
    const behind = (node) => {
        for (let at = node; at; at = at.parentElement) {
            const color = parse(getComputedStyle(at).backgroundColor);
            if (color.length === 3 || color[3] > 0.99) return color;
        }
        return [255, 255, 255];
    };
    const has_text = (node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    const contrast = (node) => {
        const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    };
    return [...document.querySelectorAll("body *")]
        .filter((node) => has_text(node) && node.checkVisibility() && contrast(node) < 4.5)
        .map((node) => node.outerHTML.slice(0, 120));
}"""
"""Texts with less contrast than 4.5 to 1 against what is painted behind them."""


def at_work(hall: Any, desk: Any) -> Page:
    page: Page = desk().sign_in("supervisor", hall.keys("staff")["supervisor"], "/supervisor")
    page.wait_for_selector("#live:not(.old)")
    return page


def report(hall: Any, state: str, code: str = "", device: str = "ticket_printer") -> None:
    with hall.client("kiosk-1") as client:
        told = DeviceReport(device, DeviceKind.TICKET_PRINTER, DeviceState(state), code, age_s=480)
        client.report_health([told])


def zone(page: Page, name: str, column: str) -> Any:
    return page.locator(f"tr[data-zone={name}] td.{column}")


def test_a_device_breaks_and_is_mended_before_the_supervisors_eyes(hall: Any, desk: Any) -> None:
    report(hall, "ok")
    page = at_work(hall, desk)
    row = page.locator('.rows .device[data-device="kiosk-1/ticket_printer"]')
    expect(row).to_have_count(0)
    report(hall, "fault", "paper_out")
    expect(row).to_contain_text("缺纸")
    expect(row).to_contain_text("请换一卷纸")
    expect(row.locator("[data-since]")).to_have_text("8 分钟")
    expect(page.locator(".sum.error")).to_contain_text(["1"])
    expect(page.locator("#happened")).to_contain_text("kiosk-1 · 小票打印机：缺纸")
    report(hall, "ok")
    expect(row).to_have_count(0)
    expect(page.locator("#happened .line").first).to_contain_text("小票打印机：正常")


def test_people_and_counters_are_live(hall: Any, desk: Any) -> None:
    page = at_work(hall, desk)
    before = int(zone(page, "Z4", "many").locator("b").inner_text())
    hall.issue("Z4-001")
    expect(zone(page, "Z4", "many").locator("b")).to_have_text(str(before + 1))
    expect(zone(page, "Z4", "wait")).to_have_text("没有窗口开")
    hall.call("POST", "/counters/Z4-01/open", "counter-Z4-01", {})
    expect(zone(page, "Z4", "open")).to_have_text("1/6")
    expect(zone(page, "Z4", "wait")).to_have_text(re.compile(r"^\d+–\d+ 分$"))
    number = hall.call("POST", "/counters/Z4-01/call-next", "counter-Z4-01", {})["ticket"]["number"]
    expect(page.locator(f'tr[data-zone=Z4] .cell.open.busy[title*="{number}"]')).to_have_count(1)
    expect(zone(page, "Z4", "many").locator("b")).to_have_text(str(before))


def test_a_notice_goes_to_the_boards_and_comes_down_again(hall: Any, desk: Any) -> None:
    page = at_work(hall, desk)
    page.fill("[name=zh]", "三楼电梯检修")
    page.fill("[name=en]", "The lift to floor 3 is being repaired")
    page.press("[name=en]", "Enter")
    expect(page.locator("#notices .line")).to_contain_text("三楼电梯检修")
    expect(page.locator("[name=zh]")).to_have_value("")
    assert [one["zh"] for one in hall.call("GET", "/notices", "board-1F")["notices"]] == ["三楼电梯检修"]
    page.click("#notices .btn")
    expect(page.locator("#notices .line")).to_have_count(0)
    assert hall.call("GET", "/notices", "board-1F")["notices"] == []


def test_a_call_for_help_is_seen_and_taken_over(hall: Any, desk: Any) -> None:
    hall.call("POST", "/help", "kiosk-1", {"screen": "zones", "lang": "zh"})
    page = at_work(hall, desk)
    expect(page.locator("#helps")).to_contain_text("kiosk-1 有人求助")
    page.click("#helps .btn")
    expect(page.locator("#helps .notice")).to_have_count(0)
    assert len(hall.journal("device.help_answered")) == 1


def test_it_says_how_old_it_is_and_comes_back_by_itself(hall: Any, desk: Any) -> None:
    page = at_work(hall, desk)
    page.evaluate("window.stays = true")
    hall.kill()
    expect(page.locator("#live.old")).to_contain_text("正在重连")
    hall.start()
    expect(page.locator("#live:not(.old)")).to_contain_text("实时")
    report(hall, "away", "no_answer")
    expect(page.locator('.rows .device[data-device="kiosk-1/ticket_printer"]')).to_contain_text("没有应答")
    assert page.evaluate("window.stays")


def test_it_is_for_supervisors(hall: Any, desk: Any) -> None:
    page = desk().sign_in("clerk", hall.keys("staff")["clerk"], "/supervisor")
    expect(page.locator("h1")).to_have_text("这一页给管理员看")
    assert desk().open("/supervisor").url.startswith(f"{hall.url}/login")


def test_nothing_is_cut_off_or_faint_in_either_language(hall: Any, desk: Any) -> None:
    for place, (state, code) in enumerate(
        (("fault", "not_authorised"), ("away", "garbled"), ("degraded", "an_odd_code_of_a_strange_unit"))
    ):
        report(hall, state, code, f"unit-{place}")
    page = at_work(hall, desk)
    for query in ("", "?lang=en"):
        page.goto(f"{hall.url}/supervisor{query}")
        expect(page.locator(".rows .device")).not_to_have_count(0)
        for width, height in ((1440, 900), (1280, 720), (820, 1180)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(OVERFULL) == [], (width, query)
        assert page.evaluate(FAINT) == [], query
