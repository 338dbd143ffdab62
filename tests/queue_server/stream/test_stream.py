"""The event stream: what it carries, to whom, and that a break in the line loses and doubles nothing."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable

import pytest

from queue_server.client import Client, StreamReset
from queue_server.database import Database
from queue_server.journal.store import epoch, last_seq, rows_after
from queue_server.stream.hub import Hub
from queue_server.wire import EventKind
from tests.queue_server.stream.conftest import Start
from tests.queue_server.stream.toy import Reader, Toy, record, record_many, ticket


def take(reader: Reader, count: int) -> list[int]:
    """The seq of the next `count` events."""
    return [event["seq"] for event in itertools.islice(reader.events(), count)]


def test_an_event_carries_its_data(hall: Toy) -> None:
    reader = hall.stream().live()
    assert reader.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert reader.headers["cache-control"] == "no-store"
    written = record(hall.database, EventKind.TICKET_CALLED, ticket=ticket(7), data={"text": "line\nbreak"})
    event = next(reader.events())
    assert event["seq"] == written.seq
    assert event["kind"] == "ticket.called"
    assert event["at"] == written.at
    assert event["by"] == "staff:toy"
    assert event["ticket"]["number"] == "A007"
    assert event["data"] == {"text": "line\nbreak"}


def test_a_reader_is_live_at_once_and_hears_a_heartbeat(start: Start) -> None:
    hall = start(Hub(ping_s=0.2, sweep_s=0.05))
    begun = time.monotonic()
    beats = (time.monotonic() - begun for line in hall.stream().lines() if line.startswith(":"))
    # The first comes with the head, each other after a silence; whoever reads late sees them in a bunch.
    first, *later = itertools.islice(beats, 4)
    assert first < 5
    assert 3 * 0.15 < later[-1] < 10


def test_a_heartbeat_comes_within_15_s_by_the_shipped_settings() -> None:
    from queue_server.stream import hub

    assert hub.PING_S + 2 * hub.SWEEP_S <= 15


def test_a_resumed_stream_has_neither_gap_nor_double(hall: Toy) -> None:
    """Readers break off and come back all the time while commits of all sizes go on."""
    total = 1200
    stop = threading.Event()

    def write() -> None:
        for size in itertools.takewhile(lambda _: not stop.is_set(), itertools.cycle((1, 7, 1, 25))):
            record_many(hall.database, size)
            time.sleep(0.001)

    def read(own: list[int], step: int) -> None:
        while len(own) < total:
            reader = hall.stream(**{"Last-Event-ID": str(own[-1] if own else 0)})
            own.extend(take(reader, step))
            reader.close()

    seen: list[list[int]] = [[] for _ in range(8)]
    threads = [
        threading.Thread(target=read, args=(own, 5 + 37 * i), daemon=True) for i, own in enumerate(seen)
    ]
    writer = threading.Thread(target=write, daemon=True)
    for thread in (writer, *threads):
        thread.start()
    for thread in threads:
        thread.join(60)
    stop.set()
    writer.join()
    assert all(own[:total] == list(range(1, total + 1)) for own in seen)


def test_rows_of_another_process_come_in_their_order(hall: Toy) -> None:
    """The command line adds a device while the server runs: nobody published that row here."""
    reader = hall.stream().live()
    record_many(hall.database, 1)
    other = Database(hall.database.path, hall.database.clock)
    record_many(other, 3)
    other.close()
    record_many(hall.database, 1)
    assert take(reader, 5) == [1, 2, 3, 4, 5]
    # Whoever notices those rows later may publish them once more.
    hall.hub.publish(rows_after(hall.database.read(), 1, 3))
    record_many(hall.database, 1)
    assert take(reader, 1) == [6]


def test_a_reader_without_an_id_learns_where_it_stands(hall: Toy) -> None:
    """So that even a line that breaks before the first event resumes without a gap."""
    record_many(hall.database, 3)
    newest = last_seq(hall.database.read())
    first = next(block for block in hall.stream().blocks() if "id" in block)
    assert first == {"id": str(newest)}


def test_a_long_replay_goes_on_live(hall: Toy) -> None:
    for _ in range(6):
        record_many(hall.database, 250)
    reader = hall.stream("?last_event_id=100")
    seen = take(reader, 1400)
    record_many(hall.database, 2)
    assert seen + take(reader, 2) == list(range(101, 1503))


def test_a_replay_is_outrun_by_commits_and_catches_up(start: Start) -> None:
    """More is committed during a replay than a reader's buffer holds: it reads on in the journal."""
    hall = start(Hub(buffer=4))
    record_many(hall.database, 3000)
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            record_many(hall.database, 1)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    seen: list[int] = []
    while len(seen) < 3500:  # cut off when it falls behind: it comes back with the last id
        reader = hall.stream(**{"Last-Event-ID": str(seen[-1] if seen else 0)})
        seen.extend(take(reader, 3500 - len(seen)))
        assert len(seen) > 3000
        reader.close()
    done.set()
    writer.join()
    assert seen == list(range(1, 3501))


