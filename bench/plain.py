"""What the hall is compared with: the same stack, answering hello, or storing one row durably.

`/insert` takes a web thread, as most changes do; `/ride` is the same view riding on the writer's thread, as
taking a ticket does.

Run by the benchmark as `python -m bench.plain FOLDER`; prints its address.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import flask

from queue_server.clock import SystemClock
from queue_server.database import Database, Tx
from queue_server.http import HallFlask, answer, described
from queue_server.refusals import Refused
from queue_server.serving import bind, run, serve_app
from queue_server.stream.bridge import Web
from queue_server.stream.hub import Hub
from queue_server.stream.topics import Audience


def insert(tx: Tx) -> int:
    """One row of some 300 bytes, as bare as a durable answer can be."""
    cursor = tx.db.execute("INSERT INTO bare (at, text) VALUES (?, ?)", (tx.now, "x" * 300))
    return cursor.lastrowid or 0


def open_database(folder: Path, synchronous: str = "FULL") -> Database:
    """The hall's database and writer, with one table beside."""
    database = Database(folder / "bare.db", SystemClock(), synchronous=synchronous)
    table = "CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, at INTEGER, text TEXT) STRICT"
    database.write(lambda tx: tx.db.execute(table).fetchall())
    return database


def make_app(database: Database) -> HallFlask:
    """A Flask application of two views, one of them at two addresses."""
    app = HallFlask("plain")

    @app.get("/hello")
    def hello() -> dict[str, str]:
        return {"hello": "world"}

    def store() -> flask.Response:
        return answer({"id": database.write(insert)})

    app.post("/insert")(store)
    app.post("/ride", endpoint="ride")(described("Store one row", rides=True)(store))
    return app


def nobody(environ: dict[str, Any], asked: list[tuple[str, str]]) -> Audience:
    """There is no stream here."""
    raise Refused("not_found")


def main() -> None:
    """Serve until a signal comes."""
    database = open_database(Path(sys.argv[1]))
    hub = Hub()
    app = make_app(database)
    served = serve_app(Web(app, app.rides.has), hub, nobody, database, on_stop=database.close)
    sock = bind("127.0.0.1", 0)
    run(
        served,
        hub,
        sock,
        database.rush,
        on_ready=lambda: print(f"http://127.0.0.1:{sock.getsockname()[1]} ready", flush=True),
    )


if __name__ == "__main__":
    main()
