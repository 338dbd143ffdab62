"""Where the loop's jobs run: answers find their callers, idle threads rest, a hung disk is told."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from queue_server.database import Done, Job
from queue_server.refusals import Refused
from queue_server.stream import workers as room
from queue_server.stream.workers import Riders, Workers


def test_every_caller_gets_its_own_answer() -> None:
    async def story() -> None:
        workers = Workers(16, "t")

        def job(number: int) -> int:
            time.sleep(number % 3 * 0.0005)
            if number % 7 == 0:
                raise ValueError(str(number))
            return number

        async def ask(number: int) -> None:
            if number % 7 == 0:
                with pytest.raises(ValueError, match=f"^{number}$"):
                    await workers.run(lambda: job(number))
            else:
                assert await workers.run(lambda: job(number)) == number

        await asyncio.gather(*(ask(number) for number in range(500)))
        workers.close()

    asyncio.run(story())


def test_one_after_the_other_needs_one_thread() -> None:
    """The last one used is the first one taken: few database connections, all of them warm."""

    async def story() -> None:
        workers = Workers(16, "t")
        names = {await workers.run(lambda: threading.current_thread().name) for _ in range(200)}
        assert names == {"t-1"}
        workers.close()

    asyncio.run(story())


def test_no_more_threads_than_allowed_and_a_refusal_when_too_many_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "BACKLOG_LIMIT", 5)

    async def story() -> None:
        workers = Workers(3, "t")
        gate = threading.Event()
        waiting = [asyncio.create_task(workers.run(gate.wait)) for _ in range(8)]
        await asyncio.sleep(0.05)
        with pytest.raises(Refused) as refused:
            await workers.run(gate.wait)
        assert refused.value.code == "store_busy"
        assert len([t for t in threading.enumerate() if t.name.startswith("t-")]) == 3
        gate.set()
        assert await asyncio.gather(*waiting) == [True] * 8
        workers.close()

    asyncio.run(story())
    assert not [t for t in threading.enumerate() if t.name.startswith("t-")]


def test_answers_that_come_together_wake_the_loop_once() -> None:
    async def story() -> None:
        workers = Workers(32, "t")
        loop = asyncio.get_running_loop()
        gate = threading.Event()
        waiting = [asyncio.create_task(workers.run(gate.wait)) for _ in range(32)]
        await asyncio.sleep(0.05)
        woken = 0
        original = loop.call_soon_threadsafe

        def count(*arguments: object, **more: object) -> object:
            nonlocal woken
            woken += 1
            return original(*arguments, **more)  # type: ignore[arg-type]

        loop.call_soon_threadsafe = count  # type: ignore[assignment,method-assign]
        gate.set()
        time.sleep(0.2)  # the loop is busy meanwhile: all of them report
        await asyncio.gather(*waiting)
        assert woken == 1
        workers.close()

    asyncio.run(story())


def test_a_caller_who_left_harms_nobody() -> None:
    async def story() -> None:
        workers = Workers(1, "t")
        gate = threading.Event()
        left = asyncio.create_task(workers.run(gate.wait))
        await asyncio.sleep(0.02)
        left.cancel()
        gate.set()
        assert await workers.run(lambda: 1) == 1
        workers.close()

    asyncio.run(story())


def test_even_stop_iteration_comes_back() -> None:
    async def story() -> None:
        workers = Workers(1, "t")
        with pytest.raises(RuntimeError, match="StopIteration"):
            await workers.run(lambda: next(iter(())))
        assert await workers.run(lambda: 1) == 1
        workers.close()

    asyncio.run(story())


class Cart:
    """Takes riders along on a thread of its own, one after the other, when it is told to."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Job, Done]] = []
        self._thread = threading.Thread(target=self._drive)

    def ride(self, job: Job, done: Done) -> None:
        self._waiting.append((job, done))

    def drive(self) -> None:
        self._thread.start()

    def _drive(self) -> None:
        for job, done in self._waiting:
            try:
                result = job()
            except BaseException as error:  # noqa: BLE001
                done(None, error)
            else:
                done(result, None)


def test_every_rider_gets_its_own_end_and_the_loop_is_woken_once() -> None:
    def broken() -> None:
        raise ValueError("a bug")

    async def story() -> None:
        cart = Cart()
        riders = Riders(cart)
        jobs: list[Job] = [*(lambda number=number: number for number in range(30)), broken]
        waiting = [asyncio.create_task(riders.run(job)) for job in jobs]
        await asyncio.sleep(0)
        loop = asyncio.get_running_loop()
        woken: list[object] = []
        original = loop.call_soon_threadsafe

        def count(*what: object, **more: object) -> object:
            woken.append(what)
            return original(*what, **more)  # type: ignore[arg-type]

        loop.call_soon_threadsafe = count  # type: ignore[assignment,method-assign]
        cart.drive()
        time.sleep(0.2)  # the loop is busy meanwhile: all of them arrive
        ends = await asyncio.gather(*waiting, return_exceptions=True)
        assert ends[:30] == list(range(30))
        assert repr(ends[30]) == "ValueError('a bug')"
        assert len(woken) == 1

    asyncio.run(story())


def test_riders_who_left_harm_nobody_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "BACKLOG_LIMIT", 3)

    async def story() -> None:
        cart = Cart()
        riders = Riders(cart)
        waiting = [asyncio.create_task(riders.run(lambda number=number: number)) for number in range(3)]  # type: ignore[misc]
        await asyncio.sleep(0)
        with pytest.raises(Refused) as refused:
            await riders.run(lambda: 3)
        assert refused.value.code == "store_busy"
        waiting[0].cancel()
        await asyncio.sleep(0)
        waiting.append(asyncio.create_task(riders.run(lambda: 4)))
        await asyncio.sleep(0)
        cart.drive()
        assert await asyncio.gather(*waiting[1:]) == [1, 2, 4]

    asyncio.run(story())


def test_a_refused_ride_is_raised_and_leaves_its_place() -> None:
    class Closed:
        def ride(self, job: Job, done: Done) -> None:
            raise Refused("store_busy")

    async def story() -> None:
        riders = Riders(Closed())
        for _ in range(room.BACKLOG_LIMIT + 1):
            with pytest.raises(Refused, match="store_busy"):
                await riders.run(lambda: 1)

    asyncio.run(story())
