"""The command line of a bus: `python -m display_board counters --server URL --key-file FILE --bus URL`."""

from __future__ import annotations

import argparse
import logging
import signal
import time
from pathlib import Path
from types import FrameType

from display_board.arguments import Parser, key, server
from display_board.counters import Counters, Habits
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
    secret = key(str(given.key_file))
    data = given.data or given.key_file.parent / f"{given.key_file.stem}-disk"
    program = Counters(
        lambda: Client(given.server, secret, read_s=READ_S),
        lambda heard: open_bus(given.bus, on_change=heard),
        KeptRatings(data, lambda: time.time_ns() // 1_000_000),
        Habits(given.away, given.dark * 60),
    )

    def leave(number: int, frame: FrameType | None) -> None:
        program.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    program.run()
    return 0


def _key_file(text: str) -> Path:
    """Check a key file; returns where it lies."""
    key(text)
    return Path(text).resolve()


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
        "--data", type=Path, metavar="DIR", help="keeps ratings until the server has them (beside the key)"
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
    return parser
