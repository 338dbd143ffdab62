"""What the programs of the boards have in common on the command line: how they complain, server and key."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and exits with 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def server(text: str) -> str:
    """Check the address of a server."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError(f"'{text}' is not an address like http://127.0.0.1:8080")
    return text


def key(text: str) -> str:
    """Read a key file, which holds the key alone."""
    try:
        found = Path(text).read_text("ascii").strip()
    except (OSError, UnicodeError) as error:
        raise argparse.ArgumentTypeError(f"key file '{text}' cannot be read: {error}") from None
    if not found or not found.isprintable() or " " in found:
        raise argparse.ArgumentTypeError(f"key file '{text}' must hold the key alone")
    return found
