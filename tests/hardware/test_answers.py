"""The reader of a printer's answers takes them whole, in pieces, glued, and between junk."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hardware.ticket_printer.answers import Answer, AnswerReader, AutoStatus, Block, Junk, Queued, RealTime
from tests.hardware.streams.printer import joined_junk

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


def test_whole() -> None:
    assert read(STREAM) == ANSWERS


def test_fence_ids() -> None:
    fences = [answer.fence for answer in ANSWERS if isinstance(answer, Block)]
    assert fences == [b"P001", None, b"C~!!"]


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
    assert joined_junk(read(*pieces)) == joined_junk(read(b"".join(pieces)))
