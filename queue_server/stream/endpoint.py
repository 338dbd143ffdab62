"""`GET /api/v1/stream`: server-sent events straight on ASGI.

The order matters. A reader first joins the hub, then the newest journal row is read, then what it
missed is read from the journal in pages; live chunks up to that row are dropped. So an event that
is committed in between is seen by the page or by the hub, and never twice.
"""

from __future__ import annotations

import asyncio
import functools
import random
import time
from collections.abc import Callable
from typing import Any

import msgspec

from queue_server.database import Database
from queue_server.journal.store import epoch, last_seq, rows_after
from queue_server.refusals import Refused
from queue_server.stream.asgi import ABORT_KEY, DIRECT_KEY, Receive, Scope, Send, header, query, refuse
from queue_server.stream.bridge import environ_of
from queue_server.stream.frames import BoardFrames
from queue_server.stream.hub import PING, Hub, Subscriber, encode
from queue_server.stream.topics import Audience
from queue_server.stream.workers import Workers

PATH = "/api/v1/stream"
PAGE = 500
PUBLIC_REPLAY_ROWS = 20_000
"""A citizen's phone that slept longer starts anew: reading a whole day's journal is not for free."""

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

Admit = Callable[[dict[str, Any], list[tuple[str, str]]], Audience]


class _Resume(msgspec.Struct, frozen=True):
    """Where a reader wants to go on: after row `seq` (None: from now on) of `epoch` (None: any)."""

    seq: int | None
    epoch: int | None


class StreamEndpoint:
    """An ASGI application that answers each request with a stream of events."""

    def __init__(self, hub: Hub, admit: Admit, database: Database, readers: Workers) -> None:
        self._hub = hub
        self._admit = admit
        self._database = database
        self._readers = readers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; returns when the reader has gone or was cut off."""
        if self._hub.closed or self._hub.count >= self._hub.max_streams:
            await refuse(scope, send, Refused("too_many_streams"))
            return
        self._hub.count += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self._hub.count -= 1

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["method"] != "GET":
                raise Refused("method_not_allowed")
            asked = query(scope)
            resume = _resume(scope, dict(asked))
            environ = environ_of(scope, b"")
            audience = await self._readers.run(functools.partial(self._admit, environ, asked))
        except Refused as refused:
            await refuse(scope, send, refused)
            return
        subscriber = self._hub.join(audience, scope.get(ABORT_KEY))
        watch = asyncio.create_task(_watch(receive, subscriber))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            subscriber.direct = scope.get(DIRECT_KEY)
            await self._run(_Line(subscriber, send), resume)
        finally:
            self._hub.leave(subscriber)
            watch.cancel()

    async def _run(self, line: _Line, resume: _Resume) -> None:
        # Readers that lost the same server must not all come back in the same instant.
        await line.send(b"retry: %d\n" % random.randrange(500, 1500) + PING)
        if line.subscriber.frames is None:
            await self._catch_up(line, resume)
        else:
            await _begin_whole(line, line.subscriber.frames)
        while data := await line.subscriber.next():
            await line.send(data)
        await line.finish()

    async def _catch_up(self, line: _Line, resume: _Resume) -> None:
        """Replay what was missed, or say that it cannot be; then the subscriber is live."""
        subscriber = line.subscriber
        newest, current = await self._readers.run(self._where)
        subscriber.after = newest if resume.seq is None else resume.seq
        lost = resume.epoch not in {None, current} or subscriber.after > newest
        if lost or (subscriber.audience.public and newest - subscriber.after > PUBLIC_REPLAY_ROWS):
            subscriber.after = newest
            state = msgspec.json.encode({"epoch": current, "seq": newest})
            await line.send(b"id: %d\nevent: reset\ndata: %s\n\n" % (newest, state))
        elif resume.seq is None:
            # No data: the reader only learns where it stands, so that even its first reconnect resumes.
            await line.send(b"id: %d\n\n" % newest)
        while not subscriber.ended:
            await self._replay(line, newest)
            if subscriber.go_live():
                return
            newest, _ = await self._readers.run(self._where)

    async def _replay(self, line: _Line, newest: int) -> None:
        subscriber = line.subscriber
        while subscriber.after < newest and not subscriber.ended:
            page = functools.partial(self._page, subscriber.audience, subscriber.after, newest)
            data, subscriber.after = await self._readers.run(page)
            if data:
                await line.send(data)

    def _where(self) -> tuple[int, int]:
        db = self._database.read()
        return last_seq(db), epoch(db)

    def _page(self, audience: Audience, after: int, newest: int) -> tuple[bytes, int]:
        """Read one page of the journal: the wanted events as bytes, and the row reached."""
        events = rows_after(self._database.read(), after, PAGE)
        wanted = [event for event in events if event.seq <= newest and audience.wants(event)]
        reached = min(events[-1].seq, newest) if len(events) == PAGE else newest
        return b"".join(encode(event, audience.public) for event in wanted), reached


class _Line:
    """The sending side of one stream; it notes when a send begins, so that a stuck one is seen."""

    __slots__ = ("_send", "subscriber")

    def __init__(self, subscriber: Subscriber, send: Send) -> None:
        self.subscriber = subscriber
        self._send = send

    async def send(self, data: bytes) -> None:
        subscriber = self.subscriber
        subscriber.stuck_since = subscriber.idle_since = time.monotonic()
        await self._send({"type": "http.response.body", "body": data, "more_body": True})
        subscriber.stuck_since = None

    async def finish(self) -> None:
        self.subscriber.stuck_since = time.monotonic()
        await self._send({"type": "http.response.body", "body": b""})


async def _begin_whole(line: _Line, frames: BoardFrames) -> None:
    """Send the whole board; then the subscriber is live."""
    subscriber = line.subscriber
    while not subscriber.ended:
        subscriber.after, data = frames.whole()
        await line.send(data)
        if subscriber.go_live():
            return


async def _watch(receive: Receive, subscriber: Subscriber) -> None:
    """End the stream when its reader hangs up; nothing that it sends matters."""
    while (await receive())["type"] != "http.disconnect":
        pass
    subscriber.end()


def _resume(scope: Scope, asked: dict[str, str]) -> _Resume:
    """Read `Last-Event-ID` (header, else query) and `epoch`; raises `Refused("bad_field")`.

    An EventSource that reconnects sends the header, and repeats the query that it began with; so
    the header is the newer one.
    """
    last = (header(scope, b"last-event-id") or b"").decode("latin-1") or asked.get("last_event_id", "")
    return _Resume(_number("Last-Event-ID", last), _number("epoch", asked.get("epoch", "")))


def _number(field: str, text: str) -> int | None:
    if text == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise Refused("bad_field", field=field, problem="not a whole number")
    return int(text)
