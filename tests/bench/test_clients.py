"""The benchmark's own tools: a figure is worth what the client that measured it is worth."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from bench.__main__ import sections
from bench.programs import HERE, Server, built, get, hall, issue_script, load, plain, post
from bench.report import Report


@pytest.fixture(scope="module")
def reference() -> Iterator[Server]:
    """The stack that the hall is compared with."""
    with plain() as server:
        yield server


def test_every_section_can_be_run_alone() -> None:
    found = sections()
    assert {"http", "growth", "streams", "slow_disk", "idle", "slips", "bus"} <= set(found)
    assert all(callable(module.run) and module.TITLE for module in found.values())


def test_a_closed_loop_counts_what_the_server_stored(reference: Server) -> None:
    first = load(reference.port, 1, 0.05, [[(True, post("/insert"))]])
    found = load(reference.port, 8, 0.5, [[(True, post("/insert")), (False, get("/hello"))]])
    assert found["status"] == {"200": found["measured"]}
    assert abs(found["measured"] - found["others"]) <= 8
    last = load(reference.port, 1, 0.05, [[(True, post("/insert"))]])
    assert first["measured"] > 0
    assert last["measured"] > 0
    assert 0 < found["p50_ms"] <= found["p95_ms"] <= found["p99_ms"] <= found["max_ms"]


def test_a_pace_is_kept(reference: Server) -> None:
    found = load(reference.port, 4, 1.0, [[(True, get("/hello"))]], rate=50)
    assert found["measured"] == 50


def test_refusals_are_seen(reference: Server) -> None:
    found = load(reference.port, 2, 0.1, [[(True, get("/nothing"))]])
    assert set(found["status"]) == {"404"}


def test_readers_report_every_call_once() -> None:
    with hall() as server:
        keys = server.keys()
        command = [str(built(HERE / "fan.c")), str(server.port), "30", "2", "/api/v1/stream?zone=Z1"]
        fan = subprocess.Popen([*command, keys["board-all"]], stdout=subprocess.PIPE, text=True)
        assert fan.stdout is not None
        assert fan.stdout.readline() == "ready\n"
        issued = load(server.port, 1, 0.2, issue_of(server))
        called = load(
            server.port,
            1,
            0.0,
            [[(True, post("/api/v1/counters/Z1-01/call-next", keys["counter-Z1-01"], {}))]],
        )
        *rows, lost = fan.stdout.read().splitlines()
        fan.wait()
    assert set(issued["status"]) == {"201"}  # each with a key of its own: a used one would be 200
    assert called["status"] == {"200": 1}
    assert [row.split()[4] for row in rows] == ["30"]
    assert lost == "lost 0"


def issue_of(server: Server) -> list[list[tuple[bool, bytes]]]:
    return [list(issue_script(server))]


def test_a_target_knows_its_direction() -> None:
    report = Report()
    report.begin("test", "a test")
    assert report.add("figure", [3.0, 1.0, 2.0], "ms") == 2.0
    report.target("small", 2.0, at_most=1.0)
    report.target("large", 2.0, at_least=1.0)
    assert [target.met for target in report.targets] == [False, True]
