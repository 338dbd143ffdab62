"""Flask on the event loop: a whole request in, one hop to another thread, one whole answer out.

Most requests go to a thread of the workers. Those that only look at what is in memory, write once
and answer ride on the writer's thread (`Riders`): with a thread of its own each such request would
wait for the interpreter at every statement, and a third of the machine would go into handing it over.

The body is read on the loop, with a size limit and a time limit, before a thread is taken: forty
callers who announce a body and send nothing cost forty sockets and no thread. There are no
streaming answers through here; the event stream stands beside it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import io
import logging
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from queue_server.refusals import Refused
from queue_server.stream.asgi import Message, Receive, Scope, Send, header, refuse
from queue_server.stream.workers import Riders, Workers

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

BODY_LIMIT = 1024 * 1024
BODY_TIMEOUT_S = 15.0
DRAIN_LIMIT = 32 * 1024 * 1024
DRAIN_TIMEOUT_S = 5.0

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Web:
    """What answers requests: a WSGI application, and which of them (method, path) ride with the writer."""

    app: WsgiApp
    rides: Callable[[str, str], bool] = lambda method, path: False


class Gone(Exception):
    """The caller hung up before the request was complete; nothing was begun."""


class WsgiBridge:
    """An ASGI application that answers with a WSGI one, on `workers`, or on `riders` what rides.

    `body_limit` is in bytes, `body_timeout_s` the time in which a body has to be complete.
    """

    def __init__(
        self,
        web: Web,
        workers: Workers,
        riders: Riders,
        *,
        body_limit: int = BODY_LIMIT,
        body_timeout_s: float = BODY_TIMEOUT_S,
    ) -> None:
        self._web = web
        self._workers = workers
        self._riders = riders
        self._limit = body_limit
        self._timeout_s = body_timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        try:
            body = await self._body(scope, receive)
        except Gone:
            return
        except Refused as refused:
            await self._refuse_body(scope, receive, send, refused)
            return
        try:
            rides = self._web.rides(scope["method"], scope["path"])
            job = functools.partial(call_wsgi, self._web.app, scope, body)
            status, headers, content = await (self._riders if rides else self._workers).run(job)
        except Refused as refused:
            await refuse(scope, send, refused)
            return
        except Exception:  # noqa: BLE001  the web edge: what Flask could not answer is a bug, told once
            _log.exception("no answer to %s %s", scope["method"], scope["path"])
            await refuse(scope, send, Refused("internal"))
            return
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """Read the whole body; raises `Refused` (too large, too slow) or `Gone`."""
        length = header(scope, b"content-length")
        if length is None and header(scope, b"transfer-encoding") is None:
            return b""
        if length is not None and int(length) > self._limit:
            raise self._too_large()
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._read(receive)
        except TimeoutError:
            raise Refused("body_too_slow") from None

    async def _read(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            part = message.get("body", b"")
            size += len(part)
            if size > self._limit:
                raise self._too_large()
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)

    def _too_large(self) -> Refused:
        return Refused("body_too_large", limit_kb=self._limit // 1024)

    async def _refuse_body(self, scope: Scope, receive: Receive, send: Send, refused: Refused) -> None:
        """Answer at once, then let the caller finish speaking for a while before hanging up.

        Closing on unread bytes makes the kernel reset the connection, and the reset may overtake
        the answer: then the caller sees a broken pipe instead of "too large".
        """
        await refuse(scope, send, refused, close=True)
        if refused.code == "body_too_large":
            await _drain(receive)
        await send({"type": "http.response.body", "body": b""})


async def _drain(receive: Receive) -> None:
    left = DRAIN_LIMIT
    try:
        async with asyncio.timeout(DRAIN_TIMEOUT_S):
            while left > 0:
                message: Message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))
    except TimeoutError:
        return


def call_wsgi(app: WsgiApp, scope: Scope, body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Run a WSGI application to its end: status, headers in lower case, the whole body.

    Nothing of the request is used up by it, so it can be run again.
    """
    begun: list[Any] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        begun[:] = [status, headers]
        return written.append

    answer = app(environ_of(scope, body), start_response)
    try:
        written.extend(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
    status, headers = begun
    lower = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return int(status[:3]), lower, b"".join(written)


@functools.lru_cache(maxsize=512)
def _environ_key(name: bytes) -> str:
    """`x-thing` -> `HTTP_X_THING`; empty for names that could pose as another one."""
    if b"_" in name:
        return ""
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """The WSGI environ (PEP 3333) of an ASGI request whose body was read already."""
    host, port = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # The raw path, since an undecodable one has to reach Flask as the bytes that it was.
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        key = _environ_key(name)
        text = value.decode("latin-1")
        if key in environ:
            text = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + text
        if key:
            environ[key] = text
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
