"""Building the disk that tells, fills up and dawdles (`disk.c`), and reading what it recorded."""

from __future__ import annotations

import dataclasses
import enum
import json
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("disk.c")
_HEAD = struct.Struct("=BBHIQ")


class Op(enum.IntEnum):
    """Kinds of records, as `disk.c` numbers them."""

    NAME = 1
    WRITE = 2
    TRUNCATE = 3
    SYNC = 4
    SYNCED = 5
    UNLINK = 6
    ANSWER = 7


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One step of the server's process: a change of a file, a sync, or an answer that it sent."""

    op: Op
    file: int
    offset: int
    data: bytes


def build(folder: Path) -> Path:
    """Compile the shim into `folder`; returns the library for LD_PRELOAD."""
    library = folder / "disk.so"
    command = [
        "gcc",
        "-O2",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-shared",
        "-fPIC",
        "-o",
        str(library),
        str(SOURCE),
        "-ldl",
    ]
    subprocess.run(command, check=True)
    return library


def read_log(path: Path) -> list[Record]:
    """Read a recording; an unfinished last record (the process was killed) is left out."""
    return list(_records(path.read_bytes()))


def _records(log: bytes) -> Iterator[Record]:
    at = 0
    while at + _HEAD.size <= len(log):
        op, file, _, length, offset = _HEAD.unpack_from(log, at)
        at += _HEAD.size
        if at + length > len(log):
            return
        yield Record(Op(op), file, offset, log[at : at + length])
        at += length


def answered_ticket(record: Record) -> tuple[int, dict[str, Any]] | None:
    """The status and the ticket of an answer; None when it holds no ticket."""
    head, _, body = record.data.partition(b"\r\n\r\n")
    if b"application/json" not in head:
        return None
    try:
        ticket = json.loads(body).get("ticket")
    except (ValueError, AttributeError):
        return None
    return (int(head[9:12]), ticket) if ticket else None
