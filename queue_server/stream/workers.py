"""Where the event loop has jobs run that it must not run itself, and how their answers come back.

`Workers` are threads for whatever may block. `Riders` are jobs so quick that they run on the
writer's thread, inside its transaction: a request that takes a ticket needs no thread of its own,
and waits for nothing but the one fsync of its batch.

All bookkeeping happens on the loop's thread, so there is no lock to hold. Answers that come
together (a group commit ends many jobs at once) wake the loop once.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from queue_server.database import Done, Job
from queue_server.refusals import Refused

Result = TypeVar("Result")

BACKLOG_LIMIT = 1024
"""Jobs that may wait; with more the disk hangs, and a clear refusal is kinder."""


class Inbox:
    """Takes what other threads lay into it to the loop, with one wake-up for all that comes together."""

    def __init__(self, take: Callable[..., None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._take = take
        self._laid: deque[tuple[Any, ...]] = deque()
        self._woken = False

    def lay(self, *thing: Any) -> None:
        """Have `take(*thing)` called on the loop; from any thread."""
        self._laid.append(thing)
        if not self._woken:
            self._woken = True
            with contextlib.suppress(RuntimeError):  # the loop has ended; nobody waits any more
                self._loop.call_soon_threadsafe(self._collect)

    def _collect(self) -> None:
        # First the flag, then the things: whoever lays one down from now on wakes the loop again.
        self._woken = False
        while self._laid:
            self._take(*self._laid.popleft())


def _settle(answer: asyncio.Future[Any] | None, result: Any, error: BaseException | None) -> None:
    """Give an answer to whoever awaits it, unless they left."""
    if answer is None or answer.done():
        return
    if error is None:
        answer.set_result(result)
    elif isinstance(error, StopIteration):  # a future cannot carry it
        answer.set_exception(RuntimeError(f"a job raised {error!r}"))
    else:
        answer.set_exception(error)


class _Thread(threading.Thread):
    """One worker; `gate` is open while it has something to do, a job of None ends it."""

    def __init__(self, name: str, report: Callable[[_Thread, Any, BaseException | None], None]) -> None:
        super().__init__(name=name, daemon=True)
        self.gate = threading.Lock()
        self.gate.acquire()
        self.job: Job | None = None
        self.answer: asyncio.Future[Any] | None = None
        self._report = report

    def hand(self, job: Job | None, answer: asyncio.Future[Any] | None) -> None:
        self.job, self.answer = job, answer
        self.gate.release()

    def run(self) -> None:
        while True:
            self.gate.acquire()
            if self.job is None:
                return
            try:
                result = self.job()
            except BaseException as error:  # noqa: BLE001  it is raised again where the answer is awaited
                self._report(self, None, error)
            else:
                self._report(self, result, None)


class Workers:
    """At most `threads` threads, started when they are first needed; owned by one event loop.

    Idle threads are taken last in, first out, which keeps few database connections warm instead of
    many lukewarm.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._limit = threads
        self._name = name
        self._inbox: Inbox | None = None
        self._threads: list[_Thread] = []
        self._idle: list[_Thread] = []
        self._backlog: deque[tuple[Job, asyncio.Future[Any]]] = deque()

    async def run(self, job: Callable[[], Result]) -> Result:
        """Run `job` on a thread and return what it returns; raises what it raises.

        Raises `Refused("store_busy")` when more than `BACKLOG_LIMIT` jobs wait already.
        """
        if self._inbox is None:
            self._inbox = Inbox(self._ended)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if self._idle:
            self._idle.pop().hand(job, answer)
        elif len(self._threads) < self._limit:
            self._start(self._inbox).hand(job, answer)
        elif len(self._backlog) < BACKLOG_LIMIT:
            self._backlog.append((job, answer))
        else:
            raise Refused("store_busy")
        result: Result = await answer
        return result

    def close(self, wait_s: float = 5.0) -> None:
        """End all threads once their jobs are done; what still waits for a thread is cancelled."""
        while self._backlog:
            self._backlog.popleft()[1].cancel()
        for thread in self._idle:
            thread.hand(None, None)
        for thread in self._idle:
            thread.join(wait_s)
        self._idle.clear()

    def _start(self, inbox: Inbox) -> _Thread:
        thread = _Thread(f"{self._name}-{len(self._threads) + 1}", inbox.lay)
        self._threads.append(thread)
        thread.start()
        return thread

    def _ended(self, thread: _Thread, result: Any, error: BaseException | None) -> None:
        answer = thread.answer
        if self._backlog:
            thread.hand(*self._backlog.popleft())
        else:
            self._idle.append(thread)
        _settle(answer, result, error)


class Carrier(Protocol):
    """Whoever takes riders along: the database."""

    def ride(self, job: Job, done: Done) -> None: ...


class Riders:
    """Runs quick jobs on the thread of a carrier; owned by one event loop."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._inbox: Inbox | None = None
        self._aboard = 0

    async def run(self, job: Callable[[], Result]) -> Result:
        """Run `job` and return what it returns, once what it wrote is on the disk; raises what it raises.

        Raises `Refused("store_busy")` when more than `BACKLOG_LIMIT` jobs are under way.
        """
        if self._inbox is None:
            self._inbox = Inbox(_settle)
        if self._aboard >= BACKLOG_LIMIT:
            raise Refused("store_busy")
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._aboard += 1
        try:
            self._carrier.ride(job, functools.partial(self._inbox.lay, answer))
            result: Result = await answer
        finally:
            self._aboard -= 1
        return result
