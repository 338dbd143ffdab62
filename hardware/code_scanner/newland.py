"""Newland scanners take commands as text in a frame, and echo each with a status before its semicolon.

Sources: NLS-HR42 and NLS-HR52 user manuals, "Use of Programming Command" (frame, storage type, answers);
the tag SCNTRG, which lights the lamp (1) and puts it out (0), from the maker's Android SDK and from
clients of its engines in payment terminals. Not every older model has it.

    host     7E 01 "0000" | "#" or "@" | tag, subtag, data | ";" 03
    scanner  02 01 "0000" | the same                       | status | ";" 03
"""

from __future__ import annotations

from enum import IntEnum

HOST, SCANNER = b"\x7e\x010000", b"\x02\x010000"
END = b";\x03"
# "#" lasts until the power goes, "@" is written into the scanner: a trigger must not wear out its memory.
UNTIL_OFF = b"#"


class Status(IntEnum):
    """What became of a command."""

    DONE = 0x06
    OUT_OF_RANGE = 0x15
    UNKNOWN = 0x05


def command(tag: bytes) -> bytes:
    """Return the frame of a command that lasts until the power goes."""
    return HOST + UNTIL_OFF + tag + END


def answer(sent: bytes, status: Status = Status.DONE) -> bytes:
    """Return what the scanner says to a command of one tag."""
    return SCANNER + sent[len(HOST) : -len(END)] + bytes((status,)) + END


TRIGGER, STOP = command(b"SCNTRG1"), command(b"SCNTRG0")
ANSWERS = tuple(answer(sent, status) for sent in (TRIGGER, STOP) for status in Status)
