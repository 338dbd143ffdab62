"""`described`: one decorator that checks who may call a view and records it for OpenAPI.

Check and document come from the same words, so they can't part.
"""

from __future__ import annotations

import dataclasses
import functools
import hmac
import re
from collections.abc import Callable
from typing import Any

import flask

from queue_server.http.requests import LANGUAGES, Caller, caller
from queue_server.refusals import Refused

View = Callable[..., flask.Response]
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_PARAMETER = re.compile(r"<[^>]+>")


@dataclasses.dataclass(frozen=True)
class Description:
    """What the document says about a view."""

    summary: str
    who: tuple[str, ...]
    body: type | None
    answers: dict[int, type | None]
    refusals: tuple[str, ...]
    query: dict[str, str]
    key: bool
    rides: bool


def described(  # noqa: PLR0913 - a declaration in named words, not a call to get right
    summary: str,
    *,
    who: tuple[str, ...] = ("any",),
    body: type | None = None,
    answers: dict[int, Any] | None = None,
    refusals: tuple[str, ...] = (),
    query: dict[str, str] | None = None,
    key: bool = False,
    rides: bool = False,
) -> Callable[[View], View]:
    """Describe a view and let in only `who`: roles, `device`, `staff`, or `any`.

    A counter device gets only at what is its own counters', whatever the view. Raises
    Refused("sign_in_needed"), ("not_allowed") or, for a cookie caller without the right header on
    an unsafe method, ("csrf_failed").

    A view that `rides` runs on the writer's thread: it takes less than a millisecond, writes at
    most once, waits for nothing, and never looks up after its write what the write has changed.
    """
    about = Description(summary, who, body, answers or {200: None}, refusals, query or {}, key, rides)

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def checked(*args: Any, **values: Any) -> flask.Response:
            if "lang" in about.query:
                _check_language()
            asking = caller()
            admit(asking, who)
            _check_counter(asking, values.get("counter"))
            return view(*args, **values)

        checked.description = about  # type: ignore[attr-defined]
        return checked

    return decorate


def admit(asking: Caller, who: tuple[str, ...]) -> None:
    """Let `asking` in or raise Refused."""
    if "any" in who:
        return
    if asking.kind == "nobody":
        raise Refused("sign_in_needed")
    if asking.role not in who and asking.kind not in who:
        raise Refused("not_allowed")
    if asking.via == "cookie" and flask.request.method not in SAFE_METHODS:
        given = flask.request.headers.get("X-CSRF-Token", "")
        if not hmac.compare_digest(given.encode(), asking.csrf.encode()):
            raise Refused("csrf_failed")


def riders_of(app: flask.Flask) -> Callable[[str, str], bool]:
    """Tell of a method and a path whether the view there `rides`; for before Flask has seen the request."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if (about := getattr(app.view_functions[rule.endpoint], "description", None)) and about.rides
    ]
    paths = "|".join("[^/]+".join(map(re.escape, _PARAMETER.split(rule.rule))) for rule in rules)
    matches = re.compile(paths or "(?!)").fullmatch
    return lambda method, path: method == "POST" and matches(path) is not None


def _check_counter(asking: Caller, counter: str | None) -> None:
    """A keypad must not move the tickets of a counter where it does not stand."""
    if counter is not None and asking.counters is not None and counter not in asking.counters:
        raise Refused("not_allowed")


def _check_language() -> None:
    wished = flask.request.args.get("lang")
    if wished and wished not in LANGUAGES:
        raise Refused("bad_filter", field="lang", value=wished)
