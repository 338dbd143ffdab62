"""Checking a slip on a phone: a real Chromium follows the address in the slip's QR code."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import msgspec
from playwright.sync_api import expect

from hardware.ticket_printer.slip import Qr
from kiosk.signing import Signer
from kiosk.slip import build_slip, slip_facts
from queue_server.wire import Ticket
from queue_server.wire.slip_code import decode, encode


def qr_of(hall: Any, matter: str) -> tuple[str, str]:
    """What a phone reads off the slip, without the server's own name, and the code alone."""
    ticket = msgspec.convert(hall.issue(matter), Ticket)
    signer = Signer(hall.data / "signer")
    with hall.client("kiosk-1") as client:
        signer.renew(client, time.time_ns() // 1_000_000)
    code = signer.code(ticket)
    slip = build_slip(slip_facts(ticket, "大厅", ("A", "综合"), "2026-11-23 10:24", "kiosk-1", code))
    (qr,) = [item.payload for item in slip.items if isinstance(item, Qr)]
    address = urlsplit(qr)
    return f"{address.path}#{address.fragment}", address.fragment


def test_from_the_slip_to_the_proof_and_back_to_english(hall: Any, desk: Any) -> None:
    path, code = qr_of(hall, "Z1-003")
    page = desk(390, 844).open(path)
    page.get_by_role("link", name="核对小票").click()
    expect(page.locator("#result")).to_have_attribute("data-ok", "yes")
    expect(page.locator("#result h1")).to_have_text("核对无误")
    expect(page.locator("#checks li.ok")).to_have_count(3)
    expect(page.locator("#not-checked li")).to_have_count(3)
    expect(page.locator(".slip b")).to_have_text(decode(code).claim.number)
    page.locator("a.lang").click()
    expect(page.locator("#result h1")).to_have_text("Everything agrees")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_forged_code_a_garbled_one_and_a_hash_typed_in(hall: Any, desk: Any) -> None:
    _, code = qr_of(hall, "Z1-003")
    real = decode(code)
    forged = encode(type(real)(real.claim, bytes(64)))
    page = desk(390, 844).open(f"/verify#{forged}")
    expect(page.locator("#result")).to_have_attribute("data-ok", "no")
    expect(page.locator("#checks li.bad")).to_contain_text("签名不对")
    expect(page.locator("#checks li.unknown")).to_have_count(2)
    page.fill("textarea", "A001")
    page.get_by_role("button", name="核对").click()
    expect(page.locator("[role=alert]")).to_contain_text("小票代码不对")
    page.fill("textarea", "0123 4567 89ab cdef")
    page.get_by_role("button", name="核对").click()
    expect(page.locator("#checks")).to_contain_text("没有公布过校验值 0123456789abcdef")
    page.fill("textarea", code)
    page.get_by_role("button", name="核对").click()
    expect(page.locator("#result")).to_have_attribute("data-ok", "yes")
