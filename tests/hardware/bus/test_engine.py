"""The bus on a virtual clock: who is told when, what silence costs, and that the dead hold up nobody."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from hardware.bus.engine import BusSettings
from hardware.bus.exchange import Exchange, Reply, Verdict
from hardware.health import Health, HealthState
from hardware.led_strip.onbon import OnbonStrip
from hardware.led_strip.show import StripShow
from hardware.led_strip.simulator import OnbonLine
from tests.hardware.bus.virtual_line import VirtualLine

STRIP = OnbonStrip()
OK, AWAY, UNKNOWN, DEGRADED = HealthState.OK, HealthState.AWAY, HealthState.UNKNOWN, HealthState.DEGRADED


def text(number: int, counter: int) -> Exchange:
    return STRIP.show(counter, StripShow(f"请A{number:03d}号到{counter}号窗口"))


def strips(count: int, faults: tuple[str, ...] = (), **options: object) -> tuple[VirtualLine, OnbonLine]:
    """A line of strips that all wish for a text."""
    device = OnbonLine(range(1, count + 1))
    for fault in faults:
        device.set_fault(fault)
    line = VirtualLine(device, **options)  # type: ignore[arg-type]
    for address in device.cards:
        line.schedule.attach(str(address), STRIP.probe(address), 60.0, 0.0)
        line.schedule.put(str(address), "show", text(address, address), 0.0)
    return line, device


def test_silence_between_frames() -> None:
    assert BusSettings().silence_s == pytest.approx(0.004, abs=0.0001)
    assert BusSettings(baud=115_200).silence_s == 0.00175
    assert BusSettings(baud=9600).wire_s(78) == pytest.approx(0.08125)


def test_sixteen_strips_with_a_dead_one_are_told_in_time() -> None:
    line, device = strips(16, ("dead@7",))
    line.advance(4.0)
    alive = [card for card in device.cards.values() if card.address != 7]
    assert all(card.updates == 1 for card in alive)
    assert max(card.updated_s for card in alive) < 2.5
    assert line.states() == [AWAY if address == 7 else OK for address in device.cards]
    assert device.collisions == 0


@pytest.mark.parametrize("dead", [(), ("dead@7",), ("dead@1", "dead@2", "dead@3", "dead@4")])
def test_one_change_is_shown_within_a_quarter_second(dead: tuple[str, ...]) -> None:
    line, device = strips(16, dead)
    line.advance(8.0)
    lots = random.Random(5)
    worst_s = 0.0
    for turn in range(300):
        line.advance(lots.uniform(0.3, 1.7))
        address = lots.randrange(8, 17)
        wished_s = line.now_s
        line.schedule.put(str(address), "show", text(turn, address), wished_s)
        line.advance(0.6)
        worst_s = max(worst_s, device.cards[address].updated_s - wished_s)
        assert device.cards[address].words == f"请A{turn:03d}号到{address}号窗口"
    assert worst_s < 0.25
    assert device.collisions == 0


def test_only_changes_are_sent() -> None:
    line, device = strips(2)
    line.advance(1.0)
    line.schedule.put("1", "show", text(1, 1), line.now_s)
    line.advance(50.0)
    assert [card.updates for card in device.cards.values()] == [1, 1]
    assert len(line.sent) == 2


def test_values_are_refreshed() -> None:
    line, device = strips(2)
    line.advance(125.0)
    assert [card.updates for card in device.cards.values()] == [3, 3]


def test_the_newest_of_many_wishes_is_sent() -> None:
    line, device = strips(1)
    for number in range(100, 120):
        line.schedule.put("1", "show", text(number, 1), line.now_s)
        line.advance(0.01)
    line.advance(1.0)
    assert device.cards[1].words == "请A119号到1号窗口"
    assert device.cards[1].updates <= 4


def test_a_wish_that_changes_on_the_way_is_sent_after() -> None:
    line, device = strips(1)
    line.advance(0.05)
    line.schedule.put("1", "show", text(99, 1), line.now_s)
    line.schedule.put("1", "show", text(1, 1), line.now_s)
    line.advance(1.0)
    assert (device.cards[1].words, device.cards[1].updates) == ("请A001号到1号窗口", 1)


def test_a_dead_strip_is_asked_twice_then_rarely_and_told_all_when_it_is_back() -> None:
    line, device = strips(2, ("dead@2",))
    line.advance(1.0)
    assert line.states() == [OK, AWAY]
    mine = [data for _, data in line.sent if data[8] == 2]
    assert len(mine) == 2
    line.advance(60.0)
    probes = [data for _, data in line.sent if data[8] == 2][2:]
    assert 4 <= len(probes) <= 7
    assert set(probes) == {STRIP.probe(2).data}  # type: ignore[union-attr]
    line.schedule.put("2", "show", text(77, 2), line.now_s)
    device.clear_fault("dead@2")
    line.advance(11.0)
    assert (line.states(), device.cards[2].words) == ([OK, OK], "请A077号到2号窗口")


def test_a_probe_gives_way_to_a_change() -> None:
    line, device = strips(2, ("dead@2",))
    line.advance(1.0)
    while line.sent[-1][1] != STRIP.probe(2).data:  # type: ignore[union-attr]
        line.advance(0.01)
    line.advance(0.03)
    wished_s = line.now_s
    line.schedule.put("1", "show", text(50, 1), wished_s)
    line.advance(0.5)
    assert device.cards[1].updated_s - wished_s < 0.06 + 0.09
    assert line.states() == [OK, AWAY]


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        ("mute", AWAY, "no_answer"),
        ("garbled", AWAY, "garbled"),
        ("other_address", AWAY, "garbled"),
        ("hears_badly", DEGRADED, "checksum"),
        ("busy", DEGRADED, "busy"),
        ("no_font", DEGRADED, "no_font"),
    ],
)
def test_faults_have_names(fault: str, state: HealthState, reason: str) -> None:
    line, device = strips(3, (f"{fault}@2",))
    line.advance(2.0)
    assert line.states() == [OK, state, OK]
    health = line.schedule.health()[1]
    assert health.reason == reason
    assert reason in health.sentence or reason in ("no_answer", "garbled", "checksum", "busy")
    assert [device.cards[address].updates for address in (1, 3)] == [1, 1]


def test_a_late_strip_harms_nobody_else() -> None:
    line, device = strips(4, ("late@2",))
    line.advance(30.0)
    assert [line.states()[place] for place in (0, 2, 3)] == [OK, OK, OK]
    assert [device.cards[address].updates for address in (1, 3, 4)] == [1, 1, 1]


def test_a_refusal_is_not_repeated_at_once_and_a_busy_card_is_asked_again() -> None:
    line, _ = strips(1, ("no_font",))
    line.advance(30.0)
    assert len(line.sent) == 1
    line, _ = strips(1, ("busy",))
    line.advance(30.0)
    assert len(line.sent) == 2


def test_health_changes_are_told_once_with_their_time() -> None:
    news: list[Health] = []
    line, device = strips(1, ("dead",), on_change=news.append)
    line.advance(35.0)
    device.clear_fault(None)
    line.advance(15.0)
    assert [health.state for health in news] == [AWAY, OK]
    assert news[0].since_s < 1.0 < 35.0 < news[1].since_s


def test_asked_once() -> None:
    line, _ = strips(2, ("dead@2",))
    replies: list[Reply | None] = []
    for key, address in (("1", 1), ("2", 2)):
        probe = STRIP.probe(address)
        assert probe is not None
        line.schedule.ask(key, probe, replies.append, 0.0)
    line.advance(2.0)
    assert sorted(reply.verdict if reply else "none" for reply in replies) == [Verdict.DONE, "none"]
    probe = STRIP.probe(2)
    assert probe is not None
    line.schedule.ask("2", probe, replies.append, line.now_s)
    assert replies[-1] is None, "a unit that is away is not asked: the caller knows at once"


def test_polls_keep_their_pace_beside_changes_and_refreshes() -> None:
    line, device = strips(4)
    heard: list[Reply | None] = []
    probe = STRIP.probe(1)
    assert probe is not None
    line.schedule.poll("1", "keys", probe, 0.5, heard.append, 0.0)
    for turn in range(100):
        line.schedule.put(str(2 + turn % 3), "show", text(turn, 2 + turn % 3), line.now_s)
        line.advance(0.1)
    assert 18 <= len(heard) <= 21
    assert all(reply is not None and reply.verdict is Verdict.DONE for reply in heard)
    device.set_fault("dead@1")
    line.advance(3.0)
    assert heard[-1] is None
    count = len(heard)
    line.advance(3.0)
    assert len(heard) == count, "a unit that is away is not polled"


def test_a_busy_bus_starves_nobody() -> None:
    line, device = strips(8)
    heard: list[Reply | None] = []
    probe = STRIP.probe(8)
    assert probe is not None
    line.schedule.poll("8", "keys", probe, 0.2, heard.append, 0.0)
    for turn in range(2_000):  # far more wishes than 9600 baud can carry
        address = 1 + turn % 8
        line.schedule.put(str(address), "show", text(turn % 1000, address), line.now_s)
        line.advance(0.01)
    assert min(card.updates for card in device.cards.values()) >= 15
    assert len(heard) >= 12


class Pad:
    """A listener that acknowledges a press at once."""

    def __init__(self) -> None:
        self.heard = b""

    def feed(self, data: bytes) -> tuple[bytes, ...]:
        self.heard += data
        return (b"ACK",) * data.count(b"P")


def test_who_speaks_unasked_is_heard_and_answered_before_all_else() -> None:
    line, _ = strips(3)
    pad = Pad()
    line.engine.listen(pad)
    line.engine.received(b"P", 0.0)
    line.advance(1.0)
    assert line.sent[0][1] == b"ACK"
    assert line.sent[0][0] == pytest.approx(line.engine.settings.silence_s)
    assert len(line.sent) == 4
    assert pad.heard.startswith(b"P")


def test_nothing_is_sent_into_a_frame_that_is_still_coming() -> None:
    line, _ = strips(1)
    for _ in range(100):
        line.engine.received(b"x", line.now_s)
        assert line.engine.write(line.now_s) == b""
        line.now_s += 0.001
    line.advance(0.1)
    assert len(line.sent) == 1


def test_an_adapter_that_hears_itself() -> None:
    for echo in (True, False):
        line, device = strips(4, ("dead@2",), settings=BusSettings(echo=echo))
        pad = Pad()
        line.engine.listen(pad)
        line.advance(3.0)
        assert line.states() == [OK, AWAY, OK, OK]
        assert line.schedule.health()[1].reason == "no_answer"
        assert b"\xfe\x02\x35" not in pad.heard
        assert device.collisions == 0


def test_units_that_never_answer_are_told_all_the_same() -> None:
    line = VirtualLine(OnbonLine([1]))
    line.schedule.attach("1", None, 60.0, 0.0)
    line.schedule.put("1", "show", Exchange(text(1, 1).data), 0.0)
    line.advance(1.0)
    assert isinstance(line.device, OnbonLine)
    assert line.device.cards[1].updates == 1
    assert (line.states(), line.schedule.health()[0].reason) == ([UNKNOWN], "never_answers")
    line.advance(60.0)
    assert line.device.cards[1].updates == 2


def test_a_lost_line_makes_all_away_and_everything_is_told_again() -> None:
    line, device = strips(3)
    line.advance(1.0)
    line.engine.lost("connection_lost", line.now_s)
    assert line.states() == [AWAY] * 3
    assert {health.reason for health in line.schedule.health()} == {"connection_lost"}
    for card in device.cards.values():
        card.words = ""
    line.advance(2.0)
    assert line.states() == [OK] * 3
    assert [card.words for card in device.cards.values()] == [f"请A00{n}号到{n}号窗口" for n in (1, 2, 3)]


def test_hours_of_changes_and_faults(rounds: Callable[[int, int], int]) -> None:
    """Whatever breaks on the way: once all is well again, every strip shows what was wanted last."""
    lots = random.Random(6)
    line, device = strips(8, probe_every_s=3.0)
    wanted = {address: f"请A00{address}号到{address}号窗口" for address in device.cards}
    for turn in range(rounds(400, 20_000)):
        line.advance(lots.uniform(0.01, 1.5))
        address = lots.randrange(1, 9)
        happens = lots.random()
        if happens < 0.6:
            wanted[address] = f"请A{turn % 1000:03d}号到{address}号窗口"
            line.schedule.put(str(address), "show", text(turn % 1000, address), line.now_s)
        elif happens < 0.8:
            device.set_fault(f"{lots.choice(('dead', 'mute', 'garbled', 'busy', 'hears_badly'))}@{address}")
        elif happens < 0.98:
            device.clear_fault(lots.choice(device.faults) if device.faults else None)
        else:
            line.engine.lost("connection_lost", line.now_s)
    device.clear_fault(None)
    line.advance(70.0)
    assert {address: card.words for address, card in device.cards.items()} == wanted
    assert line.states() == [OK] * 8
    assert device.collisions == 0
