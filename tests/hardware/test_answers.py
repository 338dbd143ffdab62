"""The reader of a printer's answers takes them whole, in pieces, glued, and between junk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ticket_printer.answers import Answer, AnswerReader, AutoStatus, Block, Junk, Queued, RealTime

# Every kind once, glued; the ASB frame of the facts, a fence, an identity, XON and XOFF between them.
STREAM = (
    b"\x12\x1e\x7e" + b"\x14\x00\x00\x0f" + b"\x37\x22P001\x00" + b"\x11\x13"
    b"\x5fTM-T88V\x00" + b"\x00\x0c" + b"\x37\x22C~!!\x00" + b"\x16"
)
ANSWERS: list[Answer] = [
    RealTime(0x12),
    RealTime(0x1E),
    RealTime(0x7E),
    AutoStatus(b"\x14\x00\x00\x0f"),
    Block(0x37, b"\x22P001"),
    Block(0x5F, b"TM-T88V"),
    Queued(0x00),
    Queued(0x0C),
    Block(0x37, b"\x22C~!!"),
    RealTime(0x16),
]


def read(*pieces: bytes) -> list[Answer]:
    reader = AnswerReader()
    return [answer for piece in pieces for answer in reader.feed(piece)]


def joined(answers: list[Answer]) -> list[Answer]:
    """Neighbouring junk as one, as a single feed gives it."""
    result: list[Answer] = []
    for answer in answers:
        if isinstance(answer, Junk) and result and isinstance(result[-1], Junk):
            result[-1] = Junk(result[-1].data + answer.data)
        else:
            result.append(answer)
    return result


def test_whole() -> None:
    assert read(STREAM) == ANSWERS


def test_byte_by_byte() -> None:
    assert read(*(bytes((byte,)) for byte in STREAM)) == ANSWERS


@pytest.mark.parametrize("at", range(1, len(STREAM)))
def test_every_split(at: int) -> None:
    assert read(STREAM[:at], STREAM[at:]) == ANSWERS


def test_fence_ids() -> None:
    fences = [answer.fence for answer in ANSWERS if isinstance(answer, Block)]
    assert fences == [b"P001", None, b"C~!!"]


@pytest.mark.parametrize("junk", [b"\xff", b"\x80\x90", b"\xff\xfe\x93\x91"])
def test_junk_before_between_and_after(junk: bytes) -> None:
    parts = [b"\x12", b"\x37\x22P001\x00", b"\x7e"]
    answers = read(junk + junk.join(parts) + junk)
    assert [answer for answer in answers if not isinstance(answer, Junk)] == [
        RealTime(0x12),
        Block(0x37, b"\x22P001"),
        RealTime(0x7E),
    ]
    assert sum(len(answer.data) for answer in answers if isinstance(answer, Junk)) == 4 * len(junk)


def test_a_broken_block_gives_the_answers_behind_it() -> None:
    assert read(b"\x37\x22P0\x12")[-1] == RealTime(0x12)
    assert read(b"\x37" + b"A" * 200)[0] == Junk(b"\x37")


def test_a_broken_auto_status_is_junk_and_the_next_answer_is_read() -> None:
    assert read(b"\x10\x00\x12") == [Junk(b"\x10"), Queued(0x00), RealTime(0x12)]


def test_unfinished_answers_are_held_and_can_be_forgotten() -> None:
    reader = AnswerReader()
    assert reader.feed(b"\x37\x22P0") == []
    assert reader.waiting == 4
    reader.reset()
    assert reader.feed(b"\x12") == [RealTime(0x12)]


@given(st.lists(st.binary(max_size=12), max_size=12))
def test_no_split_of_any_noise_changes_the_answers(pieces: list[bytes]) -> None:
    assert joined(read(*pieces)) == joined(read(b"".join(pieces)))
