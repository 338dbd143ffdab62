"""The pure modules of the web board, run in a real browser: turns, frames of the stream, pages, speech."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.display_board import speaking

CASES: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "display_board" / "showing_cases.json").read_text(encoding="utf-8")
)
"""The same cases that the Kivy board is held against."""


@pytest.fixture(scope="module")
def blank(hall: Any, browser: Any) -> Page:
    page: Page = browser.new_context().new_page()
    page.goto(hall.url + "/login")
    return page


STEP_BY_STEP = """
    const { advance, hear, next_change_s, nobody } = await import("/static/board_showing.js");
    let showing = nobody, now_s = 0;
    let become = (after) => { showing = after; };
    const let_pass = (until_s) => {
        let step = next_change_s(showing, now_s);
        while (now_s + step <= until_s) {
            now_s += Math.max(step, 1e-6);
            become(advance(showing, now_s));
            step = next_change_s(showing, now_s);
        }
        now_s = until_s;
    };
"""
PLAY = f"""async ([calls, at_s]) => {{
    {STEP_BY_STEP}
    for (const [made_s, at_once] of calls) {{
        let_pass(made_s);
        for (const [, number, counter] of at_once)
            showing = hear(showing, {{ number, zone: "Z1", counter: counter ?? `at ${{number}}` }}, now_s);
        showing = advance(showing, now_s);
    }}
    let_pass(at_s);
    return showing.bands.map((band) => band && band.call.number);
}}"""


@pytest.mark.parametrize("case", CASES["turns"], ids=lambda case: case["reason"])
def test_turns(blank: Page, case: dict[str, Any]) -> None:
    at_once = [[at_s, list(calls)] for at_s, calls in itertools.groupby(case["calls"], lambda call: call[0])]
    assert blank.evaluate(PLAY, [at_once, case["at_s"]]) == case["stand"]


def test_a_band_pulses_three_times_and_then_stands(blank: Page) -> None:
    pulse = CASES["pulse"]
    seen = blank.evaluate(
        """async (step_s) => {
            const { bright } = await import("/static/board_showing.js");
            return Array.from({ length: 80 }, (_, step) => bright({ since_s: 0 }, step * step_s));
        }""",
        pulse["step_s"],
    )
    assert seen[: len(pulse["bright"])] == pulse["bright"]
    assert all(seen[len(pulse["bright"]) :])


RUSH = f"""async (count) => {{
    {STEP_BY_STEP}
    let seed = 7;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    const shown = {{}}, stood_s = {{}};
    become = (after) => {{
        for (const band of showing.bands)
            if (band && !after.bands.some((other) => other && other.call === band.call))
                stood_s[band.call.number] = Math.min(stood_s[band.call.number] ?? 99, now_s - band.since_s);
        for (const band of after.bands) if (band) shown[band.call.number] ??= [now_s, band.call.made_s];
        showing = after;
    }};
    for (let made = 0; made < count; made += 1) {{
        let_pass(now_s + 0.6 * random());
        const call = {{ number: `A${{made}}`, zone: "Z1", counter: `${{made % 40}}`, made_s: now_s }};
        become(advance(hear(showing, call, now_s), now_s));
    }}
    let_pass(now_s + 60);
    const all = Object.values;
    const in_order = all(shown).sort((one, other) => one[1] - other[1]).map(([at_s]) => at_s);
    const late_s = all(shown).map(([at_s, made_s]) => at_s - made_s);
    const overtaken = in_order.some((at_s, place) => at_s < in_order[place - 1]);
    return [late_s.length, Math.max(...late_s), Math.min(...all(stood_s)), overtaken];
}}"""


def test_200_calls_in_a_minute_from_40_counters_all_stand_their_time(blank: Page) -> None:
    shown, latest_s, shortest_s, overtaken = blank.evaluate(RUSH, 200)
    assert (shown, overtaken) == (200, False)
    assert latest_s <= 5.01
    assert shortest_s >= 4.99


TAKE = """async ([frames, now]) => {
    const { take } = await import("/static/board_state.js");
    let known = null;
    const told = [];
    for (const frame of frames) {
        const step = take(known, frame, Date.parse(now));
        known = step.known;
        told.push([step.called.map((call) => call.number), step.anew]);
    }
    return [known.board, told];
}"""
NOW = "2026-11-23T02:00:00Z"


def call(seq: int, number: str, at: str = "02:00:00", zone: str = "Z1") -> dict[str, Any]:
    return {"seq": seq, "number": number, "at": f"2026-11-23T{at}Z", "zone": zone, "counter": "Z1-01"}


def whole(seq: int, *calls: dict[str, Any], **more: Any) -> dict[str, Any]:
    zones = {"Z1": {"waiting": 1}, "Z2": {"waiting": 2}}
    board = {"seq": seq, "epoch": 1, "day": "2026-11-23", "zones": zones, "counters": {}, "notices": []}
    board |= {"calls": list(calls), "root": "", **more}
    return {"kind": "board.state", "seq": seq, "at": NOW, "plan": 1, "board": board}


def changed(seq: int, *called: dict[str, Any], **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"zones": {}, "counters": {}, "notices": None, "root": "", "root_hour": ""}
    calls = {"called": list(called), "calls": list(reversed(called))}
    return {"kind": "board.changed", "seq": seq, **known, **calls, **more}


FIRST = whole(5, call(5, "A1"))
MISSED = [call(7, "A3"), call(6, "A2", "01:50:00"), call(5, "A1")]
COMING = {"Z1-01": {"number": "A1", "called": True}}
HEARD = {
    "what others still show": ([whole(5, call(5, "A2", "01:59:50"), call(4, "A1", "01:59:30"))], ["A2"]),
    "who has not come yet": ([whole(5, call(4, "A1", "01:50:00"), counters=COMING)], ["A1"]),
    "two in one frame": ([whole(5), changed(7, call(6, "A1"), call(7, "A2"))], ["A1", "A2"]),
    "what was missed": ([FIRST, whole(7, *MISSED)], ["A2", "A3"]),
    "nothing was missed": ([FIRST, FIRST], []),
    "another history": ([FIRST, whole(2, call(2, "A9", "01:59:55"), epoch=2)], ["A9"]),
    "a new day": ([FIRST, whole(9, day="2026-11-24")], []),
}


@pytest.mark.parametrize(("frames", "heard"), HEARD.values(), ids=HEARD)
def test_which_calls_are_shown_as_just_made(
    blank: Page, frames: list[dict[str, Any]], heard: list[str]
) -> None:
    _, told = blank.evaluate(TAKE, [frames, NOW])
    assert told[-1][0] == heard


@pytest.mark.parametrize(
    ("at", "cell", "expected"),
    [
        ("01:59:00", {"number": "A1", "called": False}, True),
        ("01:50:00", {"number": "A1", "called": True}, True),
        ("01:50:00", {"number": "A1", "called": False}, False),
        ("01:50:00", {"number": "A2", "called": True}, False),
    ],
    ids=["fresh", "not come yet", "being served", "somebody else's turn"],
)
def test_a_waiting_call_is_kept_while_somebody_needs_it(
    blank: Page, at: str, cell: dict[str, Any], expected: bool
) -> None:
    found = blank.evaluate(
        """async ([board, call, now]) =>
            (await import("/static/board_state.js")).wanted(board, call, Date.parse(now))""",
        [{"counters": {"Z1-01": cell}}, call(1, "A1", at), NOW],
    )
    assert found is expected


def test_new_things_take_the_place_of_old_ones_and_nothing_else_changes(blank: Page) -> None:
    frames = [whole(5, call(5, "A1")), changed(6, zones={"Z2": {"waiting": 9}}, root="ab", root_hour=NOW)]
    board, _ = blank.evaluate(TAKE, [frames, NOW])
    assert board["zones"] == {"Z1": {"waiting": 1}, "Z2": {"waiting": 9}}
    assert (board["seq"], board["root"], [one["number"] for one in board["calls"]]) == (6, "ab", ["A1"])


PAGES = """async ([counts, room]) => {
    const { pages } = await import("/static/board_pages.js");
    return pages(counts, room);
}"""
ROOM = {"columns": 5, "height": 592, "head": 68, "gap": 20, "cell": 70}


@pytest.mark.parametrize(
    ("counts", "most"),
    [
        pytest.param([["Z1", 6], ["Z2", 18], ["Z7", 6]], 1, id="the first floor is one page"),
        pytest.param([["Z3", 10], ["Z4", 6], ["Z6", 4]], 1, id="the second floor"),
        pytest.param([["Z5", 16]], 1, id="one zone"),
        pytest.param([[f"Z{n}", 9] for n in range(1, 8)], 3, id="the whole hall"),
        pytest.param([["Z1", 99]], 3, id="a zone that no page can hold"),
        pytest.param([], 0, id="none"),
    ],
)
def test_every_counter_stands_on_exactly_one_page(blank: Page, counts: list[list[Any]], most: int) -> None:
    pages = blank.evaluate(PAGES, [counts, ROOM])
    sections = [part for page in pages for row in page for stack in row for part in stack]
    assert len(pages) <= most
    for zone, count in counts:
        parts = [part for part in sections if part["zone"] == zone]
        shown = [part["first"] + place for part in parts for place in range(part["count"])]
        assert shown == list(range(count))
    for row in (row for page in pages for row in page):
        assert sum(stack[0]["columns"] for stack in row) == 5
        assert all(part["lines"] * part["columns"] >= part["count"] for stack in row for part in stack)


SPEAK = """async ([steps, rules]) => {
    const { drop, hear, keep, say, silence } = await import("/static/board_speech.js");
    let speech = silence, row = 0;
    const said = [], heard = [];
    for (const [now_s, what, number, more] of steps) {
        if (what === "say") {
            const [after, next] = say(speech, rules, now_s);
            speech = after;
            said.push(next && [next.call.number, next.nth, next.chime]);
            continue;
        }
        row += 1;
        if (what === "other") speech = drop(speech);
        if (what === "came") speech = keep(speech, (call) => call.number !== number);
        if (what !== "call" && what !== "quiet") continue;
        const usual = { zone: "Z1", counter: `at ${number}`, call: 1, seq: row };
        const call = { ...usual, number, called_s: now_s, ...more };
        if (call.seq > speech.told) heard.push(number);
        speech = hear(speech, call, what === "quiet");
    }
    return { said, heard, waiting: speech.waiting.map((call) => call.number) };
}"""


def spoken(blank: Page, steps: list[Any]) -> speaking.Told:
    """What the web board says, and which calls it neither said nor still keeps."""
    told = blank.evaluate(SPEAK, [steps, speaking.CASES["rules"]])
    first = [one[0] for one in told["said"] if one and one[1] == 1]
    gone = Counter(told["heard"]) - Counter([*first, *told["waiting"]])
    said = [f"{one[0]}{' chime' if one[2] else ''}" if one else None for one in told["said"]]
    return said, [[number] for number in sorted(gone.elements())]


@pytest.mark.parametrize("case", speaking.CASES["cases"], ids=lambda case: case["reason"])
def test_what_is_said_next(blank: Page, case: dict[str, Any]) -> None:
    said, gone = spoken(blank, case["steps"])
    assert said == case["said"]
    assert gone == [[number] for number, _ in case["gone"]]


@pytest.mark.parametrize("speech_s", [1.4, 3.0, 9.0])
def test_a_rush_is_said_as_the_announcer_says_it(blank: Page, speech_s: float) -> None:
    """200 calls in 60 s from 40 counters, somebody being served meanwhile."""
    steps = speaking.rush(speech_s=speech_s)
    said, gone = speaking.play(steps)
    assert spoken(blank, steps) == (said, [[number] for number, _ in gone])


def test_quiet_hours_are_spans_of_the_day(blank: Page) -> None:
    quiet = speaking.CASES["quiet_hours"]
    found = blank.evaluate(
        """async ([spans, times]) => {
            const { is_quiet } = await import("/static/board_speech.js");
            return times.map((time) => is_quiet(spans, time));
        }""",
        [quiet["spans"], [time for time, _ in quiet["times"]]],
    )
    assert found == [expected for _, expected in quiet["times"]]
