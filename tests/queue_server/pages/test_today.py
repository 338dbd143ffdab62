"""The public page of the day in a real Chromium against a real server process."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

HAN = re.compile("[\u3400-\u9fff]")


def test_anybody_sees_what_is_left_of_the_day_in_both_languages(hall: Any, desk: Any) -> None:
    hall.issue("Z5-001")
    page = desk().open("/today")
    row = page.locator("[data-queue=Z5-labour]")
    expect(row).to_contain_text("1 人")
    expect(row).to_contain_text("不限")
    page.goto(f"{hall.url}/today?lang=en")
    expect(page.locator("[data-queue=Z5-labour]")).to_contain_text("no limit")
    assert not HAN.search(page.locator("main").inner_text())
