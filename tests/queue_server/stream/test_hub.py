"""The hub by itself: one encoding for all, cut-offs, and room for others between its readers."""

from __future__ import annotations

import asyncio
import threading
import time

from queue_server.stream.hub import BUFFER, CHUNK, Chunk, Hub, Subscriber, encode
from queue_server.stream.topics import Audience, everything, of_visit
from queue_server.wire import Event
from tests.queue_server.stream.toy import ticket

ALL = Audience("", everything)


def event(seq: int) -> Event:
    return Event(seq, "day.opened", "2026-11-23T01:00:00.000Z", "system")


def live(hub: Hub, audience: Audience = ALL) -> Subscriber:
    subscriber = hub.join(audience)
    assert subscriber.go_live()
    return subscriber


def test_all_readers_of_a_topic_get_the_same_bytes_object() -> None:
    async def story() -> None:
        hub = Hub()
        hub.start()
        readers = [live(hub) for _ in range(3)]
        await asyncio.to_thread(hub.publish, [event(1), "not an event", event(2)])
        chunks = [await reader.next() for reader in readers]
        assert chunks[0] == encode(event(1)) + encode(event(2))
        single = Chunk([(3, encode(event(3)))])
        assert single.after(0) is single.after(2) is single.data
        hub.close()

    asyncio.run(story())


def test_a_chunk_is_cut_where_the_replay_ended() -> None:
    chunk = Chunk([(seq, encode(event(seq))) for seq in (4, 5, 6)])
    assert chunk.after(3) == chunk.data
    assert chunk.after(5) == encode(event(6))
    assert chunk.after(6) == b""


def test_one_wake_up_for_each_batch() -> None:
    async def story() -> None:
        hub = Hub()
        hub.start()
        loop = asyncio.get_running_loop()
        woken = 0
        original = loop.call_soon_threadsafe

        def count(*arguments: object, **more: object) -> object:
            nonlocal woken
            woken += 1
            return original(*arguments, **more)  # type: ignore[arg-type]

        loop.call_soon_threadsafe = count  # type: ignore[assignment,method-assign]
        reader = live(hub)
        hub.publish([event(seq) for seq in range(1, 200)])
        assert (await reader.next()).count(b"event: ") == 199
        hub.publish(["nothing that a stream carries"])
        assert woken == 1
        hub.close()

    asyncio.run(story())


def test_a_live_reader_with_too_much_waiting_is_cut_off() -> None:
    async def story() -> None:
        hub = Hub()
        hub.start()
        reader, patient = live(hub), live(hub)
        for seq in range(1, BUFFER + 2):
            hub.publish([event(seq)])
            await asyncio.sleep(0.001)
            if seq <= BUFFER:
                assert not reader.ended
            await patient.next()
        assert reader.ended
        assert not patient.ended
        assert await reader.next() == b""
        hub.close()

    asyncio.run(story())


def test_a_replaying_reader_with_too_much_waiting_reads_on() -> None:
    async def story() -> None:
        hub = Hub(buffer=2)
        hub.start()
        reader = hub.join(ALL)
        for seq in range(1, 9):
            hub.publish([event(seq)])
            await asyncio.sleep(0.001)
        assert not reader.ended
        assert not reader.go_live()
        reader.after = 8
        hub.publish([event(9)])
        assert reader.go_live()
        assert await reader.next() == encode(event(9))
        hub.close()

    asyncio.run(story())


def test_the_loop_breathes_between_readers() -> None:
    """A burst to many readers lets other work in after each hundred."""

    async def story() -> None:
        hub = Hub()
        hub.start()
        readers = [live(hub) for _ in range(50 * CHUNK)]
        turns = 0

        async def other_work() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        work = asyncio.create_task(other_work())
        await asyncio.sleep(0)
        hub.publish([event(1)])
        await readers[-1].next()
        assert turns >= 50
        work.cancel()
        hub.close()

    asyncio.run(story())