@pytest.mark.parametrize(
    "query", ["?epoch=1", "?last_event_id=999999", "?last_event_id=99999999999999999999"]
)
def test_an_id_of_another_database_is_reset(hall: Toy, query: str) -> None:
    record_many(hall.database, 3)
    newest, current = last_seq(hall.database.read()), epoch(hall.database.read())
    reader = hall.stream(query)
    block = next(block for block in reader.blocks() if "data" in block)
    assert block["event"] == "reset"
    assert json.loads(block["data"]) == {"epoch": current, "seq": newest}
    record_many(hall.database, 1)
    assert take(reader, 1) == [newest + 1]


def test_the_same_epoch_is_no_reset(hall: Toy) -> None:
    record_many(hall.database, 3)
    reader = hall.stream(f"?epoch={epoch(hall.database.read())}&last_event_id=1")
    assert take(reader, 2) == [2, 3]


def test_the_client_of_the_kiosk_reads_it(hall: Toy) -> None:
    with Client(hall.url, "toy") as client:
        record_many(hall.database, 3)
        now = epoch(hall.database.read())
        events = client.events(after=1, epoch=now)
        seqs = [event.seq for event in itertools.islice((e for e in events if e is not None), 2)]
        assert seqs == [2, 3]
        with pytest.raises(StreamReset):
            list(client.events(after=1, epoch=now + 1))


def _facts() -> list[Callable[[Toy], int]]:
    return [
        lambda h: record(h.database, EventKind.TICKET_CALLED, ticket=ticket(1, "Z1", 1)).seq,
        lambda h: record(h.database, EventKind.TICKET_CALLED, ticket=ticket(2, "Z2", 2)).seq,
        lambda h: record(h.database, EventKind.COUNTER_OPENED, place=("Z1-01", "Z1")).seq,
        lambda h: record(h.database, EventKind.COUNTER_OPENED, place=("Z2-01", "Z2")).seq,
        lambda h: record(h.database, EventKind.TICKET_CALLED, ticket=ticket(3, "Z2", 3, "Z1-01")).seq,
        lambda h: record(h.database, EventKind.DAY_OPENED).seq,
        lambda h: record(h.database, EventKind.DEVICE_HELP_ASKED).seq,
        lambda h: record(h.database, EventKind.POLICY_CHANGED).seq,
        lambda h: record(h.database, EventKind.DEVICE_ADDED).seq,
    ]


