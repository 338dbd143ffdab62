"""Flask behind the bridge: requests arrive whole, and a caller who dawdles or shouts costs little."""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import Any

import pytest

from queue_server.journal.store import last_seq
from queue_server.serving import Limits
from tests.queue_server.stream.conftest import Start
from tests.queue_server.stream.toy import Toy


def raw(hall: Toy, request: bytes) -> bytes:
    """Send bytes, read until the server hangs up or the answer is complete."""
    with hall.socket() as sock:
        sock.sendall(request)
        answer = http.client.HTTPResponse(sock)
        answer.begin()
        return str(answer.status).encode() + b" " + answer.read()


def test_a_request_arrives_whole(hall: Toy) -> None:
    status, headers, body = hall.ask(
        "POST",
        "/echo/%E7%AA%97%2F1?q=%E5%8F%B7&q=2",
        body=b"\x00\xffbody",
        headers={"X-One": "1", "Cookie": "a=1; b=2", "Content-Type": "text/plain"},
    )
    seen = json.loads(body)
    assert status == 200
    assert seen["path"] == "窗/1"
    assert seen["query"] == {"q": ["号", "2"]}
    assert seen["cookies"] == {"a": "1", "b": "2"}
    assert seen["body"] == "\x00\xffbody"
    assert seen["headers"]["x-one"] == "1"
    assert seen["headers"]["content-type"] == "text/plain"
    assert seen["address"] == "127.0.0.1"
    assert headers["set-cookie"] in {"a=1", "b=2"}


def test_all_headers_of_one_name_go_both_ways(hall: Toy) -> None:
    head = b"GET /echo/x HTTP/1.1\r\nHost: t\r\nX-Two: 1\r\nX-Two: 2\r\nCookie: a=1\r\nCookie: b=2\r\n"
    with hall.socket() as sock:
        sock.sendall(head + b"X_Forged: 1\r\n\r\n")
        answer = http.client.HTTPResponse(sock)
        answer.begin()
        seen = json.loads(answer.read())
        assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert seen["headers"]["x-two"] == "1,2"
    assert seen["cookies"] == {"a": "1", "b": "2"}
    # `X_Forged` would become the same variable as `X-Forged`: a proxy's header could be faked.
    assert "x-forged" not in seen["headers"]


def test_bodies_of_all_kinds(hall: Toy) -> None:
    head = b"POST /echo/x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunked = head + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    assert json.loads(raw(hall, chunked)[4:])["body"] == "abcde"
    assert hall.ask("HEAD", "/hello")[::2] == (200, b"")
    assert hall.ask("POST", "/empty")[::2] == (204, b"")
    assert hall.ask("POST", "/echo/x", body=b"x" * (1024 * 1024))[0] == 200


def test_a_path_that_is_no_text_is_not_a_fault(hall: Toy) -> None:
    assert hall.ask("GET", "/%ff%fe")[0] == 404
    assert raw(hall, b"GET /\xff HTTP/1.1\r\nHost: t\r\n\r\n").startswith(b"400")
    assert b'"code":"bad_request"' in raw(hall, b"\x00\x01\x02\r\n\r\n")


def test_what_flask_could_not_answer_is_a_500_with_a_code(
    hall: Toy, caplog: pytest.LogCaptureFixture
) -> None:
    status, headers, body = hall.ask("GET", "/broken")
    assert status == 500
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["code"] == "internal"
    assert [record.exc_info is not None for record in caplog.records] == [True]
    assert hall.ask("GET", "/hello")[0] == 200


def test_too_large_is_said_before_the_body_comes(hall: Toy) -> None:
    head = b"POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Length: 11000000\r\n\r\n"
    begun = time.monotonic()
    with hall.socket() as sock:
        sock.sendall(head)
        answer = http.client.HTTPResponse(sock)
        answer.begin()
        assert answer.status == 413
        assert json.loads(answer.read())["code"] == "body_too_large"
        assert answer.headers["Connection"] == "close"
    assert time.monotonic() - begun < 10


def test_a_caller_who_sends_all_of_it_still_reads_the_refusal(hall: Toy) -> None:
    """Hanging up on unread bytes resets the connection, and the reset overtakes the answer."""
    for _ in range(5):
        status, _, body = hall.ask("POST", "/echo/x", body=b"x" * 11_000_000)
        assert (status, json.loads(body)["code"]) == (413, "body_too_large")


def test_too_large_without_a_length(hall: Toy) -> None:
    def parts() -> Any:
        for _ in range(11):
            yield b"x" * 1_000_000

    status, _, body = hall.ask("POST", "/echo/x", body=parts(), encode_chunked=True)
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")


