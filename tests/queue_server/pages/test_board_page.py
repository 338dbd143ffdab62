"""The web board in a real Chromium against a real server process; its own time is moved by hand."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.hall_process import HallProcess
from tests.hardware.fault_proxy import Fault, FaultProxy, Plan
from tests.queue_server.pages.board_screen import BoardScreen, open_board

Open = Callable[..., BoardScreen]

LEAST_CONTRAST = 7.0
RARE = "㙍㐂䶮𬭎𠮷"


@pytest.fixture
def board(hall: HallProcess, browser: Browser) -> Iterator[Open]:
    """Open boards; at the end none may have had any trouble or asked another address."""
    screens: list[BoardScreen] = []

    def make(name: str = "1F", size: tuple[int, int] = (1920, 1080)) -> BoardScreen:
        screens.append(open_board(browser, hall, name, size))
        return screens[-1]

    yield make
    for screen in screens:
        screen.context.close()
    assert [trouble for screen in screens for trouble in screen.troubles] == []


def call_next(hall: HallProcess, counter: str, matter: str) -> str:
    """Somebody takes a number and is called to a counter at once."""
    hall.issue(matter)
    hall.call("POST", f"/counters/{counter}/open", f"counter-{counter}", {})
    called = hall.call("POST", f"/counters/{counter}/call-next", f"counter-{counter}", {})
    return str(called["ticket"]["number"])


def end_call(hall: HallProcess, counter: str) -> None:
    for move in ("serve", "finish"):
        hall.call("POST", f"/counters/{counter}/{move}", f"counter-{counter}", {})


def test_the_key_in_the_address_is_shown_once_and_leaves_no_trace(hall: HallProcess, board: Open) -> None:
    screen = board()
    assert screen.page.evaluate("location.href") == f"{hall.url}/board/1F"
    (cookie,) = screen.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("hall_device", True, "Strict")
    screen.page.reload()
    screen.wait_for("#zones section")


def test_a_board_without_a_key_asks_for_it_on_the_screen(hall: HallProcess, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(f"{hall.url}/board/1F")
    page.fill("#key input", "wrong")
    page.press("#key input", "Enter")
    expect(page.locator("#key output")).to_contain_text("密钥无效")
    page.fill("#key input", hall.key("board-1F"))
    page.press("#key input", "Enter")
    page.wait_for_selector("#zones section")
    assert page.is_hidden("#key")
    context.close()


@pytest.mark.parametrize(
    ("name", "size", "counters"),
    [
        ("1F", (1920, 1080), ("Z1", "Z2")),
        ("Z7", (1920, 1080), ("Z7",)),
        ("2F", (1080, 1920), ("Z4", "Z6")),
        ("3F", (1920, 1080), ()),
    ],
    ids=["dark", "light", "upright", "empty"],
)
def test_every_text_stands_out_and_has_its_glyphs(
    hall: HallProcess, board: Open, name: str, size: tuple[int, int], counters: tuple[str, ...]
) -> None:
    screen = board(name, size)
    called = [f"{zone}-{n:02d}" for zone in counters for n in (1, 2)]
    for counter in called:
        number = call_next(hall, counter, f"{counter[:2]}-001")
    hall.call("POST", "/counters/Z1-03/open", "counter-Z1-03", {})
    hall.call("POST", "/counters/Z1-03/pause", "counter-Z1-03", {})
    if called:
        screen.wait_for(f".cell:has-text('{number}'), #recent li:has-text('{number}')")
    screen.let_pass(3.2)
    screen.page.evaluate("document.fonts.ready")
    texts = screen.text_contrasts()
    assert len(texts) > 20
    assert {text: found for text, found in texts.items() if found < LEAST_CONTRAST} == {}
    assert screen.missing_glyphs(RARE) == []
    for counter in called:
        end_call(hall, counter)


SIZES = ((3840, 2160), (720, 1280), (1280, 800), (2160, 3840))


def test_nothing_is_cut_off_on_any_screen(
    hall: HallProcess, board: Open, rounds: Callable[[int, int], int]
) -> None:
    for name, size in list(itertools.product(("all", "2F"), SIZES))[: rounds(2, 8)]:
        screen = board(name, size)
        assert screen.cut_off() == [], (name, size)
        screen.context.close()


FULLEST = """async ([lang, digits, tall]) => {
    const { show } = await import("/static/board_view.js");
    const board = await (await fetch(`/api/v1/boards/${document.body.dataset.board}`)).json();
    const { hall } = JSON.parse(document.getElementById("facts").textContent);
    board.look = { ...board.look, lang };
    for (const zone of Object.values(board.zones))
        Object.assign(zone, { waiting: 118, wait: { low_s: 8100, likely_s: 9000, high_s: 19800 } });
    const cells = Object.values(board.counters);
    for (const cell of cells) Object.assign(cell, { number: "G888", state: "open" });
    const called = cells.slice(-2).map((cell) => ({ ...cell, counter: cell.id, floor: 1, at: board.at }));
    const bands = called.map((call) => ({ call, since_s: 0 }));
    const sizes = new Set(), shown = new Set();
    const px = (node) => parseFloat(getComputedStyle(node).fontSize);
    for (let turn = 0; turn < 40; turn += 1) {
        const when = { now_ms: Date.parse(board.at), now_s: 10, turn, since_ms: null, problem: null };
        show(board, hall, { bands, waiting: [] }, { ...when, silent: false, tall, media: null, digits });
        for (const cell of document.querySelectorAll("#zones .cell")) {
            shown.add(cell.dataset.counter);
            const parts = [".number", ".index"].map((part) => cell.querySelector(part));
            sizes.add(Math.min(...parts.map(px), cell.clientHeight / 0.9));
            if (parts.some((part) => part.scrollWidth > part.clientWidth + 1)) sizes.add(0);
        }
    }
    const unit = document.querySelector(".call .unit").innerText.split(/\\s+/);
    return { least: Math.min(...sizes), missing: cells.length - shown.size, unit };
}"""


@pytest.mark.parametrize(
    ("name", "size", "lang", "digits"),
    [
        ("2F", (1920, 1080), "en", 44),
        ("2F", (1920, 1080), "zh", 84),
        ("all", (1920, 1080), "en", 144),
        ("all", (1080, 1920), "en", 60),
        ("2F", (1080, 1920), "zh", 160),
    ],
)
def test_whatever_the_distance_and_the_language_every_counter_can_be_read(
    board: Open, name: str, size: tuple[int, int], lang: str, digits: int
) -> None:
    screen = board(name, size)
    found = screen.page.evaluate(FULLEST, [lang, digits, size[1] > size[0]])
    assert found["least"] >= digits and found["missing"] == 0
    assert found["unit"][0] == ("Counter" if lang == "en" else "号")
    assert screen.cut_off() == []


def test_notices_pictures_and_slides_have_their_places(hall: HallProcess, board: Open) -> None:
    folder = hall.data / "media" / "Z7"
    folder.mkdir(parents=True)
    Image.new("RGB", (640, 360), "#3366AA").save(folder / "poster.png")
    _post_notice(hall, "四号窗口今天只办预约。", "Counter 4 serves bookings only today.")
    screen = board("Z7")
    screen.wait_for("#ticker.notice-line:has-text('四号窗口今天只办预约。')")
    screen.wait_for("#media img")
    assert screen.page.evaluate("document.querySelector('#media img').decode().then(() => true)")
    hall.issue("Z7-001")
    screen.let_pass(12)
    screen.wait_for("#media .slide:has-text('材料不齐也能先收')")
    screen.wait_for("#ticker:not(.notice-line)")
    number = call_next(hall, "Z7-05", "Z7-001")
    _until(screen, number)
    lower = screen.page.locator("#media").bounding_box()
    upper = screen.page.locator(f".call[data-number={number}]").bounding_box()
    assert lower is not None and upper is not None
    assert upper["y"] + upper["height"] <= lower["y"]
    end_call(hall, "Z7-05")


def _post_notice(hall: HallProcess, zh: str, en: str) -> None:
    signed_in = {"name": "supervisor", "password": hall.keys("staff")["supervisor"]}
    csrf = hall.http.post("/api/v1/session", json=signed_in).json()["csrf"]
    posted = hall.http.post("/api/v1/notices", json={"zh": zh, "en": en}, headers={"X-CSRF-Token": csrf})
    assert posted.status_code == 201, posted.text
    hall.http.cookies.clear()


def test_a_call_stands_in_a_band_in_its_cell_and_then_among_the_recent_ones(
    hall: HallProcess, board: Open
) -> None:
    screen = board()
    number = call_next(hall, "Z1-01", "Z1-003")
    _until(screen, number)
    assert screen.page.inner_text(f".call[data-number={number}] .label") == "1"
    # Attached, not visible: calls of other tests may still take the whole wall.
    screen.wait_for(".cell.called[data-counter='Z1-01']", "attached")
    hall.call("POST", "/counters/Z1-01/serve", "counter-Z1-01", {})
    screen.wait_for(".cell[data-counter='Z1-01']:not(.called)", "attached")
    screen.let_pass(18.9)
    assert number in screen.standing()
    hall.issue("Z1-003")  # news, so that the board does not think the line dead
    screen.let_pass(1.5)
    assert number not in screen.standing()
    screen.wait_for(f"#recent li:has-text('{number}')", "attached")
    hall.call("POST", "/counters/Z1-01/finish", "counter-Z1-01", {})


def test_calls_made_at_once_are_all_seen_and_none_flashes_fast(hall: HallProcess, board: Open) -> None:
    screen = board("all")
    counters = [f"Z1-{n:02d}" for n in range(1, 7)] + [f"Z7-{n:02d}" for n in range(1, 7)]
    numbers = [call_next(hall, counter, f"{counter[:2]}-003") for counter in counters]
    screen.wait_for(f"#recent li:has-text('{numbers[-1]}'), .call[data-number={numbers[-1]}]", "attached")
    steps: list[dict[str, bool]] = []
    for _ in range(150):
        steps.append(
            screen.page.eval_on_selector_all(
                ".call[data-number]",
                "all => Object.fromEntries(all.map(call => [call.dataset.number, !call.matches('.dark')]))",
            )
        )
        screen.let_pass(0.1)
    for number in numbers:
        stood = [step[number] for step in steps if number in step]
        assert len(stood) >= 50, number
        runs = [len(list(run)) for _, run in itertools.groupby(stood)]
        assert len(runs) <= 7, "three pulses and no more"
        assert all(run >= 4 for run in runs[:-1]), "never faster than 1 Hz"
    for counter in counters:
        end_call(hall, counter)


def test_a_server_that_dies_and_comes_back_loses_no_call(
    hall: HallProcess, board: Open, rounds: Callable[[int, int], int]
) -> None:
    screen = board()
    seen: list[str] = []
    for turn in range(rounds(2, 20)):
        counter = f"Z1-{turn % 6 + 1:02d}"
        before = call_next(hall, counter, "Z1-003")
        _until(screen, before)
        hall.kill()
        screen.let_pass(25)
        screen.wait_for("body.silent .notice-band.warn")
        assert re.search(r"本屏停在 \d\d:\d\d", screen.page.inner_text("#bands"))
        assert screen.page.locator(".cell.called").count() == 0
        assert screen.page.evaluate("document.querySelector('.notice-band .ic').getBBox().width") > 20
        hall.start()
        end_call(hall, counter)
        missed = call_next(hall, counter, "Z1-003")
        _until(screen, missed)
        seen += [before, missed]
        assert screen.page.locator("body.silent").count() == 0
        end_call(hall, counter)
    assert len(set(seen)) == 2 * rounds(2, 20)


def test_what_is_called_while_the_line_is_cut_is_shown_when_it_is_whole_again(
    hall: HallProcess, browser: Browser
) -> None:
    with FaultProxy(hall.port) as line:
        screen = open_board(browser, hall, "1F", url=f"http://127.0.0.1:{line.port}")
        line.set(Plan(Fault.SILENT))
        number = call_next(hall, "Z7-02", "Z7-001")
        screen.let_pass(25)
        screen.wait_for("body.silent")
        line.set(Plan(Fault.REFUSE))
        screen.let_pass(280)
        line.set(Plan())
        _until(screen, number)
        assert screen.troubles == []
        screen.context.close()
    end_call(hall, "Z7-02")


def _until(screen: BoardScreen, number: str, place: str = ".call[data-number='{}']") -> None:
    """Let the page's time pass until a number is there: a page that lost its line waits some seconds."""
    for _ in range(60):
        if screen.page.locator(place.format(number)).count():
            return
        screen.let_pass(0.5)
        screen.page.wait_for_timeout(50)
    raise AssertionError(f"{number} is not shown")


