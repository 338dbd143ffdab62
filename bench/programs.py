"""The programs that a measurement needs: servers on fresh folders, and the two clients written in C."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OUT = HERE / "out"
SHIM = HERE.parent / "tests" / "crash" / "disk.c"
TICKS = os.sysconf("SC_CLK_TCK")
MARK = "@" * 16


def built(source: Path, *flags: str) -> Path:
    """Compile a C file into `bench/out` unless that was done since its last change."""
    OUT.mkdir(exist_ok=True)
    target = OUT / (source.stem + (".so" if "-shared" in flags else ""))
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["gcc", "-O2", *flags, "-o", str(target), str(source), "-ldl"], check=True)
    return target


class Server:
    """A running server: its port, its process, the keys of the demo hall."""

    def __init__(self, process: subprocess.Popen[str], port: int, folder: Path) -> None:
        self.process = process
        self.port = port
        self.folder = folder

    def keys(self) -> dict[str, str]:
        """Device keys by name."""
        found: dict[str, str] = json.loads((self.folder / "demo-keys.json").read_text())["devices"]
        return found

    def cpu_s(self) -> float:
        """CPU seconds used so far, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def rss_mb(self) -> float:
        """Resident memory in MB."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", text)
        assert found is not None
        return int(found[1]) / 1024


@contextlib.contextmanager
def _running(command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Iterator[Server]:
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        env={**os.environ, **environ},
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
        if found is None:
            raise RuntimeError((folder / "log").read_text())
        yield Server(process, int(found[1]), folder)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


@contextlib.contextmanager
def hall(*, delay_ms: float = 0.0) -> Iterator[Server]:
    """The real server with the demo hall on a fresh folder; `delay_ms` is added to every fsync."""
    with fresh_folder() as folder:
        environ = {}
        if delay_ms:
            shim = built(SHIM, "-shared", "-fPIC")
            environ = {
                "LD_PRELOAD": str(shim),
                "DISK_DIR": str(folder / "hall.db"),
                "DISK_DELAY_US": str(int(delay_ms * 1000)),
            }
        command = ["queue_server", "serve", "--data", str(folder), "--demo", "--port", "0"]
        with _running(command, folder, environ) as server:
            yield server


@contextlib.contextmanager
def plain() -> Iterator[Server]:
    """The same stack with nothing on it but hello and a bare durable insert."""
    with fresh_folder() as folder, _running(["bench.plain", str(folder)], folder, {}) as server:
        yield server


@contextlib.contextmanager
def fresh_folder() -> Iterator[Path]:
    """A folder on the disk of this checkout: /tmp may be memory, where an fsync costs nothing."""
    OUT.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=OUT))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def get(path: str) -> bytes:
    """A GET request as bytes."""
    return f"GET {path} HTTP/1.1\r\nHost: hall\r\n\r\n".encode()


def post(path: str, key: str = "", body: Any = None) -> bytes:
    """A POST request as bytes, with an idempotency key that is new each time it is sent."""
    content = "" if body is None else json.dumps(body)
    lines = [f"POST {path} HTTP/1.1", "Host: hall", f"Content-Length: {len(content)}"]
    lines += [f"Authorization: Bearer {key}", f"Idempotency-Key: {MARK}"] if key else []
    lines += ["Content-Type: application/json"] if content else []
    return ("\r\n".join(lines) + "\r\n\r\n" + content).encode()


Script = Sequence[tuple[bool, bytes]]
"""Requests that one connection sends over and over; only those marked are measured."""


def load(
    port: int, connections: int, seconds: float, scripts: Sequence[Script], rate: float = 0.0
) -> dict[str, Any]:
    """Put load on a server; returns rates, percentiles in ms and how often each status came."""
    process = start_load(port, connections, seconds, scripts, rate)
    return finish_load(process)


def start_load(
    port: int, connections: int, seconds: float, scripts: Sequence[Script], rate: float = 0.0
) -> subprocess.Popen[bytes]:
    """Begin what `load` does, beside something else."""
    command = [str(built(HERE / "load.c")), str(port), str(connections), str(seconds), str(rate)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    parts = [b"%d\n" % len(scripts)]
    for script in scripts:
        parts.append(b"%d\n" % len(script))
        parts += [b"%d %d\n%b" % (measured, len(request), request) for measured, request in script]
    assert process.stdin is not None
    process.stdin.write(b"".join(parts))
    process.stdin.close()
    return process


def finish_load(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Wait for a load begun by `start_load`."""
    assert process.stdout is not None
    out = process.stdout.read()
    if process.wait() != 0:
        raise RuntimeError("the load could not be put on the server")
    found: dict[str, Any] = json.loads(out)
    return found


def issue_script(server: Server, matter: str = "Z1-001") -> Script:
    """Take tickets at the kiosk."""
    return [(True, post("/api/v1/tickets", server.keys()["kiosk-1"], {"matter": matter}))]


def call_scripts(server: Server, zones: Sequence[str]) -> list[Script]:
    """One script for each counter of some zones: begin to serve (not measured), call next (measured).

    Serving comes first, since the load before may have ended between the two.
    """
    keys = server.keys()
    names = [
        name.removeprefix("counter-")
        for name in keys
        if name.startswith(tuple(f"counter-{z}" for z in zones))
    ]
    return [
        [
            (False, post(f"/api/v1/counters/{name}/serve", keys[f"counter-{name}"], {})),
            (True, post(f"/api/v1/counters/{name}/call-next", keys[f"counter-{name}"], {})),
        ]
        for name in names
    ]
