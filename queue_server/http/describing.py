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

from queue_server.http.requests import LANGUAGES, Caller, caller, environ, wished_language
from queue_server.refusals import Refused

View = Callable[..., flask.Response]
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
"""A part of a path that is no fixed text: (kind or None, name)."""


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

    A view that `rides` runs on the writer's thread, and straight, without Flask: it takes less than a
    millisecond, writes at most once, waits for nothing, never looks up after its write what the write
    has changed, and knows its request by `http` alone.
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
    request = environ()
    if asking.via == "cookie" and request["REQUEST_METHOD"] not in SAFE_METHODS:
        given = request.get("HTTP_X_CSRF_TOKEN", "")
        if not hmac.compare_digest(given.encode(), asking.csrf.encode()):
            raise Refused("csrf_failed")


def _check_counter(asking: Caller, counter: str | None) -> None:
    """A keypad must not move the tickets of a counter where it does not stand."""
    if counter is not None and asking.counters is not None and counter not in asking.counters:
        raise Refused("not_allowed")


def _check_language() -> None:
    wished = wished_language()
    if wished and wished not in LANGUAGES:
        raise Refused("bad_filter", field="lang", value=wished)