def test_a_new_version_of_the_page_is_taken_only_while_nobody_is_called(
    hall: HallProcess, board: Open
) -> None:
    screen = board("3F")
    screen.page.route("**/board/3F/version", lambda route: route.fulfill(json={"version": "new"}))
    screen.page.evaluate("window.old = true")
    screen.let_pass(50)
    number = call_next(hall, "Z5-03", "Z5-001")
    screen.wait_for(f".call[data-number={number}]")
    screen.let_pass(12)
    assert screen.page.evaluate("window.old") is True
    hall.issue("Z5-001")
    screen.let_pass(12)
    assert screen.standing() == []
    with screen.page.expect_navigation():
        screen.let_pass(50)
    screen.wait_for("#zones section")
    assert screen.page.evaluate("window.old") is None
    end_call(hall, "Z5-03")


LISTEN = """() => {
    window.played = [];
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (at_s) {
        played.push([at_s, this.buffer.duration]);
        return start.call(this, at_s);
    };
}"""


def test_one_board_speaks_after_a_touch_and_the_other_keeps_silent(hall: HallProcess, board: Open) -> None:
    screens = board("2F"), board("2F")
    for screen in screens:
        screen.page.evaluate(LISTEN)
    first = _until_asked(*screens)  # whichever came first to the lease
    (second,) = (screen for screen in screens if screen is not first)
    assert second.page.is_hidden("#sound")
    call_next(hall, "Z6-03", "Z6-001")
    assert _played(first) == _played(second) == []

    first.page.click("#sound")
    first.wait_for("#sound", "hidden")
    call_next(hall, "Z6-04", "Z6-001")
    line = _played(first)
    for _ in range(100):
        if len(line) >= 3:
            break
        first.let_pass(0.2)  # a lease that ran out meanwhile is taken anew
        first.page.wait_for_timeout(100)
        line = _played(first)
    assert len(line) >= 3
    ends = [at_s + duration for at_s, duration in line]
    assert all(later[0] >= end for later, end in zip(line[1:], ends, strict=False)), "nothing overlaps"
    assert _played(second) == []
    end_call(hall, "Z6-03")
    end_call(hall, "Z6-04")


