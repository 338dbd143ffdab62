"""The hardware programs: ask a device how it is, print a test slip, or stand in for a device."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from hardware import peripheral_programs, printer_programs, strip_programs
from hardware.errors import DeviceError
from hardware.peripherals import SIMULATED as PERIPHERALS

EXAMPLES = """examples:
  python -m hardware probe tcp://10.0.0.9:9100
  python -m hardware probe alsa://default
  python -m hardware print-test 'serial:///dev/ttyUSB0?baud=9600'
  python -m hardware simulate ticket_printer --tcp 9100 --pictures build/slips
  python -m hardware probe serial:///dev/ttyUSB1 --device card_reader --seconds 10
  python -m hardware simulate counter_line --tcp 0 --addresses 1-4
"""
SIMULATE_EXAMPLES = """The first line on stdout is `listening URL`. Lines on stdin change faults at run time:
`fault NAME[:BYTES]` (after that many more bytes), `fault NAME@ADDRESS` and `clear [NAME]`. So does the
control file (DIR/faults unless --control names another): one fault a line, looked at four times a second.

example:
  python -m hardware simulate ticket_printer --tcp 0 --fault paper_near_end --pictures /tmp/slips
"""


class OneLineParser(argparse.ArgumentParser):
    """Bad use costs one line and exit status 2."""

    def error(self, message: str) -> NoReturn:
        """Print one line and leave."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one of the programs and return its exit status: 0 well, 1 the device has trouble, 2 bad use."""
    chosen = _parser().parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
        return status
    except (DeviceError, OSError) as error:
        print(f"python -m hardware: {error}", file=sys.stderr)
        return 2 if not isinstance(error, DeviceError) or error.permanent else 1


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="python -m hardware",
        description="Ask, try or simulate the devices of the hall.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    programs = parser.add_subparsers(required=True, metavar="PROGRAM", parser_class=OneLineParser)
    for name, run, what in (
        ("probe", _probe, "ask a device how it is and what it can do; prints nothing on paper"),
        ("print-test", _print_test, "print a test page, or show one on a strip, and say how far it came"),
    ):
        program = programs.add_parser(
            name,
            help=what,
            description=what,
            epilog=f"example:\n  python -m hardware {name} tcp://10.0.0.9:9100",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        program.add_argument(
            "url",
            help="serial:///dev/ttyUSB0?baud=9600, tcp://HOST:9100, alsa://default or sim://ticket_printer",
        )
        printer_programs.add_printer_options(program)
        strip_programs.add_strip_options(program)
        if name == "probe":
            peripheral_programs.add_probe_options(program)
        program.set_defaults(run=run)
    _add_simulate(programs)
    return parser


def _add_simulate(programs: argparse._SubParsersAction[OneLineParser]) -> None:
    program = programs.add_parser(
        "simulate",
        help="stand in for a device on a TCP port or a pseudo-terminal",
        description="Stand in for a device on a TCP port or a pseudo-terminal.",
        epilog=SIMULATE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    program.add_argument("device", choices=["ticket_printer", *strip_programs.SIMULATED, *PERIPHERALS])
    program.add_argument(
        "--tcp", type=_port, metavar="PORT", help="listen on 127.0.0.1:PORT, 0 takes a free one"
    )
    program.add_argument("--pty", action="store_true", help="make a pseudo-terminal")
    program.add_argument("--baud", type=int, default=9600, help="speed of the pseudo-terminal (9600)")
    program.add_argument(
        "--fault", action="append", default=[], metavar="NAME", help="start broken; may be repeated"
    )
    program.add_argument("--pictures", type=Path, metavar="DIR", help="where finished slips go")
    program.add_argument(
        "--state-only", action="store_true", help="of strips and pads: write state.json, draw no picture"
    )
    program.add_argument("--control", type=Path, metavar="FILE", help="the file that switches faults")
    program.add_argument("--profile", help="of the printer: a file of hardware/profiles")
    program.add_argument("--speed", type=float, default=200.0, help="paper speed in mm/s, 0 is at once (200)")
    strip_programs.add_simulate_options(program)
    peripheral_programs.add_simulate_options(program)
    program.set_defaults(run=_simulate)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def _probe(chosen: argparse.Namespace) -> int:
    device = chosen.device or peripheral_programs.device_of(chosen.url)
    if device in peripheral_programs.PROBES:
        return peripheral_programs.PROBES[device](chosen)
    strip = chosen.strip or strip_programs.KINDS.get(device)
    if strip:
        return strip_programs.probe_strip(chosen.url, strip, chosen.address)
    return printer_programs.probe(chosen.url, chosen.profile)


def _print_test(chosen: argparse.Namespace) -> int:
    if chosen.strip:
        return strip_programs.show_test(chosen.url, chosen.strip, chosen.address)
    return printer_programs.print_test(chosen.url, chosen.profile)


def _simulate(chosen: argparse.Namespace) -> int:
    if chosen.device == "ticket_printer":
        return printer_programs.simulate(chosen)
    if chosen.device in PERIPHERALS:
        return peripheral_programs.simulate(chosen)
    return strip_programs.simulate(chosen)


if __name__ == "__main__":
    sys.exit(main())
