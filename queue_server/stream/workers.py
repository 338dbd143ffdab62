"""The threads that run blocking work for the event loop: one hop there, one hop back.

All bookkeeping happens on the loop's thread, so there is no lock to hold: a thread only runs the
job that it was given and reports. Idle threads are taken last in, first out, which keeps few
database connections warm instead of many lukewarm. Answers that come together (a group commit
wakes all its callers at once) wake the loop once.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from queue_server.refusals import Refused

Result = TypeVar("Result")
Job = Callable[[], Any]

BACKLOG_LIMIT = 1024
"""Jobs that may wait for a thread; with more the disk hangs, and a clear refusal is kinder."""


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
            except StopIteration as error:  # a future cannot carry it
                self._report(self, None, RuntimeError(f"{self.job} raised {error!r}"))
            except BaseException as error:  # noqa: BLE001  it is raised again where the answer is awaited
                self._report(self, None, error)
            else:
                self._report(self, result, None)


class Workers:
    """At most `threads` threads, started when they are first needed; owned by one event loop."""

    def __init__(self, threads: int, name: str) -> None:
        self._limit = threads
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads: list[_Thread] = []
        self._idle: list[_Thread] = []
        self._backlog: deque[tuple[Job, asyncio.Future[Any]]] = deque()
        self._done: deque[tuple[_Thread, Any, BaseException | None]] = deque()
        self._woken = False

    async def run(self, job: Callable[[], Result]) -> Result:
        """Run `job` on a thread and return what it returns; raises what it raises.

        Raises `Refused("store_busy")` when more than `BACKLOG_LIMIT` jobs wait already.
        """
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = self._loop.create_future()
        if self._idle:
            self._idle.pop().hand(job, answer)
        elif len(self._threads) < self._limit:
            self._start().hand(job, answer)
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

    def _start(self) -> _Thread:
        thread = _Thread(f"{self._name}-{len(self._threads) + 1}", self._report)
        self._threads.append(thread)
        thread.start()
        return thread

    def _report(self, thread: _Thread, result: Any, error: BaseException | None) -> None:
        """On the worker's thread: lay the answer down, wake the loop unless somebody just did."""
        self._done.append((thread, result, error))
        if not self._woken and self._loop is not None:
            self._woken = True
            with contextlib.suppress(RuntimeError):  # the loop has ended; nobody waits any more
                self._loop.call_soon_threadsafe(self._collect)

    def _collect(self) -> None:
        # First the flag, then the answers: whoever lays one down from now on wakes the loop again.
        self._woken = False
        while self._done:
            thread, result, error = self._done.popleft()
            answer = thread.answer
            if self._backlog:
                thread.hand(*self._backlog.popleft())
            else:
                self._idle.append(thread)
            if answer is None or answer.done():
                continue
            if error is None:
                answer.set_result(result)
            else:
                answer.set_exception(error)