def test_a_visit_is_found_without_asking_the_other_ones() -> None:
    asked = 0

    async def story() -> None:
        nonlocal asked
        hub = Hub()
        hub.start()

        def test_of(visit: int) -> Audience:
            wants = of_visit(visit)

            def counted(one: Event) -> bool:
                nonlocal asked
                asked += 1
                return wants(one)

            return Audience(("status", visit), counted, visit=visit, public=True)

        readers = [live(hub, test_of(visit)) for visit in range(1, 1001)]
        called = Event(1, "ticket.called", "2026-11-23T01:00:00.000Z", "staff:x", ticket(1, visit=7))
        hub.publish([called])
        assert await readers[6].next() == encode(called, public=True)
        hub.close()

    asyncio.run(story())
    assert asked == 1


def test_events_before_the_loop_and_after_it_are_nobodys() -> None:
    hub = Hub()
    hub.publish([event(1)])

    async def story() -> None:
        hub.start()
        hub.close()

    asyncio.run(story())
    thread = threading.Thread(target=hub.publish, args=([event(2)],))
    thread.start()
    thread.join(5)
    assert not thread.is_alive()


def test_a_stuck_send_is_dropped_and_a_silent_one_is_not() -> None:
    dropped: list[str] = []

    async def story() -> None:
        hub = Hub(stall_s=0.1, sweep_s=0.02)
        hub.start()
        stuck = hub.join(ALL, abort=lambda: dropped.append("stuck"))
        silent = hub.join(ALL, abort=lambda: dropped.append("silent"))
        silent.go_live()
        stuck.stuck_since = time.monotonic()
        await asyncio.sleep(0.3)
        assert stuck.ended
        assert not silent.ended
        hub.close()

    asyncio.run(story())
    assert set(dropped) == {"stuck"}


def test_a_fault_in_the_fan_out_ends_the_streams_instead_of_leaving_a_gap() -> None:
    async def story() -> None:
        hub = Hub()
        hub.start()

        def broken(one: Event) -> bool:
            raise RuntimeError("broken on purpose")

        victim, reader = live(hub, Audience("broken", broken)), live(hub)
        hub.publish([event(1)])
        assert await victim.next() == b""
        assert reader.ended
        hub.leave(victim)
        hub.leave(reader)
        again = live(hub)
        hub.publish([event(2)])
        assert await again.next() == encode(event(2))
        hub.close()

    asyncio.run(story())


def test_a_waiting_reader_is_written_to_without_waking_its_task() -> None:
    """And a socket that takes no more gets the rest through the task, in order."""

    async def story() -> None:
        hub = Hub()
        hub.start()
        reader = live(hub)
        written: list[bytes] = []
        takes = True

        def direct(frame: bytes) -> bool:
            if takes:
                written.append(frame)
            return takes

        reader.direct = direct
        task = asyncio.create_task(reader.next())
        await asyncio.sleep(0)
        for seq in (1, 2):
            hub.publish([event(seq)])
            await asyncio.sleep(0.01)
        data = [encode(event(seq)) for seq in (1, 2)]
        assert written == [b"%x\r\n%b\r\n" % (len(one), one) for one in data]
        assert not task.done()
        takes = False
        hub.publish([event(3)])
        assert await task == encode(event(3))
        takes = True
        hub.publish([event(4)])  # its task is busy sending: nothing may overtake that
        await asyncio.sleep(0.01)
        assert len(written) == 2
        assert await reader.next() == encode(event(4))
        hub.close()

    asyncio.run(story())


def test_it_knows_which_devices_are_there() -> None:
    hub = Hub()
    board, again = (hub.join(Audience("", everything, by="device:board-1F")) for _ in range(2))
    hub.join(Audience("", everything, by="staff:clerk"))
    hub.join(Audience(("status", 7), of_visit(7), visit=7, public=True))
    assert hub.present() == ["board-1F"]
    hub.leave(board)
    hub.leave(board)
    assert hub.present() == ["board-1F"]
    hub.leave(again)
    assert hub.present() == []
