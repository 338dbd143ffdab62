"""Boards that only draw: whole at first, then what changed, the same bytes for all, nothing lost."""

from __future__ import annotations

import functools
import itertools
import json
import threading
from collections.abc import Callable
from typing import Any

import msgspec

from queue_server.board import BoardState, CounterCell, ZoneLine, fold
from queue_server.database import Tx
from queue_server.journal.store import append
from queue_server.refusals import Refused
from queue_server.stream.frames import SHOWN_CALLS, BoardFrames, Reading
from queue_server.stream.hub import Hub
from queue_server.stream.topics import Audience, everything
from queue_server.wire import Event, EventKind
from tests.queue_server.stream.toy import Toy, ticket

AT, NOW = "2026-11-23T01:00:00.000Z", "2026-11-23T01:05:00.000Z"


class View:
    """The server's own fold, which may be ahead of what a reader was told."""

    def __init__(self) -> None:
        zones = {zone: ZoneLine(zone, "A", "一", "One", 1, "") for zone in ("Z1", "Z2")}
        self.state = BoardState("1F", "一楼", 0, 1, "", AT, zones, {"Z1-01": CounterCell("Z1-01", "1", "Z1")})
        self.plan = 1
        self.gone = False

    def __call__(self) -> Reading:
        if self.gone:
            raise Refused("board_unknown", board="1F")
        state = msgspec.structs.replace(self.state, at=NOW)
        return Reading(self.plan, state, lambda call: [[["zh/please", call.number]]])

    def happen(self, *events: Event) -> list[Event]:
        for event in events:
            self.state = fold(self.state, event)
        return list(events)


def event(seq: int, kind: EventKind, number: int = 1, zone: str = "Z1", **data: Any) -> Event:
    return Event(seq, kind, AT, ticket=ticket(number, zone, counter=f"{zone}-01"), zone=zone, data=data)


def told(frame: tuple[int, bytes] | None) -> dict[str, Any]:
    """What one frame says; its SSE fields must agree with its data."""
    assert frame is not None
    seq, text = frame
    fields = dict(line.split(": ", 1) for line in text.decode().strip().split("\n"))
    data: dict[str, Any] = json.loads(fields["data"])
    assert (int(fields["id"]), fields["event"], data["seq"]) == (seq, data["kind"], seq)
    return data


def test_only_what_changed_is_told() -> None:
    view = View()
    frames = BoardFrames(view)
    first = told(frames.whole())
    assert (first["kind"], first["plan"], first["at"]) == ("board.state", 1, NOW)
    assert list(first["board"]["zones"]) == ["Z1", "Z2"]
    change = told(frames.changed(view.happen(event(1, EventKind.TICKET_ISSUED))))
    assert change["zones"]["Z1"]["waiting"] == 1
    assert (list(change["zones"]), change["counters"], change["called"]) == (["Z1"], {}, [])


def test_calls_of_one_batch_are_all_told_in_the_order_in_which_they_were_made() -> None:
    view = View()
    frames = BoardFrames(view)
    for seq in range(1, 41):
        view.happen(event(seq, EventKind.TICKET_CALLED, seq, ("Z1", "Z2")[seq % 2]))
    frames = BoardFrames(view)
    batch = [event(seq, EventKind.TICKET_CALLED, seq) for seq in (41, 42, 43)]
    change = told(frames.changed(view.happen(*batch)))
    assert [call["seq"] for call in change["called"]] == [41, 42, 43]
    assert [call["seq"] for call in change["calls"]] == [*range(43, 43 - SHOWN_CALLS, -1)]
    assert list(change["counters"]) == ["Z1-01"]
    assert change["said"] == {str(seq): [[["zh/please", f"A{seq:03d}"]]] for seq in (41, 42, 43)}


def test_events_that_the_whole_board_held_already_are_not_told_again() -> None:
    view = View()
    ahead = view.happen(event(1, EventKind.TICKET_CALLED), event(2, EventKind.TICKET_ISSUED, 2))
    frames = BoardFrames(view)
    assert frames.changed(ahead) is None
    assert told(frames.changed(view.happen(event(3, EventKind.TICKET_ISSUED, 3))))["zones"]


def test_notices_are_told_when_they_change_and_only_then() -> None:
    view = View()
    frames = BoardFrames(view)
    posted = Event(1, EventKind.NOTICE_POSTED, AT, data={"zh": "停电", "en": "No power"})
    (notice,) = told(frames.changed(view.happen(posted)))["notices"]
    assert (notice["id"], notice["zh"]) == (1, "停电")
    assert told(frames.changed(view.happen(event(2, EventKind.TICKET_ISSUED))))["notices"] is None
    cleared = Event(3, EventKind.NOTICE_CLEARED, AT, data={"notice": 1})
    assert told(frames.changed(view.happen(cleared)))["notices"] == []


