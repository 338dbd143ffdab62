"""A hall board in a real Chromium whose time is moved by hand, and what can be read off its picture."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import PATIENCE_MS
from tests.hall_process import HallProcess

Pixel = tuple[int, int, int]


TEXT_BOXES = """() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walk.nextNode()) {
        const node = walk.currentNode;
        const holder = node.parentElement;
        if (!node.data.trim() || !holder.checkVisibility() || holder.closest("script")) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const kind = `${holder.parentElement.className} ${holder.className}`;
        found.push([kind, node.data, range.getBoundingClientRect().toJSON()]);
    }
    return found;
}"""
MISSING_GLYPHS = """(more) => {
    const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    paint.font = `40px ${getComputedStyle(document.body).fontFamily}`;
    const drawn = (sign) => {
        paint.clearRect(0, 0, 48, 48);
        paint.fillText(sign, 0, 40);
        return paint.getImageData(0, 0, 48, 48).data.join();
    };
    const box = drawn(String.fromCodePoint(0x10FFFF));
    const signs = new Set([...document.body.innerText, ...more].filter((sign) => sign.trim()));
    return [...signs].filter((sign) => drawn(sign) === box);
}"""
CUT_OFF = """() => {
    const texts = ":is(#header, #bands, #zones, #recent, #ticker) :is(b, span, small)";
    const cut = (node) => {
        const { left, right, top, bottom } = node.getBoundingClientRect();
        const panel = node.closest("#recent, .cell, .call") ?? document.documentElement;
        const frame = panel.getBoundingClientRect();
        const outside = left < frame.left || right > frame.right || top < 0 || bottom > innerHeight;
        const block = getComputedStyle(node).display !== "inline";
        return outside || (block && node.scrollWidth > node.clientWidth + 1);
    };
    return [...document.querySelectorAll(texts)].filter((node) => node.checkVisibility() && cut(node))
        .map((node) => node.outerHTML);
}"""


@dataclass
class BoardScreen:
    """One board in a browser of its own. Its clock stands until it is told to go on."""

    context: BrowserContext
    page: Page
    troubles: list[str]

    def let_pass(self, seconds: float) -> None:
        """Let the page's own time pass, timer by timer."""
        self.page.clock.run_for(round(seconds * 1000))

    def standing(self) -> list[str]:
        """The numbers in the big bands."""
        found: list[str] = self.page.eval_on_selector_all(
            ".call[data-number]", "calls => calls.map(call => call.dataset.number)"
        )
        return found

    def wait_for(self, selector: str, state: Any = "visible") -> None:
        self.page.wait_for_selector(selector, state=state)

    def text_contrasts(self) -> dict[str, float]:
        """The contrast of every text on the screen, measured in its picture; by class and text."""
        self.page.evaluate("document.fonts.ready")
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        boxes = self.page.evaluate(TEXT_BOXES)
        return {f"{kind}: {text}": text_contrast(picture, box) for kind, text, box in boxes}

    def missing_glyphs(self, more: str) -> list[str]:
        """Which signs on the screen, and which of `more`, are drawn as the box for an unknown sign."""
        found: list[str] = self.page.evaluate(MISSING_GLYPHS, more)
        return found

    def cut_off(self) -> list[str]:
        """What lies outside the screen or is wider than its own place, as HTML."""
        found: list[str] = self.page.evaluate(CUT_OFF)
        return found


def open_board(
    browser: Browser, hall: HallProcess, board: str, size: tuple[int, int] = (1920, 1080), url: str = ""
) -> BoardScreen:
    """Open a board with its key in the address, as the link of `device add` does."""
    url = url or hall.url
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    screen = BoardScreen(context, page, [])
    page.on("pageerror", lambda error: screen.troubles.append(str(error)))
    page.on("request", lambda asked: screen.troubles.extend(() if asked.url.startswith(url) else [asked.url]))
    page.clock.install()
    # Whatever Playwright does to a page counts as a touch, after which a page may sound. So nothing is done
    # before the page has made its voice, which is when it asks for the stream.
    with page.expect_request("**/stream?*"):
        page.goto(f"{url}/board/{board}#key={hall.key(f'board-{board}')}")
    page.wait_for_selector("#ticker .said")
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
    return screen


def contrast(one: Pixel, other: Pixel) -> float:
    """The contrast of two colours (WCAG 2.2), 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(pixel: Pixel) -> float:
    red, green, blue = (value / 255 for value in pixel)
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def text_contrast(picture: Image.Image, box: dict[str, float]) -> float:
    """The contrast of the text in a box against its ground, measured in the picture.

    The ground is the commonest colour; the text is the colour that stands out most among those that
    make up at least 1 % of the box (the edges of letters are mixtures and rarer).
    """
    left, top = round(box["x"]), round(box["y"])
    crop = picture.crop((left, top, left + round(box["width"]), top + round(box["height"])))
    counted = Counter(crop.getdata())
    (ground, _), *_ = counted.most_common(1)
    least = crop.width * crop.height / 100
    return max(contrast(ground, colour) for colour, times in counted.items() if times >= least)
