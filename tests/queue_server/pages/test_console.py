"""The clerk's console in a real Chromium against a real server process."""

from __future__ import annotations

import random
import re
import signal
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

Z3_ID = "Z3-001"
"""Identity card: one of the matters of counter Z3-01."""


CUT_OFF = """() => [...document.querySelectorAll(".btn, .person, .material, .top > *, .chip")].filter(one => {
    const box = one.getBoundingClientRect();
    const wide = one.matches(".chip") && one.scrollWidth > one.clientWidth;
    const overfull = wide || one.scrollHeight > one.clientHeight + 4;
    return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || overfull;
}).map(one => one.outerHTML.slice(0, 120))"""


def clerk_at(hall: Any, desk: Callable[..., Any], counter: str, name: str = "clerk", **look: Any) -> Page:
    page: Page = desk(**look).sign_in(name, hall.keys("staff")[name], f"/clerk/{counter}")
    page.wait_for_selector("#live:not(.old)")
    return page


def opened(hall: Any, desk: Callable[..., Any], counter: str, name: str = "clerk") -> Page:
    page = clerk_at(hall, desk, counter, name)
    if hall.console(counter)["state"] != "open":
        page.click("[data-move=open]")
    page.wait_for_selector("[data-move=close]")
    page.wait_for_selector("#keys[aria-busy=false]")  # the answer may come after the event
    return page


def finish_at_hand(hall: Any, counter: str) -> None:
    """Leave the counter free for the next test."""
    ticket = hall.console(counter)["ticket"]
    if ticket and ticket["state"] == "called":
        hall.call("POST", f"/counters/{counter}/serve", f"counter-{counter}", {})
    if ticket:
        hall.call("POST", f"/counters/{counter}/finish", f"counter-{counter}", {})


def at_rest(page: Page) -> None:
    """The event of a move often overtakes its answer; until that is there, the next key does nothing."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def shown_waiting(page: Page) -> list[str]:
    return page.locator("#waiting .person").evaluate_all("rows => rows.map(row => row.dataset.number)")


def test_a_wrong_password_is_told_and_a_right_one_leads_to_the_counters(hall: Any, desk: Any) -> None:
    one = desk()
    page = one.open("/clerk")
    expect(page).to_have_url(re.compile("/login"))
    page.fill("[name=name]", "clerk")
    page.fill("[name=password]", "not it")
    page.click("button[type=submit]")
    expect(page.locator("#notice")).to_contain_text("用户名或密码不对")
    expect(page.locator("[name=password]")).to_have_value("")
    page.fill("[name=password]", hall.keys("staff")["clerk"])
    page.click("button[type=submit]")
    expect(page.locator("a.counter")).to_have_count(66)
    page.click("#leave")
    expect(page).to_have_url(re.compile("/login"))
    page.goto(hall.url + "/clerk/Z3-01")
    expect(page).to_have_url(re.compile("/login"))


def test_a_visit_from_the_ticket_to_the_end_without_a_reload(hall: Any, desk: Any) -> None:
    page = opened(hall, desk, "Z1-01")
    page.evaluate("window.stays = true")
    number = hall.issue("Z1-001", lang="zh")["number"]
    expect(page.locator("#waiting .person")).to_have_count(1)
    expect(page.locator("#list header .next")).to_have_text(number)

    page.keyboard.press("F1")
    expect(page.locator("#number")).to_have_text(number)
    expect(page.locator("#hand.called")).to_be_visible()
    expect(page.locator("#waiting .person")).to_have_count(0)
    at_rest(page)
    expect(page.locator("[data-move=finish]")).to_have_attribute("aria-disabled", "true")

    page.keyboard.press("F3")
    expect(page.locator("#hand.serving")).to_be_visible()
    at_rest(page)
    boxes = page.locator("label.material input")
    boxes.first.check()
    expect(page.locator(".counted b")).to_have_text(re.compile("^1 / "))
    assert hall.console("Z1-01")["ticket"]["state"] == "serving"

    page.keyboard.press("F4")
    expect(page.locator("#hand.free")).to_contain_text(f"上一位 {number} 已办完")
    expect(page.locator("#done")).to_have_text("今天已办 1")
    expect(page.locator("label.material")).to_have_count(0)
    assert page.evaluate("window.stays") is True


def test_a_greyed_key_says_why_and_asks_nothing(hall: Any, desk: Any) -> None:
    page = opened(hall, desk, "Z1-02")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.keyboard.press("F4")
    expect(page.locator("#notice")).to_have_text("手上没有票，请先叫下一位。")
    page.click("[data-move=call-next]", force=True)
    expect(page.locator("#notice")).to_have_text("现在没有人等候。")
    assert asked == []


def test_a_refusal_of_the_server_is_shown_as_its_sentence(hall: Any, desk: Any) -> None:
    """Somebody at the keypad is faster: the page's own press comes too late."""
    page = opened(hall, desk, "Z1-02")
    hall.issue("Z1-002")
    hall.call("POST", "/counters/Z1-02/call-next", "counter-Z1-02", {})
    hall.call("POST", "/counters/Z1-02/serve", "counter-Z1-02", {})
    expect(page.locator("#hand.serving")).to_be_visible()

    def too_late(route: Route) -> None:
        hall.call("POST", "/counters/Z1-02/finish", "counter-Z1-02", {})
        route.continue_()

    page.route("**/finish", too_late)
    page.keyboard.press("F4")
    expect(page.locator("#notice .error")).to_have_text("本窗口手上没有票。请先叫号。")
    expect(page.locator("#hand.free")).to_be_visible()
    page.click("#notice .plain")
    expect(page.locator("#notice")).to_be_empty()


