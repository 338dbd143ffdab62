"""The command line of the kiosk: `python -m kiosk --server URL --key-file FILE`."""

from __future__ import annotations

import argparse
import logging
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, Protocol
from urllib.parse import urlsplit

from kiosk.settings import BOLD, DESIGN_SIZE, REGULAR, Settings
from kiosk.widgets.boot import boot

PREVIEW = "preview-slip"
EXAMPLE = """examples:
  python -m kiosk --server http://127.0.0.1:8080 --key-file kiosk-1.key --printer tcp://10.0.0.9:9100
  python -m kiosk preview-slip --layout config/slip.example.txt --out slip.png

The window is drawn for 1080x1920 and scales evenly into any other size. The kiosk's name is that of the key
file without its ending; its print jobs lie in the folder given by --data.
"""


class Closing(Protocol):
    """A device's driver, as far as the command line needs it."""

    def close(self) -> None:
        """Let go of the device."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line and exit with status 2."""
        self.exit(2, f"kiosk: {message} (see --help)\n")


def read_arguments(arguments: list[str]) -> Settings:
    """Return the checked settings; exits with status 2 and one line if anything is wrong."""
    parser = _Parser(
        prog="python -m kiosk",
        description="A kiosk: a citizen picks a matter and leaves with a ticket.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--server", required=True, metavar="URL", help="address of the queue server")
    parser.add_argument(
        "--key-file", required=True, type=Path, metavar="FILE", help="file with the device key alone"
    )
    parser.add_argument(
        "--printer", metavar="URL", help="serial://…, tcp://… or sim://…; without it nothing is printed"
    )
    parser.add_argument(
        "--card-reader", metavar="URL", help="ID-card reader: serial://…, tcp://… or sim://card_reader"
    )
    parser.add_argument(
        "--scanner", metavar="URL", help="code scanner on a line of its own; one that types needs no URL"
    )
    parser.add_argument(
        "--size", default="x".join(map(str, DESIGN_SIZE)), help="window in pixels (%(default)s)"
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="this kiosk's own disk (beside the key file)"
    )
    parser.add_argument("--name", help="the kiosk's name in the hall (name of the key file)")
    parser.add_argument(
        "--slip", type=Path, metavar="FILE", help="the hall's own slip layout (the built-in one)"
    )
    parser.add_argument("--floor", type=int, help="the floor it stands on, until the server has said it")
    found = parser.parse_args(arguments)
    address = urlsplit(found.server)
    if address.scheme not in ("http", "https") or not address.hostname:
        parser.error(f"--server must be an http address: {found.server}")
    size = re.fullmatch(r"(\d{3,4})x(\d{3,4})", found.size)
    if size is None:
        parser.error(f"--size must look like 1080x1920: {found.size}")
    _check_devices(parser, found)
    for font in (REGULAR, BOLD):
        if not font.exists():
            parser.error(f"the font {font} is missing; scripts/setup.sh makes it")
    name = found.name or found.key_file.stem
    data = found.data or found.key_file.resolve().parent / f"{name}-disk"
    return Settings(
        found.server, _read_key(parser, found.key_file), data, found.printer,
        (int(size[1]), int(size[2])), name, found.floor, found.card_reader, found.scanner, found.slip,
    )  # fmt: skip


def _read_key(parser: argparse.ArgumentParser, path: Path) -> str:
    try:
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        parser.error(f"the key file cannot be read: {error}")
    if not key or re.search(r"\s", key):
        parser.error(f"the key file must hold the key alone: {path}")
    return key


def _check_devices(parser: argparse.ArgumentParser, found: argparse.Namespace) -> None:
    """Refuse a URL that no driver takes, before anybody stands there."""
    from hardware.devices import open_ticket_printer
    from hardware.errors import DeviceError
    from hardware.peripherals import open_card_reader, open_code_scanner

    given: list[tuple[str, str | None, Callable[[str], Closing]]] = [
        ("--printer", found.printer, open_ticket_printer),
        ("--card-reader", found.card_reader, open_card_reader),
        ("--scanner", found.scanner, lambda url: open_code_scanner(url, lambda scan: None)),
    ]
    for option, url, opened in given:
        try:
            if url is not None:
                opened(url).close()
        except DeviceError as error:
            parser.error(f"{option} {url}: {error}")


def main() -> int:
    """Run the kiosk until SIGTERM or Ctrl-C, or show a slip layout."""
    if sys.argv[1:2] == [PREVIEW]:
        # Drawing needs Pillow and the printer's simulator; a kiosk loads neither.
        from kiosk.slip_preview import preview

        return preview(sys.argv[2:])
    settings = read_arguments(sys.argv[1:])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("httpx", "kivy"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="kiosk-kivy-") as home:
        boot(settings.size, home)
        from kiosk.app import KioskApp

        try:
            KioskApp(settings).run()
        except KeyboardInterrupt:
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
