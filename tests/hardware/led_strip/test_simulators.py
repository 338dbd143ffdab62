"""Simulated cards and panels obey real frames, draw what they show, and break down as they are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from hardware.bus.exchange import Exchange, Reply, Verdict
from hardware.errors import DeviceError
from hardware.led_strip.frames import EVERYONE, HOST, Frame
from hardware.led_strip.number_panel import NumberPanel
from hardware.led_strip.onbon import AckReader, OnbonStrip
from hardware.led_strip.panel_simulator import FAULTS as PANEL_FAULTS
from hardware.led_strip.panel_simulator import PanelLine
from hardware.led_strip.show import Colour, StripShow
from hardware.led_strip.simulator import FAULTS, OnbonLine
from hardware.simulation.device import HostedDevice

STRIP, PANEL = OnbonStrip(), NumberPanel()


def told(line: HostedDevice, exchange: Exchange, wait_s: float = 0.1) -> Reply | None:
    """Send one frame and return the reply that is there after `wait_s`."""
    line.accept(exchange.data, 0.0)
    assert exchange.reader is not None
    return exchange.reader().feed(line.collect(wait_s))


def test_a_card_shows_the_text() -> None:
    line = OnbonLine([1, 3])
    reply = told(line, STRIP.show(3, StripShow("请A012到3号窗口", colour=Colour.YELLOW, blink=True)))
    assert reply is not None
    assert reply.verdict is Verdict.DONE
    card = line.cards[3]
    assert (card.words, card.colour, card.blinks, card.mode) == ("请A012到3号窗口", "yellow", True, 1)
    assert line.cards[1].words == ""
    assert told(line, STRIP.clear(3)) is not None
    assert card.words == ""


def test_clock_brightness_and_ping() -> None:
    line = OnbonLine([1])
    at = datetime(2026, 11, 22, 13, 5, 59, tzinfo=UTC)
    for exchange in (STRIP.clock(1, at), STRIP.brightness(1, 7), STRIP.probe(1)):
        assert exchange is not None
        reply = told(line, exchange)
        assert reply is not None
        assert reply.verdict is Verdict.DONE
    assert (line.cards[1].clock, line.cards[1].brightness) == ("2026-11-22 13:05:59", 7)


def test_everyone_hears_a_broadcast_and_nobody_answers() -> None:
    line = OnbonLine([1, 2])
    line.accept(STRIP.show(EVERYONE, StripShow("下班")).data, 0.0)
    assert [card.words for card in line.cards.values()] == ["下班", "下班"]
    assert line.collect(1.0) == b""


@pytest.mark.parametrize(
    "data", [b"\xa2\x03\x01\x08\x00\xff", b"\xa3\x02\x01\x00\x00\x01\x10", b"\xa3\x06\x01", b"\xb0", b""]
)
def test_nonsense_is_refused(data: bytes) -> None:
    line = OnbonLine([1])
    line.accept(Frame(1, HOST, data).to_bytes(), 0.0)
    reply = AckReader(1).feed(line.collect(1.0))
    assert reply is not None
    assert reply.verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    ("fault", "reply", "words"),
    [
        ("dead", None, ""),
        ("mute", None, "x"),
        ("late", None, "x"),
        ("garbled", None, "x"),
        ("other_address", None, "x"),
        ("hears_badly", "checksum", ""),
        ("busy", "busy", ""),
        ("no_font", "no_font", ""),
    ],
)
@pytest.mark.parametrize("scope", ["", "@1"])
def test_faults_of_cards(fault: str, scope: str, reply: str | None, words: str) -> None:
    line = OnbonLine([1, 2])
    line.set_fault(fault + scope)
    answer = told(line, STRIP.show(1, StripShow("x")))
    assert (answer.reason if answer else None, line.cards[1].words) == (reply, words)
    other = told(line, STRIP.show(2, StripShow("x")))
    assert (other is not None and other.verdict is Verdict.DONE) == bool(scope)
    line.clear_fault(None)
    line.collect(10.0)
    assert told(line, STRIP.show(1, StripShow("y"))) is not None


def test_a_late_answer_comes_late() -> None:
    line = OnbonLine([1])
    line.set_fault("late")
    assert told(line, STRIP.show(1, StripShow("x")), wait_s=0.5) is not None


def test_talking_into_an_answer_is_a_collision() -> None:
    line = OnbonLine([1], baud=9600)
    assert told(line, STRIP.show(1, StripShow("x"))) is not None
    line.accept(b"\x00", 0.101)
    assert line.collisions == 1
    line.accept(b"\x00", 0.2)
    assert line.collisions == 1


@pytest.mark.parametrize(
    ("fault", "reason", "words"),
    [
        ("dead", None, "      "),
        ("mute", None, "  A012"),
        ("garbled", None, "  A012"),
        ("busy", "busy", "      "),
    ],
)
def test_faults_of_panels(fault: str, reason: str | None, words: str) -> None:
    line = PanelLine([3])
    line.set_fault(fault)
    answer = told(line, PANEL.show(3, StripShow(number="A012")))
    assert (answer.reason if answer else None, line.panels[3].words) == (reason, words)


def test_panels_show_values_and_text() -> None:
    line = PanelLine([3, 4])
    assert told(line, NumberPanel(numeric=True).show(3, StripShow(number="A012"))) is not None
    assert told(line, PANEL.show(4, StripShow(number="A013"))) is not None
    assert [panel.words for panel in line.panels.values()] == ["    12", "  A013"]
    line.accept(PANEL.show(0, StripShow(paused=True)).data, 0.0)
    assert [panel.words for panel in line.panels.values()] == ["  ----"] * 2


@pytest.mark.parametrize(
    ("make", "known"), [(lambda: OnbonLine([1]), FAULTS), (lambda: PanelLine([1]), PANEL_FAULTS)]
)
def test_every_fault_can_be_set_and_no_other(make: Callable[[], HostedDevice], known: dict[str, str]) -> None:
    line = make()
    for name in known:
        line.set_fault(name)
    assert set(line.faults) == set(known)
    assert not line.connected()
    line.clear_fault("unplugged")
    assert line.connected()
    line.clear_fault(None)
    assert line.faults == ()
    for wrong in ("", "slow", "dead@", "dead@x"):
        with pytest.raises(DeviceError) as caught:
            line.set_fault(wrong)
        assert caught.value.reason == "bad_fault"


def lit(line: HostedDevice, colour: tuple[int, int, int]) -> int:
    """Pixels of one colour in the picture."""
    return sum(count for count, found in line.picture().getcolors(1 << 20) or [] if found == colour)


def test_pictures_show_what_is_shown() -> None:
    line = OnbonLine([1])
    assert lit(line, (60, 255, 90)) == 0
    told(line, STRIP.show(1, StripShow("A", colour=Colour.GREEN)))
    one = lit(line, (60, 255, 90))
    told(line, STRIP.show(1, StripShow("请AAA", colour=Colour.GREEN)))
    assert lit(line, (60, 255, 90)) > 3 * one > 0
    line.set_fault("dead")
    assert lit(line, (60, 255, 90)) == 0
    panel = PanelLine([1])
    told(panel, PANEL.show(1, StripShow(number="1")))
    few = lit(panel, (255, 60, 40))
    told(panel, PANEL.show(1, StripShow(number="8")))
    assert lit(panel, (255, 60, 40)) > 3 * few > 0


def test_a_strip_of_two_lines_shows_both_and_keeps_what_one_frame_said() -> None:
    line = OnbonLine([1])
    strip = OnbonStrip(width_px=192, height_px=32)
    line.accept(strip.show(1, StripShow(text="请 A012", second="到 3号窗口 办理", blink=True)).data, 0.0)
    card = line.cards[1]
    assert (card.words, card.blinks, card.updates) == ("请 A012\n到 3号窗口 办理", True, 1)
    assert (card.width_px, card.height_px) == (192, 32)
    both = line.picture()
    line.accept(strip.show(1, StripShow(text="请 A012")).data, 0.0)
    assert (card.words, card.blinks) == ("请 A012", False)
    assert line.picture().size == both.size and line.picture().tobytes() != both.tobytes()