def test_a_second_call_and_a_no_show(hall: Any, desk: Any) -> None:
    page = opened(hall, desk, "Z1-04")
    number = hall.issue("Z1-002")["number"]
    expect(page.locator("#waiting .person")).to_have_count(1)
    page.keyboard.press("F1")
    expect(page.locator("#number")).to_have_text(number)
    at_rest(page)
    page.keyboard.press("F6")
    expect(page.locator("#notice .warn")).to_have_text(f"{number} 还没叫满次数，请再重呼。")
    page.keyboard.press("F2")
    expect(page.locator("#hand")).to_contain_text("第 2 次呼叫")
    at_rest(page)
    page.keyboard.press("F6")
    expect(page.locator("#missed .person b").first).to_have_text(number)
    expect(page.locator("#hand.free")).to_be_visible()
    assert hall.console("Z1-04")["missed"][0]["number"] == number


def test_pause_resume_close_and_open_again(hall: Any, desk: Any) -> None:
    page = opened(hall, desk, "Z1-03")
    page.keyboard.press("F9")
    expect(page.locator("#hand")).to_contain_text("窗口已暂停服务")
    expect(page.locator("[data-move=call-next]")).to_contain_text("请先恢复服务")
    assert hall.console("Z1-03")["state"] == "paused"
    at_rest(page)
    page.keyboard.press("F9")
    expect(page.locator("[data-move=pause]")).to_be_visible()
    at_rest(page)
    page.click("[data-move=close]")
    expect(page.locator("#hand")).to_contain_text("窗口还没有开")
    at_rest(page)
    page.keyboard.press("F1")
    expect(page.locator("#notice")).to_have_text("窗口还没有开，请先开窗。")
    page.click("[data-move=open]")
    expect(page.locator("#hand")).to_contain_text("现在没有在办的票")
    assert hall.console("Z1-03")["clerk"] == "clerk"


def test_two_presses_at_once_call_one_person(hall: Any, desk: Any) -> None:
    page = opened(hall, desk, "Z4-01")
    first, second = (hall.issue("Z4-001")["number"] for _ in range(2))
    expect(page.locator("#waiting .person")).to_have_count(2)
    page.evaluate(
        """() => [1, 2, 3].forEach(() => dispatchEvent(new KeyboardEvent("keydown", {key: "F1"})))"""
    )
    expect(page.locator("#number")).to_have_text(first)
    expect(page.locator("#waiting .person")).to_have_count(1)
    assert shown_waiting(page) == [second]
    assert [row["number"] for row in hall.console("Z4-01")["waiting"]] == [second]
    finish_at_hand(hall, "Z4-01")


def test_an_answer_that_got_lost_is_asked_for_again_under_the_same_key(hall: Any, desk: Any) -> None:
    page = opened(hall, desk, "Z4-02")
    waiting = [row["number"] for row in hall.console("Z4-02")["waiting"]]
    waiting += [hall.issue("Z4-002")["number"] for _ in range(2)]
    expect(page.locator("#waiting .person")).to_have_count(len(waiting))
    keys: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/call-next", lose_the_first_answer)
    page.keyboard.press("F1")
    expect(page.locator("#number")).to_have_text(waiting[0])
    expect(page.locator("[data-move=serve]")).to_have_attribute("aria-disabled", "false")
    at_rest(page)
    assert len(keys) == 2 and len(set(keys)) == 1
    assert [row["number"] for row in hall.console("Z4-02")["waiting"]] == waiting[1:]
    finish_at_hand(hall, "Z4-02")


def test_two_clerks_who_press_at_once_get_different_people(hall: Any, desk: Any) -> None:
    pages = [opened(hall, desk, "Z6-01"), opened(hall, desk, "Z6-02", "supervisor")]
    numbers = [hall.issue("Z6-001")["number"] for _ in range(2)]
    for page in pages:
        expect(page.locator("#waiting .person")).to_have_count(2)
    for page in pages:  # the press only starts the request, so both are under way together
        page.evaluate("""() => dispatchEvent(new KeyboardEvent("keydown", {key: "F1"}))""")
    for page in pages:
        expect(page.locator("#hand.called")).to_be_visible()
        expect(page.locator("#waiting .person")).to_have_count(0)
    got = [page.inner_text("#number") for page in pages]
    assert sorted(got) == sorted(numbers)


