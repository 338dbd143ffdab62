"""The hub of the stream: what was committed goes to every reader, each event encoded once.

All of it lives on the event loop. The writer thread hands over each committed batch with one
wake-up; the hub asks each topic (not each reader) whether it wants an event. Between each hundred
readers it lets the loop breathe: without that, five thousand readers delay a request by 160 ms.

A reader that does not keep up is cut off, by two rules: too much waits for it (`BUFFER` chunks),
or one send has been stuck for `stall_s`. It comes back with Last-Event-ID and misses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator
from typing import Any

import msgspec

from queue_server.stream.asgi import Direct, framed
from queue_server.stream.frames import BoardFrames
from queue_server.stream.topics import Audience
from queue_server.wire import Event, EventKind

CHUNK = 100
BUFFER = 64
PING = b": alive\n\n"
PING_S = 12.0
"""Silence after which a heartbeat is sent; with the sweep of one second well within 15 s."""
STALL_S = 10.0
DEVICE = "device:"
SWEEP_S = 1.0
MAX_STREAMS = 6000

Rows = Callable[[int, int], Awaitable[list[Event]]]

_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


def encode(event: Event, public: bool = False) -> bytes:
    """Write an event as it stands in the stream; for the public without actor and data."""
    if public:
        event = msgspec.structs.replace(event, by="", data={})
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, event.kind.encode(), _encode(event))


class Chunk:
    """Events of one topic that were committed together, as bytes, shared by all its readers."""

    __slots__ = ("data", "first", "frame", "last", "parts")

    def __init__(self, parts: list[tuple[int, bytes]]) -> None:
        self.parts = parts
        self.first, self.last = parts[0][0], parts[-1][0]
        self.data = parts[0][1] if len(parts) == 1 else b"".join(data for _, data in parts)
        self.frame = framed(self.data)

    def after(self, seq: int) -> bytes:
        """The bytes of what came after row `seq`."""
        if self.first > seq:
            return self.data
        return b"".join(data for own, data in self.parts if own > seq)


class Subscriber:
    """One open stream. `after` is the newest journal row that it has, or knows not to want.

    While it replays, chunks are held back; when too many come, they are dropped and `missed` tells
    the replay to read on in the journal. Live, too many mean the end.

    `direct`, if there is one, takes a framed chunk straight to the socket. Waking a task for each of
    five thousand readers costs several times more than the writing; so the task is only woken when
    the socket takes no more.
    """

    __slots__ = (
        "_buffer", "_limit", "_wake", "abort", "after", "audience", "direct", "ended", "frames", "idle_since",
        "missed", "replaying", "stuck_since",
    )  # fmt: skip

    def __init__(self, audience: Audience, limit: int, abort: Callable[[], None] | None) -> None:
        self.audience = audience
        self.abort = abort
        self.direct: Direct | None = None
        self.frames: BoardFrames | None = None
        self.after = 0
        self.ended = False
        self.missed = False
        self.replaying = True
        self.idle_since = time.monotonic()
        self.stuck_since: float | None = None
        self._buffer: deque[Chunk] = deque()
        self._limit = limit
        self._wake: asyncio.Future[None] | None = None

    def push(self, chunk: Chunk) -> None:
        """Add a chunk; a reader with too many waiting is cut off, and gets nothing after the gap."""
        if self.ended or (self._wake is not None and self._written(chunk)):
            return
        if len(self._buffer) >= self._limit:
            self._buffer.clear()
            if self.replaying:
                self.missed = True
            else:
                self.end()
            return
        self._buffer.append(chunk)
        self._rouse()

    def _written(self, chunk: Chunk) -> bool:
        """Write past the task that waits for news; only while it waits is nothing older unsent."""
        if self._buffer or self.direct is None or chunk.first <= self.after or not self.direct(chunk.frame):
            return False
        self.after = chunk.last
        self.idle_since = time.monotonic()
        return True

    def ping(self) -> None:
        """Have a heartbeat sent, if nothing else waits."""
        if not self._buffer:
            self.idle_since = 0.0
            self._rouse()

    def end(self) -> None:
        """End the stream after what is being sent; the reader comes back by itself."""
        self.ended = True
        self._rouse()

    def go_live(self) -> bool:
        """Leave the replay at row `after`; False when chunks were dropped: then read on first."""
        if self.missed:
            self.missed = False
            self._buffer.clear()
            return False
        self.replaying = False
        return True

    async def next(self) -> bytes:
        """Wait for the bytes to send next: events or a heartbeat; empty when the stream ends."""
        while True:
            data = self._take()
            if data or self.ended:
                return data
            if self.idle_since == 0.0:
                return PING
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake
            self._wake = None

    def _take(self) -> bytes:
        parts = []
        while self._buffer:
            chunk = self._buffer.popleft()
            parts.append(chunk.after(self.after))
            self.after = max(self.after, chunk.last)
        return b"".join(parts)

    def _rouse(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)


class _Batch:
    """Committed events, encoded at most once for insiders and once for the public."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self._bytes: dict[tuple[int, bool], bytes] = {}

    def chunk(self, topic: _Topic) -> Chunk | None:
        audience = topic.audience
        wanted = [event for event in self.events if audience.wants(event)]
        if not wanted:
            return None
        if topic.frames is not None:
            frame = topic.frames.changed(wanted)
            return None if frame is None else Chunk([frame])
        return Chunk([(event.seq, self._encoded(event, audience.public)) for event in wanted])

    def _encoded(self, event: Event, public: bool) -> bytes:
        key = (event.seq, public)
        data = self._bytes.get(key)
        if data is None:
            data = self._bytes[key] = encode(event, public)
        return data


