"""What the board shows as news comes and time passes, without a screen and without waiting."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from display_board.link import News, Trouble
from display_board.presenter import OLD_CALL_S, SILENT_AFTER_S, TURN_S, Presenter
from display_board.scene import PictureSlide, Scene, Sentence, ShownCall, Zone
from queue_server.board import BoardState, Call, fold
from queue_server.wire import Event, EventKind, Hall
from queue_server.wire.board import BoardLook, Line, Orientation, Slide
from tests.display_board.samples import ticket
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
        self.hear(kind, at_s, made_s=made_s, **fields)
        return self.at(at_s)

    def hear(self, kind: EventKind, at_s: float, *, made_s: float | None = None, **fields) -> None:
        """Take an event in without looking at the board."""
        event = Event(self.state.seq + 1, kind, when(at_s if made_s is None else made_s), **fields)
        self.state = fold(self.state, event)
        called = bool(self.state.calls) and self.state.calls[0].seq == event.seq
        self.presenter.take(News(self.hall, T0, self.state, T0 + at_s, called=called), T0 + at_s)

    def call(self, number: str, at_s: float, *, made_s: float | None = None, counter: str = "Z3-03") -> Scene:
        made = ticket(self.state, number, counter)
        return self.event(EventKind.TICKET_CALLED, at_s, made_s=made_s, ticket=made)

    def beat(self, at_s: float) -> Scene:
        self.presenter.take(News(self.hall, T0, self.state, T0 + at_s), T0 + at_s)
        return self.at(at_s)

    def at(self, at_s: float) -> Scene:
        return self.presenter.scene(T0 + at_s)


def when(at_s: float) -> str:
    return (SERVER_TIME + dt.timedelta(seconds=at_s)).isoformat()


def zones_of(scene: Scene) -> tuple[Zone, ...]:
    return scene.zones.zones if scene.zones else ()


def dimmed(scene: Scene) -> bool:
    assert scene.zones is not None
    return scene.zones.dimmed


def recent(scene: Scene) -> list[tuple[str, str]]:
    assert scene.recent is not None
    return [(call.number, call.label) for call in scene.recent.calls]


def in_bands(scene: Scene) -> list[str]:
    assert not isinstance(scene.bands, Sentence)
    return [call.number for call in scene.bands if isinstance(call, ShownCall)]


def test_before_the_first_news_it_says_that_it_is_connecting() -> None:
    scene = Desk().at(0)
    assert isinstance(scene.bands, Sentence)
    assert (scene.bands.title.zh, scene.bands.line.zh) == ("叫号请听广播，看窗口上方", "本屏正在连接。")
    assert (scene.zones, scene.recent, scene.ticker) == (None, None, None)


def test_the_header_shows_the_servers_time_in_the_hall() -> None:
    header = Desk().read().header
    assert (header.floor.zh, header.hall.zh, header.time) == ("2楼", "上饶市行政服务中心", "10:24")
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
    cell = next(cell for zone in zones_of(scene) for cell in zone.cells if cell.number)
    assert isinstance(scene.bands, tuple)
    assert scene.bands[0] is not None
    assert (scene.bands[0].number, scene.bands[0].label, scene.bands[0].sign.letter) == ("C047", "27", "C")
    assert (cell.number, cell.label, cell.called) == ("C047", "27", True)
    assert recent(scene) == []
    desk.beat(20)
    scene = desk.at(25)
    assert isinstance(scene.bands, Sentence)
    assert not scene.bands.warning
    assert recent(scene) == [("C047", "27")]


def test_a_started_board_shows_calls_of_the_last_20_s_again() -> None:
    calls = [
        Call("C049", "Z3-01", "25", "Z3", 2, when(-1), seq=9),
        Call("C048", "Z3-02", "26", "Z3", 2, when(-10), seq=8),
        Call("C047", "Z3-03", "27", "Z3", 2, when(-30), seq=7),
    ]
    scene = Desk().read(calls=calls)
    assert in_bands(scene) == ["C048", "C049"]
    assert recent(scene) == [("C047", "27")]


@pytest.mark.parametrize("late_s", [0, OLD_CALL_S - 1, OLD_CALL_S + 200])
def test_a_call_that_comes_late_is_shown_while_its_person_has_not_come(late_s: float) -> None:
    desk = Desk()
    desk.read()
    assert in_bands(desk.call("C047", 400, made_s=400 - late_s)) == ["C047"]


@pytest.mark.parametrize(("late_s", "shown"), [(OLD_CALL_S - 1, True), (OLD_CALL_S + 1, False)])
def test_an_old_call_whose_person_has_come_is_history(late_s: float, shown: bool) -> None:
    """After a broken line both events come at once; the list has the call in any case."""
    desk = Desk()
    desk.read()
    made = ticket(desk.state, "C047", "Z3-03")
    desk.hear(EventKind.TICKET_CALLED, 400, made_s=400 - late_s, ticket=made)
    scene = desk.event(EventKind.TICKET_STARTED, 400, ticket=made)
    if shown:
        assert in_bands(scene) == ["C047"]
    else:
        assert isinstance(scene.bands, Sentence)
        assert recent(scene) == [("C047", "27")]


def test_no_call_of_five_minutes_without_a_line_is_missed() -> None:
    """60 calls come at once; those who have not come yet are all shown, each for its five seconds."""
    desk = Desk("all")
    desk.read()
    counters = list(desk.state.counters)
    for place in range(60):
        made = ticket(desk.state, f"C{place:03}", counters[place])
        desk.hear(EventKind.TICKET_CALLED, 300, made_s=place * 5, ticket=made)
        if place % 2:
            desk.hear(EventKind.TICKET_STARTED, 300, made_s=place * 5 + 60, ticket=made)
    seen: set[str] = set()
    at_s = 300.0
    while at_s < 340:
        scene = desk.beat(at_s)
        seen |= set() if isinstance(scene.bands, Sentence) else set(in_bands(scene))
        at_s += 1
    ages = {f"C{place:03}": (300 - place * 5, place % 2 == 0) for place in range(60)}
    assert {number for number, (_, still_called) in ages.items() if still_called} <= seen
    assert {number for number, (age_s, _) in ages.items() if age_s < OLD_CALL_S - 20} <= seen
    assert (
        not {number for number, (age_s, called) in ages.items() if age_s > OLD_CALL_S and not called} & seen
    )


def test_without_news_the_board_says_since_when_and_keeps_its_state() -> None:
    desk = Desk()
    desk.read()
    desk.call("C047", 30)
    assert in_bands(desk.at(30 + SILENT_AFTER_S - 0.1)) == ["C047"]
    scene = desk.at(30 + SILENT_AFTER_S)
    assert isinstance(scene.bands, Sentence)
    assert scene.bands.warning
    assert scene.bands.line.zh == "本屏停在 10:24，正在重新连接。"
    assert scene.bands.line.en == "Stopped at 10:24, reconnecting."
    assert dimmed(scene)
    cells = [cell for zone in zones_of(scene) for cell in zone.cells if cell.number]
    assert [(cell.number, cell.called) for cell in cells] == [("C047", False)]
    assert scene.recent is not None
    assert (scene.recent.dimmed, recent(scene)) == (True, [("C047", "27")])
    assert not dimmed(desk.beat(60))


def test_a_heartbeat_keeps_the_board_alive() -> None:
    desk = Desk()
    desk.read()
    for at_s in range(15, 300, 15):
        assert not dimmed(desk.beat(at_s))


def test_a_refused_board_tells_the_staff_why() -> None:
    desk = Desk()
    desk.presenter.take(Trouble("key_unknown", "设备密钥无效或已停用。"), T0)
    scene = desk.at(0)
    assert isinstance(scene.bands, Sentence)
    assert scene.bands.line.zh == "本屏还没有接通，请找管理员：设备密钥无效或已停用。（key_unknown）"
    assert "key_unknown" in scene.bands.line.en
    assert not isinstance(desk.read(1).bands, Sentence) or not dimmed(desk.at(1))


def test_a_new_day_clears_the_bands() -> None:
    desk = Desk()
    desk.read()
    desk.call("C047", 5)
    scene = desk.event(EventKind.DAY_OPENED, 6, data={"day": "2026-11-24"})
    assert isinstance(scene.bands, Sentence)


def test_pages_and_the_line_at_the_foot_turn_together() -> None:
    desk = Desk("all")
    first = desk.read()
    assert first.ticker is not None
    assert (first.header.page.zh, first.ticker.place.zh) == ("第 1/3 页", "1/6")
    desk.beat(TURN_S - 5)
    second = desk.at(TURN_S - 5)  # the presenter began 5 s before the first news
    assert second.ticker is not None
    assert (second.header.page.en, second.ticker.place.zh) == ("Page 2/3", "2/6")
    shown = {zone.sign.letter for scene in (first, second) for zone in zones_of(scene)}
    desk.beat(2 * TURN_S - 5)
    shown |= {zone.sign.letter for zone in zones_of(desk.at(2 * TURN_S - 5))}
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
    lines = {one.line.zh for one in shown if one is not None}
    assert "10:00 公布的流水校验值：4f3a 12bc 90de 55aa" in lines
    assert "Hash of the journal at 10:00: 4f3a 12bc 90de 55aa" in lines


def test_a_notice_takes_every_other_page_of_the_foot() -> None:
    desk = Desk()
    desk.read()
    desk.event(EventKind.NOTICE_POSTED, 1, data={"zh": "今天停电", "en": "No power today"})
    seen = [desk.at(at).ticker for at in range(2, 122, 12)]
    assert [line.notice for line in seen if line] == [True, False] * 5
    assert {line.line.zh for line in seen if line and line.notice} == {"今天停电"}
    assert len({line.line.zh for line in seen if line and not line.notice}) == 5


def test_a_screen_that_is_too_small_for_its_place_says_so() -> None:
    desk = Desk()
    desk.state = msgspec.structs.replace(desk.state, look=BoardLook(diagonal_in=24, distance_m=9.0))
    desk.presenter.resize(1920, 1080)
    ticker = desk.read().ticker
    assert ticker is not None and ticker.notice
    assert (ticker.line.zh, desk.presenter.readable_m()) == ("本屏号码只在 5.8 米内看得清，应为 9 米", 5.8)
    desk.state = msgspec.structs.replace(desk.state, look=BoardLook(distance_m=12.0))
    calm = desk.read().ticker
    assert calm is not None and not calm.notice
    desk.presenter.resize(1080, 1080)  # a wide board leaves half of a square screen unused
    assert desk.presenter.readable_m() is not None


MEDIA = BoardLook(slides=(Slide(Line("甲", "A"), Line("乙", "B")),))


@pytest.mark.parametrize("orientation", list(Orientation))
def test_media_never_take_the_place_of_a_call(orientation: Orientation) -> None:
    desk = Desk()
    desk.state = msgspec.structs.replace(
        desk.state, look=msgspec.structs.replace(MEDIA, orientation=orientation)
    )
    desk.presenter.hang(("1.png@1",))
    desk.read()
    shown = set()
    for at_s in range(0, 120, 12):
        desk.beat(at_s)
        media = desk.at(at_s).media
        shown |= {media.slide} if media else set()
    assert PictureSlide("1.png@1") in shown and len(shown) >= 2
    for at_s in range(121, 140):
        scene = desk.call(f"C{at_s}", at_s) if at_s == 121 else desk.beat(at_s)
        assert in_bands(scene) == ["C121"]
        plan = scene.layout
        if scene.media is not None:
            bands = [plan.band(place, 2) for place in range(2)]
            assert plan.beside and all(scene.media.box.y > band.bottom for band in bands)
            assert scene.media.box.x >= plan.grid.box.right
