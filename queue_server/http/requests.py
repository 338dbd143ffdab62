"""Reading a request: who asks, in which language, what the body says."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any, TypeVar

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


def set_caller(found: Caller) -> None:
    """Record who asks, for the rest of this request."""
    flask.g.caller = found


def caller() -> Caller:
    """Who asks; a device or a person that was identified before the view, else nobody."""
    found: Caller = flask.g.get("caller", NOBODY)
    return found


def language() -> str:
    """The asker's language, `zh` or `en`: `?lang=`, then Accept-Language, then Chinese."""
    wished = flask.request.args.get("lang")
    if wished in LANGUAGES:
        return wished
    return preferred(flask.request.headers.get("Accept-Language", ""))


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
    request = flask.request
    # The bridge has read the whole body already; Flask's own reader costs a tenth of a request.
    data = request.environ["wsgi.input"].read()
    named = request.environ.get("CONTENT_TYPE", "")
    if named != JSON_TYPE and request.mimetype != JSON_TYPE and (data or named):
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
    key = flask.request.headers.get("Idempotency-Key", "")
    if KEY.fullmatch(key) is None:
        raise Refused("key_needed")
    return key


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> flask.Response:
    """Answer with JSON; nothing is cached unless `headers` say so."""
    return flask.Response(_ENCODER.encode(value), status, headers, content_type=JSON_TYPE)