@pytest.mark.parametrize(
    ("query", "wanted", "reason"),
    [
        ("", [0, 1, 2, 3, 4, 5, 6, 7, 8], "everything"),
        ("?board=1F", [0, 2, 5, 6, 7], "its zones and what concerns the whole hall"),
        ("?zone=Z2", [1, 3, 4, 5, 6, 7], "the zone and what concerns the whole hall"),
        ("?counter=Z1-01", [0, 2, 4, 5, 6, 7], "its zones, and itself wherever the ticket belongs"),
        ("?bus=bus-1", [0, 2, 4, 5, 6, 7], "the zones of its counters, and these themselves"),
        ("?kiosk=kiosk-1", [0, 1, 2, 3, 4, 5, 6, 7], "all zones, but not who was registered"),
        ("?status=token-2", [1], "one visit"),
    ],
)
def test_topics(hall: Toy, query: str, wanted: list[int], reason: str) -> None:
    live = hall.stream(query).live()
    written = [fact(hall) for fact in _facts()]
    last = record(hall.database, EventKind.TICKET_CALLED, ticket=ticket(9, "Z1", 2, "Z1-01")).seq
    expected = [written[index] for index in wanted] + ([last] if query != "?zone=Z2" else [])
    assert take(live, len(expected)) == expected, reason
    replayed = hall.stream(query, **{"Last-Event-ID": "0"})
    assert take(replayed, len(expected)) == expected, f"replayed: {reason}"


def test_a_new_plan_moves_zones_between_boards_at_once(hall: Toy) -> None:
    reader = hall.stream("?board=1F").live()
    record(hall.database, EventKind.TICKET_CALLED, ticket=ticket(1, "Z2"))
    before = record(hall.database, EventKind.TICKET_CALLED, ticket=ticket(1, "Z1")).seq
    assert take(reader, 1) == [before]
    hall.places.shown = ("Z2",)
    shown = record(hall.database, EventKind.TICKET_CALLED, ticket=ticket(2, "Z2")).seq
    assert take(reader, 1) == [shown]


def test_a_citizen_learns_nothing_of_the_staff(hall: Toy) -> None:
    live = Reader(hall.socket(), "?status=token-1", {}).live()
    record(hall.database, EventKind.TICKET_CALLED, ticket=ticket(1), data={"clerk": "王"})
    replayed = Reader(hall.socket(), "?status=token-1&last_event_id=0", {})
    for reader in (live, replayed):
        event = next(reader.events())
        assert event["ticket"]["number"] == "A001"
        assert set(event) == {"seq", "kind", "at", "ticket", "zone"}


@pytest.mark.parametrize(
    ("query", "headers", "status", "code"),
    [
        ("", {}, 401, "sign_in_needed"),
        ("?board=1F", {}, 401, "sign_in_needed"),
        ("", {"Authorization": "Bearer wrong"}, 401, "key_unknown"),
        ("?status=wrong", {}, 404, "status_unknown"),
        ("?board=9F", {"Authorization": "Bearer toy"}, 404, "board_unknown"),
        ("?counter=Z9-01", {"Authorization": "Bearer toy"}, 404, "counter_unknown"),
        ("?bus=bus-9", {"Authorization": "Bearer toy"}, 404, "bus_unknown"),
        ("?zone=Z9", {"Authorization": "Bearer toy"}, 400, "bad_filter"),
        ("?kiosk=kiosk-9", {"Authorization": "Bearer toy"}, 400, "bad_filter"),
        ("?board=1F&zone=Z1", {"Authorization": "Bearer toy"}, 400, "bad_request"),
        ("?epoch=new", {"Authorization": "Bearer toy"}, 400, "bad_field"),
        ("", {"Authorization": "Bearer toy", "Last-Event-ID": "-1"}, 400, "bad_field"),
        ("?board=%FF", {"Authorization": "Bearer toy"}, 404, "board_unknown"),
    ],
)
def test_refusals(hall: Toy, query: str, headers: dict[str, str], status: int, code: str) -> None:
    reader = Reader(hall.socket(), query, headers)
    assert reader.headers["content-type"] == "application/problem+json"
    assert (reader.status, reader.problem()["code"]) == (status, code)
    hall.wait_for_streams(0)


