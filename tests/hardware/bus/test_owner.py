"""The owner's thread on real lines: strips over TCP and a paced pty, broken in every way and mended again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from hardware.bus.exchange import Reply, Verdict
from hardware.bus.owner import Bus
from hardware.devices import make_transport, parse_url
from hardware.errors import DeviceError
from hardware.health import Health, HealthState
from hardware.led_strip.driver import LedStrip
from hardware.led_strip.number_panel import NumberPanel
from hardware.led_strip.onbon import OnbonStrip
from hardware.led_strip.panel_simulator import PanelLine
from hardware.led_strip.show import StripShow
from hardware.led_strip.simulator import OnbonLine
from tests.hardware.fault_proxy import Fault, FaultProxy, Plan
from tests.hardware.hosted import hosted, port_of, wait_for

QUICK = (0.05, 0.1)


class Rig:
    """A bus with two strips behind a proxy."""

    def __init__(self, device: OnbonLine, proxy: FaultProxy) -> None:
        self.device = device
        self.proxy = proxy
        self.news: list[Health] = []
        transport = make_transport(*parse_url(proxy.url))
        timings = {"probe_every_s": 0.2, "delays_s": QUICK, "reopen_s": 1.0}
        self.bus = Bus(transport, on_change=self.news.append, **timings)  # type: ignore[arg-type]
        self.strips = [LedStrip(self.bus, address, OnbonStrip()) for address in (1, 2)]

    def shows(self, text: str) -> bool:
        return all(self.device.cards[address].words == text for address in (1, 2))

    def tell(self, text: str) -> None:
        for strip in self.strips:
            strip.show(StripShow(text))

    def healthy(self) -> bool:
        return all(strip.health.state is HealthState.OK for strip in self.strips)


@pytest.fixture
def rig() -> Iterator[Rig]:
    device = OnbonLine([1, 2])
    with hosted(device) as url, FaultProxy(port_of(url)) as proxy:
        made = Rig(device, proxy)
        made.bus.start()
        yield made
        made.bus.close()


def test_strips_are_told(rig: Rig) -> None:
    rig.tell("A001")
    wait_for(lambda: rig.shows("A001") and rig.healthy())
    rig.tell("A002")
    wait_for(lambda: rig.shows("A002"))


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NONE])
@pytest.mark.parametrize("after", [0, 40])
def test_broken_lines_mend(rig: Rig, fault: Fault, after: int) -> None:
    rig.tell("A001")
    wait_for(lambda: rig.shows("A001") and rig.healthy())
    rig.proxy.set(Plan(fault, after))
    rig.tell("A002")
    if fault in (Fault.SPLIT, Fault.DELAY):
        wait_for(lambda: rig.shows("A002") and rig.healthy())
        return
    wait_for(lambda: not rig.healthy())
    assert all(health.sentence for health in rig.bus.health())
    rig.proxy.set(Plan())
    wait_for(lambda: rig.shows("A002") and rig.healthy())


def test_the_first_failure_is_loud_and_the_rest_is_quiet(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.tell("A001")
    wait_for(rig.healthy)
    caplog.set_level(logging.DEBUG, "hardware")
    rig.proxy.set(Plan(Fault.REFUSE))
    wait_for(lambda: len([record for record in caplog.records if "next try" in record.message]) >= 4)
    loud = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(loud) == 1
    assert rig.bus.line_fault in ("connection_lost", "cannot_open")
    rig.proxy.set(Plan())
    wait_for(lambda: rig.bus.line_fault is None and rig.healthy())
    assert any("back after" in record.message for record in caplog.records)


def test_ask_clock_brightness_and_ping(rig: Rig) -> None:
    strip = rig.strips[0]
    asked = [
        strip.set_clock(datetime(2026, 11, 22, 8, 30, tzinfo=UTC)),
        strip.set_brightness(3),
        strip.ping(),
    ]
    replies = [future.result(20) for future in asked]
    assert [reply.verdict for reply in replies if reply] == [Verdict.DONE] * 3
    assert (rig.device.cards[1].brightness, rig.device.cards[1].clock[:10]) == (3, "2026-11-22")
    rig.device.set_fault("dead@1")
    assert strip.ping().result(20) is None


def test_callers_with_bugs_do_not_stop_the_bus(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    class Bad:
        def feed(self, data: bytes) -> tuple[bytes, ...]:
            raise RuntimeError("a bug in a listener")

    def bad(reply: Reply | None) -> None:
        raise RuntimeError("a bug in a caller")

    rig.bus.listen(Bad())
    probe = OnbonStrip().probe(1)
    assert probe is not None
    rig.bus.poll(rig.strips[0].key, "keys", probe, every_s=0.05, answered=bad)
    rig.tell("A003")
    wait_for(lambda: rig.shows("A003") and rig.healthy())
    wait_for(lambda: "a bug in a listener" in caplog.text and "a bug in a caller" in caplog.text)


def test_a_pulled_pty_and_the_port_that_is_not_there() -> None:
    device = OnbonLine([1])
    with hosted(device, baud=57600) as url:
        bus = Bus(make_transport(*parse_url(url)), delays_s=QUICK)
        strip = LedStrip(bus, 1, OnbonStrip())
        strip.show(StripShow("A001"))
        bus.start()
        wait_for(lambda: strip.health.state is HealthState.OK)
    wait_for(lambda: strip.health.state is HealthState.AWAY)
    wait_for(lambda: bus.line_fault == "cannot_open")
    assert strip.health.reason in ("connection_lost", "cannot_open")
    bus.close()


def test_panels_and_what_a_strip_cannot_do() -> None:
    device = PanelLine([3])
    with hosted(device) as url:
        bus = Bus(make_transport(*parse_url(url)), delays_s=QUICK)
        panel = LedStrip(bus, 3, NumberPanel(), key="Z3-01")
        panel.show(StripShow(number="A012"))
        bus.start()
        wait_for(lambda: panel.health.state is HealthState.OK)
        assert device.panels[3].words == "  A012"
        for cannot in (panel.ping, lambda: panel.set_brightness(1)):
            with pytest.raises(DeviceError) as caught:
                cannot()
            assert (caught.value.reason, caught.value.permanent) == ("unsupported", True)
        bus.close()