def test_announced_bodies_that_never_come_hold_up_nobody(start: Start) -> None:
    """With a thread for each, 128 such callers would end the service; here they cost no thread."""
    hall = start(limits=Limits(threads=4, body_s=2.0))
    head = b"POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\npart"
    stalled = [hall.socket() for _ in range(40)]
    for sock in stalled:
        sock.sendall(head)
    begun = time.monotonic()
    assert hall.ask("GET", "/hello")[0] == 200
    assert time.monotonic() - begun < 1.9
    for sock in stalled:
        answer = http.client.HTTPResponse(sock)
        answer.begin()
        assert answer.status == 408
        assert json.loads(answer.read())["code"] == "body_too_slow"
        sock.close()


@pytest.mark.parametrize("path", ["/record", "/ride/record"])
def test_who_hangs_up_during_a_write_has_it_written(hall: Toy, path: str) -> None:
    before = last_seq(hall.database.read())
    lines = [hall.socket() for _ in range(20)]
    for sock in lines:
        sock.sendall(f"POST {path}?pause=0.02 HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n".encode())
    time.sleep(0.1)
    for sock in lines:
        sock.close()
    until = time.monotonic() + 5
    while last_seq(hall.database.read()) < before + 20 and time.monotonic() < until:
        time.sleep(0.02)
    assert last_seq(hall.database.read()) == before + 20
    assert hall.ask("GET", "/hello")[0] == 200


def test_many_who_ride_get_each_their_own_answer_and_every_event_is_told(hall: Toy) -> None:
    reader = hall.stream().live()
    before = last_seq(hall.database.read())
    answers: list[int] = []

    def ask() -> None:
        line = hall.connection()
        for _ in range(20):
            line.request("POST", "/ride/record")
            answers.append(json.loads(line.getresponse().read())["seq"])
        line.close()

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    given = list(range(before + 1, before + 321))
    assert sorted(answers) == given
    assert [event["seq"] for _, event in zip(given, reader.events(), strict=False)] == given
    reader.close()


def test_a_ride_that_breaks_is_answered_and_the_next_one_goes_well(hall: Toy) -> None:
    status, _, body = hall.ask("POST", "/ride/record?pause=x")
    assert (status, json.loads(body)["code"]) == (500, "internal")
    assert hall.ask("POST", "/ride/record")[0] == 200


def test_while_riders_run_nothing_new_is_taken_in(hall: Toy) -> None:
    with hall.socket() as sock:
        sock.settimeout(0.3)
        with hall.database.rush:
            sock.sendall(b"GET /hello HTTP/1.1\r\nHost: t\r\n\r\n")
            with pytest.raises(TimeoutError):
                sock.recv(1)
        sock.settimeout(10)
        assert sock.recv(12) == b"HTTP/1.1 200"


def test_who_hangs_up_in_mid_body_begins_nothing(hall: Toy) -> None:
    before = last_seq(hall.database.read())
    with hall.socket() as sock:
        sock.sendall(b"POST /record HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nhalf")
    time.sleep(0.2)
    assert last_seq(hall.database.read()) == before
    assert hall.ask("GET", "/hello")[0] == 200


def test_small_answers_do_not_wait_for_an_acknowledgement(hall: Toy) -> None:
    """Without TCP_NODELAY each answer on a kept connection takes 40 ms, so the faster ones tell."""
    line = hall.connection()
    took = []
    for _ in range(30):
        begun = time.monotonic()
        line.request("GET", "/hello")
        line.getresponse().read()
        took.append(time.monotonic() - begun)
    line.close()
    assert sorted(took)[5] < 0.03


def test_a_head_without_end_is_cut_off(hall: Toy) -> None:
    with hall.socket() as sock, pytest.raises(OSError):
        sock.sendall(b"GET /hello HTTP/1.1\r\n")
        for _ in range(1000):
            sock.sendall(b"X-Long: " + b"x" * 10_000 + b"\r\n")
        sock.recv(1)
        sock.recv(1)
    assert hall.ask("GET", "/hello")[0] == 200


def test_a_head_that_never_ends_is_cut_off_in_time(hall: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queue_server.serving.HEAD_TIMEOUT_S", 0.3)
    with hall.socket() as silent, hall.socket() as slow:
        slow.sendall(b"GET /hel")
        for sock in (silent, slow):
            with pytest.raises((ConnectionResetError, EOFError)):
                if sock.recv(1) == b"":
                    raise EOFError
    # A kept connection may rest for long: the clock runs only while a head is on its way.
    line = hall.connection()
    for _ in range(2):
        line.request("GET", "/hello")
        assert line.getresponse().read() == b"hello"
        time.sleep(0.5)
    line.close()


def test_requests_in_a_row_on_one_connection_are_answered_in_order(hall: Toy) -> None:
    with hall.socket() as sock:
        sock.sendall(b"GET /echo/1 HTTP/1.1\r\nHost: t\r\n\r\n" + b"GET /echo/2 HTTP/1.1\r\nHost: t\r\n\r\n")
        sock.settimeout(2)
        seen = b""
        while seen.count(b'"path"') < 2:
            seen += sock.recv(65536)
    assert seen.index(b'"path":"1"') < seen.index(b'"path":"2"')
