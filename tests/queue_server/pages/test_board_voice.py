"""A web board's voice: its pure rules, run in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.hall_process import HallProcess

PLAY = """async ([steps, rules]) => {
    const { drop, hear, keep, say, silence } = await import("/static/board_speech.js");
    let speech = silence;
    const heard = [];
    for (const [now_s, what, given] of steps) {
        if (what === "call") speech = hear(speech, { zone: "Z1", call: 1, called_s: now_s, ...given }, false);
        if (what === "quiet") speech = hear(speech, { zone: "Z1", call: 1, called_s: now_s, ...given }, true);
        if (what === "came") speech = keep(speech, (call) => call.number !== given);
        if (what === "other") speech = drop(speech);
        if (what === "say") {
            const [after, said] = say(speech, rules, now_s);
            speech = after;
            heard.push(said && `${said.call.number}${said.chime ? " chime" : ""}`);
        }
    }
    return heard;
}"""


def made(seq: int, number: str, counter: str = "", call: int = 1) -> dict[str, Any]:
    return {"seq": seq, "number": number, "counter": counter or f"at {number}", "call": call}


A, B, C = made(1, "A1"), made(2, "A2"), made(3, "A3")
RULES: dict[str, tuple[list[list[Any]], list[str | None]]] = {
    "nobody": ([[0, "say", None]], [None]),
    "chime, then once more without": (
        [[0, "call", A], [0, "say", None], [9, "say", None], [12, "say", None]],
        ["A1 chime", "A1", None],
    ),
    "in the order of the journal": (
        [[0, "call", B], [0, "call", made(3, "A3")], [0, "say", None], [6, "say", None]],
        ["A2 chime", "A3 chime"],
    ),
    "a recall waits for first calls": (
        [[0, "call", made(1, "A1", call=2)], [0, "call", B], [0, "say", None]],
        ["A2 chime"],
    ),
    "told already": (
        [[0, "call", B], [0, "call", A], [0, "say", None], [9, "say", None], [12, "say", None]],
        ["A2 chime", "A2", None],
    ),
    "not again while somebody waits": (
        [[0, "call", A], [0, "say", None], [1, "call", B], [9, "say", None], [12, "say", None]],
        ["A1 chime", "A2 chime", "A2"],
    ),
    "in a hurry without chime, once": (
        [[0, "call", A], [0, "call", B], [20, "say", None], [24, "say", None], [27, "say", None]],
        ["A1", "A2", None],
    ),
    "stale": ([[0, "call", A], [91, "say", None]], [None]),
    "the counter has moved on": (
        [[0, "call", made(1, "A1", "9")], [1, "call", made(2, "A2", "9")], [1, "say", None]],
        ["A2 chime"],
    ),
    "a newer call of the same number": (
        [[0, "call", A], [80, "call", made(5, "A1", call=2)], [100, "say", None]],
        ["A1"],
    ),
    "the person came": (
        [[0, "call", A], [0, "say", None], [5, "came", "A1"], [9, "say", None]],
        ["A1 chime", None],
    ),
    "quiet": ([[0, "quiet", A], [1, "say", None], [1, "call", A], [2, "say", None]], [None, None]),
    "another player speaks": ([[0, "call", A], [0, "other", None], [1, "say", None]], [None]),
}


@pytest.fixture(scope="module")
def blank(hall: HallProcess, browser: Browser) -> Page:
    page = browser.new_context().new_page()
    page.goto(hall.url + "/login")
    return page


@pytest.mark.parametrize(("steps", "heard"), RULES.values(), ids=RULES)
def test_what_is_said_next(blank: Page, steps: list[list[Any]], heard: list[str | None]) -> None:
    assert blank.evaluate(PLAY, [steps, {"times": 2, "stale_s": 90}]) == heard
