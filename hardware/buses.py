"""A URL becomes a bus of strips or a pole display here, and a simulated one when it says sim://."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult

from hardware.bus.engine import BusSettings
from hardware.bus.exchange import Exchange
from hardware.bus.owner import Bus
from hardware.caller_pad.simulator import CallerPadLine
from hardware.devices import make_transport, parse_url
from hardware.errors import DeviceError
from hardware.evaluator.simulator import EvaluatorLine
from hardware.health import Health
from hardware.led_strip.kinds import TEMPLATE, strip_protocol
from hardware.led_strip.panel_simulator import PanelLine
from hardware.led_strip.protocol import StripProtocol
from hardware.led_strip.show import StripShow
from hardware.led_strip.simulator import OnbonLine
from hardware.led_strip.template import load_template
from hardware.led_strip.template_simulator import TemplateLine
from hardware.pole_display.driver import PoleDisplay
from hardware.pole_display.protocol import Dialect, show_bytes
from hardware.pole_display.show import PoleShow
from hardware.pole_display.simulator import PoleSimulator
from hardware.simulation.desk import AtDesk, Desk
from hardware.simulation.device import HostedDevice
from hardware.simulation.shared_line import SharedLine
from hardware.transports.pipe import Transport
from hardware.transports.sim import SimTransport

BUS_OPTIONS = frozenset({"baud", "echo", "addresses", "fault", "pictures", "control"})
POLE_OPTIONS = frozenset({"baud", "dialect", "fault", "pictures", "control"})
BUS_SIMULATORS = ("led_strip", "modbus_panel", "caller_pad", "evaluator", "counter_line")
LINES: dict[str, Callable[[tuple[int, ...]], HostedDevice]] = {
    "led_strip": OnbonLine,
    "modbus_panel": PanelLine,
    "caller_pad": CallerPadLine,
    "evaluator": EvaluatorLine,
}
MOST_UNITS = 64


def simulated(device: str, addresses: str = "", dialect: str = "") -> HostedDevice:
    """Return a simulated device of `BUS_SIMULATORS` (addresses `1-4,7`), or `pole_display` (its dialect).

    `template:NAME` is a line of strips with that frame. Raises a permanent DeviceError `bad_url` or
    `bad_template`.
    """
    if device.startswith(TEMPLATE):
        return TemplateLine(load_template(device.removeprefix(TEMPLATE)))
    if device == "pole_display":
        return PoleSimulator(_dialect(dialect))
    if device == "counter_line":
        return counter_line(addresses or "1")
    if device in LINES:
        return LINES[device](numbers(addresses or "1"))
    raise _bad(f"{device!r} is no simulated device of a bus")


def numbers(text: str) -> tuple[int, ...]:
    """Return the addresses of `1-4,7`; raises a permanent DeviceError `bad_url`."""
    found: dict[int, None] = {}
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise _bad(f"addresses are written 1-4,7, not {text!r}")
        found |= dict.fromkeys(range(int(first), int(last or first) + 1))
    if not 1 <= len(found) <= MOST_UNITS:
        raise _bad(f"a bus has 1 to {MOST_UNITS} addresses, not {len(found)}")
    return tuple(found)


def open_bus(url: str, *, on_change: Callable[[Health], None] = lambda health: None) -> Bus:
    """Return the bus at `url`; attach its units, then call `start()`, which opens the port.

    `serial:///dev/ttyUSB0?baud=9600[&echo=1]`, `rfc2217://HOST:PORT?baud=9600`, and for a serial server
    or a strip with a network plug `tcp://HOST:PORT?baud=9600`, where baud is the speed behind the
    server. `sim://led_strip?addresses=1-16[&fault=dead@7][&pictures=DIR][&control=FILE]`,
    `sim://modbus_panel?...`, `sim://caller_pad?...`, `sim://counter_line?...` need no device.
    Raises a permanent DeviceError `bad_url` or `bad_fault`.
    """
    parts, options = parse_url(url, BUS_OPTIONS)
    transport = _transport(parts, options, simulated_devices=BUS_SIMULATORS)
    baud = options.get("baud", "9600")
    if not baud.isdecimal() or not 300 <= int(baud) <= 4_000_000:
        raise _bad("baud must be a number from 300 to 4000000")
    settings = BusSettings(baud=int(baud), echo=options.get("echo", "0") == "1")
    return Bus(transport, settings, on_change=on_change)


def counter_strip(kind: str) -> StripProtocol:
    """Return the protocol of a strip above a counter: those of `led_strip.kinds`, or a pole display.

    `pole_display[?dialect=cd5220|dmd]` stands alone on its line and has no address; it shows `text` above
    `second`. Raises a permanent DeviceError `bad_kind`, `bad_template` or `bad_url`.
    """
    name, _, query = kind.partition("?")
    if name != "pole_display":
        return strip_protocol(kind)
    return PoleStrip(_dialect(query.removeprefix("dialect=")))


@dataclass(frozen=True, slots=True)
class PoleStrip:
    """A pole display as a strip of its bus."""

    dialect: Dialect

    def show(self, address: int, show: StripShow) -> Exchange:
        """Write both lines; nobody answers."""
        del address
        return Exchange(show_bytes(self.dialect, PoleShow(show.text, show.second, blink=show.blink)))

    def probe(self, address: int) -> None:
        """It has no question."""


def counter_line(addresses: str) -> HostedDevice:
    """Return a simulated line with a strip, a pad and an evaluator at each address (`1-4,7`)."""
    places = numbers(addresses)
    return SharedLine([OnbonLine(places), CallerPadLine(places), EvaluatorLine(places)])


def open_pole_display(url: str) -> PoleDisplay:
    """Return the pole display at `url`; `start()` opens the port. Raises a permanent DeviceError `bad_url`.

    `serial:///dev/ttyUSB1?baud=9600[&dialect=cd5220|dmd]`, `sim://pole_display?pictures=DIR`.
    """
    parts, options = parse_url(url, POLE_OPTIONS)
    dialect = _dialect(options.get("dialect", ""))
    return PoleDisplay(_transport(parts, options, simulated_devices=("pole_display",)), dialect)


def _transport(parts: SplitResult, options: dict[str, str], *, simulated_devices: Iterable[str]) -> Transport:
    if parts.scheme != "sim":
        return make_transport(parts, options)
    if parts.netloc not in tuple(simulated_devices) or parts.path not in ("", "/"):
        raise _bad(f"{parts.geturl()}: the simulated device is sim://{' or sim://'.join(simulated_devices)}")
    device = simulated(parts.netloc, options.get("addresses", ""), options.get("dialect", ""))
    if options.get("fault"):
        device.set_fault(options["fault"])
    pictures = Path(options["pictures"]) if "pictures" in options else None
    control = Path(options["control"]) if "control" in options else None
    return SimTransport(AtDesk(device, Desk(device, pictures, control)), parts.geturl())


def _dialect(name: str) -> Dialect:
    try:
        return Dialect(name or Dialect.CD5220)
    except ValueError as error:
        raise _bad(f"dialect is {' or '.join(Dialect)}, not {name!r}") from error


def _bad(why: str) -> DeviceError:
    return DeviceError(why, reason="bad_url", permanent=True)
