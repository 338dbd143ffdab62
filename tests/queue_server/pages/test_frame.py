"""What all pages share: words, headers, files; and the two pure modules, run in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from queue_server.pages.frame import STATIC, messages
from queue_server.pages.staff import own_path
from tests.hall_process import HallProcess

MODULES = tuple(sorted(path.name for path in STATIC.glob("*.js")))
TEMPLATES = sorted((STATIC.parent / "templates").glob("*.html"))


def test_every_call_for_a_word_is_found() -> None:
    """A message that is not written as one literal would be found by nobody and stay Chinese."""
    for name in MODULES:
        calls = re.findall(r"(?<![\w.])t\((?!\s*\"|message)", (STATIC / name).read_text(encoding="utf-8"))
        assert calls == [], name
    assert "叫下一位" in messages(("console.js",))
    assert "现在没有在办的票" in messages(("console.js",))  # from a module that it imports


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_script_style_or_outside_address(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|\son\w+=|<style|https?://", text)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/clerk/Z3-01?lang=en", "/clerk/Z3-01?lang=en"),
        ("//evil.example/x", "/clerk"),
        ("/\\evil.example", "/clerk"),
        ("https://evil.example/", "/clerk"),
        ("javascript:alert(1)", "/clerk"),
        ("", "/clerk"),
    ],
)
def test_the_sign_in_leads_only_to_pages_of_this_server(wanted: str, path: str) -> None:
    assert own_path(wanted) == path


@pytest.mark.parametrize("path", ["/login", "/s/anything", "/", "/static/base.css"])
def test_pages_guard_themselves(hall: Any, path: str) -> None:
    headers = hall.http.get(path).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_without_the_demo_the_bare_address_leads_to_the_staff_and_shows_no_demo(tmp_path: Path) -> None:
    hall = HallProcess(tmp_path, demo=False)
    hall.start()
    try:
        front = hall.http.get("/")
        assert (front.status_code, front.headers["Location"]) == (302, "/clerk")
        assert [hall.http.get(path).status_code for path in ("/demo/state", "/demo/pictures/kiosk.png")] == [
            404,
            404,
        ]
        assert not (tmp_path / "demo-keys.json").exists()
    finally:
        hall.stop()


def test_fonts_are_served_and_may_be_kept(hall: Any) -> None:
    answer = hall.http.get("/static/fonts/NotoSansSC-Regular.woff")
    assert answer.status_code == 200 and answer.content[:4] == b"wOFF"
    assert "max-age=2592000" in answer.headers["Cache-Control"]


@pytest.fixture
def blank(desk: Any) -> Page:
    page: Page = desk().open("/login")
    return page


STREAM = (
    ": alive\n\nid: 7\nevent: ticket.issued\ndata: {\"seq\": 7}\n\n"
    "id: 8\n\nid: 9\nevent: reset\ndata: {\"epoch\": 2}\n\nevent: ticket.called\ndata: {\"seq\": 10}\n\n"
)  # fmt: skip

PARSE = """async ([text, size]) => {
    const { parser } = await import("/static/live.js");
    const seen = [];
    const take = parser({ event: event => seen.push(event.seq), reset: () => seen.push("reset") });
    for (let at = 0; at < text.length; at += size) take(text.slice(at, at + size));
    return seen;
}"""


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_the_stream_is_read_whole_and_in_pieces(blank: Page, size: int) -> None:
    assert blank.evaluate(PARSE, [STREAM, size]) == [7, "reset", 10]


FOLD = """async ([state, events]) => {
    const { fold } = await import("/static/console_state.js");
    return events.reduce(fold, state);
}"""


def ticket(id_: int, **more: Any) -> dict[str, Any]:
    known = {
        "id": id_,
        "number": f"C{id_:03d}",
        "matter": {"id": "M1", "name": "m"},
        "issued_at": "2026-11-23T01:00:00Z",
    }
    return {**known, "counter": None, **more}


def issued(seq: int, id_: int, order: int, matter: str = "M1") -> dict[str, Any]:
    return {"seq": seq, "kind": "ticket.issued", "data": {"order": order, "group": matter},
            "ticket": ticket(id_, matter={"id": matter, "name": "m"})}  # fmt: skip


def state(**more: Any) -> dict[str, Any]:
    known = {
        "seq": 0,
        "counter": "Z3-01",
        "state": "open",
        "serves": ["M1"],
        "groups": ["M1"],
        "parked": [],
        "max_calls": 3,
        "ticket": None,
        "waiting": [],
        "waiting_count": 0,
        "missed": [],
        "served_today": 0,
        "mean_service_s": 600,
        "help": [],
    }
    return {**known, **more}


def numbers(folded: dict[str, Any]) -> list[int]:
    return [row["id"] for row in folded["waiting"]]


def test_a_ticket_takes_its_place_by_the_sort_key(blank: Page) -> None:
    folded = blank.evaluate(
        FOLD, [state(), [issued(1, 1, 50), issued(2, 2, 60), issued(3, 3, 40), issued(4, 4, 50)]]
    )
    assert numbers(folded) == [3, 1, 4, 2]
    assert folded["waiting_count"] == 4


def test_an_event_that_was_seen_or_is_for_others_changes_nothing(blank: Page) -> None:
    once = blank.evaluate(FOLD, [state(), [issued(1, 1, 50)]])
    again = blank.evaluate(FOLD, [once, [issued(1, 1, 50), issued(2, 9, 10, "M2")]])
    assert {**again, "seq": 1} == once
    assert again["seq"] == 2


def test_behind_the_end_of_a_cut_off_list_only_the_count_grows(blank: Page) -> None:
    row = {"id": 1, "number": "C001", "matter": {"id": "M1", "name": "m"}, "order": 10}
    folded = blank.evaluate(
        FOLD, [state(waiting=[row], waiting_count=31), [issued(1, 2, 99), issued(2, 3, 5)]]
    )
    assert numbers(folded) == [3, 1]
    assert folded["waiting_count"] == 33


def test_a_call_elsewhere_takes_the_row_and_leaves_my_hand_alone(blank: Page) -> None:
    mine = ticket(7, counter="Z3-01", state="serving")
    call = {
        "seq": 3,
        "kind": "ticket.called",
        "ticket": ticket(1, counter="Z3-02", state="called"),
        "data": {"was": "waiting", "group": "M1"},
    }
    folded = blank.evaluate(FOLD, [state(ticket=mine), [issued(1, 1, 1), issued(2, 2, 2), call]])
    assert numbers(folded) == [2]
    assert folded["ticket"] == mine


def test_english_goes_along_only_with_english_pages(hall: Any) -> None:
    def words(lang: str) -> dict[str, str]:
        text = hall.http.get("/login", params={"lang": lang}).text
        found = re.search(r'<script id="words"[^>]*>(.*?)</script>', text, re.S)
        assert found is not None
        read: dict[str, str] = json.loads(found.group(1))
        return read

    assert words("zh") == {}
    assert words("en")["正在登录…"] == "Signing in…"
