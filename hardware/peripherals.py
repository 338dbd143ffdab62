"""A URL becomes an ID-card reader, a code scanner or a speaker here, and a simulated one when it says sim://."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

from hardware.buses import simulated
from hardware.card_reader.driver import CardReader
from hardware.card_reader.simulator import CardReaderSimulator
from hardware.code_scanner.driver import CodeScanner, ScannerSettings
from hardware.code_scanner.protocol import PROFILES, ScannerProfile, Suffix
from hardware.code_scanner.scan import Scan
from hardware.code_scanner.simulator import CodeScannerSimulator
from hardware.devices import make_transport, parse_url
from hardware.errors import DeviceError
from hardware.health import Health
from hardware.simulation.device import HostedDevice
from hardware.speaker import simulator as speaker_simulator
from hardware.speaker.driver import Speaker
from hardware.transports.pipe import Transport
from hardware.transports.sim import SimTransport

SIMULATED = ("caller_pad", "evaluator", "counter_line", "card_reader", "code_scanner")
# Readers leave the factory at this speed, scanners at 9600.
CARD_READER_BAUD = "115200"
LINE_OPTIONS = frozenset({"baud", "parity", "flow", "fault"})
SCANNER_OPTIONS = LINE_OPTIONS | {"profile", "suffix", "trigger", "stop"}
SPEAKER_OPTIONS = frozenset({"log", "record", "fault", "control", "speed"})


def _ignore(health: Health) -> None:
    del health


def open_card_reader(url: str, *, on_health: Callable[[Health], None] = _ignore) -> CardReader:
    """Return the ID-card reader at `url`; `start()` opens the port, `watch(on_card)` looks for cards.

    `serial:///dev/ttyUSB0[?baud=115200]`, `tcp://HOST:PORT` behind a serial server,
    `sim://card_reader[?fault=NAME]`. Raises a permanent DeviceError `bad_url` or `bad_fault`.
    """
    parts, options = _parsed(url, LINE_OPTIONS)
    options.setdefault("baud", CARD_READER_BAUD)
    return CardReader(_transport(parts, options, "card_reader"), on_health=on_health)


def open_code_scanner(
    url: str, on_scan: Callable[[Scan], None], *, on_health: Callable[[Health], None] = _ignore
) -> CodeScanner:
    """Return the scanner at `url`; `start()` opens the port.

    `serial:///dev/ttyACM0[?baud=9600]`, `tcp://HOST:PORT`, `sim://code_scanner[?fault=NAME]`, each with
    `profile=plain|honeywell|gm65|newland`, `suffix=auto|cr|lf|crlf|none`, and for other makes
    `trigger=HEX` and `stop=HEX`. Raises a permanent DeviceError `bad_url`, `bad_profile` or `bad_fault`.
    """
    parts, options = _parsed(url, SCANNER_OPTIONS)
    settings = _scanner_settings(options)
    return CodeScanner(
        _transport(parts, options, "code_scanner"), on_scan, settings=settings, on_health=on_health
    )


def open_speaker(url: str, *, on_health: Callable[[Health], None] = _ignore) -> Speaker:
    """Return the speaker at `url`; `start()` tries its sound device.

    `alsa://default` or any name that `aplay -D` knows, such as `alsa://plughw:1,0` or `alsa://null`;
    `sim://speaker[?log=FILE][&record=FILE][&speed=1][&fault=NAME][&control=FILE]` writes down what it plays.
    Raises a permanent DeviceError `bad_url`.
    """
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise _bad(f"{url}: {error}") from error
    if parts.scheme == "alsa" and parts.netloc and not parts.path and not options:
        return Speaker(parts.netloc, on_health=on_health)
    if (parts.scheme, parts.netloc, parts.path) != ("sim", "speaker", "") or set(options) - SPEAKER_OPTIONS:
        raise _bad(f"{url}: a speaker is alsa://DEVICE or sim://speaker with {', '.join(SPEAKER_OPTIONS)}")
    if options.get("fault", "stuck") not in speaker_simulator.FAULTS:
        raise DeviceError(f"{url}: no such fault", reason="bad_fault", permanent=True)
    chosen = [word for name, value in options.items() for word in (f"--{name}", value)]
    player = (sys.executable, "-I", str(Path(speaker_simulator.__file__)), *chosen)
    return Speaker("simulated", player=player, on_health=on_health)


def simulated_peripheral(
    device: str, addresses: str = "", suffix: str = "", profile: str = ""
) -> HostedDevice:
    """Return a simulated device of SIMULATED; `addresses` (1-4,7) are those of pads and evaluators.

    A `counter_line` has a strip, a pad and an evaluator at each address.
    Raises a permanent DeviceError `bad_url` or `bad_profile`.
    """
    if device == "card_reader":
        return CardReaderSimulator()
    if device == "code_scanner":
        return CodeScannerSimulator(_suffix(suffix or Suffix.CR), _profile(profile or "plain"))
    return simulated(device, addresses)


def _parsed(url: str, allowed: frozenset[str]) -> tuple[SplitResult, dict[str, str]]:
    parts, options = parse_url(url, allowed)
    foreign = sorted(set(options) - allowed)
    if foreign:
        raise _bad(f"{url}: unknown option {', '.join(foreign)}")
    return parts, options


def _scanner_settings(options: dict[str, str]) -> ScannerSettings:
    profile = _profile(options.pop("profile", "plain"))
    suffix = _suffix(options.pop("suffix", Suffix.AUTO))
    try:
        trigger = bytes.fromhex(options.pop("trigger", "")) or profile.trigger
        stop = bytes.fromhex(options.pop("stop", "")) or profile.stop
    except ValueError as error:
        raise _bad("trigger and stop are hexadecimal, such as 16540d") from error
    return ScannerSettings(
        ScannerProfile(profile.name, trigger, stop, profile.beep, profile.answers), suffix=suffix
    )


def _profile(name: str) -> ScannerProfile:
    if name not in PROFILES:
        raise DeviceError(
            f"no profile {name!r}; there are: {', '.join(PROFILES)}", reason="bad_profile", permanent=True
        )
    return PROFILES[name]


def _suffix(name: str) -> Suffix:
    try:
        return Suffix(name)
    except ValueError as error:
        raise _bad(f"suffix is one of {', '.join(Suffix)}, not {name!r}") from error


def _transport(parts: SplitResult, options: dict[str, str], device: str) -> Transport:
    fault = options.pop("fault", "")
    if parts.scheme != "sim":
        return make_transport(parts, options)
    if parts.netloc != device or parts.path not in ("", "/"):
        raise _bad(f"{parts.geturl()}: the simulated device is sim://{device}")
    simulator = simulated_peripheral(device)
    if fault:
        simulator.set_fault(fault)
    return SimTransport(simulator, parts.geturl())


def _bad(why: str) -> DeviceError:
    return DeviceError(why, reason="bad_url", permanent=True)
