"""A caller pad on a real line: presses come out once, digits go in, whatever breaks."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hardware.bus.owner import Bus
from hardware.buses import open_bus
from hardware.caller_pad.driver import CallerPad
from hardware.caller_pad.event import PadDisplay, PadEvent, PadKey
from hardware.caller_pad.protocol import press
from hardware.caller_pad.simulator import CallerPadLine
from hardware.devices import make_transport, parse_url
from hardware.errors import DeviceError
from hardware.health import HealthState
from hardware.led_strip.driver import LedStrip
from hardware.led_strip.kinds import strip_protocol
from hardware.led_strip.show import StripShow
from hardware.led_strip.simulator import OnbonLine
from hardware.simulation.device import HostedDevice
from hardware.simulation.shared_line import SharedLine
from tests.hardware.hosted import hosted, wait_for


@dataclass
class Rig:
    line: CallerPadLine
    bus: Bus
    pads: dict[int, CallerPad]
    events: list[PadEvent]

    def press(self, address: int, key: PadKey, now_s: float) -> None:
        self.line.press(press(address, key), now_s)


@contextlib.contextmanager
def rig(*, baud: int | None = None, addresses: tuple[int, ...] = (5, 6)) -> Iterator[Rig]:
    line = CallerPadLine(addresses)
    events: list[PadEvent] = []
    with hosted(line, baud=baud) as url:
        bus = open_bus(url)
        pads = {address: CallerPad(bus, address, events.append) for address in addresses}
        bus.start()
        try:
            # A press before the line is open goes nowhere, as with a real pad.
            for pad in pads.values():
                pad.show(PadDisplay(0))
            wait_for(lambda: all(pad.frames for pad in line.pads.values()))
            yield Rig(line, bus, pads, events)
        finally:
            bus.close()


@pytest.mark.parametrize("baud", [None, 9600], ids=["tcp", "pty"])
def test_a_press_comes_out_once_and_is_acknowledged(baud: int | None) -> None:
    with rig(baud=baud) as here:
        here.press(5, PadKey.CALL, 0.0)
        wait_for(lambda: here.line.acknowledged == 1)
        here.press(6, PadKey.GIVE_UP, 0.0)
        wait_for(lambda: here.line.acknowledged == 2)
        assert [(event.address, event.key) for event in here.events] == [
            (5, PadKey.CALL),
            (6, PadKey.GIVE_UP),
        ]
        assert here.pads[5].heard_s is not None
        assert here.line.unheard == 0


@pytest.mark.parametrize("baud", [None, 9600], ids=["tcp", "pty"])
def test_digits_and_beeps_arrive(baud: int | None) -> None:
    with rig(baud=baud) as here:
        here.pads[5].show(PadDisplay(7, "A012"))
        here.pads[6].beep()
        wait_for(lambda: here.line.pads[5].shown == PadDisplay(7, "012"))
        wait_for(lambda: here.line.pads[6].beeps == 1)
        assert here.line.pads[6].shown == PadDisplay(0)


def test_unchanged_digits_cost_nothing() -> None:
    with rig() as here:
        here.pads[5].show(PadDisplay(1))
        wait_for(lambda: here.line.pads[5].frames == 2)
        for _ in range(5):
            here.pads[5].show(PadDisplay(1))
        here.pads[6].show(PadDisplay(2))
        wait_for(lambda: here.line.pads[6].frames == 2)
        assert here.line.pads[5].frames == 2


@pytest.mark.parametrize(
    ("fault", "presses"), [("deaf", 1), ("stutter", 1), ("junk", 1), ("garbled", 0), ("dead", 0)]
)
def test_weak_pads_never_call_twice(fault: str, presses: int) -> None:
    """A pad that repeats itself must not call two people; a damaged frame must not call anybody."""
    with rig() as here:
        here.line.set_fault(f"{fault}@5")
        here.press(5, PadKey.CALL, 0.0)
        here.press(6, PadKey.RECALL, 0.0)
        wait_for(lambda: here.line.acknowledged >= 1 and here.line.unheard >= (fault in ("deaf", "garbled")))
        calls = [event for event in here.events if event.address == 5]
        assert len(calls) == presses
        assert [event.key for event in here.events if event.address == 6] == [PadKey.RECALL]


def test_pulled_and_plugged_in_again() -> None:
    with rig() as here:
        here.line.set_fault("unplugged")
        wait_for(lambda: here.bus.line_fault is not None)
        here.line.clear_fault("unplugged")
        wait_for(lambda: here.bus.line_fault is None)
        before = here.line.pads[5].frames
        # What the pad shall show is sent again by itself.
        wait_for(lambda: here.line.pads[5].frames > before)
        here.press(5, PadKey.PAUSE, 0.0)
        wait_for(lambda: [event.key for event in here.events] == [PadKey.PAUSE])


def test_a_pad_among_strips() -> None:
    """One line with a strip, a dead strip and a pad: each gets its own."""
    strips, pads = OnbonLine((1, 2)), CallerPadLine((1,))
    strips.set_fault("dead@2")
    events: list[PadEvent] = []
    shared: HostedDevice = SharedLine([strips, pads])
    with hosted(shared, baud=9600) as url:
        bus = open_bus(url)
        pad = CallerPad(bus, 1, events.append)
        alive, dead = (LedStrip(bus, address, strip_protocol("onbon")) for address in (1, 2))
        bus.start()
        try:
            for strip in (alive, dead):
                strip.show(StripShow(text="请A012号到1号窗口"))
            pad.show(PadDisplay(3, "A012"))
            wait_for(
                lambda: (
                    strips.cards[1].words == "请A012号到1号窗口"
                    and pads.pads[1].shown == PadDisplay(3, "012")
                )
            )
            wait_for(lambda: dead.health.state is HealthState.AWAY)
            pads.press(press(1, PadKey.CALL), 0.0)
            wait_for(lambda: pads.acknowledged == 1)
            assert [event.key for event in events] == [PadKey.CALL]
            assert alive.health.state is HealthState.OK
        finally:
            bus.close()


def test_a_pad_at_a_port_of_its_own_by_hand() -> None:
    """The bytes on a bare pty: the frame goes in, its echo comes out."""
    master, slave = os.openpty()
    events: list[PadEvent] = []
    bus = Bus(make_transport(*parse_url(f"serial://{os.ttyname(slave)}?baud=9600")))
    CallerPad(bus, 5, events.append)
    bus.start()
    try:
        wire = bytes.fromhex("FF 68 04 04 68 05 01 06 0F 1B 16")
        wait_for(lambda: bus.line_fault is None)
        os.set_blocking(master, False)
        echoed = bytearray()

        def echo() -> bool:
            if not events:
                os.write(master, wire)
            with contextlib.suppress(BlockingIOError):
                echoed.extend(os.read(master, 64))
            return wire in echoed

        wait_for(echo)
        assert {event.key for event in events} == {PadKey.GIVE_UP}
    finally:
        bus.close()
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize(
    "line", ["key", "key 9 call", "key x call", "key 5 dance", "key 5 other", "key 5 call now"]
)
def test_commands_that_make_no_sense(line: str) -> None:
    with pytest.raises(DeviceError) as caught:
        CallerPadLine((5,)).command(line, 0.0)
    assert caught.value.reason == "bad_command"


def test_the_simulated_pad_shows_itself() -> None:
    line = CallerPadLine((5,))
    assert line.command("key 5 call", 0.0) == "pressed call on 5"
    assert line.state()["devices"] == ["呼叫器 5  等候 ---  票号 ---  蜂鸣 0"]
    assert line.picture().width == 480
