"""Reading a request: who asks, in which language, what the body says."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, TypeVar
from urllib.parse import parse_qs

import flask
import msgspec

from queue_server.http.field_words import place_of
from queue_server.refusals import Refused

Kind = TypeVar("Kind")

LANGUAGES = ("zh", "en")
KEY = re.compile(r"[\x21-\x7e]{8,128}")
_WEIGHT = re.compile(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*")
JSON_TYPE = "application/json"
GUARDS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""What an answer carries unless it says otherwise itself: kept by nobody, nothing from elsewhere, in
nobody's frame."""
_ENCODER = msgspec.json.Encoder()


@dataclasses.dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `kind`: device, staff, nobody. `via`: key, cookie, token, or empty.

    A counter device has a `place`, its counter or its bus, and acts for `counters` alone; for others
    these are None. `csrf` is the token that a cookie caller must repeat in the header `X-CSRF-Token`
    on every unsafe method.
    """

    kind: str = "nobody"
    name: str = ""
    role: str = ""
    counters: frozenset[str] | None = None
    via: str = ""
    csrf: str = ""
    place: str | None = None

    @property
    def by(self) -> str:
        """How the journal names the caller: `device:kiosk-1`, `staff:clerk`, `nobody`."""
        return f"{self.kind}:{self.name}" if self.name else self.kind


NOBODY = Caller()
Identify = Callable[[dict[str, Any]], Caller]
_CALLER = "yichuang.caller"
_at_hand: ContextVar[dict[str, Any]] = ContextVar("request at hand")


def nobody(environ: dict[str, Any]) -> Caller:
    """Know nobody."""
    return NOBODY


def begin(environ: dict[str, Any], identify: Identify) -> None:
    """Make a request the one that this thread works for, and find out who sent it.

    Raises what `identify` raises; the request is at hand all the same, and its sender nobody.
    """
    environ[_CALLER] = NOBODY
    _at_hand.set(environ)
    environ[_CALLER] = identify(environ)


def environ() -> dict[str, Any]:
    """The request at hand, as WSGI has it (PEP 3333)."""
    return _at_hand.get()


def caller() -> Caller:
    """Who asks; a device or a person that was identified before the view, else nobody."""
    found: Caller = _at_hand.get()[_CALLER]
    return found


def language() -> str:
    """The asker's language, `zh` or `en`: `?lang=`, then Accept-Language, then Chinese."""
    wished = wished_language()
    return wished if wished in LANGUAGES else preferred(environ().get("HTTP_ACCEPT_LANGUAGE", ""))


def wished_language() -> str:
    """What `?lang=` says, which may be no language at all; empty without it."""
    asked = environ()["QUERY_STRING"]
    return parse_qs(asked).get("lang", [""])[0] if asked else ""


def preferred(header: str) -> str:
    """Which of Chinese and English an Accept-Language header likes better; Chinese if neither."""
    best, chosen = 0.0, "zh"
    for part in header.split(","):
        tag, _, weight = part.partition(";")
        lang = tag.strip().lower().partition("-")[0]
        liked = _weight(weight)
        if lang in LANGUAGES and liked > best:
            best, chosen = liked, lang
    return chosen


def _weight(parameter: str) -> float:
    """The q-value of a part of an Accept header; unreadable ones count as nothing."""
    if not parameter:
        return 1.0
    found = _WEIGHT.fullmatch(parameter)
    return float(found[1]) if found else 0.0


def body(kind: type[Kind]) -> Kind:
    """Read the JSON body as `kind`; no body at all reads like `{}`, for calls with nothing to say.

    Raises Refused: `media_type`, `bad_json` (not UTF-8 JSON), `bad_field` with the field's path.
    """
    request = environ()
    data = request["wsgi.input"].read()
    named = request.get("CONTENT_TYPE", "")
    if named != JSON_TYPE and named.partition(";")[0].strip().lower() != JSON_TYPE and (data or named):
        raise Refused("media_type")
    try:
        return msgspec.json.decode(data or b"{}", type=kind)
    except msgspec.ValidationError as error:
        field, problem = place_of(str(error))
        raise Refused("bad_field", field=field, problem=problem) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused("bad_json") from None


def idempotency_key() -> str:
    """The Idempotency-Key of this request; raises Refused("key_needed")."""
    key: str = environ().get("HTTP_IDEMPOTENCY_KEY", "")
    if KEY.fullmatch(key) is None:
        raise Refused("key_needed")
    return key


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> flask.Response:
    """Answer with JSON; nothing is cached unless `headers` say so."""
    return flask.Response(_ENCODER.encode(value), status, headers, content_type=JSON_TYPE)