def test_a_colleague_can_take_a_counter_over_knowingly(hall: Any, desk: Any) -> None:
    opened(hall, desk, "Z5-01")
    page = clerk_at(hall, desk, "Z5-01", "supervisor")
    expect(page.locator("#clerk")).to_have_text("clerk")
    page.keyboard.press("F9")
    expect(page.locator("#notice")).to_contain_text("已由clerk使用")
    page.click("#notice .btn")
    expect(page.locator("#clerk")).to_have_text("supervisor")
    assert hall.console("Z5-01")["clerk"] == "supervisor"


def test_a_slip_that_did_not_come_out_is_marked(hall: Any, desk: Any) -> None:
    page = opened(hall, desk, "Z7-01")
    ticket = hall.issue("Z7-001")
    row = page.locator(f"[data-number={ticket['number']}]")
    expect(row).to_be_visible()
    expect(row.locator(".chip")).to_have_count(0)
    result = {"state": "failed", "reason": "paper_out", "copy": 1}
    hall.call("POST", f"/tickets/{ticket['id']}/print-result", "kiosk-1", result)
    expect(row.locator(".chip")).to_have_text("未出票")
    page.keyboard.press("F1")
    expect(page.locator("#hand .chips")).to_contain_text("未出票")
    hall.call("POST", f"/tickets/{ticket['id']}/print-result", "kiosk-1", {"state": "printed", "copy": 2})
    expect(page.locator("#hand .chips")).not_to_contain_text("未出票")


def test_help_asked_at_a_kiosk_shows_everywhere_until_somebody_goes(hall: Any, desk: Any) -> None:
    pages = [clerk_at(hall, desk, "Z2-01"), clerk_at(hall, desk, "Z5-02")]
    hall.call("POST", "/help", "kiosk-1", {"screen": "zones", "lang": "zh"})
    for page in pages:
        expect(page.locator("#helps .notice")).to_contain_text("kiosk-1 有人求助")
    pages[0].reload()
    expect(pages[0].locator("#helps .notice")).to_have_count(1)
    pages[0].click("#helps .btn")
    for page in pages:
        expect(page.locator("#helps .notice")).to_have_count(0)


def test_after_the_server_died_the_page_warns_and_goes_on_from_the_right_state(hall: Any, desk: Any) -> None:
    page = opened(hall, desk, "Z3-01")
    known = hall.issue(Z3_ID)["number"]
    expect(page.locator(f"[data-number={known}]")).to_be_visible()
    before = page.inner_text("#done")
    hall.kill()
    expect(page.locator("#live.old")).to_contain_text("正在重连")
    hall.start()
    unseen = hall.issue(Z3_ID)["number"]
    expect(page.locator("#live:not(.old)")).to_contain_text("实时")
    expect(page.locator(f"[data-number={unseen}]")).to_be_visible()
    assert shown_waiting(page) == [row["number"] for row in hall.console("Z3-01")["waiting"]]
    page.keyboard.press("F1")
    expect(page.locator("#number")).to_have_text(known)
    assert page.inner_text("#done") == before
    finish_at_hand(hall, "Z3-01")


def test_a_reset_of_the_stream_reads_the_state_anew(hall: Any, desk: Any) -> None:
    one = desk()
    reads: list[str] = []
    one.page.on("request", lambda asked: reads.append(asked.url) if asked.url.endswith("/Z5-03") else None)
    reset = 'id: 1\nevent: reset\ndata: {"epoch": 1, "seq": 1}\n\n'
    answer = {"status": 200, "content_type": "text/event-stream", "body": reset}
    one.page.route("**/api/v1/stream?*", lambda route: route.fulfill(**answer), times=1)
    page = one.sign_in("clerk", hall.keys("staff")["clerk"], "/clerk/Z5-03")
    expect(page.locator("#live:not(.old)")).to_contain_text("实时", timeout=10_000)
    page.click("[data-move=open]")
    expect(page.locator("[data-move=close]")).to_be_visible()
    assert len([url for url in reads if "/api/v1/counters/" in url]) == 2


def test_a_session_that_ended_leads_to_the_sign_in_and_back(hall: Any, desk: Any) -> None:
    one = desk()
    page = one.sign_in("clerk", hall.keys("staff")["clerk"], "/clerk/Z5-04")
    page.wait_for_selector("#live:not(.old)")
    one.context.clear_cookies()
    page.click("[data-move=open]")
    expect(page).to_have_url(re.compile("/login.*Z5-04"))
    page.fill("[name=name]", "clerk")
    page.fill("[name=password]", hall.keys("staff")["clerk"])
    page.press("[name=password]", "Enter")
    expect(page).to_have_url(re.compile("/clerk/Z5-04"))


