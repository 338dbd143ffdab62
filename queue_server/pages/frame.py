"""What every page has in common: language, words for its modules, headers, static files and fonts.

A page is a Jinja template and plain ES modules; nothing comes from outside this server, and the content
security policy says so to the browser. The texts of the modules are found by reading them: each
`t("…")` and each `pair("…")` is a message.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, make_response, render_template, send_from_directory

from queue_server.hall.model import CounterPlan, HallPlan
from queue_server.http import caller, language
from queue_server.wire.words import translator

STATIC = Path(__file__).resolve().parent / "static"
FONTS = Path(__file__).resolve().parents[2] / "build" / "fonts"
CLIPS = Path(__file__).resolve().parents[2] / "display_board" / "clips"
"""The committed voice pack, which a board that speaks plays as it is."""
FONTS_AGE_S = 30 * 86400
CLIPS_AGE_S = 86400

POLICY = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
"""No inline script or style, nothing from elsewhere, never inside a foreign frame."""

_MESSAGE = re.compile(r'\b(?:t|pair)\(\s*"((?:[^"\\]|\\.)+)"')
_IMPORT = re.compile(r'from "/static/([\w.]+)"')


def blueprint() -> Blueprint:
    """Serve `/static/…` and `/static/fonts/…`; fonts are made at set-up and may be kept by the browser."""
    pages = Blueprint("pages", __name__, static_folder="static", static_url_path="/static")

    @pages.get("/static/fonts/<name>")
    def font(name: str) -> Response:
        return send_from_directory(FONTS, name, max_age=FONTS_AGE_S)

    @pages.get("/static/clips/<path:name>.ogg")
    def clip(name: str) -> Response:
        return send_from_directory(CLIPS, f"{name}.ogg", max_age=CLIPS_AGE_S)

    pages.after_request(guarded)
    return pages


def guarded(answer: Response) -> Response:
    """Add the headers that keep a page to itself; the address of a status page must not leak as referrer."""
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def page(
    template: str, plan: HallPlan, *, modules: tuple[str, ...] = (), status: int = 200, **facts: Any
) -> Response:
    """Render a template in the reader's language with the hall's name and mark.

    `modules` are the ES modules that the page starts; the English of their messages goes along with an
    English page. `facts` are for the template and may take the place of any of these.
    """
    lang = language()
    texts = {
        "_": translator("server", lang),
        "lang": lang,
        "other": "zh" if lang == "en" else "en",
        "other_name": "中文" if lang == "en" else "English",
        "hall_name": plan.name_en if lang == "en" else plan.name,
        "mark": plan.mark,
        "modules": modules,
        "csrf": caller().csrf,
        "words": words(lang, modules),
    }
    answer = make_response(render_template(template, **{**texts, **facts}), status)
    answer.headers["Content-Language"] = lang
    return answer


@functools.cache
def words(lang: str, modules: tuple[str, ...], domain: str = "server") -> dict[str, str]:
    """Return the English of every message of the modules and of what they import; nothing for Chinese."""
    if lang == "zh":
        return {}
    translate = translator(domain, lang)
    return {message: translate(message) for message in messages(modules)}


def messages(modules: tuple[str, ...]) -> list[str]:
    """List the messages of ES modules and of all modules that they import, in order, each once."""
    found: dict[str, None] = {}
    names = list(modules)
    for name in names:
        source = (STATIC / name).read_text(encoding="utf-8")
        found.update(dict.fromkeys(_MESSAGE.findall(source)))
        names.extend(other for other in dict.fromkeys(_IMPORT.findall(source)) if other not in names)
    return list(found)


def counter_title(counter: CounterPlan, lang: str) -> str:
    """Name a counter as it is spoken: 23号窗口."""
    return translator("server", lang)("{label}号窗口").format(label=counter.label)
