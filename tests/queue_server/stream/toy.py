"""A small hall for the stream's tests: real sockets, real SQLite, a Flask application of a few views.

Run as a program it serves until a signal comes, and prints its port.
"""

from __future__ import annotations

import dataclasses
import functools
import http.client
import json
import re
import socket
import sys
import threading
import time
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

import flask
import msgspec

from queue_server.board import BoardState, CounterCell, Face, ZoneLine, fold, narrow
from queue_server.clock import SystemClock, rfc3339
from queue_server.database import Database, Tx
from queue_server.http import Caller, HallFlask
from queue_server.journal.store import append
from queue_server.refusals import Refused
from queue_server.serving import HallServer, Limits, bind, make_server, run, serve_app
from queue_server.stream.admission import Admission
from queue_server.stream.bridge import Web
from queue_server.stream.frames import Reading
from queue_server.stream.hub import Hub
from queue_server.wire import Event, EventKind, MatterName, Ticket, TicketState

KEY = {"Authorization": "Bearer toy"}


class ToyPlaces:
    """Two zones, one board that shows one of them, one counter, one citizen."""

    shown: tuple[str, ...] = ("Z1",)
    plan = 1

    def __init__(self, database: Database) -> None:
        self._state = BoardState(
            "hall", "厅", 0, 1, "", "",
            {zone: ZoneLine(zone, "A", "一", "One", 1, "") for zone in ("Z1", "Z2")},
            {"Z1-01": CounterCell("Z1-01", "1", "Z1")},
        )  # fmt: skip
        self._clock = database.clock
        database.subscribe(self._listen)

    def _listen(self, told: list[Any]) -> None:
        self._state = functools.reduce(fold, told, self._state)

    def board_state(self, board: str) -> Reading:
        state = narrow(self._state, Face(board, "一楼"), self.shown)
        at = rfc3339(self._clock.now_ms())
        return Reading(self.plan, msgspec.structs.replace(state, at=at), lambda call: [[[call.number]]])

    def zones(self) -> Container[str]:
        return ("Z1", "Z2")

    def board_zones(self, board: str) -> Container[str] | None:
        return self.shown if board == "1F" else None

    def counter_zones(self, counter: str) -> Container[str] | None:
        return ("Z1",) if counter == "Z1-01" else None

    def bus_counters(self, bus: str) -> Container[str] | None:
        return ("Z1-01",) if bus == "bus-1" else None

    def bus_zones(self, bus: str) -> Container[str] | None:
        return ("Z1",) if bus == "bus-1" else None

    def kiosk_zones(self, kiosk: str) -> Container[str] | None:
        return ("Z1", "Z2") if kiosk == "kiosk-1" else None

    def visit_of(self, token: str) -> int | None:
        return int(token.removeprefix("token-")) if token.startswith("token-") else None


def identify(environ: dict[str, Any]) -> Caller:
    secret = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ") or environ.get("HTTP_COOKIE", "")
    if secret == "":
        return Caller()
    if secret not in {"toy", "session=toy"}:
        raise Refused("key_unknown")
    return Caller("device", "toy-1", "board")


def ticket(number: int, zone: str = "Z1", visit: int = 1, counter: str | None = None) -> Ticket:
    name = MatterName("Z1-001", "社保卡")
    at = "2026-11-23T01:00:00.000Z"
    return Ticket(number, visit, 1, f"A{number:03d}", TicketState.WAITING, name, zone, 1, at, counter)


def record(database: Database, kind: EventKind, **facts: Any) -> Event:
    return database.write(lambda tx: append(tx, kind, "staff:toy", **facts))


def record_many(database: Database, count: int, padding: str = "") -> None:
    """Write `count` events in one commit, as a group commit would."""

    def many(tx: Tx) -> None:
        for number in range(count):
            append(tx, EventKind.DAY_OPENED, "system", data={"n": number, "padding": padding})

    database.write(many)


def toy_flask(database: Database) -> flask.Flask:
    app = HallFlask("toy")

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.route("/echo/<path:rest>", methods=["GET", "POST"])
    def echo(rest: str) -> Any:
        request = flask.request
        answer = flask.jsonify(
            method=request.method,
            path=rest,
            query=request.args.to_dict(flat=False),
            headers={name.lower(): value for name, value in request.headers.items()},
            cookies=request.cookies,
            body=request.get_data().decode("latin-1"),
            address=request.remote_addr,
        )
        answer.headers.add("Set-Cookie", "a=1")
        answer.headers.add("Set-Cookie", "b=2")
        return answer

    @app.post("/record")
    @app.post("/ride/record")
    def record_one() -> Any:
        pause_s = float(flask.request.args.get("pause", "0"))

        def command(tx: Tx) -> int:
            time.sleep(pause_s)
            return append(tx, EventKind.DAY_OPENED, "system", data={"n": 0}).seq

        return {"seq": database.write(command)}

    @app.post("/empty")
    def empty() -> Any:
        return "", 204

    @app.get("/switch-interval")
    def switch_interval() -> str:
        return repr(sys.getswitchinterval())

    @app.get("/broken")
    def broken() -> str:
        flask.g.pop("nothing")
        raise RuntimeError("broken on purpose")

    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app


