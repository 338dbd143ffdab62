"""The line to the server: a broken one is taken up where it broke, a refused one tells why."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from display_board.link import Link, News, Trouble
from queue_server.client import Client
from queue_server.wire import EventKind
from tests.conftest import SOAK
from tests.display_board.small_server import KEY, SmallServer
from tests.x_server import until


class Listener:
    """Keeps what the link told."""

    def __init__(self) -> None:
        self.told: list[News | Trouble] = []

    def post(self, told: News | Trouble, /) -> None:
        self.told.append(told)

    @property
    def news(self) -> list[News]:
        return [told for told in self.told if isinstance(told, News)]

    @property
    def called(self) -> list[str]:
        return [news.state.calls[0].number for news in self.news if news.called]


@pytest.fixture
def server() -> Iterator[SmallServer]:
    small = SmallServer("2F")
    small.start()
    yield small
    small.stop()


@contextmanager
def following(server: SmallServer, listener: Listener) -> Iterator[None]:
    link = Link(lambda: Client(server.url, KEY), "2F", listener.post, lambda tries: 0.1 * (tries + 1))
    link.start()
    try:
        yield
    finally:
        link.stop()


def test_full_state_first_then_events(server: SmallServer) -> None:
    server.call("C001", "Z3-01")
    listener = Listener()
    with following(server, listener):
        until(lambda: listener.news, "the full state")
        assert listener.news[0].fresh
        assert listener.news[0].state == server.state
        server.call("C002", "Z3-02")
        server.happen(EventKind.TICKET_ISSUED, "C003", zone="Z3")
        until(lambda: listener.news[-1].state.seq == server.state.seq, "both events")
    assert listener.called == ["C002"]
    assert listener.news[-1].state == server.state
    assert [news.fresh for news in listener.news].count(True) == 1


def test_a_recall_is_a_call(server: SmallServer) -> None:
    listener = Listener()
    with following(server, listener):
        until(lambda: listener.news, "the full state")
        server.call("C001", "Z3-01")
        server.happen(EventKind.TICKET_RECALLED, "C001", "Z3-01", call=2)
        until(lambda: len(listener.called) == 2, "call and recall")
    assert [call.call for call in listener.news[-1].state.calls] == [2]


@pytest.mark.parametrize("how", ["the line breaks", "the server dies"])
def test_a_broken_line_goes_on_where_it_broke(server: SmallServer, how: str) -> None:
    listener, times = Listener(), 20 if SOAK else 4
    with following(server, listener):
        server.call("C001", "Z3-01")
        until(lambda: len(listener.news) > 1, "the full state and a sign of life of the stream")
        for place in range(2, 2 + times):
            before = len(server.asked)
            if how == "the server dies":
                server.stop()
                server.call(f"C{place:03}", "Z3-01")
                time.sleep(0.2)
                server.start()
            else:
                server.cut()
                server.call(f"C{place:03}", "Z3-01")
            until(lambda: listener.news[-1].state.seq == server.state.seq, "the missed call")
            streams = [after for path, after in server.asked[before:] if path.endswith("/stream")]
            assert int(streams[0]) == server.state.seq - 1
    wanted = [f"C{place:03}" for place in range(2, 2 + times)]
    assert [number for number in listener.called if number != "C001"] == wanted
    assert sum(path.endswith("/boards/2F") for path, _ in server.asked) == 1
    assert listener.news[-1].state == server.state


def test_another_epoch_means_the_full_state_again(server: SmallServer) -> None:
    listener = Listener()
    with following(server, listener):
        until(lambda: len(listener.news) > 1, "the full state and a sign of life of the stream")
        server.new_epoch()
        until(lambda: listener.news[-1].state.epoch == 2, "the new epoch")
    assert listener.news[-1].fresh or any(news.fresh and news.state.epoch == 2 for news in listener.news)
    assert listener.news[-1].state == server.state


def test_a_changed_hall_is_read_again(server: SmallServer) -> None:
    listener = Listener()
    with following(server, listener):
        until(lambda: listener.news, "the full state")
        server.happen(EventKind.POLICY_CHANGED)
        until(lambda: sum(news.fresh for news in listener.news) == 2, "a second full state")
    assert listener.news[-1].state.seq == server.state.seq


def test_a_refusal_is_told_and_gets_better_by_itself(server: SmallServer) -> None:
    server.refuse = True
    listener = Listener()
    with following(server, listener):
        until(lambda: listener.told, "the refusal")
        assert listener.told[0] == Trouble("key_unknown", "设备密钥无效或已停用。")
        server.refuse = False
        until(lambda: listener.news, "news after the key was added")


def test_a_server_that_answers_but_does_not_stream_is_not_news(server: SmallServer) -> None:
    """Otherwise the board would call an old state alive."""
    listener = Listener()
    with following(server, listener):
        until(lambda: len(listener.news) > 1, "the full state and a sign of life of the stream")
        server.speechless = True
        server.cut()
        until(lambda: [path for path, _ in server.asked].count("/api/v1/hall") >= 3, "two more tries")
        heard = len(listener.news)
        until(lambda: [path for path, _ in server.asked].count("/api/v1/hall") >= 4, "one more try")
        assert len(listener.news) == heard
        server.speechless = False
        until(lambda: len(listener.news) > heard, "the stream again")


def test_tries_grow_rarer_while_the_server_is_away(server: SmallServer) -> None:
    server.refuse = True
    listener, waited = Listener(), []

    def pause(tries: int) -> float:
        waited.append(tries)
        return 0.01

    link = Link(lambda: Client(server.url, KEY), "2F", listener.post, pause)
    link.start()
    until(lambda: len(waited) > 4, "five tries")
    server.refuse = False
    until(lambda: len(listener.news) > 1, "the full state and a sign of life of the stream")
    server.cut()
    until(lambda: waited[-1] == 0, "a short first pause again")
    link.stop()
    assert waited[:4] == [0, 1, 2, 3]