class _Topic:
    """Readers with the same audience; a dict as an ordered set."""

    __slots__ = ("audience", "frames", "readers")

    def __init__(self, audience: Audience) -> None:
        self.audience = audience
        self.frames = None if audience.frames is None else audience.frames()
        self.readers: dict[Subscriber, None] = {}


class Hub:
    """Fan-out of committed events; `publish` from any thread, the rest on the event loop.

    Times are in seconds, `buffer` in chunks (one chunk is one batch of commits).
    """

    def __init__(
        self,
        *,
        max_streams: int = MAX_STREAMS,
        buffer: int = BUFFER,
        ping_s: float = PING_S,
        stall_s: float = STALL_S,
        sweep_s: float = SWEEP_S,
    ) -> None:
        self.max_streams = max_streams
        self.count = 0
        """Streams open or about to be; the endpoint refuses more than `max_streams`."""
        self.closed = False
        self._buffer = buffer
        self._ping_s, self._stall_s, self._sweep_s = ping_s, stall_s, sweep_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._inbox: list[Event] = []
        self._last = 0
        self._rows: Rows = _no_rows
        self._news: asyncio.Event | None = None
        self._topics: dict[Hashable, _Topic] = {}
        self._visits: dict[int, _Topic] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._present: Counter[str] = Counter()

    def present(self) -> list[str]:
        """The devices that read a stream now, by name; from any thread."""
        return [by.removeprefix(DEVICE) for by in list(self._present) if by.startswith(DEVICE)]

    def publish(self, batch: list[Any]) -> None:
        """Take what one commit emitted (the writer's thread calls this); only events matter here."""
        events = [thing for thing in batch if isinstance(thing, Event)]
        if events and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, and all readers with it
                self._loop.call_soon_threadsafe(self._arrive, events)

    def start(self, last: Callable[[], int] = lambda: 0, rows: Rows | None = None) -> None:
        """Begin on the running event loop.

        `last` tells the newest journal row. `rows(after, before)` reads the rows between two: those
        that another process wrote were never published here, and yet belong in between.
        """
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._rows = rows or _no_rows
        # After the loop is known: what is committed from now on is published, what was before is old.
        self._last = last()
        self._tasks = [
            self._loop.create_task(self._fan_out(), name="stream fan-out"),
            self._loop.create_task(self._sweep(), name="stream sweeper"),
        ]

    def close(self) -> None:
        """End every stream; a reader that is stuck is cut at once, since it would never finish."""
        self.closed = True
        for task in self._tasks:
            task.cancel()
        for subscriber in list(self._readers()):
            subscriber.end()
            if subscriber.stuck_since is not None and subscriber.abort is not None:
                subscriber.abort()

    def join(self, audience: Audience, abort: Callable[[], None] | None = None) -> Subscriber:
        """Add a reader; from now on nothing passes it, so what it replays joins without a gap."""
        subscriber = Subscriber(audience, self._buffer, abort)
        topic = self._shelf(audience).setdefault(_key(audience), _Topic(audience))
        topic.readers[subscriber] = None
        self._present[audience.by] += 1
        subscriber.frames = topic.frames
        if self.closed:
            subscriber.end()
        return subscriber

    def leave(self, subscriber: Subscriber) -> None:
        """Forget a reader."""
        subscriber.ended = True
        shelf = self._shelf(subscriber.audience)
        key = _key(subscriber.audience)
        topic = shelf.get(key)
        if topic is not None:
            if subscriber in topic.readers:
                del topic.readers[subscriber]
                self._gone(subscriber.audience.by)
            if not topic.readers:
                del shelf[key]

    def _gone(self, by: str) -> None:
        self._present[by] -= 1
        if not self._present[by]:
            del self._present[by]

    def _shelf(self, audience: Audience) -> dict[Any, _Topic]:
        return self._topics if audience.visit is None else self._visits

    def _readers(self) -> Iterator[Subscriber]:
        for shelf in (self._topics, self._visits):
            for topic in shelf.values():
                yield from topic.readers

    def _arrive(self, events: list[Event]) -> None:
        self._inbox.extend(events)
        if self._news is not None:
            self._news.set()

    async def _fan_out(self) -> None:
        assert self._news is not None
        while True:
            await self._news.wait()
            self._news.clear()
            events, self._inbox = self._inbox, []
            try:
                await self._deliver(await self._in_order(events))
            except Exception:  # noqa: BLE001  the stream's edge: nobody may go on with a gap
                _log.exception("events could not be delivered; all streams end and resume")
                for subscriber in list(self._readers()):
                    subscriber.end()
                self._topics.clear()  # a board that missed an event must not be handed to those who come back

    async def _in_order(self, events: list[Event]) -> list[Event]:
        """Drop what was delivered already, and fill in what other processes wrote in between."""
        ordered: list[Event] = []
        for event in events:
            if event.seq <= self._last:
                continue
            if event.seq > self._last + 1:
                ordered += await self._rows(self._last, event.seq)
            ordered.append(event)
            self._last = event.seq
        return ordered

    async def _deliver(self, events: list[Event]) -> None:
        batch = _Batch(events)
        served = 0
        for topic in self._concerned(events):
            chunk = batch.chunk(topic)
            for subscriber in list(topic.readers):
                if chunk is not None:
                    subscriber.push(chunk)
                served += 1
                if served % CHUNK == 0:
                    await asyncio.sleep(0)
        self._cut_revoked(events)

    def _concerned(self, events: Iterable[Event]) -> list[_Topic]:
        """All shared topics, and the visits that these events are about."""
        visits = {event.ticket.visit for event in events if event.ticket is not None}
        return [*self._topics.values(), *(self._visits[v] for v in visits if v in self._visits)]

    def _cut_revoked(self, events: Iterable[Event]) -> None:
        """End the streams of a device whose key was just taken away."""
        for event in events:
            if event.kind == EventKind.DEVICE_REVOKED:
                by = f"device:{event.data.get('device', '')}"
                for subscriber in [one for one in self._readers() if one.audience.by == by]:
                    subscriber.end()

    async def _sweep(self) -> None:
        """The one timer for all: heartbeats, and an end to sends that are stuck."""
        while True:
            await asyncio.sleep(self._sweep_s)
            now = time.monotonic()
            for index, subscriber in enumerate(list(self._readers())):
                if index % CHUNK == CHUNK - 1:
                    await asyncio.sleep(0)
                stuck = subscriber.stuck_since
                if stuck is not None:
                    if now - stuck >= self._stall_s:
                        subscriber.end()
                        if subscriber.abort is not None:
                            subscriber.abort()
                    continue
                wished = subscriber.audience.ping_s or self._ping_s
                if now - subscriber.idle_since >= min(wished, self._ping_s):
                    subscriber.ping()


def _key(audience: Audience) -> Hashable:
    return audience.topic if audience.visit is None else audience.visit


async def _no_rows(after: int, before: int) -> list[Event]:
    return []
