"""The few ASGI types that this room speaks, and the answers that it gives itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from queue_server.http.problems import PROBLEM_TYPE, problem_bytes
from queue_server.http.requests import preferred
from queue_server.refusals import Refused

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

ABORT_KEY = "hall.abort"
"""Where our HTTP protocol puts a function that drops the connection at once, unsent bytes too."""
DIRECT_KEY = "hall.direct"
"""Where it puts a function that writes a framed part of a running answer, or says that it cannot now."""

Direct = Callable[[bytes], bool]


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header called `name` (lower case), or None."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return None


def query(scope: Scope) -> list[tuple[str, str]]:
    """The query string as pairs, in order; broken UTF-8 becomes U+FFFD and matches nothing."""
    text = scope["query_string"].decode("latin-1")
    return parse_qsl(text, keep_blank_values=True, errors="replace")


def language(scope: Scope) -> str:
    """The asker's language, by the same rule as everywhere: `lang=`, Accept-Language, Chinese."""
    asked = dict(query(scope)).get("lang")
    if asked in {"zh", "en"}:
        return asked
    return preferred((header(scope, b"accept-language") or b"").decode("latin-1"))


def framed(data: bytes) -> bytes:
    """One chunk of a chunked answer (RFC 9112, 7.1): its length in hex, then the bytes."""
    return b"%x\r\n%b\r\n" % (len(data), data)


async def refuse(scope: Scope, send: Send, refused: Refused, *, close: bool = False) -> None:
    """Answer a refusal as problem+json.

    With `close` the connection ends after the answer; the caller finishes the body itself, with an
    empty last part.
    """
    lang = language(scope)
    status, body = problem_bytes(refused, lang)
    headers = [
        (b"content-type", PROBLEM_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"content-language", lang.encode()),
        (b"cache-control", b"no-store"),
    ]
    if close:
        headers.append((b"connection", b"close"))
    if refused.code == "too_many_streams":
        headers.append((b"retry-after", b"10"))
    if refused.code == "method_not_allowed":
        headers.append((b"allow", b"GET"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": close})
