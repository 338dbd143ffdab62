"""A URL becomes a driver here: it names the transport, the address and, if need be, the profile."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

from hardware.errors import DeviceError
from hardware.ticket_printer.driver import TicketPrinter, Timings
from hardware.ticket_printer.job import JobStore
from hardware.ticket_printer.profile import load_profile
from hardware.transports.files import FileTransport
from hardware.transports.pipe import Transport
from hardware.transports.serial import SerialSettings, SerialTransport
from hardware.transports.serial_server import SerialServerTransport
from hardware.transports.sim import SimTransport
from hardware.transports.tcp import TcpTransport
from hardware.transports.udp import UdpTransport
from hardware.transports.usb import UsbTransport

DEFAULT_PROFILE = "generic_80mm"
KNOWN_OPTIONS = {
    "serial": {"baud", "parity", "flow", "profile"},
    "tcp": {"profile"},
    "usb": {"profile"},
    "file": {"profile"},
    "rfc2217": {"baud", "parity", "profile"},
    "socket": {"baud", "parity", "profile"},
    "udp": set(),
    "sim": {"fault", "pictures", "control", "speed", "profile"},
}
FILE_SCHEMES = ("usb", "file")
NETWORK_SERIAL = ("rfc2217", "socket")


def open_ticket_printer(
    url: str,
    *,
    store: JobStore | None = None,
    profile: str = DEFAULT_PROFILE,
    timings: Timings | None = None,
) -> TicketPrinter:
    """Return the driver for the printer at `url`; the port itself is opened on first use.

    `serial:///dev/ttyUSB0?baud=9600[&parity=E][&flow=rtscts|xonxoff]`, `tcp://HOST[:9100]`,
    `usb:///dev/usb/lp0`, `usb://VENDOR:PRODUCT`, `file:///PATH`, `rfc2217://HOST:PORT?baud=9600`, `socket://HOST:PORT`,
    `sim://ticket_printer[?fault=NAME][&pictures=DIR][&control=FILE][&speed=MM_S]`; each may carry
    `profile=NAME` and `patience=SECONDS`. Raises a permanent DeviceError `bad_url`, `bad_profile`,
    `bad_fault` or `no_font`.
    """
    parts, options = parse_url(url, frozenset({"patience"}))
    chosen = load_profile(options.get("profile", profile))
    return TicketPrinter(make_transport(parts, options), chosen, store, timings or _timings(parts, options))


def parse_url(url: str, more: frozenset[str] = frozenset()) -> tuple[SplitResult, dict[str, str]]:
    """Return the parts and the options of a device URL, `more` being options that any scheme may have.

    Raises DeviceError `bad_url`.
    """
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise _bad_url(url, str(error)) from error
    if parts.scheme not in KNOWN_OPTIONS:
        raise _bad_url(
            url, f"it must begin with one of {', '.join(f'{known}://' for known in KNOWN_OPTIONS)}"
        )
    unknown = sorted(set(options) - KNOWN_OPTIONS[parts.scheme] - more)
    if unknown:
        raise _bad_url(url, f"unknown option {', '.join(unknown)}")
    return parts, options


def make_transport(parts: SplitResult, options: dict[str, str]) -> Transport:
    """Return the unopened transport that a parsed URL names; raises DeviceError `bad_url`."""
    if parts.scheme == "serial":
        return SerialTransport(_serial_settings(parts, options))
    if parts.scheme == "tcp":
        return _tcp(parts)
    if parts.scheme == "usb" and parts.netloc:
        return _usb(parts)
    if parts.scheme in FILE_SCHEMES:
        return _file(parts)
    if parts.scheme == "udp":
        return UdpTransport(*_host_and_port(parts))
    if parts.scheme in NETWORK_SERIAL:
        baud, parity = _baud(parts, options), _parity(parts, options)
        return SerialServerTransport(parts.scheme, *_host_and_port(parts), baud, parity)
    return _simulated(parts, options)


def _timings(parts: SplitResult, options: dict[str, str]) -> Timings:
    patience = options.get("patience")
    if patience is None:
        return Timings()
    if not patience.isdecimal() or not 1 <= int(patience) <= 120:
        raise _bad_url(parts.geturl(), "patience is 1 to 120 seconds for one slip")
    return Timings(fence_s=float(patience))


def wall_clock() -> datetime:
    """Return the time for the stamps of simulated slips; drivers themselves never need it."""
    return datetime.now(UTC)  # noqa: TID251 - the one clock of this package is made here


def _serial_settings(parts: SplitResult, options: dict[str, str]) -> SerialSettings:
    flow = options.get("flow", "none")
    if parts.netloc or len(parts.path) < 2:
        raise _bad_url(parts.geturl(), "a serial port has three slashes: serial:///dev/ttyUSB0")
    if flow not in ("none", "rtscts", "xonxoff"):
        raise _bad_url(parts.geturl(), "flow is none, rtscts or xonxoff")
    return SerialSettings(parts.path, _baud(parts, options), _parity(parts, options), flow)


def _baud(parts: SplitResult, options: dict[str, str]) -> int:
    baud = options.get("baud", "9600")
    if not baud.isdecimal() or not 300 <= int(baud) <= 4_000_000:
        raise _bad_url(parts.geturl(), "baud must be a number from 300 to 4000000")
    return int(baud)


def _parity(parts: SplitResult, options: dict[str, str]) -> str:
    parity = options.get("parity", "N")
    if parity not in ("N", "E", "O"):
        raise _bad_url(parts.geturl(), "parity is N, E or O")
    return parity


def _file(parts: SplitResult) -> FileTransport:
    if parts.netloc or len(parts.path) < 2:
        raise _bad_url(parts.geturl(), f"a path has three slashes: {parts.scheme}:///dev/usb/lp0")
    return FileTransport(parts.path, parts.scheme)


def _usb(parts: SplitResult) -> UsbTransport:
    found = re.fullmatch(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})", parts.netloc)
    if found is None or parts.path not in ("", "/"):
        raise _bad_url(parts.geturl(), "it must be usb:///dev/usb/lp0, or usb://04b8:0202 as lsusb shows it")
    return UsbTransport(int(found[1], 16), int(found[2], 16))


def _host_and_port(parts: SplitResult) -> tuple[str, int]:
    try:
        port = parts.port
    except ValueError as error:
        raise _bad_url(parts.geturl(), str(error)) from error
    if not parts.hostname or port is None or parts.path not in ("", "/"):
        raise _bad_url(parts.geturl(), f"it must be {parts.scheme}://HOST:PORT")
    return parts.hostname, port


def _tcp(parts: SplitResult) -> TcpTransport:
    try:
        port = parts.port if parts.port is not None else 9100
    except ValueError as error:
        raise _bad_url(parts.geturl(), str(error)) from error
    if not parts.hostname or parts.path not in ("", "/"):
        raise _bad_url(parts.geturl(), "it must be tcp://HOST:PORT")
    return TcpTransport(parts.hostname, port)


def _simulated(parts: SplitResult, options: dict[str, str]) -> SimTransport:
    if parts.netloc != "ticket_printer" or parts.path not in ("", "/"):
        raise _bad_url(parts.geturl(), "the simulated device is sim://ticket_printer")
    # Drawing needs Pillow and a font; a hall with real printers never loads them.
    from hardware.simulation.desk import AtDesk, Desk
    from hardware.ticket_printer.simulator import SimulatorSettings, complete_unit
    from hardware.ticket_printer.simulator_files import simulated_printer

    try:
        speed_mm_s = float(options.get("speed", "0"))
    except ValueError as error:
        raise _bad_url(parts.geturl(), "speed is millimetres a second") from error
    pictures = Path(options["pictures"]) if "pictures" in options else None
    control = Path(options["control"]) if "control" in options else None
    profile = load_profile(options["profile"]) if "profile" in options else complete_unit()
    device = simulated_printer(wall_clock, pictures, SimulatorSettings(profile, speed_mm_s))
    if options.get("fault"):
        device.set_fault(options["fault"])
    return SimTransport(AtDesk(device, Desk(device, pictures, control)), parts.geturl())


def _bad_url(url: str, why: str) -> DeviceError:
    return DeviceError(f"{url}: {why}", reason="bad_url", permanent=True)
