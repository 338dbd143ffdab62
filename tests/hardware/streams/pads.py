"""Frames of caller pads and evaluators, and what an owner of evaluators hears of them."""

from __future__ import annotations

from hypothesis import strategies as st

from hardware import ft12
from hardware.evaluator.protocol import FOUR_KEYS, result, score_of, start
from tests.hardware.stream_rules import Stream

BYTE = st.integers(0, 0xFF)

FT12 = {
    "call from 5": (ft12.Frame(5, 0x01, b"\x0c"), "FF 68 03 03 68 05 01 0C 12 16"),
    "give up": (ft12.Frame(5, 0x01, b"\x06\x0f"), "FF 68 04 04 68 05 01 06 0F 1B 16"),
    "ticket 012": (
        ft12.Frame(5, 0x02, bytes((10, 10, 10, 0, 1, 2))),
        "FF 68 08 08 68 05 02 0A 0A 0A 00 01 02 28 16",
    ),
    "waiting 007": (
        ft12.Frame(5, 0x02, bytes((0, 0, 7, 10, 10, 10))),
        "FF 68 08 08 68 05 02 00 00 07 0A 0A 0A 2C 16",
    ),
    "beep": (ft12.Frame(5, 0x03), "FF 68 02 02 68 05 03 08 16"),
    "start rating": (ft12.Frame(5, 0x01, b"\x0b"), "FF 68 03 03 68 05 01 0B 11 16"),
    "score 1": (ft12.Frame(5, 0x11, b"\x01"), "FF 68 03 03 68 05 11 01 17 16"),
    "score acknowledged": (ft12.Frame(5, 0x01, b"\x01"), "FF 68 03 03 68 05 01 01 07 16"),
}


def ft12_bytes(frame: ft12.Frame) -> bytes:
    """The frame behind its wake-up byte."""
    body = [frame.address, frame.function, *frame.data]
    return bytes([0x68, len(body), len(body), 0x68, *body, sum(body) % 256, 0x16])


def _ft12() -> Stream:
    return Stream(
        ft12.FrameReader,
        [(bytes.fromhex(wire), frame) for frame, wire in FT12.values()],
        ft12_bytes,
        st.builds(ft12.Frame, BYTE, BYTE, st.binary(max_size=6)).map(lambda one: (one.to_bytes(), one)),
        [
            b"\x00",
            b"\xff\xff\xff",
            b"\x68",
            b"\x68\x08\x08",
            b"\x68\x08\x08\x68",
            b"\x16\x16",
            bytes.fromhex("a5 a5 01 00 00 80 5a"),
            bytes.fromhex("68 03 03 68 05 01 0c 13 16"),
        ],
    )


class Scores:
    """The ratings alone, as an evaluator's owner hears them."""

    def __init__(self) -> None:
        self._reader = ft12.FrameReader()

    def feed(self, data: bytes) -> list[tuple[int, int]]:
        """The address and the score of each rating in `data`."""
        heard = [(frame.address, score_of(frame)) for frame in self._reader.feed(data)]
        return [(address, score) for address, score in heard if score is not None]


def _scores() -> Stream:
    answer = bytes.fromhex(FT12["score acknowledged"][1])
    return Stream(
        Scores,
        [(result(address, score), (address, score)) for address, score in ((5, 1), (0x68, 4))],
        lambda one: ft12_bytes(ft12.Frame(one[0], 0x11, bytes((one[1],)))),
        st.tuples(BYTE, st.sampled_from(sorted(FOUR_KEYS.scores))).map(
            lambda one: (result(*one), (one[0], FOUR_KEYS.scores[one[1]]))
        ),
        [b"\x68\x08\x08\x68", b"\xff", answer, start(5)],
    )


PARSERS: dict[str, Stream] = {
    "ft12": _ft12(),
    "evaluator scores": _scores(),
}
