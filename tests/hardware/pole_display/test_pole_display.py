"""Pole displays get the bytes of their manuals, and the simulated glass shows the lines."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.devices import make_transport, parse_url
from hardware.errors import DeviceError
from hardware.pole_display.commands import CommandReader, Token
from hardware.pole_display.driver import PoleDisplay
from hardware.pole_display.protocol import INIT, Dialect, cd5220, dmd, show_bytes
from hardware.pole_display.show import PoleShow, line_bytes
from hardware.pole_display.simulator import FAULTS, PoleSimulator
from tests.hardware.fault_proxy import Fault, FaultProxy, Plan
from tests.hardware.hosted import hosted, port_of, wait_for

BOTH = pytest.mark.parametrize("dialect", list(Dialect))
NOW_SERVING = b"\x0c\x1bQANOW SERVING  A012   \r"  # CD5220 example of the manual
CURSOR_TEXT = b"\x1b@\x0c\x1f$\x01\x01A012"  # DM-D example of the manual
SHOW = PoleShow("NOW SERVING  A012", "COUNTER 3", blink=True, brightness=2)


def test_bytes_of_the_manuals() -> None:
    assert cd5220(PoleShow("NOW SERVING  A012")) == (
        b"\x0c\x1b*\x04\x1bQANOW SERVING  A012   \r\x1bQB" + b" " * 20 + b"\r"
    )
    assert dmd(PoleShow("A012", blink=True)) == (
        b"\x1fX\x04\x1fE\x0a\x1f$\x01\x01A012" + b" " * 16 + b"\x1f$\x01\x02" + b" " * 20
    )


@pytest.mark.parametrize(
    ("dialect", "data", "rows"),
    [
        (Dialect.CD5220, NOW_SERVING, ("NOW SERVING  A012   ", " " * 20)),
        (Dialect.CD5220, INIT + b"\x1bl\x03\x02A012", (" " * 20, "  A012".ljust(20))),
        (Dialect.CD5220, b"A012\x18B", ("B".ljust(20), " " * 20)),
        (Dialect.CD5220, b"\x1bQBlow\r\x1bQAup\r", ("up".ljust(20), "low".ljust(20))),
        (Dialect.DMD, CURSOR_TEXT, ("A012".ljust(20), " " * 20)),
        (Dialect.DMD, b"\x1f$\x14\x02X\x1f$\x15\x03Y", (" " * 19 + " ", " " * 19 + "X")),
    ],
)
def test_the_glass_shows(dialect: Dialect, data: bytes, rows: tuple[str, str]) -> None:
    glass = PoleSimulator(dialect)
    glass.accept(data, 0.0)
    top = "Y".ljust(20) if b"Y" in data else rows[0]  # a cursor off the glass stays where it was
    assert glass.rows == (top, rows[1])


@BOTH
def test_any_bit_and_junk(dialect: Dialect) -> None:
    """There is no checksum; but after damage the next whole show is shown."""
    wire = show_bytes(dialect, SHOW)
    for bit in range(len(wire) * 8):
        bent = bytearray(wire)
        bent[bit // 8] ^= 1 << bit % 8
        glass = PoleSimulator(dialect)
        glass.accept(bytes(bent) + wire + wire, 0.0)
        assert glass.rows == (SHOW.top.ljust(20), SHOW.bottom.ljust(20)), f"bit {bit}"
    for junk in (b"\xff\x00", b"\x1b", b"\x1f", b"\x1bQ", b"\x1bQA", b"\x1fX"):
        glass = PoleSimulator(dialect)
        glass.accept(junk + wire + wire, 0.0)
        assert glass.rows == (SHOW.top.ljust(20), SHOW.bottom.ljust(20)), junk


@BOTH
def test_fuzz(dialect: Dialect, rounds: Callable[[int, int], int]) -> None:
    lots = random.Random(44)
    for _ in range(rounds(1_000, 100_000)):
        data = bytes(lots.choice(b"\x1b\x1f\x0c\x18\r@QABEX$*=lA0 \x01\x02\xff") for _ in range(60))
        glass = PoleSimulator(dialect)
        glass.accept(data, 0.0)
        assert [len(row) for row in glass.rows] == [20, 20]


@given(st.text(max_size=30), st.text(max_size=30), st.booleans(), st.integers(1, 4))
def test_round_trip(top: str, bottom: str, blink: bool, brightness: int) -> None:
    show = PoleShow(top, bottom, blink, brightness)
    for dialect in Dialect:
        glass = PoleSimulator(dialect)
        glass.accept(INIT + show_bytes(dialect, show), 0.0)
        assert tuple(row.encode("ascii") for row in glass.rows) == (line_bytes(top), line_bytes(bottom))
        assert glass.brightness == brightness
        assert (glass.blink_ms > 0) == (blink and dialect is Dialect.DMD)
        assert glass.unknown == []


def test_what_is_not_known_is_told() -> None:
    glass = PoleSimulator(Dialect.CD5220)
    glass.accept(b"\x1bQDmove\r\x1f\x05\xb4", 0.0)
    assert glass.unknown == ["1b 51 44", "1f", "05", "b4"]
    assert CommandReader(Dialect.DMD).feed(b"\x1bQA") == [Token(b"\x1b"), Token(b"Q"), Token(b"A")]


def test_wrong_values() -> None:
    with pytest.raises(ValueError, match="brightness"):
        PoleShow(brightness=5)
    glass = PoleSimulator()
    with pytest.raises(DeviceError) as caught:
        glass.set_fault("paper_out")
    assert caught.value.reason == "bad_fault"
    for name in FAULTS:
        glass.set_fault(name)
    assert not glass.connected()
    assert glass.accept(b"A", 0.0) == 0
    glass.clear_fault(None)
    assert glass.accept(b"A", 0.0) == 1


def test_the_picture_shows_the_lines() -> None:
    glass = PoleSimulator()
    dark = glass.picture().tobytes()
    glass.accept(cd5220(SHOW), 0.0)
    lit = glass.picture().tobytes()
    glass.set_fault("dead")
    assert dark == glass.picture().tobytes() != lit


@pytest.fixture
def glass() -> Iterator[tuple[PoleSimulator, FaultProxy, PoleDisplay]]:
    device = PoleSimulator(Dialect.DMD)
    with hosted(device) as url, FaultProxy(port_of(url)) as proxy:
        display = PoleDisplay(make_transport(*parse_url(proxy.url)), Dialect.DMD, delays_s=(0.05,))
        display.start()
        yield device, proxy, display
        display.close()


def test_the_driver_sends_changes_and_survives_a_pulled_cable(
    glass: tuple[PoleSimulator, FaultProxy, PoleDisplay],
) -> None:
    device, proxy, display = glass
    display.show(PoleShow("A012"))
    wait_for(lambda: device.rows[0].startswith("A012"))
    passed = proxy.passed
    display.show(PoleShow("A012"))
    display.show(PoleShow("A013"))
    wait_for(lambda: device.rows[0].startswith("A013"))
    assert proxy.passed == passed + len(dmd(PoleShow("A013")))
    proxy.set(Plan(Fault.REFUSE))
    wait_for(lambda: display.line_fault is not None)
    display.show(PoleShow("A014"))
    assert not display.settled
    proxy.set(Plan())
    wait_for(lambda: display.settled and device.rows[0].startswith("A014"))
    assert display.line_fault is None


@pytest.mark.parametrize("fault", [Fault.SPLIT, Fault.DELAY])
def test_slow_lines(glass: tuple[PoleSimulator, FaultProxy, PoleDisplay], fault: Fault) -> None:
    device, proxy, display = glass
    proxy.set(Plan(fault))
    display.show(SHOW)
    wait_for(lambda: device.rows == (SHOW.top.ljust(20), SHOW.bottom.ljust(20)))
