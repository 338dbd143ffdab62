"""The reader of the printing stream finds the same commands however the stream is cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hardware.ticket_printer.commands import TEXT, UNKNOWN, CommandReader, Token
from tests.hardware.streams.printer import joined_text

# Commands of every length rule, glued.
STREAM = (
    b"\x1b@\x1c&\x1b3\x20\x1ba\x01\x1d!\x77A012\n"
    b"\x1d\x28\x6b\x06\x00\x31\x50\x30abc"
    b"\x1d\x76\x30\x00\x02\x00\x02\x00\x10\x04\x01\xff"
    b"\x1b\x2a\x21\x02\x00\x01\x02\x03\x04\x05\x06"
    b"\x1b\x2a\x00\x02\x00\x1b\x40"
    b"\x1d\x6b\x04A1\x00\x1d\x6b\x49\x03ABC"
    b"\x1d\x38\x4c\x03\x00\x00\x00xyz"
    b"\x1bD\x08\x10\x00\x1d\x56\x42\x00\x1d\x56\x01\x1d\x56\x00"
    b"\x10\x04\x01\x10\x14\x01\x00\x01\x1bp\x00\x32\x32\x1d\x2a\x01\x01abcdefgh\x1d:\x00\x0d\t\x18"
    b"\x1c2\xfe\xa1" + b"g" * 72
)
NAMES = [
    *("ESC @", "FS &", "ESC 3", "ESC a", "GS !", "text", "LF"),
    *("GS (", "GS v", "ESC *", "ESC *", "GS k", "GS k", "GS 8", "ESC D", "GS V", "GS V", "GS V"),
    *("DLE EOT", "DLE DC4", "ESC p", "GS *", "GS :", "NUL", "CR", "HT", "CAN", "FS 2"),
]


def read(*pieces: bytes) -> list[Token]:
    reader = CommandReader()
    return [token for piece in pieces for token in reader.feed(piece)]


def test_whole() -> None:
    assert [token.name for token in read(STREAM)] == NAMES
    assert sum(token.size for token in read(STREAM)) == len(STREAM)


def test_unknown_bytes_are_told_and_skipped() -> None:
    assert read(b"\x01A\x1b\x02B\x1d\x03") == [
        Token(UNKNOWN, b"\x01", 1),
        Token(TEXT, b"A", 1),
        Token(UNKNOWN, b"\x1b\x02", 2),
        Token(TEXT, b"B", 1),
        Token(UNKNOWN, b"\x1d\x03", 2),
    ]


@given(st.lists(st.binary(max_size=16), max_size=10))
def test_no_split_of_any_noise_changes_the_commands(pieces: list[bytes]) -> None:
    assert joined_text(read(*pieces)) == joined_text(read(b"".join(pieces)))