def toy_web(database: Database) -> Web:
    """The toy's views; those under /ride/ ride."""
    return Web(toy_flask(database), lambda method, path: path.startswith("/ride/"))


@dataclasses.dataclass
class Toy:
    """A running toy hall and what tests do with it."""

    database: Database
    hub: Hub
    places: ToyPlaces
    server: HallServer
    thread: threading.Thread
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connection(self, timeout: float = 10) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(self, method: str, path: str, **more: Any) -> tuple[int, dict[str, str], bytes]:
        line = self.connection()
        try:
            line.request(method, path, **more)
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            line.close()

    def socket(self, receive_buffer: int = 0) -> socket.socket:
        sock = socket.socket()
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.settimeout(10)
        sock.connect(("127.0.0.1", self.port))
        return sock

    def stream(self, query: str = "", **headers: str) -> Reader:
        return Reader(self.socket(), query, {**KEY, **headers})

    def wait_for_streams(self, count: int, patience_s: float = 10) -> None:
        until = time.monotonic() + patience_s
        while self.hub.count != count:
            assert time.monotonic() < until, f"{self.hub.count} streams are open, not {count}"
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(15)
        assert not self.thread.is_alive()


class Reader:
    """One end of a stream, read line by line from its own socket."""

    def __init__(self, sock: socket.socket, query: str, headers: dict[str, str]) -> None:
        self.sock = sock
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        sock.sendall(f"GET /api/v1/stream{query} HTTP/1.1\r\nHost: toy\r\n{lines}\r\n".encode())
        self._file = sock.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        self.headers = dict(self._head())

    def _head(self) -> Iterator[tuple[str, str]]:
        while line := self._file.readline().strip():
            name, _, value = line.decode().partition(": ")
            yield name.lower(), value

    def lines(self) -> Iterator[str]:
        """The lines of the stream; chunk sizes are taken off. Ends when the server ends it."""
        rest = b""
        while (size := int(self._file.readline() or b"0", 16)) > 0:
            rest += self._file.read(size)
            self._file.readline()
            *whole, rest = rest.split(b"\n")
            for line in whole:
                yield line.decode()

    def blocks(self) -> Iterator[dict[str, str]]:
        """The blocks between empty lines, as field -> text; a comment has the field ''."""
        block: dict[str, str] = {}
        for line in self.lines():
            if line == "":
                yield block
                block = {}
            else:
                name, _, value = line.partition(":")
                block[name] = value.removeprefix(" ")

    def events(self) -> Iterator[dict[str, Any]]:
        """Events with data, decoded; `kind` must agree with the `event:` line, `seq` with `id:`."""
        for block in self.blocks():
            if "data" in block:
                event = json.loads(block["data"])
                if block["event"] != "reset":
                    assert (block["event"], int(block["id"])) == (event["kind"], event["seq"])
                yield event

    def live(self) -> Reader:
        """Wait until the stream tells where it stands: from now on every event comes."""
        for block in self.blocks():
            if re.fullmatch(r"\d+", block.get("id", "")) and "data" not in block:
                return self
        raise AssertionError("the stream ended")

    def problem(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._file.read(int(self.headers["content-length"])))
        return found

    def close(self) -> None:
        self._file.close()
        self.sock.close()


def start(folder: Path, hub: Hub, limits: Limits) -> Toy:
    """Serve in a thread of this process, so that a test can look inside."""
    database = Database(folder / "toy.db", SystemClock())
    places = ToyPlaces(database)
    database.subscribe(hub.publish)
    admission = Admission(identify, places)
    app = serve_app(toy_web(database), hub, admission, database, on_stop=database.close, limits=limits)
    sock = bind("127.0.0.1", 0)
    ready = threading.Event()
    server = make_server(app, hub, database.rush, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    toy = Toy(database, hub, places, server, thread, sock.getsockname()[1])
    thread.start()
    assert ready.wait(10)
    return toy


def main() -> None:
    """Serve as a program would."""
    hub = Hub()
    database = Database(Path(sys.argv[1]) / "toy.db", SystemClock())
    places = ToyPlaces(database)
    database.subscribe(hub.publish)
    admission = Admission(identify, places)
    app = serve_app(toy_web(database), hub, admission, database, on_stop=database.close)
    sock = bind("127.0.0.1", 0)
    run(app, hub, sock, database.rush, on_ready=lambda: print(sock.getsockname()[1], flush=True))
    print("ended", flush=True)


if __name__ == "__main__":
    main()
