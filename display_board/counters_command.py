"""The command line of a bus: `python -m display_board counters --server URL --key-file FILE --bus URL`."""

from __future__ import annotations

import argparse
import logging
import shlex
import shutil
import signal
import time
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from display_board.arguments import Parser, key, server
from display_board.call_command import CallCommand
from display_board.counters import Counters, Habits
from display_board.kept_plan import KeptPlan
from display_board.kept_ratings import KeptRatings
from hardware.buses import open_bus
from hardware.errors import DeviceError
from queue_server.client import Client

EXAMPLE = """The key is of the device "counter-" and the name of a bus in the hall file, or of one counter.

example:
  python -m queue_server device add counter-2F-a --role counter --data DIR > 2F-a.key
  python -m display_board counters --server http://127.0.0.1:8080 --key-file 2F-a.key \\
      --bus 'serial:///dev/ttyUSB0?baud=9600'
"""
SHORTEST_S = 5
"""The server is heard every 4 s when nothing happens; less would say 'away' of a server that is there."""

READ_S = 3.0
"""A pad must beep soon: an answer that takes longer counts as none."""


def run_bus(arguments: list[str]) -> int:
    """Serve one bus until Ctrl-C or SIGTERM; returns the exit status."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    try:
        open_bus(given.bus)
    except DeviceError as error:
        _parser().error(f"argument --bus: {error}")
    habits = Habits(
        kept=KeptPlan(given.plan or given.key_file.path.with_suffix(".plan.json")),
        ratings=KeptRatings(
            given.ratings or given.key_file.path.with_suffix(".ratings"), lambda: time.time_ns() // 1_000_000
        ),
        away_s=given.away,
        dark_s=given.dark * 60,
        on_call=CallCommand(given.on_call) if given.on_call else None,
    )
    program = Counters(
        lambda: Client(given.server, given.key_file.key, read_s=READ_S),
        lambda heard: open_bus(given.bus, on_change=heard),
        habits,
    )

    def leave(number: int, frame: FrameType | None) -> None:
        program.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    program.run()
    return 0


class KeyFile(NamedTuple):
    """Where a key was read, and the key."""

    path: Path
    key: str


def _key_file(text: str) -> KeyFile:
    return KeyFile(Path(text), key(text))


def _command(text: str) -> list[str]:
    try:
        found = shlex.split(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}': {error}") from None
    if not found or shutil.which(found[0]) is None:
        raise argparse.ArgumentTypeError(f"'{text}' is no command that can be run")
    return found


def _seconds(text: str) -> float:
    if not text.isdecimal() or not SHORTEST_S <= int(text) <= 3600:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from {SHORTEST_S} to 3600")
    return float(text)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m display_board counters",
        description="Own one serial bus with the strips, pads and evaluators of some counters.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--server", type=server, required=True, metavar="URL", help="address of the server")
    parser.add_argument(
        "--key-file", type=_key_file, required=True, metavar="FILE", help="file with the key of the bus"
    )
    parser.add_argument(
        "--bus",
        required=True,
        metavar="URL",
        help="serial:///dev/ttyUSB0?baud=9600, tcp://HOST:PORT?baud=9600",
    )
    parser.add_argument(
        "--away", type=_seconds, default=20.0, metavar="S", help="without news so long, strips say so (20 s)"
    )
    parser.add_argument(
        "--dark",
        type=_seconds,
        default=30.0,
        metavar="MIN",
        help="a closed counter's strip goes dark (30 min)",
    )
    parser.add_argument(
        "--plan", type=Path, metavar="FILE", help="keeps the last plan (the key file's name and .plan.json)"
    )
    parser.add_argument(
        "--ratings",
        type=Path,
        metavar="DIR",
        help="keeps ratings until the server has them (the key file's name and .ratings)",
    )
    parser.add_argument(
        "--on-call",
        type=_command,
        metavar="COMMAND",
        help="run at each call with CALL_COUNTER, CALL_LABEL and CALL_NUMBER in its environment; no shell",
    )
    return parser
