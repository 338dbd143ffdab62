"""A small server that speaks the wire of the real one: one board, its full state, its stream.

It lets a test decide what no test can ask of the real one: silence, broken lines, a new epoch.
The end-to-end test runs the real server.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec

from queue_server.board import BoardState, CounterCell, ZoneLine, fold
from queue_server.wire import (
    Counter,
    CounterStatus,
    Event,
    EventKind,
    Floor,
    Hall,
    MatterName,
    Opening,
    Problem,
    Ticket,
    TicketState,
    Zone,
)
from queue_server.wire.board import MediaList, Picture

PLAN = tomllib.loads(
    (Path(__file__).resolve().parents[2] / "config" / "hall.example.toml").read_text("utf-8")
)
KEY = "board-key"


def now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def hall(server_time: str = "") -> Hall:
    """The sample hall of the rule."""
    floors = [Floor(int(key), floor["name"], floor["name_en"]) for key, floor in PLAN["floors"].items()]
    return Hall(
        name=PLAN["hall"]["name"],
        name_en=PLAN["hall"]["name_en"],
        mark=PLAN["hall"]["mark"],
        timezone="Asia/Shanghai",
        guide_desk=PLAN["hall"]["guide_desk"],
        guide_desk_en=PLAN["hall"]["guide_desk_en"],
        hotline=PLAN["hall"]["hotline"],
        floors=floors,
        zones=[
            Zone(
                key,
                zone["sign"],
                zone["name"],
                zone["name_en"],
                zone["full_name"],
                zone.get("floor"),
                zone["icon"],
                zone["mode"],
            )
            for key, zone in PLAN["zones"].items()
        ],
        counters=[],
        boards=list(PLAN["boards"]),
        priority_classes=[],
        opening=Opening(open=True, always=True),
        policy=1,
        catalogue=1,
        server_time=server_time or now(),
        public_url="",
    )


def counters(zone: str) -> list[Counter]:
    """The counters of a zone, numbered through the hall as the rule's plan does."""
    sizes = {"Z1": 6, "Z2": 18, "Z3": 10, "Z4": 6, "Z5": 16, "Z6": 4, "Z7": 6}
    first = sum(size for key, size in sizes.items() if key < zone)
    return [
        Counter(f"{zone}-{n:02}", str(first + n), zone, None, "", [], [])
        for n in range(1, sizes.get(zone, 0) + 1)
    ]


def board_state(board: str) -> BoardState:
    """A board of the sample hall in the morning: all counters closed."""
    plan = PLAN["boards"][board]
    zones = {key: PLAN["zones"][key] for key in plan["zones"]}
    return BoardState(
        board=board,
        name=plan["name"],
        name_en=plan["name_en"],
        seq=100,
        epoch=1,
        day="2026-11-23",
        at=now(),
        zones={
            key: ZoneLine(key, zone["sign"], zone["name"], zone["name_en"], zone.get("floor"), zone["icon"])
            for key, zone in zones.items()
        },
        counters={
            counter.id: CounterCell(counter.id, counter.label, counter.zone)
            for key in zones
            for counter in counters(key)
        },
    )


