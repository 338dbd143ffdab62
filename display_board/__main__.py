"""The command line of a board: `python -m display_board --server URL --key-file FILE --board NAME`."""

from __future__ import annotations

import argparse
import logging
import re
import sys

from display_board.arguments import Parser, key, server
from display_board.watchdog import Watchdog, board_command

EXAMPLE = """The strips, pads and evaluators of counters: python -m display_board counters --help
The announcer of an audio zone: python -m display_board announcer --help

example:
  python -m display_board --server http://127.0.0.1:8080 --key-file board-1F.key --board 1F
"""
SMALLEST, LARGEST = 320, 8192


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{3,4})x(\d{3,4})", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"'{text}' is not a size like 1920x1080")
    width, height = int(found[1]), int(found[2])
    if not all(SMALLEST <= side <= LARGEST for side in (width, height)):
        raise argparse.ArgumentTypeError(f"each side of '{text}' must be {SMALLEST} to {LARGEST}")
    return width, height


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m display_board",
        description="Show on one screen who is called to which counter of a floor.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--server", type=server, required=True, metavar="URL", help="address of the server")
    parser.add_argument(
        "--key-file", type=key, required=True, metavar="FILE", help="file with the device key"
    )
    parser.add_argument(
        "--board", required=True, metavar="NAME", help="name of the board, as in the hall plan"
    )
    parser.add_argument("--windowed", action="store_true", help="an ordinary window instead of a bare screen")
    parser.add_argument(
        "--size", type=_size, metavar="WxH", help="pixels, such as 1920x1080; else the whole screen"
    )
    # The process that draws is told by the one that watches it where to write its beats.
    parser.add_argument("--beat-fd", type=int, help=argparse.SUPPRESS)
    return parser


def main(arguments: list[str]) -> int:
    """Run the board, the process that watches over it, or the program that the first word names.

    `counters` is a bus of counters, `announcer` speaks in an audio zone. Returns the exit status.
    """
    if arguments[:1] == ["counters"]:
        from display_board.counters_command import run_bus

        return run_bus(arguments[1:])
    if arguments[:1] == ["announcer"]:
        from display_board.announcer_program import announce

        return announce(arguments[1:])
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    if given.beat_fd is None:
        return Watchdog(board_command(arguments)).run()
    # Kivy takes seconds to import; a mistake on the command line is told before that.
    from display_board.app import Options, run

    run(Options(given.server, given.key_file, given.board, given.size, given.windowed, given.beat_fd))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
