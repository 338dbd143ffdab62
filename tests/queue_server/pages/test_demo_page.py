"""The demo page: what it shows of the virtual devices, and what it must not show."""

from __future__ import annotations

import json
import time
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

FAULTS_SHOWN = "#faults button[aria-pressed=true]"


def put_slip(hall: Any, n: int, number: str, url: str) -> None:
    """Leave a slip as the virtual printer does: first the picture, then the words that complete it."""
    folder = hall.data / "slips"
    folder.mkdir(exist_ok=True)
    Image.new("RGB", (288, 400), "white").save(folder / f"slip-{n:04d}.png")
    words = {
        "text": ["上饶市行政服务中心", number],
        "qr": url,
        "bytes": 300,
        "unknown": [],
        "at": "2026-11-23T02:24:00Z",
    }
    (folder / f"slip-{n:04d}.json").write_text(json.dumps(words), encoding="utf-8")


def test_passwords_are_shown_and_device_keys_never(hall: Any, desk: Any) -> None:
    page = desk().open("/")
    for name, password in hall.keys("staff").items():
        row = page.locator(".people tr", has=page.get_by_text(name, exact=True))
        expect(row).to_contain_text(password)
    overfull = "nodes => nodes.filter(node => node.scrollWidth > node.clientWidth).length"
    assert page.locator(".panel").evaluate_all(overfull) == 0
    seen = hall.http.get("/").text + hall.http.get("/demo/state").text
    assert [name for name, key in hall.keys("devices").items() if key in seen] == []


def test_a_visitor_opens_a_web_board_without_a_key(hall: Any, desk: Any) -> None:
    page = desk().open("/")
    links = page.locator(".boards a")
    assert links.count() == len(hall.call("GET", "/hall", "kiosk-1")["boards"])
    page.goto(hall.url + links.first.get_attribute("href"))
    expect(page).to_have_url(f"{hall.url}/board/1F")
    expect(page.locator("#zones section").first).to_be_visible()
    assert hall.http.get("/demo/board/none").status_code == 404


def test_slips_appear_newest_first_with_a_code_that_opens_the_newest(hall: Any, desk: Any) -> None:
    page = desk().open("/")
    expect(page.locator("#slips")).to_contain_text("还没有小票")
    put_slip(hall, 1, "A001", f"{hall.url}/s/first")
    put_slip(hall, 2, "C012", f"{hall.url}/s/second")
    expect(page.locator("#slips figure")).to_have_count(2)
    numbers = page.locator("#slips figure").evaluate_all("slips => slips.map(slip => slip.dataset.number)")
    assert numbers == ["C012", "A001"]
    code = page.locator("#status-code img")
    expect(code).to_have_js_property("complete", True)
    found = zxingcpp.read_barcodes(Image.open(BytesIO(page.locator(".codes").screenshot(scale="css"))))
    assert {one.text for one in found} == {f"{hall.url}/", f"{hall.url}/s/second"}


def test_pictures_are_refreshed(hall: Any, desk: Any) -> None:
    page = desk().open("/")
    expect(page.locator("[data-none=kiosk]")).to_be_visible()
    folder = hall.data / "pictures"
    folder.mkdir()
    Image.new("RGB", (54, 96), "red").save(folder / "kiosk.png")
    picture = page.locator("[data-picture=kiosk]")
    expect(picture).to_be_visible()
    before = picture.get_attribute("src")
    Image.new("RGB", (54, 96), "blue").save(folder / "kiosk.png")
    expect(picture).not_to_have_attribute("src", before or "")