class SmallServer:
    """Serves one board. `happen` makes an event; `cut` ends all streams.

    While `muted` it sends no heartbeats, while `speechless` no stream at all, and while `refuse` is
    set it knows no key.
    """

    def __init__(self, board: str) -> None:
        self.state = board_state(board)
        self.events: list[Event] = []
        self.asked: list[tuple[str, str]] = []
        self.heartbeat_s = 0.5
        self.muted = False
        self.refuse = False
        self.speechless = False
        self.pictures: dict[str, bytes] = {}
        self._changed = threading.Condition()
        self._line = 0
        self._lines: set[socket.socket] = set()
        self._server: ThreadingHTTPServer | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen; the second time on the same port."""
        small = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                small._answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 50
            daemon_threads = True

        self._server = Server(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Die: no more answers, all lines broken."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        self.cut()

    def cut(self) -> None:
        """Break all lines."""
        with self._changed:
            self._line += 1
            for line in self._lines:
                with contextlib.suppress(OSError):  # the reader went away first
                    line.shutdown(socket.SHUT_RDWR)
            self._lines.clear()
            self._changed.notify_all()

    def happen(
        self,
        kind: EventKind,
        number: str = "",
        counter: str | None = None,
        zone: str | None = None,
        **data: Any,
    ) -> Event:
        """Make an event of a ticket (`number`) or a counter, fold it, and send it."""
        with self._changed:
            cell = self.state.counters.get(counter or "")
            zone = zone or (cell.zone if cell else next(iter(self.state.zones)))
            ticket = None
            if number:
                ticket = Ticket(
                    id=1,
                    visit=1,
                    leg=1,
                    number=number,
                    state=TicketState.CALLED,
                    matter=MatterName("m", "m"),
                    zone=zone,
                    floor=self.state.zones[zone].floor,
                    issued_at=now(),
                    counter=counter,
                    counter_label=cell.label if cell else None,
                )
            event = Event(self.state.seq + 1, kind, now(), "test", ticket, counter, zone, data)
            self.state = fold(self.state, event)
            self.events.append(event)
            self._changed.notify_all()
        return event

    def call(self, number: str, counter: str, was: str = "waiting") -> Event:
        return self.happen(EventKind.TICKET_CALLED, number, counter, was=was, call=1)

    def open(self, *but: str) -> None:
        """Open every counter except those given."""
        for counter in self.state.counters:
            if counter not in but:
                self.happen(EventKind.COUNTER_OPENED, counter=counter, state=CounterStatus.OPEN)

    def new_epoch(self) -> None:
        """Be a restored server: nobody's place in the stream is worth anything."""
        with self._changed:
            self.state = msgspec.structs.replace(self.state, epoch=self.state.epoch + 1, seq=10_000)
            self.events.clear()
        self.cut()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        path, _, query = request.path.partition("?")
        self.asked.append((path, request.headers.get("Last-Event-ID", "")))
        if request.headers.get("Authorization") != f"Bearer {KEY}" or self.refuse:
            problem = Problem("about:blank", "设备密钥无效或已停用。", 401, "key_unknown")
            self._send(request, 401, msgspec.json.encode(problem))
        elif path == "/api/v1/hall":
            self._send(request, 200, msgspec.json.encode(hall()))
        elif "/media" in path:
            self._media(request, unquote(path.partition("/media")[2].strip("/")))
        elif path.startswith("/api/v1/boards/"):
            self._send(request, 200, msgspec.json.encode(self.state))
        else:
            self._stream(request, query)

    def _media(self, request: BaseHTTPRequestHandler, name: str) -> None:
        if name:
            self._send(request, 200, self.pictures[name])
            return
        listed = [Picture(known, f"{len(content):x}") for known, content in self.pictures.items()]
        self._send(request, 200, msgspec.json.encode(MediaList(listed)))

    def _send(self, request: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _stream(self, request: BaseHTTPRequestHandler, query: str) -> None:
        request.close_connection = True
        if self.speechless:
            return
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.send_header("Connection", "close")
        request.end_headers()
        if f"epoch={self.state.epoch}" not in query.split("&"):
            request.wfile.write(b'event: reset\ndata: {"seq": 0}\n\n')
            return
        after = int(request.headers["Last-Event-ID"])
        line = self._line
        with self._changed:
            self._lines.add(request.connection)
        try:
            request.wfile.write(b": hello\n\n")
            while line == self._line:
                after = self._send_events(request, after)
        except OSError:
            return

    def _send_events(self, request: BaseHTTPRequestHandler, after: int) -> int:
        with self._changed:
            ready = [event for event in self.events if event.seq > after]
            if not ready and not self._changed.wait(self.heartbeat_s):
                ready = []
        if not ready and not self.muted:
            request.wfile.write(b": beat\n\n")
        for event in ready:
            after = event.seq
            text = msgspec.json.encode(event).decode()
            request.wfile.write(f"id: {event.seq}\nevent: {event.kind}\ndata: {text}\n\n".encode())
        return after
