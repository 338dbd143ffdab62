"""What the board shows as news comes and time passes, without a screen and without waiting."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from display_board.link import News, Trouble
from display_board.presenter import OLD_CALL_S, SILENT_AFTER_S, TURN_S, Presenter
from display_board.scene import Notice, Scene, ShownCall
from queue_server.board import BoardState, Call, fold
from queue_server.wire import Event, EventKind, Hall
from tests.display_board.small_server import board_state, hall

# 10:24:00 in the hall, told by the server 1000 s after the board's own clock began.
SERVER_TIME = dt.datetime(2026, 11, 23, 2, 24, tzinfo=dt.UTC)
T0 = 1000.0


class Desk:
    """Hands a presenter news at given seconds, as the link does."""

    def __init__(self, board: str = "2F") -> None:
        # The machine's own clock is a year wrong; the server's counts.
        self.presenter = Presenter(SERVER_TIME - dt.timedelta(days=365), T0 - 5)
        self.hall: Hall = msgspec.structs.replace(hall(), server_time=SERVER_TIME.isoformat())
        self.state: BoardState = board_state(board)

    def read(self, at_s: float = 0, calls: list[Call] | None = None) -> Scene:
        """Read the full state."""
        self.state = msgspec.structs.replace(self.state, calls=calls or self.state.calls)
        self.presenter.take(News(self.hall, T0, self.state, T0 + at_s, fresh=True), T0 + at_s)
        return self.at(at_s)

    def event(self, kind: EventKind, at_s: float, *, made_s: float | None = None, **fields) -> Scene:
        """An event made at `made_s` that is heard at `at_s`."""
        event = Event(self.state.seq + 1, kind, when(at_s if made_s is None else made_s), **fields)
        self.state = fold(self.state, event)
        called = bool(self.state.calls) and self.state.calls[0].seq == event.seq
        self.presenter.take(News(self.hall, T0, self.state, T0 + at_s, called=called), T0 + at_s)
        return self.at(at_s)

    def call(self, number: str, at_s: float, *, made_s: float | None = None, counter: str = "Z3-03") -> Scene:
        ticket = ticket_at(self.state, number, counter)
        return self.event(EventKind.TICKET_CALLED, at_s, made_s=made_s, ticket=ticket)

    def beat(self, at_s: float) -> Scene:
        self.presenter.take(News(self.hall, T0, self.state, T0 + at_s), T0 + at_s)
        return self.at(at_s)

    def at(self, at_s: float) -> Scene:
        return self.presenter.scene(T0 + at_s)


def ticket_at(state: BoardState, number: str, counter: str):
    from queue_server.wire import MatterName, Ticket, TicketState

    cell = state.counters[counter]
    return Ticket(
        id=1, visit=1, leg=1, number=number, state=TicketState.CALLED, matter=MatterName("m", "m"),
        zone=cell.zone, floor=2, issued_at=when(0), counter=counter, counter_label=cell.label,
    )  # fmt: skip


def when(at_s: float) -> str:
    return (SERVER_TIME + dt.timedelta(seconds=at_s)).isoformat()


def in_bands(scene: Scene) -> list[str]:
    assert not isinstance(scene.bands, Notice)
    return [call.number for call in scene.bands if isinstance(call, ShownCall)]


def test_before_the_first_news_it_says_that_it_is_connecting() -> None:
    scene = Desk().at(0)
    assert isinstance(scene.bands, Notice)
    assert (scene.bands.title.zh, scene.bands.line.zh) == ("叫号请听广播，看窗口上方", "本屏正在连接。")
    assert (scene.zones.zones, scene.recent, scene.ticker) == ((), None, None)


def test_the_header_shows_the_servers_time_in_the_hall() -> None:
    header = Desk().read().header
    assert (header.floor, header.hall.zh, header.time) == ("2楼", "上饶市行政服务中心", "10:24")
    assert (header.date.zh, header.date.en) == ("11月23日 星期一", "Mon, 23 Nov")


@pytest.mark.parametrize(("at_s", "time"), [(59.9, "10:24"), (60, "10:25"), (3600 * 14, "00:24")])
def test_the_clock_turns_with_the_minute(at_s: float, time: str) -> None:
    desk = Desk()
    desk.read()
    assert desk.at(at_s).header.time == time


def test_a_call_stands_in_the_band_in_its_cell_and_after_20_s_in_the_list() -> None:
    desk = Desk()
    desk.read()
    scene = desk.call("C047", 5)
    cell = next(cell for zone in scene.zones.zones for cell in zone.cells if cell.number)
    assert isinstance(scene.bands, tuple)
    assert scene.bands[0] is not None
    assert (scene.bands[0].number, scene.bands[0].label, scene.bands[0].sign.letter) == ("C047", "27", "C")
    assert (cell.number, cell.label, cell.called) == ("C047", "27", True)
    assert scene.recent is not None
    assert scene.recent.calls == ()
    desk.beat(20)
    scene = desk.at(25)
    assert isinstance(scene.bands, Notice)
    assert not scene.bands.warning
    assert scene.recent is not None
    assert scene.recent.calls == (("C047", "27"),)


def test_a_started_board_shows_calls_of_the_last_20_s_again() -> None:
    calls = [
        Call("C049", "Z3-01", "25", "Z3", 2, when(-1), seq=9),
        Call("C048", "Z3-02", "26", "Z3", 2, when(-10), seq=8),
        Call("C047", "Z3-03", "27", "Z3", 2, when(-30), seq=7),
    ]
    scene = Desk().read(calls=calls)
    assert in_bands(scene) == ["C048", "C049"]
    assert scene.recent is not None
    assert scene.recent.calls == (("C047", "27"),)


@pytest.mark.parametrize(("late_s", "shown"), [(0, True), (OLD_CALL_S - 1, True), (OLD_CALL_S + 1, False)])
def test_calls_that_come_late_after_a_broken_line(late_s: float, shown: bool) -> None:
    """Whoever was called minutes ago was told otherwise; the list has the call in any case."""
    desk = Desk()
    desk.read()
    scene = desk.call("C047", 200, made_s=200 - late_s)
    if shown:
        assert in_bands(scene) == ["C047"]
    else:
        assert isinstance(scene.bands, Notice)
        assert scene.recent is not None
        assert scene.recent.calls == (("C047", "27"),)


def test_without_news_the_board_says_since_when_and_keeps_its_state() -> None:
    desk = Desk()
    desk.read()
    desk.call("C047", 30)
    assert in_bands(desk.at(30 + SILENT_AFTER_S - 0.1)) == ["C047"]
    scene = desk.at(30 + SILENT_AFTER_S)
    assert isinstance(scene.bands, Notice)
    assert scene.bands.warning
    assert scene.bands.line.zh == "本屏停在 10:24，正在重新连接。"
    assert scene.bands.line.en == "Stopped at 10:24, reconnecting."
    assert scene.zones.dimmed
    cells = [cell for zone in scene.zones.zones for cell in zone.cells if cell.number]
    assert [(cell.number, cell.called) for cell in cells] == [("C047", False)]
    assert scene.recent is not None
    assert (scene.recent.dimmed, scene.recent.calls) == (True, (("C047", "27"),))
    assert not desk.beat(60).zones.dimmed


def test_a_heartbeat_keeps_the_board_alive() -> None:
    desk = Desk()
    desk.read()
    for at_s in range(15, 300, 15):
        assert not desk.beat(at_s).zones.dimmed


def test_a_refused_board_tells_the_staff_why() -> None:
    desk = Desk()
    desk.presenter.take(Trouble("key_unknown", "设备密钥无效或已停用。"), T0)
    scene = desk.at(0)
    assert isinstance(scene.bands, Notice)
    assert scene.bands.line.zh == "本屏还没有接通，请找管理员：设备密钥无效或已停用。（key_unknown）"
    assert "key_unknown" in scene.bands.line.en
    assert not isinstance(desk.read(1).bands, Notice) or not desk.at(1).zones.dimmed


def test_a_new_day_clears_the_bands() -> None:
    desk = Desk()
    desk.read()
    desk.call("C047", 5)
    scene = desk.event(EventKind.DAY_OPENED, 6, data={"day": "2026-11-24"})
    assert isinstance(scene.bands, Notice)


def test_pages_and_the_line_at_the_foot_turn_together() -> None:
    desk = Desk("all")
    first = desk.read()
    assert first.ticker is not None
    assert (first.header.page.zh, first.ticker.place) == ("窗口 1/3", "1/4")
    desk.beat(TURN_S - 5)
    second = desk.at(TURN_S - 5)  # the presenter began 5 s before the first news
    assert second.ticker is not None
    assert (second.header.page.en, second.ticker.place) == ("Counters 2/3", "2/4")
    shown = {zone.sign.letter for scene in (first, second) for zone in scene.zones.zones}
    desk.beat(2 * TURN_S - 5)
    shown |= {zone.sign.letter for zone in desk.at(2 * TURN_S - 5).zones.zones}
    assert shown == set("ABCDEFG")


def test_nothing_changes_between_the_moments_that_it_names() -> None:
    """The board sleeps until `next_s`; whatever would change before would be shown too late."""
    desk = Desk("all")
    desk.read()
    desk.call("C047", 1)
    desk.call("C048", 1, counter="Z3-04")
    desk.call("C049", 1.2, counter="Z3-05")
    at_s, changes = 1.2, 0
    while at_s < 90:
        scene, step_s = desk.at(at_s), desk.presenter.next_s(T0 + at_s)
        assert step_s > 0
        for part in (0.25, 0.5, 0.99):
            assert desk.at(at_s + step_s * part) == scene
        at_s += step_s
        changes += desk.at(at_s) != scene
    assert changes > 15


def test_an_idle_board_wakes_a_few_times_a_minute_only() -> None:
    desk = Desk()
    desk.read()
    at_s, wakes = 0.0, 0
    while at_s < 60:
        at_s += desk.presenter.next_s(T0 + at_s)
        desk.beat(at_s)
        wakes += 1
    assert wakes <= 10


def test_the_public_hash_of_the_journal_takes_its_turn_at_the_foot() -> None:
    desk = Desk()
    desk.read()
    lines = {line.ticker.line.zh for line in (desk.at(at) for at in range(0, 60, 12)) if line.ticker}
    assert not any("校验值" in line for line in lines)
    data = {"root": "4f3a12bc90de55aa" + "0" * 48, "hour": "2026-11-23T02:00:00.000Z"}
    desk.event(EventKind.CHAIN_ROOT, 61, data=data)
    shown = [desk.at(at).ticker for at in range(62, 182, 12)]
    pairs = {(one.line.zh, one.line.en) for one in shown if one is not None}
    words = (
        "10:00 公布的流水校验值：4f3a 12bc 90de 55aa",
        "Hash of the journal at 10:00: 4f3a 12bc 90de 55aa",
    )
    assert words in pairs
