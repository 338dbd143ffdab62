"""A relay on the line of the strips: its frames are those of the standard, and the bus keeps its state."""

from __future__ import annotations

from hardware.bus.owner import Bus
from hardware.devices import make_transport, parse_url
from hardware.health import HealthState
from hardware.led_strip.modbus import write_coil
from hardware.led_strip.panel_simulator import PanelLine
from hardware.led_strip.relay import Relay
from tests.hardware.hosted import hosted, wait_for


def test_the_frame_of_the_standard() -> None:
    """Modbus Application Protocol V1.1b3, 6.5: coil 173 is address 00AC, on is FF00."""
    assert write_coil(0x11, 0xAC, on=True)[:-2] == bytes.fromhex("11 05 00 AC FF 00")
    assert write_coil(0x11, 0xAC, on=False)[:-2] == bytes.fromhex("11 05 00 AC 00 00")


def test_a_contact_closes_and_opens_and_is_told_again_after_a_power_cut() -> None:
    board = PanelLine([9])
    with hosted(board) as url:
        bus = Bus(make_transport(*parse_url(url, frozenset())), probe_every_s=0.1)
        relay = Relay(bus, 9, 2)
        bus.start()
        try:
            wait_for(lambda: board.panels[9].coils == {2: False})
            relay.switch(on=True)
            wait_for(lambda: board.panels[9].coils == {2: True})
            board.set_fault("dead@9")
            relay.switch(on=False)
            wait_for(lambda: bus.health()[0].state is HealthState.AWAY)
            board.clear_fault("dead@9")
            wait_for(lambda: board.panels[9].coils == {2: False})
        finally:
            bus.close()