def test_an_announcer_that_can_be_heard_goes_before_a_page_that_cannot(
    hall: HallProcess, board: Open
) -> None:
    screen = board("3F")
    _until_asked(screen)
    lease = hall.call("POST", "/audio-zones/3F/lease", "board-3F", {"player": "announcer-3F"})
    screen.let_pass(lease["renew_s"] + 1)
    screen.wait_for("#sound", "hidden")
    hall.call("DELETE", "/audio-zones/3F/lease/announcer-3F", "board-3F")
    _until_asked(screen)


ASK_FOR_THE_LEASE = """async (zone) => {
    const answer = await fetch(`/api/v1/audio-zones/${zone}/lease`, {
        method: "POST",
        body: JSON.stringify({ player: "0123456789abcdef01234567", audible: false }),
        headers: { "Content-Type": "application/json", "X-CSRF-Token": document.body.dataset.csrf },
    });
    return `${answer.status} ${await answer.text()}; sound is ${new AudioContext().state}`;
}"""


def _until_asked(*screens: BoardScreen) -> BoardScreen:
    """Wait until a board asks for a touch; one that was closed keeps the lease for some seconds."""
    for _ in range(60):
        for screen in screens:
            if screen.page.is_visible("#sound"):
                return screen
            screen.let_pass(4)
        screens[0].page.wait_for_timeout(300)
    found = [
        screen.page.evaluate(ASK_FOR_THE_LEASE, screen.page.url.rpartition("/")[2]) for screen in screens
    ]
    raise AssertionError(f"nobody is asked to touch the screen: {found}")


