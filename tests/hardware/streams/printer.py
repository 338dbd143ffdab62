"""The stream to the ticket printer, and its answers."""

from __future__ import annotations

import struct
from typing import Any

from hypothesis import strategies as st

from hardware.ticket_printer.answers import Answer, AnswerReader, AutoStatus, Block, Junk, Queued, RealTime
from hardware.ticket_printer.commands import TEXT, CommandReader, Token
from tests.hardware.stream_rules import Damage, Sample, Stream

BYTE = st.integers(0, 0xFF)


def _answer_bytes(answer: Answer) -> bytes:
    if isinstance(answer, Block):
        return bytes((answer.header,)) + answer.body + b"\0"
    if isinstance(answer, Junk):
        return b""  # it claims nothing
    return answer.data if isinstance(answer, AutoStatus) else bytes((answer.byte,))


def joined_junk(answers: list[Any]) -> list[Any]:
    """Neighbouring junk as one, as a single feed gives it."""
    joined: list[Any] = []
    for answer in answers:
        if isinstance(answer, Junk) and joined and isinstance(joined[-1], Junk):
            joined[-1] = Junk(joined[-1].data + answer.data)
        else:
            joined.append(answer)
    return joined


def joined_text(tokens: list[Any]) -> list[Any]:
    """Neighbouring text runs as one, as a single feed gives them."""
    joined: list[Any] = []
    for token in tokens:
        if token.name == TEXT and joined and joined[-1].name == TEXT:
            before = joined.pop()
            token = Token(TEXT, before.params + token.params, before.size + token.size)
        joined.append(token)
    return joined


STATUS = st.integers(0, 0xFF).filter(lambda byte: byte & 0x93 == 0x12)
QUEUED = st.integers(0, 0xFF).filter(lambda byte: byte & 0x90 == 0 and byte not in b"\x35\x37\x3b\x3d\x5f")
ASB_TAIL = st.lists(st.integers(0, 0x6F).filter(lambda byte: byte & 0x90 == 0), min_size=3, max_size=3)
PRINTABLE = st.lists(st.integers(0x20, 0x7E), max_size=40).map(bytes)
ANSWERS = st.one_of(
    st.builds(RealTime, STATUS),
    st.builds(Queued, QUEUED),
    st.builds(Block, st.sampled_from(b"\x35\x37\x3b\x3d\x5f"), PRINTABLE),
    ASB_TAIL.map(lambda tail: AutoStatus(b"\x14" + bytes(tail))),
)
COMMANDS = st.one_of(
    st.sampled_from(
        [(b"\x1b@", Token("ESC @", b"", 2)), (b"\x1c&", Token("FS &", b"", 2)), (b"\n", Token("LF", b"", 1))]
    ),
    BYTE.map(lambda n: (b"\x1d!" + bytes((n,)), Token("GS !", bytes((n,)), 3))),
    st.binary(max_size=300).map(
        lambda data: _command(b"\x1d(", "GS (", b"k" + len(data).to_bytes(2, "little") + data)
    ),
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(
        lambda size: _command(
            b"\x1dv", "GS v", b"0\0" + struct.pack("<HH", *size) + bytes(range(size[0] * size[1]))
        )
    ),
    st.text(alphabet="请A012到镕㐀", min_size=1, max_size=12).map(lambda text: _text(text.encode("gb18030"))),
)


def _command(head: bytes, name: str, params: bytes) -> Sample:
    return head + params, Token(name, params, 2 + len(params))


def _text(run: bytes) -> Sample:
    # GB18030 keeps every byte of a character above 0x2F, so a run of text holds no control.
    return run, Token(TEXT, run, len(run))


def _printer_answers() -> Stream:
    samples: list[Answer] = [
        *(RealTime(byte) for byte in (0x12, 0x1E, 0x7E, 0x16)),
        AutoStatus(b"\x14\x00\x00\x0f"),
        Block(0x37, b"\x22P001"),
        Block(0x5F, b"TM-T88V"),
        Queued(0x00),
        Queued(0x0C),
    ]
    return Stream(
        AnswerReader,
        [(_answer_bytes(answer), answer) for answer in samples],
        _answer_bytes,
        ANSWERS.map(lambda answer: (_answer_bytes(answer), answer)),
        [b"\xff", b"\x80\x90", b"\xff\xfe\x93\x91", b"\x11\x13"],
        Damage.FOUND_AGAIN,
        joined_junk,
    )


def _printer_commands() -> Stream:
    samples = [
        _command(b"\x1b@", "ESC @", b""),
        _command(b"\x1d(", "GS (", b"k\x06\x001P0abc"),
        _text("请A012".encode("gb18030")),
        _command(b"\x1dv", "GS v", b"0\x00\x02\x00\x02\x00\x10\x04\x01\xff"),
        _command(b"\x1b*", "ESC *", b"\x21\x02\x00\x01\x02\x03\x04\x05\x06"),
        _command(b"\x1dk", "GS k", b"\x04A1\x00"),
        _command(b"\x1dV", "GS V", b"\x42\x00"),
        _command(b"\x10\x04", "DLE EOT", b"\x01"),
    ]
    # Lengths are counted and nothing checks them: one wrong bit may swallow 32 KB of what follows.
    junk = [b"\x01", b"\x02\x03", b"\x1b\x02"]
    return Stream(
        CommandReader, samples, lambda token: token.params, COMMANDS, junk, Damage.SURVIVES, joined_text
    )


PARSERS: dict[str, Stream] = {
    "printer answers": _printer_answers(),
    "printer commands": _printer_commands(),
}
