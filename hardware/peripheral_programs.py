"""The programs for pads, evaluators, readers, scanners and the speaker: ask one, or stand in for one."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from hardware.buses import open_bus
from hardware.caller_pad.driver import CallerPad
from hardware.caller_pad.event import PadDisplay, PadEvent
from hardware.card_reader.card import IdCard
from hardware.code_scanner.scan import Scan
from hardware.evaluator.driver import Evaluator
from hardware.evaluator.rating import Rating
from hardware.health import Health, HealthState
from hardware.peripherals import (
    open_card_reader,
    open_code_scanner,
    open_speaker,
    simulated_peripheral,
)
from hardware.strip_programs import host_device

LOOK_S = 0.02
SETTLE_S = 5.0
TEST_DIGITS = PadDisplay(7, "012")


def add_simulate_options(program: argparse.ArgumentParser) -> None:
    """Add what the simulators of this module take beside the common options."""
    program.add_argument("--suffix", default="", help="of the scanner: cr (default), lf, crlf or none")
    program.add_argument(
        "--make", default="", help="of the scanner: plain (default), honeywell, gm65, newland"
    )


def add_probe_options(program: argparse.ArgumentParser) -> None:
    """Add the options that make `probe` speak to a device of this module."""
    program.add_argument("--device", choices=sorted(PROBES), help="ask this kind of device, not a printer")
    program.add_argument(
        "--seconds", type=float, default=0.0, metavar="S", help="wait so long for a key, card or code (0)"
    )


def simulate(chosen: argparse.Namespace) -> int:
    """Stand in for a device until Ctrl-C."""
    return host_device(
        simulated_peripheral(chosen.device, chosen.addresses, chosen.suffix, chosen.make), chosen
    )


def device_of(url: str) -> str:
    """Return the device that a URL names by itself (`sim://card_reader`, `alsa://default`), else nothing."""
    scheme, _, rest = url.partition("://")
    if scheme == "alsa":
        return "speaker"
    return rest.partition("?")[0].rstrip("/") if scheme == "sim" else ""


def _probe_card_reader(chosen: argparse.Namespace) -> int:
    reader = open_card_reader(chosen.url)
    told: list[str] = []
    reader.watch(
        lambda card: told.append(_card(card)), lambda reason: told.append(f"card not read: {reason}")
    )
    reader.start()
    try:
        return _watch(lambda: reader.health, told, chosen.seconds)
    finally:
        reader.close()


def _probe_code_scanner(chosen: argparse.Namespace) -> int:
    told: list[str] = []
    scanner = open_code_scanner(chosen.url, lambda scan: told.append(_scan(scan)))
    scanner.start()
    try:
        return _watch(lambda: scanner.health, told, chosen.seconds)
    finally:
        scanner.close()


def _probe_speaker(chosen: argparse.Namespace) -> int:
    speaker = open_speaker(chosen.url)
    speaker.start()
    try:
        return _watch(lambda: speaker.health, [], 0.0)
    finally:
        speaker.close()


def _probe_keys(chosen: argparse.Namespace) -> int:
    """Beep, show digits and start a rating, then print keys: pads and evaluators never answer these."""
    told: list[str] = []
    bus = open_bus(chosen.url)
    pad = CallerPad(bus, chosen.address, lambda event: told.append(_key(event)))
    evaluator = Evaluator(bus, chosen.address, lambda rating: told.append(_rating(rating)))
    pad.show(TEST_DIGITS)
    pad.beep()
    if (chosen.device or device_of(chosen.url)) == "evaluator":
        evaluator.start()
    bus.start()
    try:
        _tell(told, max(0.5, chosen.seconds), lambda: bool(bus.line_fault))
        if bus.line_fault:
            print(f"{chosen.url}: {bus.line_fault}")
            return 1
        print("sent; it never answers, press a key with --seconds 10")
        return 0
    finally:
        bus.close()


# Each asks a device how it is, lets a person try it for `--seconds`, and prints what is known: nothing of
# what a card or code says.
PROBES: dict[str, Callable[[argparse.Namespace], int]] = {
    "card_reader": _probe_card_reader,
    "code_scanner": _probe_code_scanner,
    "speaker": _probe_speaker,
    "caller_pad": _probe_keys,
    "evaluator": _probe_keys,
}


def _watch(health: Callable[[], Health], told: list[str], seconds: float) -> int:
    deadline = time.monotonic() + SETTLE_S
    while health().state is HealthState.UNKNOWN and time.monotonic() < deadline:
        time.sleep(LOOK_S)
    if health().state is HealthState.OK:
        _tell(told, seconds, lambda: False)
    known = health()
    print(f"{known.sentence} ({known.state.value})")
    return 0 if known.state is HealthState.OK else 1


def _tell(told: list[str], seconds: float, enough: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not enough():
        while told:
            print(told.pop(0), flush=True)
        time.sleep(LOOK_S)


def _card(card: IdCard) -> str:
    return f"card read: {card.kind.value}, a name of {len(card.name)} characters, number checked"


def _scan(scan: Scan) -> str:
    return f"code read: {len(scan.text)} characters, {scan.charset}"


def _key(event: PadEvent) -> str:
    return f"key {event.key.value} ({event.digits.hex()}{event.code:02x})"


def _rating(rating: Rating) -> str:
    return f"rating {rating.score}{'' if rating.asked else ', not asked for'}"
