"""One process, one port: Flask and the event stream on one event loop, and an orderly end.

The settings are measured ones (docs/adr). The three cures that are easy to lose: a thread switch
interval of half a millisecond, because the loop would else hold the interpreter for 5 ms at each
burst; no `limit_concurrency`, because it counts streams and then refuses requests; the hub closed
before anything else at the end, because the server waits for open streams and they never end.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from queue_server.database import Database
from queue_server.http.problems import PROBLEM_TYPE, problem_bytes
from queue_server.journal.store import last_seq, rows_after
from queue_server.refusals import Refused
from queue_server.stream.asgi import ABORT_KEY, DIRECT_KEY, AsgiApp, Receive, Scope, Send
from queue_server.stream.bridge import BODY_LIMIT, BODY_TIMEOUT_S, Web, WsgiBridge
from queue_server.stream.endpoint import PATH, Admit, StreamEndpoint
from queue_server.stream.hub import Hub
from queue_server.stream.workers import Riders, Workers
from queue_server.wire import Event

THREADS = 128
"""With 100 callers and a slow disk, fewer threads mean more commits, each with its own fsync; what rides
with the writer needs none of them."""
STREAM_THREADS = 4
BACKLOG = 4096
KEEP_ALIVE_S = 30
GRACE_S = 10
STREAM_GRACE_S = 1.0
HEAD_TIMEOUT_S = 15.0
HEAD_LIMIT = 64 * 1024
UNSENT_LIMIT = 128 * 1024
"""Send buffer of a socket in bytes (the kernel doubles it); else each slow reader pins megabytes."""
UNACKED_MS = 20_000
SWITCH_INTERVAL_S = 0.0005
OPEN_FILES = 65_536


@dataclasses.dataclass(frozen=True)
class Limits:
    """What one caller may cost: worker `threads`, `body` in bytes, `body_s` for it to be complete."""

    threads: int = THREADS
    body: int = BODY_LIMIT
    body_s: float = BODY_TIMEOUT_S


DEFAULT_LIMITS = Limits()


def serve_app(
    web: Web,
    hub: Hub,
    admit: Admit,
    database: Database,
    *,
    on_stop: Callable[[], None] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> AsgiApp:
    """Join Flask and the stream into one ASGI application.

    `on_stop` runs once all requests are answered and all streams have ended.
    """
    workers = Workers(limits.threads, "web")
    readers = Workers(STREAM_THREADS, "stream")
    bridge = WsgiBridge(web, workers, Riders(database), body_limit=limits.body, body_timeout_s=limits.body_s)
    stream = StreamEndpoint(hub, admit, database, readers)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await (stream if scope["path"] == PATH else bridge)(scope, receive, send)
        elif scope["type"] == "lifespan":
            await lifespan(receive, send)

    async def rows_between(after: int, before: int) -> list[Event]:
        return await readers.run(lambda: rows_after(database.read(), after, before - after - 1))

    async def lifespan(receive: Receive, send: Send) -> None:
        await receive()
        hub.start(lambda: last_seq(database.read()), rows_between)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        hub.close()
        workers.close()
        readers.close()
        if on_stop is not None:
            on_stop()
        await send({"type": "lifespan.shutdown.complete"})

    return app


def bind(host: str, port: int) -> socket.socket:
    """Take the port; 0 takes a free one. Raises OSError when it is taken or the host unknown.

    What is set here is inherited by every connection: no delay, a small send buffer, and an end
    to peers that stopped acknowledging (a board whose plug was pulled).
    """
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT_LIMIT)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKED_MS)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def run(
    app: AsgiApp,
    hub: Hub,
    sock: socket.socket,
    rush: threading.Lock,
    on_ready: Callable[[], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then return: requests answered, streams ended, `on_stop` run.

    While somebody holds `rush` no bytes are taken in. `on_ready` is called once connections are answered.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    hub.max_streams = min(hub.max_streams, _raise_open_files() // 2)
    # uvicorn raises the signal once more when it has finished; an orderly end is not a death by signal.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _finished)
    make_server(app, hub, rush, on_ready).run(sockets=[sock])


def make_server(
    app: AsgiApp,
    hub: Hub,
    rush: threading.Lock,
    on_ready: Callable[[], None] | None = None,
) -> HallServer:
    """The server itself, without what belongs to a whole process: signals and limits."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=type("HallProtocol", (HallProtocol,), {"rush": rush}),
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    return HallServer(config, hub, on_ready)