def _played(screen: BoardScreen) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = screen.page.evaluate("played")
    return found


def test_hours_of_calls_leave_nothing_behind(
    hall: HallProcess, board: Open, rounds: Callable[[int, int], int]
) -> None:
    """Twelve hours on the page's own clock, a call every 20 s: neither heap nor nodes nor listeners grow."""
    screen = board()
    cdp = screen.context.new_cdp_session(screen.page)
    cdp.send("Performance.enable")

    def kept() -> dict[str, float]:
        cdp.send("HeapProfiler.collectGarbage")
        metrics = {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}
        return {name: metrics[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}

    def work(calls: int) -> None:
        for turn in range(calls):
            counter = f"Z1-{turn % 6 + 1:02d}"
            number = call_next(hall, counter, "Z1-003")
            _until(screen, number, ".cell:has-text('{}')")
            screen.let_pass(10)
            end_call(hall, counter)
            screen.let_pass(10)

    work(rounds(3, 90))
    warm = kept()
    work(rounds(3, 12 * 180 - 90))
    after = kept()
    assert after["JSHeapUsedSize"] - warm["JSHeapUsedSize"] < 1_000_000
    assert after["Nodes"] - warm["Nodes"] < 500
    assert after["JSEventListeners"] - warm["JSEventListeners"] < 20
    assert screen.page.locator("body.silent").count() == 0