def test_the_language_of_a_refusal(hall: Toy) -> None:
    asked = [
        ("", {}),
        ("", {"Accept-Language": "en-GB,zh;q=0.5"}),
        ("?lang=en", {}),
        ("?lang=zh", {"Accept-Language": "en"}),
    ]
    tongues = [Reader(hall.socket(), query, headers).headers["content-language"] for query, headers in asked]
    assert tongues == ["zh", "en", "en", "zh"]


def test_a_stream_is_only_read(hall: Toy) -> None:
    status, headers, body = hall.ask("POST", "/api/v1/stream", headers={"Authorization": "Bearer toy"})
    assert (status, headers["allow"], json.loads(body)["code"]) == (405, "GET", "method_not_allowed")


def test_a_browser_board_comes_with_its_cookie(hall: Toy) -> None:
    reader = Reader(hall.socket(), "?board=1F", {"Cookie": "session=toy"}).live()
    record_many(hall.database, 1)
    assert take(reader, 1) == [1]


def test_a_revoked_device_is_cut_off_and_nobody_else(hall: Toy) -> None:
    reader = hall.stream().live()
    citizen = Reader(hall.socket(), "?status=token-1", {}).live()
    record(hall.database, EventKind.DEVICE_REVOKED, data={"device": "toy-1"})
    assert [event["kind"] for event in reader.events()] == ["device.revoked"]
    hall.wait_for_streams(1)
    record(hall.database, EventKind.TICKET_CALLED, ticket=ticket(1))
    assert len(take(citizen, 1)) == 1


def test_a_reader_who_leaves_is_forgotten(hall: Toy) -> None:
    readers = [hall.stream().live() for _ in range(5)]
    hall.wait_for_streams(5)
    for reader in readers:
        reader.close()
    hall.wait_for_streams(0)


def test_more_streams_than_allowed_are_refused_and_requests_are_not(start: Start) -> None:
    hall = start(Hub(max_streams=3))
    readers = [hall.stream().live() for _ in range(3)]
    refused = hall.stream()
    assert (refused.status, refused.problem()["code"]) == (503, "too_many_streams")
    assert hall.ask("POST", "/record")[0] == 200
    readers[0].close()
    hall.wait_for_streams(2)
    hall.stream().live()


def test_a_reader_who_never_reads_is_cut_off_and_hurts_nobody(start: Start) -> None:
    hall = start(Hub(stall_s=0.5, sweep_s=0.1))
    good = hall.stream().live()
    deaf = [hall.socket(receive_buffer=4096) for _ in range(20)]
    for sock in deaf:
        sock.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer toy\r\n\r\n")
    hall.wait_for_streams(21)
    seen: list[int] = []
    reading = threading.Thread(target=lambda: seen.extend(take(good, 1500)), daemon=True)
    reading.start()
    for _ in range(150):
        record_many(hall.database, 10, padding="x" * 300)
        time.sleep(0.002)
    reading.join(20)
    assert seen == list(range(1, 1501))
    hall.wait_for_streams(1)
    assert hall.ask("GET", "/hello")[0] == 200
    # Dropped, not politely closed: a connection that waits for its last bytes would stay for ever.
    until = time.monotonic() + 3
    while len(hall.server.server_state.connections) > 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert len(hall.server.server_state.connections) <= 2
    for sock in deaf:
        sock.close()


def test_many_streams_and_a_request_beside_them(hall: Toy) -> None:
    """More than 1,024 descriptors in one process: select() would be the end of it."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    readers = [hall.stream() for _ in range(1100)]
    hall.wait_for_streams(1100)
    begun = time.monotonic()
    record_many(hall.database, 1)
    assert all(take(reader, 1) == [1] for reader in readers)
    assert time.monotonic() - begun < 30
    assert hall.ask("POST", "/record")[0] == 200
    for reader in readers:
        reader.close()
    hall.wait_for_streams(0)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