def test_a_line_that_falls_silent_turns_the_age_into_a_warning(hall: Any, desk: Any) -> None:
    one = desk()
    one.page.clock.install()
    page = one.sign_in("clerk", hall.keys("staff")["clerk"], "/clerk/Z3-02")
    page.wait_for_selector("#live:not(.old)")
    page.clock.fast_forward(5_000)
    # Nothing has happened for five seconds and more; then a heartbeat comes.
    expect(page.locator("#live")).to_contain_text(re.compile("实时 · [01] 秒前"), timeout=20_000)
    hall.tell(signal.SIGSTOP)  # the connection stays, no byte comes
    try:
        page.clock.fast_forward(11_000)
        expect(page.locator("#live.old")).to_contain_text("秒没有消息")
    finally:
        hall.tell(signal.SIGCONT)
    expect(page.locator("#live:not(.old)")).to_contain_text("实时", timeout=30_000)


def test_the_page_folds_events_to_what_the_server_says(hall: Any, desk: Any) -> None:
    """Eighty random moves at two counters of one zone, watched by one page that never reads again."""
    luck = random.Random(20261123)
    page = opened(hall, desk, "Z2-03")
    reads: list[str] = []
    page.on(
        "request", lambda request: reads.append(request.url) if "/api/v1/counters/" in request.url else None
    )
    for _ in range(80):
        counter = luck.choice(["Z2-03", "Z2-04"])
        ticket = hall.console(counter)["ticket"]
        if ticket is None and luck.random() < 0.6:
            hall.issue(luck.choice(["Z2-001", "Z2-004", "Z2-013"]), lang=luck.choice(["zh", "en"]))
        elif ticket is None:
            hall.call("POST", f"/counters/{counter}/call-next", f"counter-{counter}", {})
        else:
            absent = "no-show" if ticket["calls"] > 1 else "recall"
            moves = ["serve", absent] if ticket["state"] == "called" else ["finish", "park"]
            hall.call("POST", f"/counters/{counter}/{luck.choice(moves)}", f"counter-{counter}", {})
    truth = hall.console("Z2-03")
    expect(page.locator("body")).to_have_attribute("data-seq", str(truth["seq"]))
    assert shown_waiting(page) == [row["number"] for row in truth["waiting"]][:10]
    expect(page.locator("#waiting header b")).to_have_text(f"等候 {truth['waiting_count']} 人")
    expect(page.locator("#done")).to_have_text(f"今天已办 {truth['served_today']}")
    missed = page.locator("#missed .person b").all_inner_texts()
    assert missed[:10] == [ticket["number"] for ticket in truth["missed"]]
    at_hand = page.locator("#number").all_inner_texts()
    assert at_hand == ([truth["ticket"]["number"]] if truth["ticket"] else [])
    assert reads == []


def test_the_english_page_speaks_english(hall: Any, desk: Any) -> None:
    page = clerk_at(hall, desk, "Z3-03", locale="en-US")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#hand")).to_contain_text("This counter is closed")
    page.keyboard.press("F1")
    expect(page.locator("#notice")).to_have_text("The counter is closed. Open it first.")
    for part in ("#keys", "#switches", "#waiting header", "#list header", ".top .live"):
        assert not re.search("[\u4e00-\u9fff]", page.inner_text(part)), part


@pytest.mark.parametrize(("locale", "rest"), [("zh-CN", "还有 {} 人"), ("en-US", "{} more")])
def test_nothing_is_cut_off_at_the_smallest_screen(hall: Any, desk: Any, locale: str, rest: str) -> None:
    page = clerk_at(hall, desk, "Z2-11", width=1280, height=720, locale=locale)
    for _ in range(14):
        hall.issue("Z2-013")
    for number, row in enumerate(hall.console("Z2-11")["waiting"]):
        result = {"state": "failed" if number % 2 else "unknown", "reason": "jam", "copy": 1}
        hall.call("POST", f"/tickets/{row['id']}/print-result", "kiosk-1", result)
    expect(page.locator("#waiting .person")).to_have_count(10)
    expect(page.locator("#waiting .chip.warn")).to_have_count(10)
    count = hall.console("Z2-11")["waiting_count"]
    expect(page.locator("#waiting")).to_contain_text(rest.format(count - 10))
    assert page.evaluate(CUT_OFF) == []
    last = page.locator("#waiting .person").last.bounding_box()
    frame = page.locator("#waiting").bounding_box()
    assert last is not None and frame is not None
    assert last["y"] + last["height"] <= frame["y"] + frame["height"]
