"""The line between a board and the server: one thread that keeps the board's state true.

It reads the full state once, then folds the events of the stream. A broken line is taken up again
where it broke, after a pause that grows and is never the same twice, so that a hundred boards do
not come back in one second. Results are handed to `post`, in order, from this thread.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from display_board.pauses import pause_s
from queue_server.board import BoardState, fold
from queue_server.client import Client, Refusal, ServerAway, StreamReset
from queue_server.wire import Event, EventKind, Hall

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class News:
    """The server was heard: the state now.

    `called` tells that the newest call of the state was just made, `fresh` that the state was
    read whole and does not continue the one before; `event` is what brought the news, if one did.
    `hall_s` is when `hall` was read, `heard_s` when this news came, both in seconds of
    `time.monotonic()`.
    """

    hall: Hall
    hall_s: float
    state: BoardState
    heard_s: float
    called: bool = False
    fresh: bool = False
    event: Event | None = None


@dataclass(frozen=True)
class Trouble:
    """The server refuses this board; it needs a person (`code` is stable, `title` for people)."""

    code: str
    title: str


class Post(Protocol):
    """Takes what the link has to tell; called on the link's thread, must return at once."""

    def __call__(self, told: News | Trouble, /) -> None: ...


class Source(Protocol):
    """What is followed: a full state to read, and the events that go on from it."""

    def read(self, client: Client) -> BoardState:
        """Read the full state."""
        ...

    @property
    def topic(self) -> dict[str, str]:
        """The query of the stream; asked for after `read`."""
        ...


class Board:
    """A hall board by its name."""

    def __init__(self, name: str) -> None:
        self.topic = {"board": name}
        self._name = name

    def read(self, client: Client) -> BoardState:
        """Read the full state of the board."""
        return client.board(self._name)


class Link:
    """Follows one source at the server, a board by its name, until `stop`.

    `pause` says how long it waits after so many tries.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        source: Source | str,
        post: Post,
        pause: Callable[[int], float] | None = None,
    ) -> None:
        self._connect = connect
        self._source = Board(source) if isinstance(source, str) else source
        self._post = post
        self._client: Client | None = None
        self._state: BoardState | None = None
        self._pause = pause or (lambda tries: pause_s(tries, random.random()))
        self._tries = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    def start(self) -> None:
        """Begin to follow, on a thread of its own."""
        self._thread.start()

    def stop(self, wait_s: float = 2.0) -> None:
        """Let go of the line and wait for the thread."""
        self._stopped.set()
        client = self._client
        if client is not None:
            client.close()
        self._thread.join(wait_s)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._connect() as self._client:
                    self._follow(self._client)
            except ServerAway as away:
                log.debug("the server is away: %s", away)
            except StreamReset:
                self._state = None
            except Refusal as refusal:
                self._state = None
                self._post(Trouble(refusal.problem.code, refusal.problem.title))
            except Exception:
                # must not leave the hall with a frozen screen. It is logged and all is read anew.
                log.exception("the link failed")
                self._state = None
            self._stopped.wait(self._pause(self._tries))
            self._tries += 1

    def _follow(self, client: Client) -> None:
        """Read what is missing, then fold events; ends only by raising, or when stopped.

        A state that is still at hand counts as heard only when the stream goes on: a server that
        answers but does not stream would otherwise keep an old board looking alive.
        """
        hall, hall_s = client.hall(), time.monotonic()
        state = self._state
        if state is None:
            state = self._state = self._source.read(client)
            self._tell(News(hall, hall_s, state, time.monotonic(), fresh=True))
        for event in client.events(after=state.seq, epoch=state.epoch, **self._source.topic):
            if self._stopped.is_set():
                return
            called = False
            if event is not None:
                if event.kind == EventKind.POLICY_CHANGED:
                    raise StreamReset("the hall was changed")
                state = self._state = fold(state, event)
                called = bool(state.calls) and state.calls[0].seq == event.seq
            self._tell(News(hall, hall_s, state, time.monotonic(), called=called, event=event))

    def _tell(self, news: News) -> None:
        self._tries = 0
        self._post(news)
