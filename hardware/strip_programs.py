"""The programs for strips and pole displays: ask one, let it show a test, or stand in for a line of them."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from hardware.buses import open_bus, open_pole_display, simulated
from hardware.errors import DeviceError
from hardware.health import HealthState
from hardware.led_strip.driver import LedStrip
from hardware.led_strip.kinds import TEMPLATE, strip_protocol
from hardware.led_strip.show import Colour, StripShow
from hardware.pole_display.show import PoleShow
from hardware.simulation.desk import Desk
from hardware.simulation.device import HostedDevice
from hardware.simulation.host import Host

POLE = "pole_display"
SIMULATED = ("led_strip", "modbus_panel", "pole_display")
# What a simulated line is asked as, when only its URL is given.
KINDS = {"led_strip": "onbon", "counter_line": "onbon", "modbus_panel": "number_panel", POLE: POLE}
TEST_SHOW = StripShow(text="测试 A012→3号窗口 Z[\\]", number="A012", colour=Colour.GREEN)
TEST_POLE = PoleShow("NOW SERVING  A012", "COUNTER 3")
# Long enough for two tries of a test text at 9600 baud on a line that must be opened first.
ANSWER_S = 5.0


def add_simulate_options(program: argparse.ArgumentParser) -> None:
    """Add what the simulators of this module take beside the common options."""
    program.add_argument(
        "--addresses", default="", metavar="1-4,7", help="strips or panels on the simulated line (1)"
    )
    program.add_argument("--template", default="", help="of the strips, instead of ONBON cards: weilipu, …")
    program.add_argument("--dialect", default="", help="of the pole display: cd5220 (default) or dmd")


def add_strip_options(program: argparse.ArgumentParser) -> None:
    """Add the options that make `probe` and `print-test` speak to a strip or a pole display."""
    program.add_argument(
        "--strip",
        metavar="KIND",
        help="a strip: onbon, number_panel, template:NAME, with ?options; or pole_display",
    )
    program.add_argument("--address", type=int, default=1, help="of the strip on its bus (1)")


def probe_strip(url: str, kind: str, address: int) -> int:
    """Ping a strip, or send it the test when it knows no ping, and print how it is."""
    if kind == POLE or strip_protocol(kind).probe(address) is None:
        return show_test(url, kind, address)
    return _talk(url, kind, address, test=False)


def show_test(url: str, kind: str, address: int) -> int:
    """Let a strip or a pole display show a test, and print what is known of it."""
    if kind == POLE:
        return _show_pole(url)
    return _talk(url, kind, address, test=True)


def _talk(url: str, kind: str, address: int, *, test: bool) -> int:
    bus = open_bus(url)
    strip = LedStrip(bus, address, strip_protocol(kind))
    asked = None if test else strip.ping()
    if test:
        strip.show(TEST_SHOW)
    bus.start()
    try:
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline and not bus.line_fault:
            if strip.health.reason != "never_asked" and (asked is None or asked.done()):
                break
            time.sleep(0.02)
        health = strip.health
    finally:
        bus.close()
    if bus.line_fault:
        print(f"{url}: {bus.line_fault}")
        return 1
    print(f"{health.sentence} ({health.state.value})")
    return 0 if health.state in (HealthState.OK, HealthState.UNKNOWN) else 1


def _show_pole(url: str) -> int:
    display = open_pole_display(url)
    display.show(TEST_POLE)
    display.start()
    deadline = time.monotonic() + ANSWER_S
    while time.monotonic() < deadline and not display.settled and not display.line_fault:
        time.sleep(0.02)
    settled, fault = display.settled, display.line_fault
    display.close()
    print(f"sent; a pole display never answers ({url})" if settled else f"{url}: {fault or 'write_timeout'}")
    return 0 if settled else 1


def simulate(chosen: argparse.Namespace) -> int:
    """Stand in for a line of strips or panels, or for a pole display, until Ctrl-C."""
    kind = f"{TEMPLATE}{chosen.template}" if chosen.template else chosen.device
    return host_device(simulated(kind, chosen.addresses, chosen.dialect), chosen)


def host_device(device: HostedDevice, chosen: argparse.Namespace) -> int:
    """Plug a simulated device into what the command line says and serve it until Ctrl-C."""
    for fault in chosen.fault:
        device.set_fault(fault)
    pictures: Path | None = chosen.pictures
    host = Host(
        device,
        Desk(device, pictures, chosen.control, pictures=not chosen.state_only),
        lambda line: print(line, flush=True),
    )
    signal.signal(signal.SIGTERM, _leave)
    try:
        if chosen.tcp is not None:
            print(f"listening {host.listen_tcp(chosen.tcp)}", flush=True)
        if chosen.pty:
            print(f"listening {host.open_pty(chosen.baud)}", flush=True)
        if chosen.tcp is None and not chosen.pty:
            raise DeviceError("simulate needs --tcp PORT or --pty", reason="bad_use", permanent=True)
        if sys.stdin is not None:  # a service may start without one
            host.watch_keyboard(sys.stdin.fileno())
        host.run()
    except KeyboardInterrupt:
        return 0
    finally:
        host.close()
    return 0


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