def test_a_fault_is_handed_to_the_virtual_printer(hall: Any, desk: Any) -> None:
    folder = hall.data / "slips"
    folder.mkdir(exist_ok=True)
    (folder / "state.json").write_text(
        json.dumps({"faults": [], "slips": 0, "listening": "tcp://127.0.0.1:1"})
    )
    page = desk().open("/")
    page.click("[data-fault=paper_out]")
    expect(page.locator("[data-fault=paper_out]")).to_have_attribute("aria-pressed", "true")
    for _ in range(50):
        if (folder / "faults").exists():
            break
        page.wait_for_timeout(100)
    assert (folder / "faults").read_text() == "paper_out\n"
    assert hall.http.post("/demo/faults", json={"fault": "explode", "on": True}).status_code == 404
    assert hall.http.post("/demo/faults", json={"fault": 1}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/demo/slips/..%2fdemo-keys.png",
        "/demo/slips/demo-keys.png",
        "/demo/pictures/demo-keys.png",
        "/demo/code/..%2fdemo-keys.svg",
        "/demo/slips/slip-9999.png",
        "/demo/code/slip-9999.svg",
        "/static/..%2f..%2fapp.py",
        "/static/fonts/..%2f..%2f..%2fpyproject.toml",
    ],
)
def test_nothing_else_of_the_data_folder_can_be_read(hall: Any, path: str) -> None:
    answer = hall.http.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_cards_and_codes_are_handed_to_the_virtual_readers(hall: Any, desk: Any) -> None:
    page = desk().open("/")
    expect(page.locator("#readers")).to_be_hidden()
    folders = {reader: hall.data / "devices" / reader for reader in ("card_reader", "code_scanner")}
    for folder in folders.values():
        folder.mkdir(parents=True)
        (folder / "state.json").write_text("{}")
    page.click("[data-use='card zhang']")
    page.click("[data-use=lift]")
    page.fill("#code", "YC-7Q2K-9F")
    page.press("#code", "Enter")
    expect(page.locator("#code")).to_have_value("")
    assert (folders["card_reader"] / "commands").read_text() == "card zhang\nlift\n"
    assert (folders["code_scanner"] / "commands").read_text() == "scan YC-7Q2K-9F\n"


@pytest.mark.parametrize(
    ("reader", "use"),
    [
        ("card_reader", "scan x"),
        ("card_reader", "card ../x"),
        ("code_scanner", "scan a\nfault dead"),
        ("x", "lift"),
    ],
)
def test_the_virtual_readers_take_nothing_else(hall: Any, reader: str, use: str) -> None:
    assert hall.http.post("/demo/readers", json={"reader": reader, "use": use}).status_code == 404


def test_keys_of_a_virtual_pad_reach_its_simulator(hall: Any, desk: Any) -> None:
    """The page shows what the simulator wrote and appends what its simulator shall do."""
    folder = hall.data / "buses" / "1F-a"
    folder.mkdir(parents=True)
    strips = [{"address": 1, "text": "   请 A012\n  到 1号窗口 办理", "blinks": True}]
    pads = [{"address": 1, "waiting": 7, "ticket": "012", "beeps": 3}]
    evaluators = [{"address": 1, "asking": True, "pressed": None}]
    line = {"line": [{"strips": strips}, {"pads": pads}, {"evaluators": evaluators}]}
    (folder / "state.json").write_text(json.dumps(line), encoding="utf-8")
    page = desk().open("/")
    counter = page.locator('[data-counter="Z1-01"]')
    expect(counter.locator(".strip")).to_have_text("请 A012到 1号窗口 办理")
    expect(counter.locator(".digits")).to_have_text("等候 7 · 票号 012 · 响 3 声")
    expect(counter.locator(".rating")).to_contain_text("请评价")
    counter.get_by_role("button", name="呼叫").click()
    expect(counter.locator("[data-score='2']")).to_be_enabled()
    counter.locator("[data-score='2']").click()
    page.wait_for_function("() => document.readyState === 'complete'")
    until_written(folder / "commands", "key 1 call\nrate 1 2\n")
    for body in (
        {"counter": "Z9-01", "key": "call"},
        {"counter": "Z1-01", "key": "rm"},
        {"counter": "Z1-01"},
    ):
        assert hall.http.post("/demo/keys", json=body).status_code == 404
    assert (folder / "commands").read_text() == "key 1 call\nrate 1 2\n"


def until_written(path: Any, wanted: str) -> None:
    deadline = time.monotonic() + 20
    while not path.exists() or path.read_text() != wanted:
        assert time.monotonic() < deadline, path.exists() and path.read_text()
        time.sleep(0.05)