def test_a_new_day_and_a_new_plan_are_told_whole() -> None:
    view = View()
    frames = BoardFrames(view)
    view.happen(event(1, EventKind.TICKET_CALLED))
    day = Event(2, EventKind.DAY_OPENED, AT, data={"day": "2026-11-24"})
    assert told(frames.changed([day]))["board"]["day"] == "2026-11-24"
    view.plan = 2
    view.state = msgspec.structs.replace(view.state, name="新一楼", seq=3)
    newcomer = told(frames.whole())
    assert newcomer["board"]["name"] == "新一楼"
    # Whoever was there before hears of it with the next batch, and in full.
    again = told(frames.changed(view.happen(event(4, EventKind.TICKET_ISSUED))))
    assert (again["kind"], again["plan"], again["seq"]) == ("board.state", 2, 4)


def test_a_board_that_a_new_plan_has_not_any_more_disturbs_nobody() -> None:
    view = View()
    frames = BoardFrames(view)
    view.gone = True
    assert told(frames.changed(view.happen(event(1, EventKind.TICKET_ISSUED))))["zones"]
    assert told(frames.whole())["board"]["name"] == "一楼"


def test_all_readers_of_a_board_get_the_same_bytes_object() -> None:
    view = View()
    hub = Hub()
    audience = Audience(("board_state", "1F"), everything, frames=lambda: BoardFrames(view))
    readers = [hub.join(audience) for _ in range(3)]
    assert all(reader.go_live() and reader.frames is readers[0].frames for reader in readers)
    (topic,) = hub._topics.values()
    from queue_server.stream.hub import _Batch

    chunk = _Batch(view.happen(event(1, EventKind.TICKET_ISSUED))).chunk(topic)
    assert chunk is not None
    for reader in readers:
        reader.push(chunk)
    assert len({id(reader._take()) for reader in readers}) == 1


def test_a_web_board_is_true_at_every_moment_and_hears_every_call(hall: Toy) -> None:
    """Readers come and go while calls of all batch sizes are made; what they put together is the board."""
    stop = threading.Event()

    def call(tx: Tx, numbers: list[int]) -> None:
        for number in numbers:
            append(tx, EventKind.TICKET_ISSUED, "kiosk", ticket=ticket(number))
            append(tx, EventKind.TICKET_CALLED, "staff:toy", ticket=ticket(number, counter="Z1-01"))

    def write() -> None:
        numbers = itertools.count(1)
        for size in itertools.takewhile(lambda _: not stop.is_set(), itertools.cycle((1, 3))):
            batch = list(itertools.islice(numbers, size))
            hall.database.write(functools.partial(call, numbers=batch))
            # A board keeps the newest calls of a zone: nobody is promised more who stays away longer.
            while not stop.wait(0.005) and batch[-1] - len(board.heard) > SHOWN_CALLS // 2:
                pass

    board = _Board()
    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    for _ in range(8):
        reader = hall.stream("?board_state=1F", **{"Last-Event-ID": str(board.seq)})
        for frame in itertools.islice(reader.events(), 25):
            board.take(frame)
        reader.close()
    stop.set()
    writer.join()
    assert board.heard == [f"A{number:03d}" for number in range(1, len(board.heard) + 1)]
    assert len(board.heard) > 50


def test_a_web_board_has_to_sign_in_and_to_exist(hall: Toy) -> None:
    assert hall.stream("?board_state=9F").problem()["code"] == "board_unknown"
    stranger = hall.stream("?board_state=1F", Authorization="Bearer wrong")
    assert stranger.problem()["code"] == "key_unknown"


class _Board:
    """What a page does with the frames: it puts new things in the place of old ones."""

    def __init__(self) -> None:
        self.seq = 0
        self.heard: list[str] = []
        self.apply: dict[str, Callable[[dict[str, Any]], None]] = {
            "board.state": self._whole,
            "board.changed": self._changed,
        }

    def take(self, frame: dict[str, Any]) -> None:
        self.apply[frame["kind"]](frame)
        self.seq = frame["seq"]

    def _whole(self, frame: dict[str, Any]) -> None:
        assert frame["seq"] >= self.seq
        self._hear([call for call in reversed(frame["board"]["calls"]) if call["seq"] > self.seq])

    def _changed(self, frame: dict[str, Any]) -> None:
        assert frame["seq"] > self.seq
        self._hear(frame["called"])

    def _hear(self, calls: list[dict[str, Any]]) -> None:
        self.heard += [call["number"] for call in calls]
