"""The pictures of a media folder: whoever puts a file there sees it on the boards within minutes."""

from __future__ import annotations

import re
from pathlib import Path

from queue_server.refusals import Refused
from queue_server.wire.board import Picture

KINDS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
MOST = 50
LARGEST_BYTES = 8 * 1024 * 1024
"""A board decodes a picture in memory; photographs of a camera's full size have to be made smaller first."""

_NAME = re.compile(r"[\w\u3400-\u9fff][\w\u3400-\u9fff .()-]{0,80}\.(png|jpe?g)", re.IGNORECASE)


def listed(folder: Path) -> list[Picture]:
    """The pictures of a folder in the order of their names; none where the folder does not exist."""
    if not folder.is_dir():
        return []
    found = sorted(file for file in folder.iterdir() if _is_shown(file))
    return [Picture(file.name, _version(file)) for file in found[:MOST]]


def found(folder: Path, name: str) -> tuple[bytes, str]:
    """The bytes of a picture and its media type; raises Refused("picture_unknown")."""
    file = folder / name
    if not _NAME.fullmatch(name) or not _is_shown(file):
        raise Refused("picture_unknown", picture=name)
    return file.read_bytes(), KINDS[file.suffix.lower()]


def _is_shown(file: Path) -> bool:
    return bool(_NAME.fullmatch(file.name)) and file.is_file() and file.stat().st_size <= LARGEST_BYTES


def _version(file: Path) -> str:
    known = file.stat()
    return f"{known.st_mtime_ns:x}-{known.st_size:x}"