class WholeAnswers:
    """A transport that sends the head of an answer together with the first bytes of its body.

    uvloop writes at once, so head and body would be two system calls and, without delay, two
    packets. Everything but `write` and the two ways to end goes straight to the real transport.
    """

    __slots__ = ("_head", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Hold a head back, send everything else behind it."""
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 1"):
            self._head = data
            return
        self._transport.write(data)

    def flush(self) -> None:
        """Send a head that no body followed."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """Send what is held and close."""
        self.flush()
        self._transport.close()


class HallProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with two limits that it lacks, and a way to drop a stuck reader.

    A head has to be complete within `HEAD_TIMEOUT_S` and `HEAD_LIMIT` bytes, else a caller could
    hold a connection, or fill the memory, with a request that never begins.
    """

    rush: threading.Lock
    """Waited for before bytes are taken in, and not kept: see `run`."""
    _head_due: asyncio.TimerHandle | None = None
    _head_bytes: int | None = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock for the first head."""
        super().connection_made(WholeAnswers(transport))  # type: ignore[arg-type]
        self._head_due = self.loop.call_later(HEAD_TIMEOUT_S, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser once nobody is in a rush; a head that is not complete by then has its limits."""
        with self.rush:
            pass
        if self._head_bytes is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes is None:
            return
        if self._head_bytes > HEAD_LIMIT:
            self.transport.abort()
        elif self._head_due is None:
            self._head_due = self.loop.call_later(HEAD_TIMEOUT_S, self.transport.abort)

    def on_message_begin(self) -> None:
        """A head begins; the stream may need to drop this connection later."""
        super().on_message_begin()
        self._head_bytes = 0
        self.scope[ABORT_KEY] = self.transport.abort  # type: ignore[literal-required]
        self.scope[DIRECT_KEY] = self._write_frame  # type: ignore[literal-required]

    def on_headers_complete(self) -> None:
        """The head is complete: the body has limits of its own."""
        self._head_came()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """An answer without a body (HEAD) ends with its head."""
        self.transport.flush()  # type: ignore[attr-defined]
        super().on_response_complete()

    def _write_frame(self, frame: bytes) -> bool:
        """Write a part of the answer that runs on this connection, unless its reader is behind."""
        if self.flow.write_paused or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are no HTTP in the form of all other refusals."""
        status, body = problem_bytes(Refused("bad_request", problem="HTTP"), "zh")
        head = (
            "HTTP/1.1 {} Bad Request\r\ncontent-type: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.format(status, PROBLEM_TYPE, len(body)).encode() + body)
        self.transport.close()

    def _head_came(self) -> None:
        self._head_bytes = None
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None


class HallServer(uvicorn.Server):
    """uvicorn with an end that does not wait for streams."""

    def __init__(self, config: uvicorn.Config, hub: Hub, on_ready: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._hub = hub
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self._on_ready is not None:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams first; drop what has not taken its last bytes a second later."""
        self._hub.close()
        asyncio.get_running_loop().call_later(STREAM_GRACE_S, self._drop_finished)
        await super().shutdown(sockets)

    def _drop_finished(self) -> None:
        for connection in list(self.server_state.connections):
            cycle: Any = getattr(connection, "cycle", None)
            if cycle is None or cycle.response_complete:
                connection.transport.abort()


def _finished(number: int, frame: Any) -> None:
    """Nothing is left to do when the signal comes the second time."""


def _raise_open_files() -> int:
    """Allow as many open files as the system lets us; returns how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
